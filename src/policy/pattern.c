/*
 * Paths with captures. A pattern is cut into pieces and matched by a table of pieces against places
 * of the path, filled from the end: does a way lead on from here? So the time is at most pieces
 * times length, whatever the pattern. The way is then walked from the start; of several, an earlier
 * piece takes as much as it can: {service}-{env} cuts x-echo-jp-dev before its last dash.
 */
#include "policy/pattern.h"
#include "base/memory.h"
#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of the table that fit on the stack: an ordinary pattern and path need about 1,000. */
enum { PATTERN_SMALL = 4096 };

bool piece_next(struct text pattern, size_t *at, struct piece *piece)
{
    struct text rest = text_slice(pattern, *at, pattern.length);
    size_t length = 1;
    char first;

    if (!rest.length)
        return false;
    first = rest.at[0];
    *piece = (struct piece){PIECE_TEXT, {0}};
    if (text_starts(rest, TEXT("**/")) && (!*at || pattern.at[*at - 1] == '/')) {
        piece->kind = PIECE_DIRECTORIES;
        length = 3;
    } else if (text_starts(rest, TEXT("**"))) {
        piece->kind = PIECE_DEEP;
        length = 2;
    } else if (first == '*' || first == '?') {
        piece->kind = first == '*' ? PIECE_STAR : PIECE_ANY;
    } else if (first == '{' && text_find(rest, TEXT("}"), 0) != SIZE_MAX) {
        length = text_find(rest, TEXT("}"), 0) + 1;
        piece->kind = PIECE_CAPTURE;
        piece->text = text_slice(rest, 1, length - 1);
    } else {
        while (length < rest.length && rest.at[length] != '*' && rest.at[length] != '?' &&
               rest.at[length] != '{')
            length++;
        piece->text = text_slice(rest, 0, length);
    }
    *at += length;
    return true;
}

bool pattern_captures(struct text pattern, struct text name)
{
    struct piece piece;
    size_t at = 0;

    while (piece_next(pattern, &at, &piece))
        if (piece.kind == PIECE_CAPTURE && text_equal(piece.text, name))
            return true;
    return false;
}

bool template_next(struct text *rest, struct text *part, bool *braced)
{
    size_t end;

    if (!rest->length)
        return false;
    *braced = rest->at[0] == '{' && text_find(*rest, TEXT("}"), 0) != SIZE_MAX;
    if (*braced) {
        end = text_find(*rest, TEXT("}"), 0);
        *part = text_slice(*rest, 1, end);
        *rest = text_slice(*rest, end + 1, rest->length);
        return true;
    }
    end = text_find(*rest, TEXT("{"), 1);
    *part = text_slice(*rest, 0, end);
    *rest = text_slice(*rest, end, rest->length);
    return true;
}

/* Whether a way leads on from PIECE at AT, where ROW tells it for this piece at all later places
 * and the row below it for the next piece. WIDTH is the length of a row. */
static bool pattern_way(const struct piece *piece, struct text path, size_t at, const bool *row,
                        size_t width)
{
    const bool *below = row + width;
    size_t slash;

    switch (piece->kind) {
    case PIECE_TEXT:
        return at + piece->text.length <= path.length && below[at + piece->text.length] &&
               text_starts(text_slice(path, at, path.length), piece->text);
    case PIECE_ANY:
        return at < path.length && path.at[at] != '/' && below[at + 1];
    case PIECE_STAR:
        return below[at] || (at < path.length && path.at[at] != '/' && row[at + 1]);
    case PIECE_CAPTURE:
        return at < path.length && path.at[at] != '/' && (below[at + 1] || row[at + 1]);
    case PIECE_DEEP:
        return below[at] || (at < path.length && row[at + 1]);
    case PIECE_DIRECTORIES:
        slash = at < path.length ? text_find(path, TEXT("/"), at) : SIZE_MAX;
        return below[at] || (slash != SIZE_MAX && row[slash + 1]);
    }
    return false;
}

