/*
 * Text on its way to people, and into XML: what is shown by its number, what is markup.
 */
#include "report/escape.h"
#include "report/xml.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* ATTRIBUTE NULL: the same as XML; XML NULL: the same as PLAIN. */
static const struct {
    struct text text;
    const char *plain, *xml, *attribute;
} cases[] = {
    {{"", 0}, "", NULL, NULL},
    {{"plain \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 15},
     "plain \xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
     NULL,
     NULL},
    {{"a\tb\nc", 5}, "a\tb\nc", NULL, "a&#9;b&#10;c"},
    {{"<a href='x'>&amp;\"", 18},
     "<a href='x'>&amp;\"",
     "&lt;a href='x'&gt;&amp;amp;\"",
     "&lt;a href=&#39;x&#39;&gt;&amp;amp;&quot;"},
    {{"]]>", 3}, "]]>", "]]&gt;", NULL},
    {{"\0\1\x1b[31m\r\x7f", 9}, "\\x00\\x01\\x1b[31m\\x0d\\x7f", NULL, NULL},
    /* C1 controls */
    {{"\xc2\x80\xc2\x85\xc2\x9f\xc2\xa0", 8}, "\\u0080\\u0085\\u009f\xc2\xa0", NULL, NULL},
    /* line separators and marks of direction, and their neighbours */
    {{"\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa\xe2\x80\xae\xe2\x80\xaf", 15},
     "\\u2028\\u2029\\u202a\\u202e\xe2\x80\xaf",
     NULL,
     NULL},
    {{"\xe2\x81\xa5\xe2\x81\xa6\xe2\x81\xa9\xe2\x81\xaa", 12},
     "\xe2\x81\xa5\\u2066\\u2069\xe2\x81\xaa",
     NULL,
     NULL},
    /* no characters: XML 1.0 has no room for U+FFFE and U+FFFF */
    {{"\xef\xbf\xbd\xef\xbf\xbe\xef\xbf\xbf\xf4\x8f\xbf\xbf", 13},
     "\xef\xbf\xbd\\ufffe\\uffff\\u10ffff",
     NULL,
     NULL},
    /* no UTF-8: a surrogate, an overlong NUL, a cut off sequence, a lone byte */
    {{"\xed\xa0\x80", 3}, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", NULL, NULL},
    {{"\xc0\x80", 2}, "\xef\xbf\xbd\xef\xbf\xbd", NULL, NULL},
    {{"\xe2\x82", 2}, "\xef\xbf\xbd\xef\xbf\xbd", NULL, NULL},
    {{"a\xff"
      "b",
      3},
     "a\xef\xbf\xbd"
     "b",
     NULL,
     NULL},
};

static void write_plain(FILE *stream, struct text text)
{
    escape_write(stream, text, NULL);
}

static void write_attribute(FILE *stream, struct text text)
{
    xml_attribute(stream, "n", text);
}

static size_t differs(void (*write)(FILE *, struct text), struct text text, const char *expected)
{
    char *written = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&written, &length);
    bool wrong;

    write(stream, text);
    fclose(stream);
    wrong = length != strlen(expected) || memcmp(written, expected, length) != 0;
    if (wrong)
        print_message("%.*s: %s, expected %s\n", TEXT_ARGS(text), written, expected);
    free(written);
    return wrong;
}

static void writes_what_is_meant(void **state)
{
    size_t wrong = 0;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *xml = cases[i].xml ? cases[i].xml : cases[i].plain;
        struct buffer attribute = {0};

        buffer_print(&attribute, " n=\"%s\"", cases[i].attribute ? cases[i].attribute : xml);
        wrong += differs(write_plain, cases[i].text, cases[i].plain);
        wrong += differs(xml_write, cases[i].text, xml);
        wrong += differs(write_attribute, cases[i].text, attribute.at);
        buffer_done(&attribute);
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_what_is_meant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
