#ifndef KRUG_POLICY_PATTERN_H
#define KRUG_POLICY_PATTERN_H

#include "repo/repo.h"

/* A layout path in pieces. */
enum piece_kind {
    PIECE_TEXT,
    PIECE_ANY,         /* ?: one byte, no slash */
    PIECE_STAR,        /* *: any run without a slash */
    PIECE_CAPTURE,     /* {name}: the same, not empty */
    PIECE_DEEP,        /* **: anything */
    PIECE_DIRECTORIES, /* **: whole directories, with the slash behind each */
};

struct piece {
    enum piece_kind kind;
    struct text text; /* of a text; the name of a capture */
};

/* The piece of PATTERN at *AT, and *AT behind it; false at the end. A brace that is not closed is
 * text. */
bool piece_next(struct text pattern, size_t *at, struct piece *piece);
/* Whether PATTERN has a capture called NAME. */
bool pattern_captures(struct text pattern, struct text name);
/* Whether PATTERN matches all of PATH; if so its captures, in ARENA. */
bool pattern_match(struct text pattern, struct text path, struct arena *arena,
                   struct pair **captures, size_t *count);

/* The next part of a template: text, or with *BRACED what stands in braces; false at the end. */
bool template_next(struct text *rest, struct text *part, bool *braced);

#endif
