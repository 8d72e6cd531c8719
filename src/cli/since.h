#ifndef KRUG_CLI_SINCE_H
#define KRUG_CLI_SINCE_H

#include "cli/command.h"
#include "engine/since.h"

/* What --since and --staged add to a workspace. */
struct comparison {
    struct since since;
    struct git git;
    struct changes changes;  /* since: from the base to the disk; staged: from HEAD to the index */
    struct changes unstaged; /* staged: from the index to the disk */
    struct tree disk;        /* staged: what was walked; the workspace has the index in its place */
    struct repo former;      /* what the changes began with */
    bool staged;
};

/* Makes the comparison that the options ask for, once the tree of the workspace is walked: of a
 * staged run the tree becomes that of the index. False after a problem; workspace->comparison stays
 * NULL where none is asked for. */
bool comparison_open(struct workspace *workspace, const struct options *options);
/* Whether the changes leave nothing to lint. */
bool comparison_is_empty(const struct workspace *workspace);
/* Finds what the changes do to policies. */
void comparison_begin(struct workspace *workspace, struct run *run);
/* Takes out of RUN, which is over, what was there before. */
void comparison_end(struct workspace *workspace, struct run *run);
void comparison_done(struct comparison *comparison);

#endif
