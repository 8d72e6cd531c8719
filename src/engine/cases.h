#ifndef KRUG_ENGINE_CASES_H
#define KRUG_ENGINE_CASES_H

#include "engine/examples.h"

/* Runs the cases of the selected rules and adds them to EXAMPLES: what lies in the test/ of each
 * policy, and in each of the DIRECTORIES (named by --cases, under no policy).
 *
 * test/PACK/NAME/CASE.yaml is a case of PACK/NAME, and so is a directory test/PACK/NAME/CASE/,
 * whose files lie in it as they would below the policy's own directory. A comment `# expect: RULE
 * MESSAGE` on a line says that RULE has a finding there whose message holds MESSAGE. The case's
 * rule, and those that it names so, must have those findings and no others. */
void cases_run(struct examples *examples, struct policies *policies, struct rules *rules,
               struct worker *worker, const char *const *directories, size_t count,
               struct problems *problems);

#endif
