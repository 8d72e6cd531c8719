/*
 * A finding in words: message, related places and fix in one text, the same for every format that
 * has no fields for them.
 */
#include "report/words.h"

void words_hiding(struct buffer *buffer, const struct hiding *hiding)
{
    buffer_add(buffer, text_of(hiding_name(hiding->kind)));
    if (hiding->owner.length) {
        buffer_add(buffer, TEXT(" of "));
        buffer_add(buffer, hiding->owner);
    }
    if (hiding->until.length) {
        buffer_add(buffer, TEXT(" until "));
        buffer_add(buffer, hiding->until);
    }
    if (hiding->reason.length) {
        buffer_add(buffer, TEXT(": "));
        buffer_add(buffer, hiding->reason);
    }
}

void words_prose(struct buffer *buffer, struct text text)
{
    struct text line;
    bool first = true;

    text = text_trim(text);
    while (text_cut(&text, '\n', &line)) {
        if (!first)
            buffer_byte(buffer, '\n');
        buffer_add(buffer, text_trim(line));
        first = false;
    }
}

bool words_is_web(struct text link)
{
    return text_starts(link, TEXT("https://")) || text_starts(link, TEXT("http://"));
}

uint32_t words_line(uint32_t line)
{
    return line ? line : 1;
}

void words_place(struct buffer *buffer, const struct report_style *style, struct text file,
                 struct span span)
{
    struct arena arena = {0};

    buffer_add(buffer, report_top_path(&arena, style, file));
    if (span.line)
        buffer_print(buffer, ":%u", span.line);
    if (span.line && span.column)
        buffer_print(buffer, ":%u", span.column);
    arena_done(&arena);
}

void words_finding(struct buffer *buffer, const struct report_style *style,
                   const struct finding *finding, const char *separator)
{
    buffer_add(buffer, finding->message);
    for (size_t i = 0; i < finding->related_count; i++) {
        const struct related *related = &finding->related[i];

        buffer_add(buffer, text_of(separator));
        words_place(buffer, style, related->file, related->span);
        buffer_add(buffer, TEXT(": "));
        buffer_add(buffer, related->message);
    }
    if (finding->fix.length) {
        buffer_add(buffer, text_of(separator));
        buffer_add(buffer, TEXT("fix: "));
        words_prose(buffer, finding->fix);
    }
}

void words_hidden_by(struct buffer *buffer, const struct report_style *style,
                     const struct hiding *hiding)
{
    words_hiding(buffer, hiding);
    buffer_add(buffer, TEXT(" ("));
    words_place(buffer, style, hiding->file, (struct span){hiding->line, 0, 0, 0});
    buffer_byte(buffer, ')');
}
