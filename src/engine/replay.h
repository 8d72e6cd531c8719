#ifndef KRUG_ENGINE_REPLAY_H
#define KRUG_ENGINE_REPLAY_H

#include "engine/worker.h"

/* What the rule is run on again: a document with one node at a time changed. A rule must not raise,
 * whatever a manifest leaves out or holds in a place. */
struct replay {
    const struct rule_info *rule;
    const struct facts
        *facts; /* of all documents as they are: a join gets those of the others too */
};

/* Walks DOCUMENT's nodes and calls RUN for each change; what is raised is noted in the subject,
 * with the change in words. The document is as it was afterwards. */
void replay_document(struct worker *worker, const struct replay *replay,
                     const struct document *document,
                     void (*run)(struct worker *worker, const struct document *document));

#endif