/* Walks the way that is known to be there and notes the captures. */
static void pattern_walk(const struct piece *pieces, size_t count, struct text path,
                         const bool *ways, struct pair *captures, size_t *capture_count)
{
    size_t width = path.length + 1, at = 0;

    for (size_t i = 0; i < count; i++) {
        const bool *below = ways + (i + 1) * width;
        size_t start = at;

        if (pieces[i].kind == PIECE_TEXT) {
            at += pieces[i].text.length;
        } else if (pieces[i].kind == PIECE_ANY) {
            at++;
        } else {
            bool deep = pieces[i].kind == PIECE_DEEP || pieces[i].kind == PIECE_DIRECTORIES;
            size_t end = deep ? path.length : text_find(path, TEXT("/"), at);

            end = end < path.length ? end : path.length;
            while (!below[end] ||
                   (pieces[i].kind == PIECE_DIRECTORIES && end > start && path.at[end - 1] != '/'))
                end--;
            at = end;
        }
        if (pieces[i].kind == PIECE_CAPTURE)
            captures[(*capture_count)++] =
                (struct pair){pieces[i].text, text_slice(path, start, at)};
    }
}

/* Cuts PATTERN into PIECES, where not NULL, and answers how many there are. */
static size_t pattern_pieces(struct text pattern, struct piece *pieces)
{
    struct piece piece;
    size_t count = 0, at = 0;

    while (piece_next(pattern, &at, &piece)) {
        if (pieces)
            pieces[count] = piece;
        count++;
    }
    return count;
}

/* Places of the path, from LOW up to HIGH. */
struct pattern_range {
    size_t low, high;
};

/* Where a way can lead on from PIECE, if the next piece has ways only from NEXT: false: nowhere. */
static bool pattern_reach(const struct piece *piece, struct text path,
                          const struct pattern_range *next, struct pattern_range *range)
{
    size_t length = piece->kind == PIECE_TEXT ? piece->text.length : 1;

    *range = *next;
    switch (piece->kind) {
    case PIECE_TEXT:
    case PIECE_ANY:
        range->low = next->low > length ? next->low - length : 0;
        range->high = next->high - length;
        return next->high >= length;
    case PIECE_STAR:
    case PIECE_CAPTURE:
        while (range->low && path.at[range->low - 1] != '/')
            range->low--;
        return true;
    case PIECE_DEEP:
    case PIECE_DIRECTORIES:
        range->low = 0;
        return true;
    }
    return false;
}

/* Fills the row of PIECE; RANGE tells where the next one has ways, and then where this one has. */
static bool pattern_fill_row(const struct piece *piece, struct text path, bool *row, size_t width,
                             struct pattern_range *range)
{
    struct pattern_range reach;
    bool found = false;

    memset(row, 0, width);
    if (!pattern_reach(piece, path, range, &reach))
        return false;
    for (size_t at = reach.high + 1; at-- > reach.low;) {
        row[at] = pattern_way(piece, path, at, row, width);
        if (row[at]) {
            range->low = at;
            range->high = found ? range->high : at;
            found = true;
        }
    }
    return found;
}

static bool pattern_fill(const struct piece *pieces, size_t count, struct text path, bool *ways)
{
    size_t width = path.length + 1;
    struct pattern_range range = {path.length, path.length};

    memset(ways + count * width, 0, width);
    ways[count * width + path.length] = true;
    for (size_t i = count; i--;)
        if (!pattern_fill_row(&pieces[i], path, ways + i * width, width, &range))
            return false;
    return ways[0];
}

bool pattern_match(struct text pattern, struct text path, struct arena *arena,
                   struct pair **captures, size_t *count)
{
    bool small[PATTERN_SMALL], *ways = small, found;
    size_t pieces_count = pattern_pieces(pattern, NULL), at = 0;
    struct piece first, *pieces;

    *count = 0;
    if (piece_next(pattern, &at, &first) && first.kind == PIECE_TEXT &&
        !text_starts(path, first.text))
        return false;
    pieces = arena_get(arena, pieces_count * sizeof *pieces);
    pattern_pieces(pattern, pieces);
    if ((pieces_count + 1) * (path.length + 1) > PATTERN_SMALL)
        ways = memory_get((pieces_count + 1) * (path.length + 1));
    found = pattern_fill(pieces, pieces_count, path, ways);
    if (found) {
        *captures = arena_get(arena, pieces_count * sizeof **captures);
        pattern_walk(pieces, pieces_count, path, ways, *captures, count);
    }
    if (ways != small)
        free(ways);
    return found;
}
