#ifndef KRUG_REPO_TREE_H
#define KRUG_REPO_TREE_H

#include "base/map.h"
#include "base/problem.h"

struct changes;
struct git;

/* Why a manifest is not linted. */
enum skip { SKIP_NONE, SKIP_EXCLUDED, SKIP_HELM_TEMPLATE, SKIP_NO_FILE, SKIP_COUNT };

struct tree_file {
    struct text path;  /* relative to the root, "/" between parts */
    bool manifest;     /* .yaml, .yml, .json; or named outright on the command line */
    bool hidden;       /* below a directory that begins with a dot, or node_modules: never linted */
    bool named;        /* chosen by the command line, itself or a directory above it */
    bool template;     /* below templates/ of a directory that holds a Chart.yaml */
    struct text bytes; /* what it holds, where that is not on the disk; at == NULL: it is */
    struct text blob;  /* the object of git that holds it; at == NULL: none does */
};

/* The files below a root, as they were when the run began: sorted by path, .git left out. Symbolic
 * links are not followed and not listed, unless one is named outright and leads to a place inside
 * the root. */
struct tree {
    struct arena arena;
    struct text root; /* absolute, clean */
    struct tree_file *files;
    size_t count, capacity;
    struct text *policies; /* directories (relative, "" is the root) that hold a .policy/, sorted */
    size_t policy_count, policy_capacity;
    size_t no_files;    /* named manifests that are no files: links out of the root or to nothing,
                           FIFOs, sockets, devices */
    struct map by_path; /* path to struct tree_file */
    struct map named;   /* paths that the command line names, relative to the root */
    struct git *git;    /* that reads blobs; NULL: no file is one */
    const struct changes *changes; /* that led from this tree to the disk; NULL: this is the disk */
};

/* Finds the root for the paths of a command line (COUNT > 0; relative to the working directory) as
 * design section 4 says: the nearest directory at or above them all that holds .git or a
 * .policy/policy.yaml with `root: true`, else the named directory itself (of several: their nearest
 * common directory). The absolute path is in ARENA. NULL, or the reason with the path in it (one
 * that does not exist; several with only "/" in common; a directory above that may be the root, but
 * whose policy cannot be read). */
ATTRIBUTE_CHECK const char *tree_find_root(struct arena *arena, const char *const *paths,
                                           size_t count, struct text *root);

/* NULL where the link PATH may be followed; else why not, with the path in it: it lies in a
 * repository and leads out of that. */
ATTRIBUTE_CHECK const char *tree_check_link(struct arena *arena, const char *path);

/* The nearest directory at or above ROOT (absolute) that holds .git: what servers take paths to be
 * relative to. ROOT itself where there is none. NULL, or the reason with the path in it. */
ATTRIBUTE_CHECK const char *tree_find_top(struct arena *arena, struct text root, struct text *top);

/* Lists all files below ROOT and marks as named those at or below PATHS. With ISOLATED only the
 * named paths are walked (and the .policy/ directories from the root down to them). What cannot be
 * read is a problem; a path that does not exist or lies outside the root, too. */
void tree_walk(struct tree *tree, struct text root, const char *const *paths, size_t count,
               bool isolated, struct problems *problems);
/* Makes what standard input said the file PATH of the tree ("-", or where --stdin-name puts it,
 * relative to the root), in place of what the disk has there. Takes over BYTES. */
void tree_add_input(struct tree *tree, struct text path, char *bytes, size_t length,
                    struct problems *problems);
/* Makes FILES, COUNT of them with path and bytes or blob, all there is below ROOT: named manifests
 * where their names say so. Paths and bytes outlive the tree. */
void tree_make(struct tree *tree, struct text root, const struct tree_file *files, size_t count);
/* Makes the tree that NOW was before CHANGES led to it; the blobs are those of GIT. Named is what
 * the command line of NOW names, and what changed. All three outlive the tree. */
void tree_make_former(struct tree *tree, const struct tree *now, const struct changes *changes,
                      struct git *git);
void tree_done(struct tree *tree);

/* Whether helm would have to render the file, which says TEXT: kubectl never sees it like that. */
bool tree_is_helm_template(const struct tree_file *file, struct text text);
/* Whether the command line names PATH, which need not exist, or a directory above it. */
bool tree_names(const struct tree *tree, struct text path);
/* Whether the disk has PATH, and the tree does not. */
bool tree_lacks(const struct tree *tree, struct text path);
/* Whether PATH lies in a .policy/, and so is not among the files. */
bool tree_is_of_policy(struct text path);
/* The file at PATH, or NULL. */
const struct tree_file *tree_find(const struct tree *tree, struct text path);
/* Reads a listed file or any other below the root (policies, rules); see file_read for what is
 * answered. */
ATTRIBUTE_CHECK const char *tree_read(const struct tree *tree, struct text path, char **bytes,
                                      size_t *length);

#endif
