/*
 * Comments: what is one and what only looks like one, which lines each speaks of, and input that
 * means harm.
 */
#include "support.h"
#include "yaml/comments.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Each comment that begins with "k:" as "line first-last text", those at the top with a "^". */
static const struct {
    const char *text, *expected;
} cases[] = {
    {"", ""},
    {"a: 1\n", ""},
    {"# k: x\n", "^1 2-2 k: x\n"},
    {"a: 1 # k: x\nb: 2\n", "1 1-1 k: x\n"},
    {"a: 1 #k: x\n", "1 1-1 k: x\n"},
    {"a: 1 #   k:  x  \n", "1 1-1 k:  x\n"},
    {"# k: x\na: 1\n", "^1 2-2 k: x\n"},
    {"a:\n  # k: x\n  b: 1\n", "2 3-3 k: x\n"},
    /* Several above one line; a blank line ends them. */
    {"a:\n  # k: x\n  # other\n  # k: y\n  b: 1\n", "2 5-5 k: x\n4 5-5 k: y\n"},
    {"a:\n  # k: x\n\n  b: 1\n", "2 3-3 k: x\n"},
    /* What begins otherwise is another comment, and one within it counts. */
    {"a: 1 # see k: x\n", ""},
    {"a: 1 ## k: x\n", ""},
    {"a: 1 # see # k: x\n", "1 1-1 k: x\n"},
    /* No comments: in plain, quoted and block scalars, and in keys. */
    {"a: b#k: x\n", ""},
    {"a: \"b # k: x\"\n", ""},
    {"a: 'b # k: x'\n", ""},
    {"a: 'b\n  # k: x\n  c'\n", ""},
    {"\"a # k: x\": b\n", ""},
    {"a: |\n  b # k: x\n  # k: y\n", ""},
    {"a: >-\n  # k: x\n\n  # k: y\n", ""},
    {"a: [\"# k: x\", '# k: y', b] # k: z\n", "1 1-1 k: z\n"},
    {"- &x \"# k: x\"\n- *x # k: y\n", "2 2-2 k: y\n"},
    {"? &x \"# k: x\"\n: 1\nb: *x # k: y\n", "3 3-3 k: y\n"},
    {"a: &x {b: \"# k: x\"}\na: *x # k: y\n", "2 2-2 k: y\n"},
    {"a:\n  <<: {b: &x \"# k: x\"}\nc: *x # k: y\n", "3 3-3 k: y\n"},
    {"a:\n  <<: [&x {b: \"# k: x\"}]\nc: {<<: *x, d: 1} # k: y\n", "3 3-3 k: y\n"},
    /* Nor where the key is set again, or by a merge. */
    {"a: |\n  # k: x\na: 1 # k: y\n", "3 3-3 k: y\n"},
    {"a: |\n  # k: x\n<<: {a: 1} # k: y\n", "3 3-3 k: y\n"},
    {"a: {b: [c, \"# k: x\"]}\na:\n  d: 'e\n    # k: y'\na: 1\n", ""},
    /* But around them. */
    {"a: \"b\" # k: x\n", "1 1-1 k: x\n"},
    {"a: [b, # k: x\n  c]\n", "1 1-1 k: x\n"},
    {"a: |\n  b\n# k: x\nc: 1\n", "3 4-4 k: x\n"},
    /* A block scalar is covered with all of its text. */
    {"# k: x\na: |\n  b\n  c\n\nd: 1\n", "^1 2-4 k: x\n"},
    {"a: | # k: x\n  b\n  c\nd: 1\n", "1 1-3 k: x\n"},
    {"a: >2- # k: x\n   b\n", "1 1-2 k: x\n"},
    {"a:\n# k: x\n- |\n  b\n  c\n- d\n", "2 3-5 k: x\n"},
    {"# k: x\na: |\n", "^1 2-2 k: x\n"},
    {"a: 1 # k: x\nb: |\n  c\n", "1 1-1 k: x\n"},
    /* CRLF. */
    {"a: 1 # k: x\r\n# k: y\r\nb: |\r\n  c\r\n  d\r\n", "1 1-1 k: x\n2 3-5 k: y\n"},
    {"a: | # k: x\r\n  # k: y\r\nb: 1\r\n", "1 1-2 k: x\n"},
    /* A lone CR and its like end a line to libyaml, and so the header of a block scalar. */
    {"a: |\r  # k: x\nb: 1 # k: y\n", "2 2-2 k: y\n"},
    {"a: |\xe2\x80\xa8  # k: x\nb: 1 # k: y\n", "2 2-2 k: y\n"},
    /* Documents; the top is what stands above everything. */
    {"# k: w\n---\n# k: x\na: 1\n---\n# k: y\na: 1 # k: z\n",
     "^1 2-2 k: w\n^3 4-4 k: x\n6 7-7 k: y\n7 7-7 k: z\n"},
    {"a: 1\n--- # k: x\nb: 1\n", "2 2-2 k: x\n"},
    {"a: |\n  b\n---\na: 1 # k: x\n", "4 4-4 k: x\n"},
    /* A document that is refused: only the top of the file is certain. */
    {"# k: x\n\na: [ # k: y\nb: 'c # k: z\n", "^1 2-2 k: x\n"},
    {"a: [ # k: y\n", ""},
    /* JSON has none. */
    {"{\"a\": \"# k: x\"}\n", ""},
    {"\xef\xbb\xbf# k: x\na: 1\n", "^1 2-2 k: x\n"},
};

