#ifndef KRUG_REPO_GIT_H
#define KRUG_REPO_GIT_H

#include "base/arena.h"
#include <pthread.h>
#include <stdio.h>

/* The git of a repository, at some directory of its working tree. */
struct git {
    struct arena arena; /* texts of answers and errors */
    struct text root;   /* absolute; git runs there, and paths are relative to it */
    char **environment; /* that git is started with, ended by NULL */
    /* the process that reads objects, started when the first is asked for */
    pthread_mutex_t mutex;
    pid_t reader; /* 0: none */
    FILE *to, *from;
    const char *failed; /* why a git_run did not run to its end; NULL where all did */
};

/* Opens the git of ROOT. NULL, or why that cannot be: git is not installed, ROOT lies in none of
 * its working trees. git_done is due either way. */
ATTRIBUTE_CHECK const char *git_open(struct git *git, struct text root);
void git_done(struct git *git);

/* Runs `git ARGUMENTS` (ended by NULL) and adds what it prints to OUTPUT. Its exit status; -1 where
 * it did not run, or was not heard to its end. What it said on standard error, or why that was so,
 * is *ERROR. */
ATTRIBUTE_CHECK int git_run(struct git *git, const char *const *arguments, struct buffer *output,
                            const char **error);

/* Reads the blob NAME (hexadecimal) as file_read does. Any thread. */
ATTRIBUTE_CHECK const char *git_read(struct git *git, struct text name, char **bytes,
                                     size_t *length);

#endif
