#ifndef KRUG_YAML_STRICT_H
#define KRUG_YAML_STRICT_H

#include "yaml/build.h"
#include "yaml/place.h"

/* The byte order mark, as UTF-8. */
#define STRICT_MARK "\xef\xbb\xbf"

/* Checks of what stands from START up to END, for the reader of YAML. */

/* A double-quoted scalar: go-yaml v2 does not know the escape \/. */
ATTRIBUTE_CHECK bool strict_escapes(struct build *build, uint32_t start, uint32_t end);
/* A plain scalar within [ ] or { }: to go-yaml a ? ends it. */
ATTRIBUTE_CHECK bool strict_flow_plain(struct build *build, uint32_t start, uint32_t end);
/* The anchor and tag of a value that is empty, within [ ] or { }: to go-yaml a tag goes on behind a
 * comma. */
ATTRIBUTE_CHECK bool strict_flow_tag(struct build *build, uint32_t start, uint32_t end);
/* A chunk without the byte order mark at its start: libyaml skips others where lines begin, and
 * takes quadratic time for many directives, and for many blanks behind very many in a row. */
ATTRIBUTE_CHECK bool strict_chunk(struct build *build, const struct place *place);

#endif
