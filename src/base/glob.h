#ifndef KRUG_BASE_GLOB_H
#define KRUG_BASE_GLOB_H

#include "base/text.h"
#include <stdint.h>

/* Globs of policies. `?` is one character (one byte), `*` any number; nothing else is special. */

/* Names: `*` matches anything. */
bool glob_name(struct text pattern, struct text name);
/* The same, and adds to STEPS what it took. */
bool glob_name_counted(struct text pattern, struct text name, uint64_t *steps);

/* Paths: `*` and `?` stop at `/`; `**` does not; `a/` + `**` also matches `a` itself, and a pattern
 * that begins with `**` + `/` also matches at the top. */
bool glob_path(struct text pattern, struct text path);
/* The same, and adds to STEPS what it took. */
bool glob_path_counted(struct text pattern, struct text path, uint64_t *steps);

#endif
