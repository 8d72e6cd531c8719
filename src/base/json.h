#ifndef KRUG_BASE_JSON_H
#define KRUG_BASE_JSON_H

#include "base/text.h"
#include <stdio.h>

/* Writes JSON to a stream as it comes, so that a report of any length needs no memory. Commas,
 * quotes and escapes are its business; pairing begin with end is the caller's. Texts that are not
 * UTF-8 get U+FFFD for each wrong byte. Whether the stream took it all, ferror() tells at the end.
 */
struct json {
    FILE *stream;
    bool comma; /* the next item of the open array or object needs one before it */
    bool line;  /* and a line end */
};

void json_begin(struct json *json, char bracket); /* '[' or '{' */
void json_end(struct json *json, char bracket);   /* ']' or '}' */
void json_key(struct json *json, const char *key);
void json_key_text(struct json *json, struct text key);
void json_line(
    struct json *json); /* the next item or bracket starts a line, for people who read it */
void json_write_text(struct json *json, struct text text);
void json_write_string(struct json *json, const char *string); /* NULL is null */
void json_write_bool(struct json *json, bool value);
void json_write_null(struct json *json);
void json_write_raw(struct json *json, struct text value); /* JSON already */
void json_write_integer(struct json *json, int64_t value);
void json_write_unsigned(struct json *json, uint64_t value);
/* The shortest digits that read back as VALUE (finite), written as Go's encoding/json does. */
void json_write_number(struct json *json, double value);

/* The same digits as text, e.g. for keys: a sign, 17 digits, up to 21 zeros or an exponent, a NUL.
 */
enum { JSON_NUMBER_SIZE = 48 };
void json_number_text(double value, char to[JSON_NUMBER_SIZE]);

#endif
