/*
 * The only file that knows libyaml. A fresh parser reads one chunk as events, and these become the
 * tree as they come; yaml_parser_load is never used: it recurses, knows no merges and refuses what
 * Kubernetes takes.
 *
 * Nothing is read behind the first document of a chunk, as Kubernetes does. What libyaml accepts
 * and go-yaml v2 does not is refused (strict.c); what libyaml alone refuses stays refused.
 */
#include "base/memory.h"
#include "yaml/build.h"
#include "yaml/place.h"
#include "yaml/strict.h"
#include <assert.h>
#include <math.h>
#include <string.h>
#include <yaml.h>

struct reader {
    yaml_parser_t parser;
    yaml_event_t event;
    struct build *build;
    struct place place;
    bool tabs, done;
    uint32_t gap; /* behind the last scalar: from here on tabs are looked for */
    uint32_t flow_depth;
    uint64_t flow_work; /* libyaml walks every open flow level for every token */
};

/* MARK is where libyaml says that it begins, with its anchor and tag. */
struct range {
    uint32_t mark, start, end;
};

static void reader_find_tabs(struct reader *reader, uint32_t end)
{
    uint32_t start;

    while (place_find_tab(&reader->place, &reader->gap, end, &start))
        build_note(reader->build, NOTE_TAB, start, reader->gap);
}

/* The range of an empty value: behind its indicator, or behind a key that has none. libyaml tells
 * the place of the next token for some. */
static void reader_empty_range(struct reader *reader, struct range *range)
{
    struct build_frame *frame = build_top(reader->build);
    uint32_t colon;

    range->start = range->end;
    if (range->mark < range->end)
        return;
    if (!frame) {
        range->start = range->end = reader->build->document->start;
    } else if (frame->due) {
        colon = place_skip(&reader->place, frame->end);
        range->start = range->end =
            colon < range->end && place_byte(&reader->place, colon) == ':' ? colon + 1 : frame->end;
    }
}

static struct range reader_scalar_range(struct reader *reader)
{
    const yaml_event_t *event = &reader->event;
    yaml_scalar_style_t style = event->data.scalar.style;
    struct range range;
    uint32_t stop;

    range.start = range.mark = place_offset(&reader->place, event->start_mark.index);
    range.end = stop = place_offset(&reader->place, event->end_mark.index);
    if (style == YAML_PLAIN_SCALAR_STYLE && !event->data.scalar.length) {
        reader_empty_range(reader, &range);
    } else {
        char byte = place_byte(&reader->place, range.start);

        if (byte == '&' || byte == '!')
            range.start = place_skip_properties(&reader->place, range.start, 2);
        if (style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE)
            range.end = place_block_end(&reader->place, range.start, range.end);
    }
    if (reader->tabs) {
        reader_find_tabs(reader, range.start);
        reader->gap = stop > range.start ? stop : range.start;
    }
    return range;
}

/* The tag of a scalar, the lone ! included, which libyaml drops but which makes a string of
 * anything. */
static const char *reader_tag(struct reader *reader, struct range range)
{
    const char *tag = (const char *)reader->event.data.scalar.tag;
    uint32_t at = range.mark, end = place_offset(&reader->place, reader->event.end_mark.index);

    if (tag || at == range.start)
        return tag;
    if (place_byte(&reader->place, at) == '&')
        at = place_skip_properties(&reader->place, at, 1);
    /* Behind the end stands what belongs to the next node. */
    return at < end && place_byte(&reader->place, at) == '!' ? "!" : NULL;
}

static void reader_note_scalar(struct reader *reader, struct range range, struct text text,
                               const struct node *node, bool is_key)
{
    enum ambiguity reason = scalar_ambiguity(text);
    struct note *note;

    if (reason == AMBIGUITY_NONE)
        return;
    note = build_note(reader->build, NOTE_AMBIGUOUS_SCALAR, range.start, range.end);
    note->reason = reason;
    note->is_key = is_key;
    note->node = node;
}

static struct text reader_text(struct reader *reader)
{
    return arena_copy(reader->build->arena,
                      (struct text){(const char *)reader->event.data.scalar.value,
                                    reader->event.data.scalar.length});
}

/* Whether the key is the merge key: go-yaml asks for the value and either no tag or its own. */
static bool reader_is_merge(const struct reader *reader, struct text text)
{
    const yaml_event_t *event = &reader->event;

    return text.length == 2 && !memcmp(text.at, "<<", 2) &&
           (event->data.scalar.plain_implicit ||
            (event->data.scalar.tag &&
             !strcmp((const char *)event->data.scalar.tag, "tag:yaml.org,2002:merge")));
}

