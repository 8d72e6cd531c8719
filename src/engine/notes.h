#ifndef KRUG_ENGINE_NOTES_H
#define KRUG_ENGINE_NOTES_H

#include "engine/worker.h"

/* The resource of the document that NOTE lies in; false where none. */
bool notes_find_resource(const struct document *document, const struct note *note,
                         struct resource *resource);
/* Pushes the note as rules see it. */
void notes_push(struct worker *worker, const struct note *note); /* +1 */

#endif
