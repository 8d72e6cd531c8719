#ifndef KRUG_ENGINE_NOTES_H
#define KRUG_ENGINE_NOTES_H

#include "engine/worker.h"

/* The resources of a document in the order of its text, for finding out whose its notes are. */
struct notes {
    struct resource *resources;
    size_t count, capacity;
};
void notes_begin(struct notes *notes, const struct document *document);
void notes_done(struct notes *notes);
/* The resource that NOTE lies in; NULL where none. */
const struct resource *notes_find_resource(const struct notes *notes, const struct note *note);
/* Pushes the note as rules see it. */
void notes_push(struct worker *worker, const struct note *note); /* +1 */

#endif