/* A key from NODE, which holds what its TEXT was resolved to. */
static bool reader_add_key(struct reader *reader, struct range range, const struct node *node,
                           struct text text, enum node_style style)
{
    const char *error = NULL;
    struct text key = scalar_key(reader->build->arena, node, text, &error);

    if (error)
        return build_refuse(reader->build, range.start, range.end, "%s", error);
    return build_key(reader->build, key, range.start, range.end, style);
}

/* What is neither tagged nor plain, or plain but a string to everybody: nearly all scalars. */
static bool reader_is_string(const struct reader *reader, struct text text, const char *tag)
{
    return !tag &&
           (reader->event.data.scalar.style != YAML_PLAIN_SCALAR_STYLE || scalar_is_string(text));
}

/* Resolves the scalar into NODE. PARENT: the map that it is a key of; NULL: it is a value. */
static bool reader_resolve(struct reader *reader, struct range range, struct text text,
                           const char *tag, struct node *node, const struct node *parent)
{
    bool plain = reader->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    const char *error = scalar_resolve(reader->build->arena, node, text, plain, tag);

    if (error)
        return build_refuse(reader->build, range.start, range.end, "%s", error);
    if (plain && !tag)
        reader_note_scalar(reader, range, text, parent ? parent : node, parent != NULL);
    return true;
}

/* The node of a key with an anchor, which aliases may ask for. */
static struct node *reader_key_node(struct reader *reader, struct range range, struct text text)
{
    struct node *node = build_node(reader->build, range.start);

    if (!node)
        return NULL;
    node->end = range.end;
    node->style = (uint8_t)(reader->event.data.scalar.style - 1);
    node->type = NODE_STRING;
    node->text = text;
    expand_anchor(reader->build, (const char *)reader->event.data.scalar.anchor, node);
    return node;
}

static bool reader_key(struct reader *reader, struct range range, struct text text, const char *tag)
{
    bool anchored = reader->event.data.scalar.anchor != NULL;
    enum node_style style = (enum node_style)(reader->event.data.scalar.style - 1);
    struct build *build = reader->build;
    struct node local, *node = anchored ? reader_key_node(reader, range, text) : &local;

    if (!node)
        return false;
    if (reader_is_merge(reader, text)) {
        struct note *note = build_note(build, NOTE_MERGE, range.start, range.end);

        note->is_key = true;
        note->node = build_top(build)->node;
        return build_key(build, (struct text){0}, range.start, range.end, style);
    }
    if (!expand_step(build, range.start))
        return false;
    if (!anchored && reader_is_string(reader, text, tag))
        return build_key(build, text, range.start, range.end, style);
    return reader_resolve(reader, range, text, tag, node, build_top(build)->node) &&
           reader_add_key(reader, range, node, text, style);
}

/* Infinity may be a key, and an alias can make a value of it. */
static bool reader_check_number(struct reader *reader, struct range range, const struct node *node)
{
    struct text text = build_quote(reader->build, range.start, range.end);

    return node->type != NODE_FLOAT || isfinite(node->number) ||
           build_refuse(reader->build, range.start, range.end, "JSON has no number for %.*s",
                        TEXT_ARGS(text));
}

static bool reader_value(struct reader *reader, struct range range, struct text text,
                         const char *tag)
{
    const char *name = (const char *)reader->event.data.scalar.anchor;
    struct build *build = reader->build;
    struct node *node = build_value(build, range.start);

    if (!node || !expand_step(build, range.start))
        return false;
    node->end = range.end;
    node->style = (uint8_t)(reader->event.data.scalar.style - 1);
    if (reader_is_string(reader, text, tag)) {
        node->type = NODE_STRING;
        node->text = text;
    } else if (!reader_resolve(reader, range, text, tag, node, NULL)) {
        return false;
    }
    if (!reader_check_number(reader, range, node))
        return false;
    if (name)
        expand_anchor(build, name, node);
    build_ends(build, range.end);
    return true;
}

/* Whether go-yaml v2 takes the scalar for the same. */
static bool reader_check_scalar(struct reader *reader, struct range range, const char *tag)
{
    yaml_scalar_style_t style = reader->event.data.scalar.style;

    if (style == YAML_DOUBLE_QUOTED_SCALAR_STYLE)
        return strict_escapes(reader->build, range.start, range.end);
    if (style != YAML_PLAIN_SCALAR_STYLE || !reader->flow_depth)
        return true;
    return range.start < range.end || !tag
               ? strict_flow_plain(reader->build, range.start, range.end)
               : strict_flow_tag(reader->build, range.mark, range.end);
}

static bool reader_scalar(struct reader *reader)
{
    struct range range = reader_scalar_range(reader);
    const char *tag = reader_tag(reader, range);
    struct text text = reader_text(reader);

    if (!reader_check_scalar(reader, range, tag))
        return false;
    return build_wants_key(reader->build) ? reader_key(reader, range, text, tag)
                                          : reader_value(reader, range, text, tag);
}

