/*
 * Texts for people, as rules hold them in [[...]] and the tables of commands and options: broken
 * into lines that a terminal shows whole, with their paragraphs, lists and samples kept.
 */
#include "cli/prose.h"
#include "report/report.h"

/* The next word of *REST; false where there is none. */
static bool prose_word(struct text *rest, struct text *word)
{
    size_t length = 0;

    *rest = text_trim(*rest);
    while (length < rest->length && rest->at[length] != ' ' && rest->at[length] != '\n' &&
           rest->at[length] != '\t')
        length++;
    *word = text_slice(*rest, 0, length);
    *rest = text_slice(*rest, length, rest->length);
    return length > 0;
}

void prose_wrap(FILE *stream, struct text text, size_t margin)
{
    struct text word;
    size_t column = margin;

    while (prose_word(&text, &word)) {
        size_t width = utf8_count(word);

        if (column > margin && column + 1 + width > PROSE_WIDTH) {
            fprintf(stream, "\n%*s", (int)margin, "");
            column = margin;
        } else if (column > margin) {
            fputc(' ', stream);
            column++;
        }
        report_print(stream, word);
        column += width;
    }
    fputc('\n', stream);
}

static size_t prose_indentation(struct text line)
{
    size_t count = 0;

    while (count < line.length && line.at[count] == ' ')
        count++;
    return count;
}

/* The indentation that all lines but the first share: [[ stands before the first. */
static size_t prose_shared(struct text text)
{
    struct text line;
    size_t shared = SIZE_MAX;

    text_cut(&text, '\n', &line);
    while (text_cut(&text, '\n', &line))
        if (text_trim(line).length && prose_indentation(line) < shared)
            shared = prose_indentation(line);
    return shared == SIZE_MAX ? 0 : shared;
}

/* The next line of *REST without the SHARED indentation. */
static bool prose_line(struct text *rest, size_t shared, struct text *line)
{
    if (!text_cut(rest, '\n', line))
        return false;
    if (prose_indentation(*line) >= shared)
        *line = text_slice(*line, shared, line->length);
    if (!text_trim(*line).length)
        *line = (struct text){"", 0};
    return true;
}

static bool prose_is_item(struct text line)
{
    return text_starts(line, TEXT("- ")) || text_starts(line, TEXT("* "));
}

/* Prints the paragraph or item that was gathered and begins a new one. */
static void prose_flush(FILE *stream, struct buffer *words, size_t margin)
{
    struct text text = buffer_text(words);

    if (text.length) {
        fprintf(stream, "%*s", (int)margin, "");
        if (prose_is_item(text)) {
            fputs("- ", stream);
            text = text_slice(text, 2, text.length);
            margin += 2;
        }
        prose_wrap(stream, text, margin);
    }
    words->length = 0;
}

static void prose_sample(FILE *stream, struct text line, size_t margin)
{
    fprintf(stream, "%*s", (int)margin, "");
    report_print(stream, line);
    fputc('\n', stream);
}

void prose_print(FILE *stream, struct text text, size_t margin)
{
    size_t shared = prose_shared(text);
    struct buffer words = {0};
    struct text line;

    while (prose_line(&text, shared, &line)) {
        bool sample = prose_indentation(line) >= 4;

        if (!line.length || sample || prose_is_item(line))
            prose_flush(stream, &words, margin);
        if (sample) {
            prose_sample(stream, line, margin);
        } else if (line.length) {
            buffer_add(&words, line);
            buffer_byte(&words, '\n');
        } else {
            fputc('\n', stream);
        }
    }
    prose_flush(stream, &words, margin);
    buffer_done(&words);
}

void prose_markdown(FILE *stream, struct text text)
{
    size_t shared = prose_shared(text);
    struct text line;

    while (prose_line(&text, shared, &line)) {
        report_print(stream, line);
        fputc('\n', stream);
    }
}
