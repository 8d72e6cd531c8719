/*
 * libyaml tells places as counts of characters, takes anchors and tags for a part of the node, and
 * trailing blank lines for a part of a block scalar. Here that becomes the bytes that a person
 * would point at. Only what lies between scalars is looked at as text, so nothing here parses YAML
 * again.
 */
#include "yaml/place.h"
#include <string.h>

static const uint64_t place_high_bits = 0x8080808080808080;

static bool place_is_ascii(struct text text)
{
    uint64_t words[4];
    size_t i = 0;

    /* Every chunk is looked through, so four words at a time. */
    for (; i + sizeof words <= text.length; i += sizeof words) {
        memcpy(words, text.at + i, sizeof words);
        if ((words[0] | words[1] | words[2] | words[3]) & place_high_bits)
            return false;
    }
    for (; i < text.length; i++)
        if (text.at[i] & 0x80)
            return false;
    return true;
}

/* Whether the eight bytes at AT are ASCII. */
static bool place_ascii_word(const char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof word);
    return !(word & place_high_bits);
}

void place_init(struct place *place, struct text text, uint32_t start, uint32_t end)
{
    *place = (struct place){
        .text = text,
        .start = start,
        .end = end,
        .ascii = place_is_ascii(text_slice(text, start, end)),
        .byte = start,
    };
}

static bool place_continues(const struct place *place)
{
    return place->byte < place->end && (place->text.at[place->byte] & 0xc0) == 0x80;
}

uint32_t place_walk(struct place *place, size_t index)
{
    while (place->index + 8 <= index && place->byte + 8 < place->end &&
           place_ascii_word(place->text.at + place->byte)) {
        place->index += 8;
        place->byte += 8;
    }
    for (; place->index < index && place->byte < place->end; place->index++)
        do
            place->byte++;
        while (place_continues(place));
    for (; place->index > index; place->index--)
        do
            place->byte--;
        while (place_continues(place));
    return place->byte;
}

/* libyaml ends lines at NEL, LS and PS too. */
static uint32_t place_wide_break(const struct place *place, uint32_t offset)
{
    struct text rest = text_slice(place->text, offset, place->end);

    if (text_starts(rest, TEXT("\xc2\x85")))
        return 2;
    if (text_starts(rest, TEXT("\xe2\x80\xa8")) || text_starts(rest, TEXT("\xe2\x80\xa9")))
        return 3;
    return 0;
}

uint32_t place_blank(const struct place *place, uint32_t offset)
{
    char byte = place_byte(place, offset);

    if (byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n')
        return 1;
    return byte & 0x80 ? place_wide_break(place, offset) : 0;
}

bool place_is_break(const struct place *place, uint32_t offset)
{
    char byte = place_byte(place, offset);

    return byte == '\n' || byte == '\r' || (byte & 0x80 && place_wide_break(place, offset));
}

uint32_t place_skip(const struct place *place, uint32_t offset)
{
    for (uint32_t size;;) {
        while ((size = place_blank(place, offset)) > 0)
            offset += size;
        if (place_byte(place, offset) != '#')
            return offset;
        while (offset < place->end && !place_is_break(place, offset))
            offset++;
    }
}

static bool place_names_anchor(char byte)
{
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= 'a' && byte <= 'z') || byte == '_' || byte == '-';
}

uint32_t place_skip_properties(const struct place *place, uint32_t offset, int count)
{
    for (; count; count--) {
        char byte = place_byte(place, offset);

        if (byte != '&' && byte != '!')
            break;
        /* &a:b is the anchor a and the scalar :b to libyaml; a tag ends only at a blank. */
        do
            offset++;
        while (offset < place->end && (byte == '&' ? place_names_anchor(place->text.at[offset])
                                                   : !place_blank(place, offset)));
        offset = place_skip(place, offset);
    }
    return offset;
}

uint32_t place_block_end(const struct place *place, uint32_t start, uint32_t end)
{
    uint32_t header = start + 1, first = start, last = end;

    while (header < end && strchr("+-0123456789", place->text.at[header]))
        header++;
    while (first < end && !place_is_break(place, first))
        first++;
    while (last > first && strchr(" \t\r\n", place->text.at[last - 1]))
        last--;
    if (last <= first)
        return header;
    while (last < end && !place_is_break(place, last))
        last++;
    return last;
}

bool place_find_tab(const struct place *place, uint32_t *from, uint32_t end, uint32_t *start)
{
    for (uint32_t at = *from; at < end; at++) {
        char byte = place_byte(place, at);

        if (byte == '#' && (at == place->start || place_blank(place, at - 1))) {
            while (at < end && !place_is_break(place, at))
                at++;
        } else if (byte == '\t') {
            *start = at;
            while (place_byte(place, at) == '\t' || place_byte(place, at) == ' ')
                at++;
            /* Blanks that end a line separate nothing. */
            if (at < place->end && !place_is_break(place, at)) {
                *from = at;
                return true;
            }
        }
    }
    *from = end;
    return false;
}