/* Whether NODE is what a << merges: it has a place for its key, and none to keep it. */
static bool reader_is_merged(const struct node *node)
{
    return node && !node->key.at && node->key_start != NODE_NOWHERE;
}

/* NODE: the value that the alias became; NULL: it is a key. */
static void reader_note_alias(struct reader *reader, struct range range,
                              const struct build_anchor *anchor, const struct node *node)
{
    struct note *note;

    if (node && (reader_is_merged(node) ||
                 (reader_is_merged(node->parent) && node->parent->type == NODE_LIST)))
        return;
    note = build_note(reader->build, NOTE_ALIAS, range.start, range.end);
    note->other_start = anchor->node->start;
    note->other_end = anchor->node->end;
    note->node = node;
}

static bool reader_alias(struct reader *reader)
{
    const char *name = (const char *)reader->event.data.alias.anchor;
    struct build *build = reader->build;
    struct range range;
    struct build_anchor *anchor;
    struct node *node;

    range.start = range.mark = place_offset(&reader->place, reader->event.start_mark.index);
    range.end = place_offset(&reader->place, reader->event.end_mark.index);
    anchor = expand_find(build, name, range.start, range.end);
    if (!anchor || !expand_step(build, range.start) ||
        !expand_count(build, anchor->cost, range.start))
        return false;
    if (build_wants_key(build)) {
        reader_note_alias(reader, range, anchor, NULL);
        return reader_add_key(reader, range, anchor->node,
                              text_slice(build->text, range.start, range.end),
                              (enum node_style)anchor->node->style);
    }
    node = build_value(build, range.start);
    if (!node || !expand_copy(build, node, anchor->node, range.start, range.end) ||
        !reader_check_number(reader, range, node))
        return false;
    reader_note_alias(reader, range, anchor, node);
    build_ends(build, range.end);
    return true;
}

/* A map where a key should be is what an unfilled {{ template }} looks like. */
static bool reader_refuse_key(struct reader *reader, uint32_t start)
{
    struct build_frame *frame = build_top(reader->build);
    bool is_map = reader->event.type == YAML_MAPPING_START_EVENT;

    if (is_map && frame->node->style == STYLE_FLOW && frame->node->start + 1 == start)
        return build_refuse(reader->build, frame->node->start, start + 1,
                            "invalid map key: a map" BUILD_TEMPLATE);
    return build_refuse_at(reader->build, start, "invalid map key: a %s", is_map ? "map" : "list");
}

static bool reader_open(struct reader *reader)
{
    const yaml_event_t *event = &reader->event;
    bool is_map = event->type == YAML_MAPPING_START_EVENT;
    const yaml_char_t *name =
        is_map ? event->data.mapping_start.anchor : event->data.sequence_start.anchor;
    const yaml_char_t *tag =
        is_map ? event->data.mapping_start.tag : event->data.sequence_start.tag;
    bool flow = is_map ? event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
                       : event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
    uint32_t start = place_offset(&reader->place, event->start_mark.index);
    struct build *build = reader->build;
    struct build_frame *frame = build_top(build);
    struct build_anchor *anchor = NULL;
    struct node *node;

    if (name || tag)
        start = place_skip_properties(&reader->place, start, (name != NULL) + (tag != NULL));
    if (build_wants_key(build))
        return reader_refuse_key(reader, start);
    /* The list of a merge is walked by go-yaml, not decoded. */
    if ((is_map || !frame || !frame->due || frame->due->key.at) && !expand_step(build, start))
        return false;
    node = build_value(build, start);
    if (!node)
        return false;
    node->type = is_map ? NODE_MAP : NODE_LIST;
    node->style = flow ? STYLE_FLOW : STYLE_BLOCK;
    reader->flow_depth += flow;
    if (name) {
        anchor = expand_anchor(build, (const char *)name, node);
        if (!is_map && reader_is_merged(node))
            frame->named = true;
    }
    return build_open(build, node, anchor);
}

static bool reader_close(struct reader *reader)
{
    const struct build_frame *frame = build_top(reader->build);
    const struct node *node;
    uint32_t end = NODE_NOWHERE;
    char bracket;

    assert(frame);
    node = frame->node;
    bracket = place_byte(&reader->place, node->start);
    reader->flow_depth -= node->style == STYLE_FLOW;
    /* [a: b] holds a flow map without brackets. */
    if (node->style == STYLE_FLOW && bracket == (node->type == NODE_MAP ? '{' : '['))
        end = place_offset(&reader->place, reader->event.end_mark.index);
    return build_close(reader->build, end);
}