static void write_comments(struct text text, struct buffer *buffer)
{
    struct reading reading;
    struct comments comments;
    struct comment comment;

    reading_init(&reading, text);
    comments_init(&comments, &reading.source, TEXT("k:"));
    while (reading_next(&reading)) {
        comments_enter(&comments, &reading.document);
        while (comments_next(&comments, &comment))
            buffer_print(buffer, "%s%u %u-%u %.*s\n", comment.top ? "^" : "",
                         source_span(&reading.source, comment.start, comment.end).line,
                         comment.first_line, comment.last_line, TEXT_ARGS(comment.text));
    }
    comments_done(&comments);
    reading_done(&reading);
    buffer_add(buffer, TEXT(""));
}

static void finds_comments(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer found = {0};

        write_comments(text_of(cases[i].text), &found);
        if (strcmp(found.at, cases[i].expected))
            print_message("%s", cases[i].text);
        assert_string_equal(found.at, cases[i].expected);
        buffer_done(&found);
    }
}

/* So many comments above one line, then so many in text, take no time to speak of. */
static void bears_many(void **state)
{
    enum { MANY = 200000 };
    struct buffer text = {0}, found = {0};

    (void)state;
    for (size_t i = 0; i < MANY; i++)
        buffer_add(&text, TEXT("# k: x\n"));
    buffer_add(&text, TEXT("a: |\n"));
    for (size_t i = 0; i < MANY; i++)
        buffer_add(&text, TEXT("  # k: x\n"));
    write_comments(buffer_text(&text), &found);
    assert_int_equal(text_find(buffer_text(&found), TEXT("^1 200001-400001 k: x\n"), 0), 0);
    buffer_done(&text);
    buffer_done(&found);
}

/* Nor do as many aliases of one block scalar, however long the line is that it begins on. */
static void bears_aliases(void **state)
{
    enum { MANY = 200000 };
    struct buffer text = {0}, found = {0};

    (void)state;
    buffer_add(&text, TEXT("# k: x\na: &a | # "));
    for (size_t i = 0; i < MANY; i++)
        buffer_add(&text, TEXT("xxxxxxxxxxxxxxxxxxxx"));
    buffer_add(&text, TEXT("\n  # k: y\nb: ["));
    for (size_t i = 0; i < MANY; i++)
        buffer_add(&text, TEXT("*a,"));
    buffer_add(&text, TEXT("] # k: z\n"));
    write_comments(buffer_text(&text), &found);
    assert_string_equal(found.at, "^1 2-3 k: x\n4 4-4 k: z\n");
    buffer_done(&text);
    buffer_done(&found);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_comments),
        cmocka_unit_test(bears_many),
        cmocka_unit_test(bears_aliases),
    };

    return cmocka_run_group_tests_name("comments", tests, NULL, NULL);
}
