/*
 * What libyaml 0.2.5 accepts and Kubernetes' reader refuses, or takes for something else. It is
 * refused here, at the exact place; libyaml has answered by then, so that only the text of what it
 * has found is looked at.
 */
#include "yaml/strict.h"
#include <string.h>

bool strict_escapes(struct build *build, uint32_t start, uint32_t end)
{
    const char *text = build->text.at;

    for (uint32_t i = start; i < end; i++) {
        const char *found = memchr(text + i, '\\', end - i);

        if (!found)
            break;
        i = (uint32_t)(found - text) + 1;
        if (text[i] == '/')
            return build_refuse(build, i - 1, i + 1,
                                "found unknown escape character while parsing a quoted scalar");
    }
    return true;
}

bool strict_flow_plain(struct build *build, uint32_t start, uint32_t end)
{
    const char *found = memchr(build->text.at + start, '?', end - start);
    uint32_t at;

    if (!found)
        return true;
    at = (uint32_t)(found - build->text.at);
    return build_refuse(build, at, at + 1,
                        "found unexpected '?': to Kubernetes it begins a key within [ ] and { }, "
                        "but in quotes");
}

bool strict_flow_tag(struct build *build, uint32_t start, uint32_t end)
{
    const char *text = build->text.at;
    uint32_t from = end;

    if (end >= build->text.length || text[end] != ',')
        return true;
    while (from > start && !strchr(" \t\r\n", text[from - 1]))
        from--;
    return text[from] != '!' ||
           build_refuse(build, end, end + 1,
                        "found unexpected ',': Kubernetes takes it for a part of the tag before "
                        "it");
}

static bool strict_begins_line(struct text text, size_t at)
{
    static const char *const breaks[] = {"\n", "\r", "\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"};
    struct text before = text_slice(text, 0, at);

    for (size_t i = 0; i < sizeof breaks / sizeof *breaks; i++)
        if (text_ends(before, text_of(breaks[i])))
            return true;
    return !at;
}

static bool strict_marks(struct build *build, uint32_t start, uint32_t end)
{
    struct text text = text_slice(build->text, start, end);

    for (size_t at = 0; (at = text_find(text, TEXT(STRICT_MARK), at)) != SIZE_MAX; at += 3)
        if (strict_begins_line(text, at))
            return build_refuse(build, start + (uint32_t)at, start + (uint32_t)at + 3,
                                "found a byte order mark within the document: Kubernetes takes it "
                                "for a part of the text");
    return true;
}

/* In these words: the splitter has put a directive into a document of its own. */
static bool strict_directives(struct build *build, const struct place *place)
{
    uint32_t at = place_skip(place, place->start);

    /* What does not begin its line is none, and refused by libyaml. */
    if (place_byte(place, at) != '%' ||
        (at > place->start && strchr(" \t", place->text.at[at - 1])))
        return true;
    return build_refuse_at(
        build, at, "did not find expected <document start>: Kubernetes reads no directives");
}

/* libyaml collects a run of blanks within a scalar, and wipes the room of the longest at each run
 * behind it. Shorter runs cost nothing; so many bytes that are wiped take a second. */
enum { STRICT_RUN = 4096 };
static const uint64_t strict_wiped_max = 5000000000;

/* Whether the byte may be of a blank. */
static bool strict_may_be_blank(char byte)
{
    return byte && strchr(" \t\r\n\xc2\x85\xe2\x80\xa8\xa9", byte);
}

/* Whether there is a run of blanks that is longer than STRICT_RUN: it covers two bytes that are
 * half as far apart. */
static bool strict_has_run(const struct place *place)
{
    const char *text = place->text.at;
    const uint32_t step = STRICT_RUN / 2;

    for (uint32_t at = place->start; place->end - at > step; at += step) {
        uint32_t stop = at;

        while (stop < at + step && strict_may_be_blank(text[stop]))
            stop++;
        if (stop == at + step)
            return true;
    }
    return false;
}

static bool strict_blanks(struct build *build, const struct place *place)
{
    uint64_t runs = 0, longest = 0;
    uint32_t where = place->start;

    if (!strict_has_run(place))
        return true;
    for (uint32_t at = place->start, from, size; at < place->end; at++) {
        for (from = at; (size = place_blank(place, at)) > 0;)
            at += size;
        if (at == from)
            continue;
        runs++;
        if (at - from > longest) {
            longest = at - from;
            where = from;
        }
    }
    if (longest * runs <= strict_wiped_max)
        return true;
    build->document->too_large = true;
    return build_refuse_at(build, where, "%u blanks in a row, and blanks at %u more places",
                           (unsigned)longest, (unsigned)runs);
}

bool strict_chunk(struct build *build, const struct place *place)
{
    return (place->ascii || strict_marks(build, place->start, place->end)) &&
           strict_directives(build, place) && strict_blanks(build, place);
}