/* What stands behind the first document is read by nobody: neither libyaml nor Kubernetes. */
static void reader_end(struct reader *reader)
{
    const struct place *place = &reader->place;
    uint32_t rest = place_skip(place, place_offset(&reader->place, reader->event.end_mark.index));
    uint32_t end = place->end;

    reader->done = true;
    if (reader->tabs)
        reader_find_tabs(reader, rest);
    for (uint32_t at = rest; at + 3 <= place->end && !memcmp(place->text.at + at, "...", 3) &&
                             (at + 3 == place->end || place_blank(place, at + 3));
         at = rest)
        rest = place_skip(place, at + 3);
    while (end > rest && place_blank(place, end - 1))
        end--;
    if (rest < end)
        build_note(reader->build, NOTE_DROPPED_REMAINDER, rest, end);
}

/* Whether the line that AT lies on, or ends, holds {{, as templates do. */
static bool reader_is_template(const struct reader *reader, uint32_t at)
{
    const struct place *place = &reader->place;
    uint32_t start, end;

    if (at > place->start && place_byte(place, at - 1) == '\n')
        at--;
    for (start = at; start > place->start && place_byte(place, start - 1) != '\n'; start--)
        continue;
    for (end = at; end < place->end && place_byte(place, end) != '\n'; end++)
        continue;
    return text_find(text_slice(place->text, start, end), TEXT("{{"), 0) != SIZE_MAX;
}

/* libyaml's own words, which are those that kubectl shows. */
static bool reader_fail(struct reader *reader)
{
    const yaml_parser_t *parser = &reader->parser;
    const char *context = parser->context;
    uint32_t at;

    if (parser->error == YAML_MEMORY_ERROR)
        memory_out();
    if (parser->error == YAML_READER_ERROR) {
        at = reader->place.start + (uint32_t)parser->problem_offset;
        return build_refuse_at(reader->build, at, "%s", parser->problem);
    }
    at = place_offset(&reader->place, parser->problem_mark.index);
    if (context && !strcmp(context, "while scanning for the next token"))
        context = NULL;
    return build_refuse_at(reader->build, at, "%s%s%s%s", parser->problem, context ? " " : "",
                           context ? context : "",
                           reader_is_template(reader, at) ? BUILD_TEMPLATE : "");
}

static bool reader_event(struct reader *reader)
{
    reader->flow_work += reader->flow_depth;
    if (reader->flow_work > LOAD_FLOW_MAX) {
        reader->build->document->too_large = true;
        return build_refuse_at(reader->build,
                               place_offset(&reader->place, reader->event.start_mark.index),
                               "too much in nested [ ] and { }: the depths of its parts add up to "
                               "more than %d",
                               LOAD_FLOW_MAX);
    }
    switch (reader->event.type) {
    case YAML_SCALAR_EVENT:
        return reader_scalar(reader);
    case YAML_ALIAS_EVENT:
        return reader_alias(reader);
    case YAML_MAPPING_START_EVENT:
    case YAML_SEQUENCE_START_EVENT:
        return reader_open(reader);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        return reader_close(reader);
    case YAML_DOCUMENT_START_EVENT:
        return expand_step(reader->build, reader->place.start);
    case YAML_DOCUMENT_END_EVENT:
        reader_end(reader);
        return true;
    case YAML_STREAM_END_EVENT:
        reader->done = true;
        return true;
    default:
        return true;
    }
}

bool yaml_read(struct build *build, const struct chunk *chunk)
{
    uint32_t start = chunk->start;
    struct reader reader = {.build = build};
    size_t length;
    bool good = true;

    /* libyaml, told the encoding, would count it as a column of the first line. */
    if (text_starts(text_slice(build->text, start, chunk->end), TEXT(STRICT_MARK)))
        start += sizeof STRICT_MARK - 1;
    length = chunk->end - start;
    place_init(&reader.place, build->text, start, chunk->end);
    if (!strict_chunk(build, &reader.place))
        return false;
    reader.gap = start;
    reader.tabs = memchr(build->text.at + start, '\t', length) != NULL;
    if (!yaml_parser_initialize(&reader.parser))
        memory_out();
    /* Kubernetes ends the last line where the file does not; the byte for it is behind the text. */
    if (chunk->end == build->text.length && (!length || build->text.at[chunk->end - 1] != '\n'))
        length++;
    yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader.parser, (const unsigned char *)build->text.at + start,
                                 length);
    while (good && !reader.done) {
        if (!yaml_parser_parse(&reader.parser, &reader.event)) {
            good = reader_fail(&reader);
        } else {
            good = reader_event(&reader);
            yaml_event_delete(&reader.event);
        }
    }
    yaml_parser_delete(&reader.parser);
    return good;
}
