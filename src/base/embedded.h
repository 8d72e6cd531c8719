#ifndef KRUG_BASE_EMBEDDED_H
#define KRUG_BASE_EMBEDDED_H

#include "base/text.h"

/* The files of lua/ and rules/ and the parts of the HTML report that are built into the binary,
 * sorted by path; made by tools/embed.c. */
struct embedded {
    struct text path; /* "rules/istio/port-name.lua" */
    struct text bytes;
    struct text code; /* of Lua: compiled by the Lua that krug was built with; else empty */
};

extern const struct embedded embedded_files[];
extern const size_t embedded_count;

#endif
