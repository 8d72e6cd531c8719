#ifndef KRUG_REPO_CHANGES_H
#define KRUG_REPO_CHANGES_H

#include "base/map.h"
#include "base/problem.h"
#include "repo/git.h"

/* One file that differs between two states of a repository. Paths are relative to the root. */
struct change {
    struct text path;     /* now; at == NULL: it is gone */
    struct text old_path; /* before; at == NULL: it is new */
    struct text blob;     /* the object that held it before; at == NULL: it was no file then */
};

/* How two states differ, below the root. What git does not track, and what submodules hold, is no
 * change. */
struct changes {
    struct change *items;
    size_t count, capacity;
    struct map by_path;  /* now; to struct change */
    struct text *nested; /* directories, with a "/" at the end, that are repositories of their own
                            and not tracked */
    size_t nested_count, nested_capacity;
};

/* Finds the commit where HEAD left REVISION; its name in *COMMIT, in git's arena. False after a
 * problem that says what to do. */
ATTRIBUTE_CHECK bool changes_find_base(struct git *git, const char *revision, struct text *commit,
                                       struct problems *problems);
/* The working tree against COMMIT. Each of these is false after a problem. */
ATTRIBUTE_CHECK bool changes_since(struct changes *changes, struct git *git, struct text commit,
                                   struct problems *problems);
/* The index against HEAD (or against nothing, where there is no commit yet). */
ATTRIBUTE_CHECK bool changes_staged(struct changes *changes, struct git *git,
                                    struct problems *problems);
/* The working tree against the index. */
ATTRIBUTE_CHECK bool changes_unstaged(struct changes *changes, struct git *git,
                                      struct problems *problems);
void changes_done(struct changes *changes);

#endif
