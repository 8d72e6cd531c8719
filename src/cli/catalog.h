#ifndef KRUG_CLI_CATALOG_H
#define KRUG_CLI_CATALOG_H

#include "cli/command.h"

/* Prints the rules that PATTERN (a glob of ids, a pack, a rule's name without its pack, or a code
 * of another tool; NULL: all) matches, as lines or as JSON. False after a message where there is
 * none.
 */
bool catalog_list(struct workspace *workspace, const char *pattern, bool json);

/* The one rule that WANTED means: its id, its name without pack, or a code of another tool, where
 * only one rule has that. NULL after a message. */
const struct rule_info *catalog_find(const struct rules *rules, struct text wanted);

#endif
