#ifndef KRUG_BASE_MEMORY_H
#define KRUG_BASE_MEMORY_H

#include "base/attribute.h"
#include <stddef.h>

/* Memory that is there or the program has ended: out of memory is told once, status 2. */

/* SIZE zeroed bytes; release with free(). SIZE 0 is answered like 1. */
ATTRIBUTE_NEVER_NULL ATTRIBUTE_SIZE(1) void *memory_get(size_t size);

/* OLD (may be NULL) moved to SIZE bytes; what is new is not zeroed. */
ATTRIBUTE_NEVER_NULL ATTRIBUTE_SIZE(2) void *memory_resize(void *old, size_t size);

/* Room for one more item of SIZE bytes behind COUNT of them; *CAPACITY counts items and grows by
 * half. */
ATTRIBUTE_NEVER_NULL void *memory_extend(void *items, size_t count, size_t *capacity, size_t size);

/* PATH is removed should the program end for want of memory: a file that is not whole. It outlives
 * its being noted, which ends with NULL. Of one thread only. */
void memory_note_file(const char *path);

/* Says that there is no memory left and ends the program with status 2. */
ATTRIBUTE_NORETURN void memory_out(void);

#endif
