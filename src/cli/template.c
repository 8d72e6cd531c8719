/*
 * The files of templates/: what krug writes for its users (policies, rules, completions), kept as
 * files so that they read like what comes out.
 */
#include "cli/template.h"
#include "base/embedded.h"
#include <assert.h>

struct text template_find(const char *path)
{
    for (size_t i = 0; i < embedded_count; i++)
        if (text_is(embedded_files[i].path, path))
            return embedded_files[i].bytes;
    return (struct text){0};
}

static struct text template_word(const struct template_word *words, struct text name)
{
    while (words->name && !text_is(name, words->name))
        words++;
    assert(words->name);
    return words->value;
}

void template_fill(struct buffer *buffer, const char *path, const struct template_word *words)
{
    struct text text = template_find(path);
    size_t at = 0, open;

    assert(text.at);
    while ((open = text_find(text, TEXT("{{"), at)) != SIZE_MAX) {
        size_t close = text_find(text, TEXT("}}"), open);

        assert(close != SIZE_MAX);
        buffer_add(buffer, text_slice(text, at, open));
        buffer_add(buffer, template_word(words, text_slice(text, open + 2, close)));
        at = close + 2;
    }
    buffer_add(buffer, text_slice(text, at, text.length));
}
