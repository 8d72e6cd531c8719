/*
 * What is wrong in an entry of `layout:`, told when the policy is read, so that looking a path up
 * cannot fail for any other reason than a value that a variable does not map.
 */
#include "base/near.h"
#include "policy/layout.h"
#include "policy/pattern.h"

/* The longest path or name with captures, in bytes: no path on disk is longer. */
enum { LAYOUT_MAX = 4096 };
static const char layout_too_long[] = "this is longer than 4096 bytes, which no path on disk is";

static bool layout_is_name(struct text name)
{
    for (size_t i = 0; i < name.length; i++)
        if (!(name.at[i] >= 'a' && name.at[i] <= 'z') && name.at[i] != '_' &&
            !(i && name.at[i] >= '0' && name.at[i] <= '9'))
            return false;
    return name.length > 0;
}

static const char *layout_check_ends(struct arena *arena, struct text pattern)
{
    if (!pattern.length)
        return "a path is empty";
    if (pattern.length > LAYOUT_MAX)
        return layout_too_long;
    if (pattern.at[0] == '/' || text_starts(pattern, TEXT("./")) ||
        text_starts(pattern, TEXT("../")))
        return arena_print(arena,
                           "`%.*s`: a path is relative to the directory that holds .policy/, and "
                           "begins with a name",
                           TEXT_ARGS(pattern))
            .at;
    if (pattern.at[pattern.length - 1] == '/')
        return arena_print(arena,
                           "`%.*s`: this is a directory and matches no file: write `**` behind it",
                           TEXT_ARGS(pattern))
            .at;
    return NULL;
}

/* The capture that stands at START of PATTERN. */
static const char *layout_check_capture(struct arena *arena, struct text pattern, size_t start,
                                        const struct piece *piece, enum piece_kind before)
{
    if (!layout_is_name(piece->text))
        return arena_print(arena,
                           "`{%.*s}` is no name of a capture: it may have a-z, 0-9 and `_`, and "
                           "begins with a letter",
                           TEXT_ARGS(piece->text))
            .at;
    if (pattern_captures(text_slice(pattern, 0, start), piece->text))
        return arena_print(arena, "`{%.*s}` is captured twice", TEXT_ARGS(piece->text)).at;
    if (before == PIECE_CAPTURE)
        return arena_print(arena, "`{%.*s}` needs a text between it and the capture before it",
                           TEXT_ARGS(piece->text))
            .at;
    return NULL;
}

const char *layout_check_path(struct arena *arena, struct text pattern)
{
    const char *wrong = layout_check_ends(arena, pattern);
    enum piece_kind before = PIECE_TEXT;
    struct piece piece;
    size_t at = 0;

    for (size_t start = 0; !wrong && piece_next(pattern, &at, &piece); start = at) {
        if (piece.kind == PIECE_CAPTURE)
            wrong = layout_check_capture(arena, pattern, start, &piece, before);
        else if (piece.kind == PIECE_TEXT && (text_find(piece.text, TEXT("{"), 0) != SIZE_MAX ||
                                              text_find(piece.text, TEXT("}"), 0) != SIZE_MAX))
            wrong =
                arena_print(arena, "`%.*s`: a brace is not closed, or not open", TEXT_ARGS(pattern))
                    .at;
        before = piece.kind;
    }
    return wrong;
}

static const char *layout_check_map(struct arena *arena, struct text name, const struct node *vars)
{
    const struct node *map = node_find(vars, name);
    struct near near;

    near_init(&near, name);
    for (const struct node *var = vars ? vars->first : NULL; !map && var; var = var->next)
        near_offer(&near, var->key);
    if (!map && near.best.at)
        return arena_print(arena, "there is no variable `%.*s`; did you mean `%.*s`?",
                           TEXT_ARGS(name), TEXT_ARGS(near.best))
            .at;
    if (!map)
        return arena_print(arena, "there is no variable `%.*s` in this policy's `vars`",
                           TEXT_ARGS(name))
            .at;
    if (map->type != NODE_MAP)
        return arena_print(arena, "the variable `%.*s` must be a map from captures to names",
                           TEXT_ARGS(name))
            .at;
    for (const struct node *value = map->first; value; value = value->next)
        if (!node_text(value).length)
            return arena_print(arena, "vars.%.*s.%.*s must be a string to stand in a name",
                               TEXT_ARGS(name), TEXT_ARGS(value->key))
                .at;
    return NULL;
}

/* A part of a template in braces: "env" or "env:short_env". */
static const char *layout_check_part(struct arena *arena, struct text pattern, struct text part,
                                     const struct node *vars)
{
    struct text name, rest = part;
    struct piece piece;
    struct near near;
    size_t at = 0;

    text_cut(&rest, ':', &name);
    if (pattern_captures(pattern, name))
        return rest.at ? layout_check_map(arena, rest, vars) : NULL;
    near_init(&near, name);
    while (piece_next(pattern, &at, &piece))
        if (piece.kind == PIECE_CAPTURE)
            near_offer(&near, piece.text);
    if (near.best.at)
        return arena_print(arena, "`path` does not capture {%.*s}; did you mean {%.*s}?",
                           TEXT_ARGS(name), TEXT_ARGS(near.best))
            .at;
    return arena_print(arena, "`path` does not capture {%.*s}", TEXT_ARGS(name)).at;
}

const char *layout_check_template(struct arena *arena, struct text pattern, struct text template,
                                  const struct node *vars)
{
    const char *wrong = NULL;
    struct text rest = template, part;
    bool braced;

    if (template.length > LAYOUT_MAX)
        return layout_too_long;
    while (!wrong && template_next(&rest, &part, &braced)) {
        if (braced)
            wrong = layout_check_part(arena, pattern, part, vars);
        else if (text_find(part, TEXT("{"), 0) != SIZE_MAX ||
                 text_find(part, TEXT("}"), 0) != SIZE_MAX)
            wrong = arena_print(arena, "`%.*s`: a brace is not closed, or not open",
                                TEXT_ARGS(template))
                        .at;
    }
    return wrong;
}
