/*
 * Documents: the golden file of Kubernetes' own answers, where values stand in the text, what is
 * noted in passing, what is refused and where, and input that means harm.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "support.h"
#include <cmocka.h>

static const struct node *open_text(struct reading *reading, const char *text)
{
    reading_init(reading, text_of(text));
    assert_true(reading_next(reading));
    return reading->document.root;
}

static size_t decode(struct text text, char *to)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t written = 0, count = 0;
    uint32_t bits = 0;

    for (size_t i = 0; i < text.length && text.at[i] != '='; i++) {
        bits = bits << 6 | (uint32_t)(strchr(digits, text.at[i]) - digits);
        count += 6;
        if (count >= 8) {
            count -= 8;
            to[written++] = (char)(bits >> count);
        }
    }
    return written;
}

/* Where krug does not do as kubectl did. ANSWER is what it does instead: one letter for each
 * document, D for a value, S for null, E for a refusal. */
static const struct difference {
    const char *name, *answer, *reason;
} differences[] = {
    {"UTF16LE BOM", "D", "kubectl's FileVisitor transcodes; the golden reader had no such stage"},
    {"sep glued", "DED", "the chunks above and below a separator that is none are worth a look"},
    {"sep with doc text after tab", "DE", "the same"},
    {"flow :", "E", "libyaml refuses it; yaml.md: an error is fine"},
    {"JSON 1E400", "E", "any decoder behind the stream refuses the number"},
};

static char letter(const struct document *document)
{
    return document->error.at ? 'E' : document->root->type == NODE_NULL ? 'S' : 'D';
}

static void check_difference(struct reading *reading, const struct difference *difference)
{
    char got[8] = "";

    for (size_t i = 0; i < 7 && reading_next(reading); i++)
        got[i] = letter(&reading->document);
    if (strcmp(got, difference->answer))
        fail_msg("%s: %s instead of %s", difference->name, got, difference->answer);
}

/* One golden answer against the next document. */
static void check_answer(struct reading *reading, struct text name, struct text answer)
{
    const struct node *value;
    struct reading want;

    if (!reading_next(reading)) {
        fail_msg("%.*s: no document for %.*s", TEXT_ARGS(name), TEXT_ARGS(answer));
    } else if (text_starts(answer, TEXT("DOC "))) {
        value = reading_init_json(&want, text_slice(answer, 4, answer.length));
        if (!reading->document.root || !values_equal(reading->document.root, value))
            fail_msg("%.*s: not %.*s, %.*s", TEXT_ARGS(name), TEXT_ARGS(answer),
                     TEXT_ARGS(reading->document.error));
        reading_done(&want);
    } else if (text_is(answer, "SKIP")) {
        if (letter(&reading->document) != 'S')
            fail_msg("%.*s: not empty", TEXT_ARGS(name));
    } else if (!reading->document.error.at) {
        fail_msg("%.*s: accepted, not %.*s", TEXT_ARGS(name), TEXT_ARGS(answer));
    }
}

static void check_golden(const struct node *item)
{
    struct text name = node_text(node_at(item, "name", NULL));
    struct text input = node_text(node_at(item, "input_b64", NULL));
    const struct node *answers = node_at(item, "kubectl", NULL);
    char *bytes = calloc(1, input.length + 4);
    struct reading reading;

    assert_non_null(bytes);
    reading_init(&reading, (struct text){bytes, decode(input, bytes)});
    for (size_t i = 0; i < sizeof differences / sizeof *differences; i++)
        if (text_is(name, differences[i].name)) {
            check_difference(&reading, &differences[i]);
            answers = NULL;
        }
    for (const struct node *answer = answers ? answers->first : NULL; answer;) {
        struct buffer joined = {0};

        /* A JSON document of more lines is one answer to each. */
        do {
            if (joined.length)
                buffer_byte(&joined, '\n');
            buffer_add(&joined, answer->text);
            answer = answer->next;
        } while (answer && !text_starts(answer->text, TEXT("DOC ")) &&
                 !text_starts(answer->text, TEXT("ERR ")) && !text_is(answer->text, "SKIP"));
        if (joined.length)
            check_answer(&reading, name, buffer_text(&joined));
        if (!answer && !text_starts(buffer_text(&joined), TEXT("ERR ")) && reading_next(&reading))
            fail_msg("%.*s: one document more", TEXT_ARGS(name));
        buffer_done(&joined);
    }
    reading_done(&reading);
    free(bytes);
}

static void test_golden(void **state)
{
    struct reading golden;
    const struct node *list = reading_init_golden(&golden, "documents.json");

    (void)state;
    assert_true(list->count > 150);
    for (const struct node *item = list->first; item; item = item->next)
        check_golden(item);
    reading_done(&golden);
}

static void add_slice(struct buffer *buffer, struct text text, uint32_t start, uint32_t end)
{
    assert_true(start <= end && end <= text.length);
    for (uint32_t i = start; i < end; i++) {
        if (text.at[i] == '\n')
            buffer_add(buffer, TEXT("\\n"));
        else if (text.at[i] == '\r')
            buffer_add(buffer, TEXT("\\r"));
        else
            buffer_byte(buffer, text.at[i]);
    }
}

/* Every node as "KEY: <its text>", with the alias that brought it. */
static void describe(struct buffer *buffer, const struct reading *reading)
{
    struct node_walk walk = node_walk(reading->document.root);
    struct text text = reading->source.text;

    for (; walk.node; node_walk_next(&walk)) {
        const struct node *node = walk.node;

        if (buffer->length)
            buffer_byte(buffer, '\n');
        if (node->key.at) {
            add_slice(buffer, text, node->key_start, node->key_end);
            buffer_add(buffer, TEXT(": "));
        }
        buffer_byte(buffer, '<');
        add_slice(buffer, text, node->start, node->end);
        buffer_byte(buffer, '>');
        if (node->alias_start != NODE_NOWHERE) {
            buffer_add(buffer, TEXT(" by "));
            add_slice(buffer, text, node->alias_start, node->alias_end);
        }
    }
}

static const struct {
    const char *text, *ranges;
} range_cases[] = {
    /* scalars of every style */
    {"x", "<x>"},
    {"a: x y # c\n", "<a: x y>\na: <x y>"},
    {"a: 'x''y'  \nb: \"x\\ty\"\n", "<a: 'x''y'  \\nb: \"x\\ty\">\na: <'x''y'>\nb: <\"x\\ty\">"},
    {"a: x\n  y\n\n  z\n\nb: 1\n",
     "<a: x\\n  y\\n\\n  z\\n\\nb: 1>\na: <x\\n  y\\n\\n  z>\nb: <1>"},
    {"a: |\n  x\n  y\n\n\nb: 1\n", "<a: |\\n  x\\n  y\\n\\n\\nb: 1>\na: <|\\n  x\\n  y>\nb: <1>"},
    {"a: >-\n  x\n\n# c\nb: 1\n", "<a: >-\\n  x\\n\\n# c\\nb: 1>\na: <>-\\n  x>\nb: <1>"},
    {"a: |+  # c\n  x \n \n", "<a: |+  # c\\n  x >\na: <|+  # c\\n  x >"},
    {"a: |2-\nb: |\n", "<a: |2-\\nb: |>\na: <|2->\nb: <|>"},
    {"a: |\n  x", "<a: |\\n  x>\na: <|\\n  x>"},
    {"'a b': 1\n\"c\": 2\n? d\n: 3\n",
     "<'a b': 1\\n\"c\": 2\\n? d\\n: 3>\n'a b': <1>\n\"c\": <2>\nd: <3>"},
    /* nothing where a value should be */
    {"a:\nb: \n", "<a:\\nb:>\na: <>\nb: <>"},
    {"-\n- \n", "<-\\n->\n<>\n<>"},
    {"{a, b : , c: }", "<{a, b : , c: }>\na: <>\nb: <>\nc: <>"},
    {"? a\n? b\n", "<? a\\n? b>\na: <>\nb: <>"},
    {"# c\n", "<>"},
    {"---\n", "<>"},
    /* collections */
    {"a:\n  b:\n  - 1\n  - c: 2\n\n# end\nd: 3\n",
     "<a:\\n  b:\\n  - 1\\n  - c: 2\\n\\n# end\\nd: 3>\na: <b:\\n  - 1\\n  - c: 2>\nb: <- 1\\n  - "
     "c: 2>\n<1>\n"
     "<c: 2>\nc: <2>\nd: <3>"},
    {"a:\n- b\n- c\n", "<a:\\n- b\\n- c>\na: <- b\\n- c>\n<b>\n<c>"},
    {"- - 1\n  - 2\n", "<- - 1\\n  - 2>\n<- 1\\n  - 2>\n<1>\n<2>"},
    {"a: { b: [1, 2 ], c: {} }  # c\n",
     "<a: { b: [1, 2 ], c: {} }>\na: <{ b: [1, 2 ], c: {} }>\nb: <[1, 2 ]>\n<1>\n<2>\nc: <{}>"},
    {"[a: b, {c}]", "<[a: b, {c}]>\n<a: b>\na: <b>\n<{c}>\nc: <>"},
    {"--- # c\na: 1\n", "<a: 1>\na: <1>"},
    /* more than one byte a character, CRLF, other line ends */
    {"\xc3\xa9: \xf0\x9f\x98\x80 x # \xe2\x82\xac\nb: [\"\xc3\xa9\", c]\n",
     "<\xc3\xa9: \xf0\x9f\x98\x80 x # \xe2\x82\xac\\nb: [\"\xc3\xa9\", c]>\n\xc3\xa9: "
     "<\xf0\x9f\x98\x80 x>\n"
     "b: <[\"\xc3\xa9\", c]>\n<\"\xc3\xa9\">\n<c>"},
    {"a: \xe2\x82\xac\xe2\x82\xac\n---\nb: 1",
     "<a: \xe2\x82\xac\xe2\x82\xac>\na: <\xe2\x82\xac\xe2\x82\xac>"},
    {"a: 1\r\nb:\r\n  - |\r\n    x\r\n    y\r\n  - z\r\n",
     "<a: 1\\r\\nb:\\r\\n  - |\\r\\n    x\\r\\n    y\\r\\n  - z>\na: <1>\nb: <- |\\r\\n    x\\r\\n "
     "   y\\r\\n  - z>\n"
     "<|\\r\\n    x\\r\\n    y>\n<z>"},
    {"a: \xe2\x82\xac\r\nb: |\r\n  \xe2\x82\xac\r\n\r\n",
     "<a: \xe2\x82\xac\\r\\nb: |\\r\\n  \xe2\x82\xac>\n"
     "a: <\xe2\x82\xac>\nb: <|\\r\\n  \xe2\x82\xac>"},
    {"a: \xc3\xa9\xc2\x85"
     "b: 2\n",
     "<a: \xc3\xa9\xc2\x85"
     "b: 2>\na: <\xc3\xa9>\nb: <2>"},
    {"a: &x # c\xe2\x80\xa8  1\nb: !!str\xe2\x80\xa9 2\nc: &y\xc2\x85 3\n",
     "<a: &x # c\xe2\x80\xa8  1\\nb: !!str\xe2\x80\xa9 2\\nc: &y\xc2\x85 3>\n"
     "a: <1>\nb: <2>\nc: <3>"},
    {"\xef\xbb\xbf"
     "a: 1\n",
     "<a: 1>\na: <1>"},
    /* anchors and tags */
    {"a: &x 1\nb: !!str 2\nc: &y !t # c\n  d\n",
     "<a: &x 1\\nb: !!str 2\\nc: &y !t # c\\n  d>\na: <1>\nb: <2>\n"
     "c: <d>"},
    {"a: &x\nb: !!str\n", "<a: &x\\nb: !!str>\na: <>\nb: <>"},
    {"a: ! 12\nb: &z ! |\n  x\n", "<a: ! 12\\nb: &z ! |\\n  x>\na: <12>\nb: <|\\n  x>"},
    {"a: &m\n  &k b: 1\n", "<a: &m\\n  &k b: 1>\na: <&k b: 1>\nb: <1>"},
    {"a: !!map &m { b: 1 }\nl: &l\n- &i x\n",
     "<a: !!map &m { b: 1 }\\nl: &l\\n- &i x>\na: <{ b: 1 }>\nb: <1>\n"
     "l: <- &i x>\n<x>"},
    {"a: &x:b\n", "<a: &x:b>\na: <:b>"},
    {"[!!str , &a , b]", "<[!!str , &a , b]>\n<>\n<>\n<b>"},
    /* aliases and merges */
    {"a: &x [1, {b: 2}]\nc: *x\n*x2 : &y 3\n", NULL},
    {"a: &x [1, {b: 2}]\nc: *x\n",
     "<a: &x [1, {b: 2}]\\nc: *x>\na: <[1, {b: 2}]>\n<1>\n<{b: 2}>\nb: <2>\n"
     "c: <[1, {b: 2}]> by *x\n<1> by *x\n<{b: 2}> by *x\nb: <2> by *x"},
    {"a: &x 1\nb: &y [*x]\nc: *y\n",
     "<a: &x 1\\nb: &y [*x]\\nc: *y>\na: <1>\nb: <[*x]>\n<1> by *x\n"
     "c: <[*x]> by *y\n<1> by *y"},
    {"a: &x k\n*x : 1\n", "<a: &x k\\n*x : 1>\na: <k>\n*x: <1>"},
    {"a: &x {p: 1, q: 2}\nb:\n  <<: *x\n  q: 3\n",
     "<a: &x {p: 1, q: 2}\\nb:\\n  <<: *x\\n  q: 3>\n"
     "a: <{p: 1, q: 2}>\np: <1>\nq: <2>\nb: <<<: *x\\n  q: 3>\np: <1> by *x\nq: <3>"},
    {"b:\n  <<: {p: 1}\n", "<b:\\n  <<: {p: 1}>\nb: <<<: {p: 1}>\np: <1>"},
    {"a: &x {p: 1}\nb: {<<: &y {q: [*x]}}\nc: *y\n",
     "<a: &x {p: 1}\\nb: {<<: &y {q: [*x]}}\\nc: *y>\n"
     "a: <{p: 1}>\np: <1>\nb: <{<<: &y {q: [*x]}}>\nq: <[*x]>\n<{p: 1}> by *x\np: <1> by *x\n"
     "c: <{q: [*x]}> by *y\nq: <[*x]> by *y\n<{p: 1}> by *y\np: <1> by *y"},
    /* JSON */
    {" {\"a\": [1, \"x\\n\"],\t\"b\" : null} ",
     "<{\"a\": [1, \"x\\n\"],\t\"b\" : null}>\n\"a\": <[1, \"x\\n\"]>\n"
     "<1>\n<\"x\\n\">\n\"b\": <null>"},
};

static void test_ranges(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof range_cases / sizeof *range_cases; i++) {
        struct reading reading;
        struct buffer buffer = {0};
        const struct node *root = open_text(&reading, range_cases[i].text);

        if (range_cases[i].ranges) {
            assert_non_null(root);
            describe(&buffer, &reading);
            assert_string_equal(buffer.at, range_cases[i].ranges);
        } else {
            assert_null(root);
        }
        buffer_done(&buffer);
        reading_done(&reading);
    }
}

static const struct {
    const char *text;
    const char *values[4]; /* of the documents, as JSON; "" is a refusal */
} value_cases[] = {
    {"", {NULL}},
    {"a: 1\n---\n", {"{\"a\":1}", NULL}},
    {"a: 1\n---\n\n", {"{\"a\":1}", "null", NULL}},
    {"---\n---\n---\n", {"null", "null", NULL}},
    {"a: 1\n--- # c\nb: 2\n", {"{\"a\":1}", "{\"b\":2}", NULL}},
    {"a: 1\n---\xc2\xa0\t\r\nb: 2\n", {"{\"a\":1}", "{\"b\":2}", NULL}},
    {"a: 1\n----\nb: 2\n", {"{\"a\":1}", "", "{\"b\":2}", NULL}},
    {"--- {a: 1}\n", {"", NULL}},
    {"a: [\n---\nb: 2\n", {"", "{\"b\":2}", NULL}},
    {"%YAML 1.1\n---\nb: 2\n", {"", "{\"b\":2}", NULL}},
    {"# c\n%TAG ! x\n", {"", NULL}},
    {"a: |\n  x", {"{\"a\":\"x\\n\"}", NULL}},
    {"---#x\n", {"\"---#x\"", NULL}},
    {"a: 1\n...\nb: 2\n", {"{\"a\":1}", NULL}},
    {"a: 1\n---\n\xef\xbb\xbf"
     "b: 2\nc: 3\n",
     {"{\"a\":1}", "{\"b\":2,\"c\":3}", NULL}},
    {"a: 1\n---\n\xef\xbb\xbf", {"{\"a\":1}", "null", NULL}},
    {"a: x\xef\xbb\xbf\n", {"{\"a\":\"x\xef\xbb\xbf\"}", NULL}},
    {"a: x?y\nb: [\"x?y\", ?z]\n", {"{\"a\":\"x?y\",\"b\":[\"x?y\",{\"z\":null}]}", NULL}},
    {"a: [!!str , !x b, !x &y , &y !x ]\n", {"{\"a\":[\"\",\"b\",\"\",\"\"]}", NULL}},
    {"a: [!x, b]\n", {"", NULL}},
    {"a: {b: !<!x>, c: 1}\n", {"", NULL}},
    {"a: [&x !, b]\n", {"", NULL}},
    /* keys */
    {"a: 1\nb: 2\na: 3\n", {"{\"b\":2,\"a\":3}", NULL}},
    {"1: a\n'1': b\n0x1: c\n", {"{\"1\":\"c\"}", NULL}},
    {"? {a: 1}\n: 2\n", {"", NULL}},
    {"{{ .x }}: 1\n", {"", NULL}},
    {"a: {null: 1}\n", {"", NULL}},
    {"a: &x ~\n*x : 1\n", {"", NULL}},
    {"a: &x [1]\n*x : 1\n", {"", NULL}},
    {"a: &x 1.50\n*x : 1\n&y on: *y\n", {"{\"a\":1.5,\"1.5\":1,\"true\":true}", NULL}},
    {"18446744073709551615: 1\n", {"", NULL}},
    {".inf: 1\n", {"{\".inf\":1}", NULL}},
    {"a: .inf\n", {"", NULL}},
    {"a: &x .inf\n", {"", NULL}},
    {"&x .inf: 1\na: *x\n", {"", NULL}},
    {"k:\n- &x\n!t a: 1\n", {"{\"k\":[null],\"a\":1}", NULL}},
    {"? k\n!t a: 1\n", {"{\"k\":null,\"a\":1}", NULL}},
    {"k: &x\n? ! a\n", {"{\"k\":null,\"a\":null}", NULL}},
    {"k: ! &x\nl: &y !\n", {"{\"k\":\"\",\"l\":\"\"}", NULL}},
    {"a: \"\\/\"\n", {"", NULL}},
    {"a: \"\\\\/\"\nb: '\\/'\n", {"{\"a\":\"\\\\/\",\"b\":\"\\\\/\"}", NULL}},
    /* aliases and merges */
    {"a: &x 1\nb: &x 2\nc: *x\n", {"{\"a\":1,\"b\":2,\"c\":2}", NULL}},
    {"a: &x 1\nb: [*x, &x 2, *x]\n", {"{\"a\":1,\"b\":[1,2,2]}", NULL}},
    {"a: &x\n  b: *x\n", {"", NULL}},
    {"&x a: *x\n", {"{\"a\":\"a\"}", NULL}},
    {"a: *x\n---\na: 1\n", {"", "{\"a\":1}", NULL}},
    {"a: &x 1\n---\nb: *x\n", {"{\"a\":1}", "", NULL}},
    {"{<<: {a: 1, b: 2}, a: 3}", {"{\"b\":2,\"a\":3}", NULL}},
    {"{a: 3, <<: {a: 1, b: 2}}", {"{\"a\":1,\"b\":2}", NULL}},
    {"<<: [{a: 1}, {a: 2, b: 3}]\nc: 4\n", {"{\"b\":3,\"a\":1,\"c\":4}", NULL}},
    {"<<: [{a: 1}, 2]\n", {"", NULL}},
    {"<<: [{a: 1}, [{b: 1}]]\n", {"", NULL}},
    {"<<: []\na: 1\n", {"{\"a\":1}", NULL}},
    {"<<: {<<: {a: 1}, b: 2}\n", {"{\"a\":1,\"b\":2}", NULL}},
    {"<<: x\n", {"", NULL}},
    {"x: &l [{a: 1}]\ny: {<<: *l}\n", {"", NULL}},
    {"!!merge <<: {a: 1}\n", {"{\"a\":1}", NULL}},
    {"- &a {x: 1}\n- {<<: &l [*a]}\n- *l\n", {"[{\"x\":1},{\"x\":1},[{\"x\":1}]]", NULL}},
    {"- &a {x: 1}\n- [[[[{<<: &l [*a]}]]]]\n- *l\n",
     {"[{\"x\":1},[[[[{\"x\":1}]]]],[{\"x\":1}]]", NULL}},
    {"a: &a {x: 1}\nb: {<<: &l [{z: *a}, *a], x: 2}\nc: {<<: *a, l: *l}\n",
     {"{\"a\":{\"x\":1},\"b\":{\"z\":{\"x\":1},\"x\":2},\"c\":{\"x\":1,\"l\":[{\"z\":{\"x\":1}},{"
      "\"x\":1}]}}",
      NULL}},
    {"&x <<: {a: 1}\nb: *x\n*x : 2\n", {"{\"a\":1,\"b\":\"<<\",\"<<\":2}", NULL}},
    {"!!str <<: {a: 1}\n", {"{\"<<\":{\"a\":1}}", NULL}},
    {"'<<': {a: 1}\nb: <<\n", {"{\"<<\":{\"a\":1},\"b\":\"<<\"}", NULL}},
    {"x: &m {a: {p: 1}}\nv: {<<: *m, b: 1}\nz: {<<: *m}\n",
     {"{\"x\":{\"a\":{\"p\":1}},\"v\":{\"a\":{\"p\":1},\"b\":1},\"z\":{\"a\":{\"p\":1}}}", NULL}},
    {"v: {<<: &m {a: 1}, a: 2}\nz: *m\n", {"{\"v\":{\"a\":2},\"z\":{\"a\":1}}", NULL}},
    {"a: &x {b: 1, b: 2}\nc: *x\nd: {<<: *x, b: 3}\n",
     {"{\"a\":{\"b\":2},\"c\":{\"b\":2},\"d\":{\"b\":3}}", NULL}},
    /* JSON */
    {"{\"a\":\"\\ud83d\\ude00\\ud83dx\\udc00\\u00e9\\/\"}",
     {"{\"a\":\"\xf0\x9f\x98\x80\xef\xbf\xbdx\xef\xbf\xbd\xc3\xa9/\"}", NULL}},
    {"{\"a\":\"x\xff\xfey\"}", {"{\"a\":\"x\xef\xbf\xbd\xef\xbf\xbdy\"}", NULL}},
    {"{\"a\":[true,false,null,-1,1.5e3,[],{}]}", {"{\"a\":[true,false,null,-1,1500,[],{}]}", NULL}},
    {"{\"a\":9223372036854775808,\"b\":18446744073709551616}",
     {"{\"a\":9223372036854775808,\"b\":18446744073709551616}", NULL}},
    {"{\"a\":1}\n{\"a\":2}{\"a\":3}", {"{\"a\":1}", "{\"a\":2}", "{\"a\":3}", NULL}},
    {"{\"a\":1}\n null [2] ", {"{\"a\":1}", "null", "[2]", NULL}},
    {"{\"a\":1}\n---\n{\"b\":yes}\n", {"{\"a\":1}", "{\"b\":true}", NULL}},
    {"{\"a\":1,}\n---\n{\"b\":2}\n", {"{\"a\":1}", "{\"b\":2}", NULL}},
    {"{\"a\":1}{\"b\":2}\n---\nc: 3\n", {"{\"a\":1}", "{\"b\":2}", "", NULL}},
    {"{\"a\":01}", {"{\"a\":1}", NULL}},
    {"{\"a\"\n: 1}", {"{\"a\":1}", NULL}},
    {"\t {\"a\":\t1}", {"{\"a\":1}", NULL}},
    {"{\"a\": 1", {"", NULL}},
    {"{\"a\": 1}}", {"{\"a\":1}", "", NULL}},
    {"{\"a\":1e999}", {"", NULL}},
    {"{\"a\":1,\"b\":2,\"a\":3}", {"{\"b\":2,\"a\":3}", NULL}},
    {"{a}", {"", NULL}},
    {"{a: b}", {"{\"a\":\"b\"}", NULL}},
};

static void test_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof value_cases / sizeof *value_cases; i++) {
        struct reading reading, want;
        size_t count = 0;

        reading_init(&reading, text_of(value_cases[i].text));
        for (; value_cases[i].values[count]; count++) {
            const char *value = value_cases[i].values[count];

            if (!reading_next(&reading))
                fail_msg("%s: only %zu documents", value_cases[i].text, count);
            assert_int_equal(reading.document.number, count + 1);
            if (!*value) {
                if (!reading.document.error.at)
                    fail_msg("%s: accepted", value_cases[i].text);
                assert_null(reading.document.root);
                continue;
            }
            if (reading.document.error.at)
                fail_msg("%s: %.*s", value_cases[i].text, TEXT_ARGS(reading.document.error));
            if (!values_equal(reading.document.root, reading_init_json(&want, text_of(value))))
                fail_msg("%s: document %zu is not %s", value_cases[i].text, count + 1, value);
            reading_done(&want);
        }
        if (reading_next(&reading))
            fail_msg("%s: more than %zu documents", value_cases[i].text, count);
        assert_false(reading_next(&reading));
        reading_done(&reading);
    }
}

static const struct {
    const char *text, *notes; /* KIND OFFSET <text>; other: OFFSET */
} note_cases[] = {
    {"a: b\n", ""},
    {"a: 1\nb: {c: 1, c: 2}\na: 2\na: 3\n",
     "duplicate-key 15 <c> other 9\nduplicate-key 21 <a> other 0\nduplicate-key 26 <a> other 0\n"},
    {"1: a\n\"1\": b\n", "duplicate-key 5 <\"1\"> other 0\n"},
    {"a: yes\non: 010\n", "ambiguous-scalar 3 <yes> boolean\nambiguous-scalar 7 <on> boolean\n"
                          "ambiguous-scalar 11 <010> octal\n"},
    {"a: 'yes'\nb: !!str 010\n", ""},
    {"b: &b {x: 1, z: 2}\nc: {x: 9, <<: *b, z: 3}\n",
     "merge 29 <<<>\nmerge-override 29 <x> other 23\n"},
    {"b: {x: 9, <<: {x: 1}, x: 3}\n",
     "merge 10 <<<>\nmerge-override 10 <x> other 4\nduplicate-key 22 <x> other 4\n"},
    {"a: 1\n...\nb: 2 # c\n", "dropped-remainder 9 <b: 2 # c>\n"},
    {"a: 1\n...\n...\n# c\n", ""},
    {"  a:\n- b\n", "dropped-remainder 5 <- b>\n"},
    {"a: 1\r---\rb: 2\r", "dropped-remainder 5 <---\rb: 2>\n"},
    {"\"x\" y\n", "dropped-remainder 4 <y>\n"},
    {"{\"a\":1,}",
     "json-fallback 7 <invalid character '}' looking for beginning of object key string>\n"},
    {"{\"a\":1}\n---\nb: 1\n", ""},
    {"a:\tb\t# c\tc\nd: 'x\ty'\t\ne: [\t\t1]\nf: |\n  a\tb\n#\tc\n",
     "tab 2 <\t>\ntab 4 <\t>\ntab 25 <\t\t>\n"},
    {"a: [\t \tb,\n\t\n\tc]\n", "tab 4 <\t \t>\ntab 12 <\t>\n"},
    {"{\"a\":\t1}", ""},
    /* a second resource, whichever key it begins with */
    {"apiVersion: a\nkind: b\nm: 1\napiVersion: c\nkind: d\nm: 2\n",
     "second-resource 27 <apiVersion> other 0\n"},
    {"kind: b\napiVersion: a\nkind: d\napiVersion: c\nkind: e\n",
     "second-resource 22 <kind> other 0\n"},
    {"a: {b: 1, b: 2}\napiVersion: a\nkind: b\napiVersion: c\nkind: d\n",
     "duplicate-key 10 <b> other 4\nsecond-resource 38 <apiVersion> other 16\n"},
    {"apiVersion: a\nkind: b\napiVersion: c\n", "duplicate-key 22 <apiVersion> other 0\n"},
    {"a: {kind: 1, apiVersion: 2, kind: 3, apiVersion: 4}\n",
     "duplicate-key 28 <kind> other 4\nduplicate-key 37 <apiVersion> other 13\n"},
    {"a: &a {kind: 1, apiVersion: 2}\nkind: 1\napiVersion: 2\n<<: *a\n",
     "merge 53 <<<>\nmerge-override 53 <kind> other 31\nmerge-override 53 <apiVersion> other 39\n"},
    /* aliases and merges */
    {"a: &a x\nb: *a\nc: [*a]\n*a : 1\n",
     "alias 11 <*a> other 6\nalias 18 <*a> other 6\nalias 22 <*a> other 6\n"},
    {"a: &a {x: 1}\nb: {<<: *a}\nc: {<<: [*a, {v: 1}]}\nd: {<<: {z: *a}}\n",
     "merge 17 <<<>\nmerge 29 <<<>\nmerge 51 <<<>\nalias 59 <*a> other 6\n"},
};

static void add_note(struct buffer *buffer, const struct note *note)
{
    buffer_print(buffer, "%s %u <%.*s>", note_kind_name(note->kind), note->start,
                 TEXT_ARGS(note->text));
    if (note->reason)
        buffer_print(buffer, " %s", scalar_ambiguity_name(note->reason));
    if (note->other_start != NODE_NOWHERE)
        buffer_print(buffer, " other %u", note->other_start);
    buffer_byte(buffer, '\n');
}

static void test_notes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof note_cases / sizeof *note_cases; i++) {
        struct buffer buffer = {0};
        struct reading reading;

        reading_init(&reading, text_of(note_cases[i].text));
        while (reading_next(&reading)) {
            assert_null(reading.document.error.at);
            for (const struct note *note = reading.document.notes; note; note = note->next)
                add_note(&buffer, note);
        }
        assert_string_equal(buffer_text(&buffer).at, note_cases[i].notes);
        buffer_done(&buffer);
        reading_done(&reading);
    }
}

/* A NUL is no blank. libyaml refuses one in the document and near to its end. */
static void test_nul(void **state)
{
    struct buffer buffer = {0};
    struct reading reading;

    (void)state;
    buffer_add(&buffer, TEXT("a: 1\n...\n"));
    for (size_t i = 0; i < 100000; i++)
        buffer_byte(&buffer, '\n');
    buffer_add(&buffer, TEXT("\0\0\n"));
    reading_init(&reading, buffer_text(&buffer));
    assert_true(reading_next(&reading));
    assert_non_null(reading.document.notes);
    assert_int_equal(reading.document.notes->kind, NOTE_DROPPED_REMAINDER);
    assert_int_equal(reading.document.notes->end, buffer.length - 1);
    reading_done(&reading);
    buffer_done(&buffer);
    assert_null(open_text(&reading, "a: !!timestamp \"2001-12-14\\01:2:3Z\"\n"));
    assert_non_null(reading.document.error.at);
    reading_done(&reading);
}

/* What a note belongs to. */
static void test_note_nodes(void **state)
{
    struct reading reading;
    const struct node *root = open_text(&reading, "a:\n  on: yes\n  on: 1\n");
    const struct note *note = reading.document.notes;

    (void)state;
    assert_ptr_equal(note->node, node_at(root, "a", NULL));
    assert_true(note->is_key);
    note = note->next;
    assert_false(note->is_key);
    assert_int_equal(note->node->type, NODE_BOOL);
    assert_ptr_equal(note->node->parent, node_at(root, "a", NULL));
    note = note->next->next;
    assert_int_equal(note->kind, NOTE_DUPLICATE_KEY);
    assert_true(note->is_key);
    assert_ptr_equal(note->node, node_at(root, "a", NULL));
    assert_int_equal(node_at(root, "a", NULL)->count, 1);
    assert_int_equal(node_at(root, "a", "true", NULL)->index, 0);
    reading_done(&reading);
}

static const struct {
    const char *text;
    uint32_t start, end;
    const char *error;
} error_cases[] = {
    {"a: [\n", 5, 5, "did not find expected node content while parsing a flow node"},
    {"a: 1\n\tb: 2\n", 5, 6,
     "found a tab character that violates indentation while scanning a plain scalar"},
    {"a: @x\n", 3, 4, "found character that cannot start any token"},
    {"a: b: c\n", 4, 5, "mapping values are not allowed in this context"},
    {"\xc3\xa9: b: c\n", 5, 6, "mapping values are not allowed in this context"},
    {"a: x\x01\n", 4, 5, "control characters are not allowed"},
    {"a: x\xff\n", 4, 5, "invalid leading UTF-8 octet"},
    {"a: \"\xc3\xa9\\/\"\n", 6, 8, "found unknown escape character while parsing a quoted scalar"},
    {"a: *x\n", 3, 5, "unknown anchor 'x' referenced"},
    {"a: &x [*x]\n", 7, 9, "anchor 'x' value contains itself"},
    {"a: !!int b\n", 9, 10, "cannot decode !!str `b` as a !!int"},
    {"# c\n\xef\xbb\xbf"
     "a: 1\n",
     4, 7,
     "found a byte order mark within the document: Kubernetes takes it for a part of the text"},
    {"a:\xc2\x85\xef\xbb\xbf b\n", 4, 7,
     "found a byte order mark within the document: Kubernetes takes it for a part of the text"},
    {"a: [http://x/y?q=1]\n", 14, 15,
     "found unexpected '?': to Kubernetes it begins a key within [ ] and { }, but in quotes"},
    {"a: {b: !x, c: 1}\n", 9, 10,
     "found unexpected ',': Kubernetes takes it for a part of the tag before it"},
    {"null: 1\n", 0, 4, "unsupported map key: null"},
    {"a: .nan\n", 3, 7, "JSON has no number for .nan"},
    {"&x .inf: 1\na: *x\n", 14, 16, "JSON has no number for *x"},
    {"a: {{ .x }}\n", 3, 5, "invalid map key: a map; is this a template that was not rendered?"},
    {"a: 1\n{{ end }}\n", 15, 15,
     "could not find expected ':' while scanning a simple key; is this a template that was not "
     "rendered?"},
    {"{{ .x }}\n", 1, 2,
     "invalid character '{' looking for beginning of object key string; is this a template that "
     "was not rendered?"},
    {"? [a]\n: b\n", 2, 3, "invalid map key: a list"},
    {"a: {<<: 1}\n", 4, 6, "map merge requires map or sequence of maps as the value"},
    {"---b\n", 0, 4, "invalid Yaml document separator: b"},
    {"---  {a: 1} \r\n", 0, 11, "invalid Yaml document separator: {a: 1}"},
    {"# c\n%YAML 1.1\n", 4, 5,
     "did not find expected <document start>: Kubernetes reads no directives"},
    {"# c\r%YAML 1.1\n", 4, 5,
     "did not find expected <document start>: Kubernetes reads no directives"},
    {"\xc2\x85%YAML 1.1\n", 2, 3,
     "did not find expected <document start>: Kubernetes reads no directives"},
    {" %YAML 1.1\n", 1, 2, "found character that cannot start any token"},
    {"{: a}\n", 1, 2, "invalid character ':' looking for beginning of object key string"},
    {"{\"a\": x y: z}\n", 6, 7, "invalid character 'x' looking for beginning of value"},
    {"{\"a\": [1 2], b: c: d}\n", 9, 10, "invalid character '2' after array element"},
    {"{\"a\": nul, b: c: d}\n", 9, 10, "invalid character ',' in literal null (expecting 'l')"},
    {"{\"a\": \"\\x\", b: c: d}\n", 8, 9, "invalid character 'x' in string escape code"},
    {"{\"a\": \"\t\", b: c: d}\n", 7, 8, "invalid character '\\x09' in string literal"},
    {"{\"a\": 1.x, b: c: d}\n", 8, 9,
     "invalid character 'x' after decimal point in numeric literal"},
    {"{\"a\": ", 6, 6, "unexpected end of JSON input"},
    {"{\"a\": 1e999}", 6, 11, "number out of range"},
};

static void test_errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof error_cases / sizeof *error_cases; i++) {
        struct reading reading;

        assert_null(open_text(&reading, error_cases[i].text));
        assert_string_equal(reading.document.error.at, error_cases[i].error);
        assert_int_equal(reading.document.error_start, error_cases[i].start);
        assert_int_equal(reading.document.error_end, error_cases[i].end);
        assert_false(reading.document.too_large);
        assert_null(reading.document.notes);
        reading_done(&reading);
    }
}

static void test_origin(void **state)
{
    static const struct {
        const char *text, *origin;
        uint32_t start, separator;
    } cases[] = {
        {"---\n# Source: a/b.yaml\na: 1\n", "a/b.yaml", 4, 0},
        {"# c\r\n# Source: x y \r\n\r\na: 1\n", "x y", 0, NODE_NOWHERE},
        {"a: 1\n# Source: x\n", NULL, 0, NODE_NOWHERE},
        {"a: |\n  # Source: x\n", NULL, 0, NODE_NOWHERE},
    };
    struct reading reading;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_non_null(open_text(&reading, cases[i].text));
        if (cases[i].origin)
            assert_true(text_is(reading.document.origin, cases[i].origin));
        else
            assert_null(reading.document.origin.at);
        assert_int_equal(reading.document.start, cases[i].start);
        assert_int_equal(reading.document.separator_start, cases[i].separator);
        reading_done(&reading);
    }
    assert_non_null(open_text(&reading, "a: 1\n--- # c\nb: 2\n"));
    assert_int_equal(reading.document.end, 5);
    assert_true(reading_next(&reading));
    assert_int_equal(reading.document.separator_start, 5);
    assert_int_equal(reading.document.separator_end, 13);
    assert_int_equal(reading.document.start, 13);
    assert_int_equal(reading.document.end, 18);
    reading_done(&reading);
}

static struct buffer repeat(const char *before, const char *part, size_t count, const char *after)
{
    struct buffer buffer = {0};

    buffer_add(&buffer, text_of(before));
    for (size_t i = 0; i < count; i++)
        buffer_add(&buffer, text_of(part));
    buffer_add(&buffer, text_of(after));
    return buffer;
}

/* The first document of a text that is long; its error must hold ERROR, or there is none. */
static void check_hostile(struct buffer buffer, const char *error, bool too_large)
{
    struct reading reading;

    reading_init(&reading, buffer_text(&buffer));
    buffer_done(&buffer);
    assert_true(reading_next(&reading));
    if (error && (!reading.document.error.at || !strstr(reading.document.error.at, error)))
        fail_msg("%.*s is not %s", TEXT_ARGS(reading.document.error), error);
    if (!error && reading.document.error.at)
        fail_msg("%.*s", TEXT_ARGS(reading.document.error));
    assert_int_equal(reading.document.too_large, too_large);
    reading_done(&reading);
}

static void test_depth(void **state)
{
    static const char deep[] = "nested more than 1000 levels deep";
    struct buffer buffer = {0};

    (void)state;
    check_hostile(repeat("a: ", "[", 100000, ""), deep, false);
    check_hostile(repeat("a: ", "{a: ", 100000, ""), deep, false);
    check_hostile(repeat("", "- ", 100000, ""), deep, false);
    check_hostile(repeat("{\"a\":", "[", 1000000, ""), deep, false);
    check_hostile(repeat("a: ", "[", 999, ""), "did not find", false);
    for (size_t i = 0; i < 2000; i++) {
        for (size_t j = 0; j < i; j++)
            buffer_byte(&buffer, ' ');
        buffer_add(&buffer, TEXT("a:\n"));
    }
    check_hostile(buffer, deep, false);
    buffer = repeat("- ", "[", 999, "");
    for (size_t i = 0; i < 999; i++)
        buffer_byte(&buffer, ']');
    check_hostile(buffer, NULL, false);
    /* An alias below what is deep already. */
    buffer = repeat("a: &a ", "[", 600, "");
    for (size_t i = 0; i < 600; i++)
        buffer_byte(&buffer, ']');
    buffer_add(&buffer, TEXT("\nb: "));
    for (size_t i = 0; i < 600; i++)
        buffer_byte(&buffer, '[');
    buffer_add(&buffer, TEXT("*a"));
    check_hostile(buffer, deep, false);
}

static struct buffer bomb(int levels, int width)
{
    struct buffer buffer = {0};

    buffer_add(&buffer, TEXT("a0: &a0 [x,x,x,x,x,x,x,x,x]\n"));
    for (int i = 1; i < levels; i++) {
        buffer_print(&buffer, "a%d: &a%d [", i, i);
        for (int j = 0; j < width; j++)
            buffer_print(&buffer, "*a%d,", i - 1);
        buffer_print(&buffer, "]\n");
    }
    return buffer;
}

/* What yaml.md measured against go-yaml itself. */
static struct buffer list_bomb(int length, int aliases)
{
    struct buffer buffer = repeat("a: &a [", "x,", (size_t)length, "]\nb:\n");

    for (int i = 0; i < aliases; i++)
        buffer_print(&buffer, "- *a\n");
    return buffer;
}

static void test_aliases(void **state)
{
    static const char excessive[] = "document contains excessive aliasing";
    struct buffer buffer;

    (void)state;
    check_hostile(bomb(3, 9), NULL, false);
    check_hostile(bomb(4, 9), excessive, false);
    check_hostile(bomb(60, 9), excessive, false);
    check_hostile(bomb(100, 2), excessive, false);
    check_hostile(list_bomb(1000, 110), NULL, false);
    check_hostile(list_bomb(1000, 111), excessive, false);
    check_hostile(list_bomb(200, 199), NULL, false);
    check_hostile(list_bomb(200, 200), excessive, false);
    check_hostile(list_bomb(120, 1000), excessive, false);
    check_hostile(list_bomb(10, 20000), NULL, false);
    buffer = repeat("a: &a {", "", 0, "");
    for (int i = 0; i < 200; i++)
        buffer_print(&buffer, "k%d: v,", i);
    buffer_print(&buffer, "}\nb:\n");
    for (int i = 0; i < 500; i++)
        buffer_print(&buffer, "- <<: *a\n");
    check_hostile(buffer, excessive, false);
}

/* A long text is there once, however often aliases bring it: as a value, below one, as a key, and
 * as keys that merges have to put in order. */
static void test_repeated(void **state)
{
    static const char error[] = "more than 16 MiB of text repeated";
    static const char *const repeats[] = {"*v", "*m", "{*v : 1}", "{<<: *m}"};

    (void)state;
    for (size_t i = 0; i < sizeof repeats / sizeof *repeats; i++) {
        for (int count = 15; count <= 17; count += 2) {
            struct buffer buffer = repeat("v: &v ", "xxxxxxxxxxxxxxxx", 1 << 16, "\nm: &m {? ");

            for (int j = 0; j < 1 << 16; j++)
                buffer_add(&buffer, TEXT("xxxxxxxxxxxxxxxx"));
            buffer_print(&buffer, ": 1}\nl:\n");
            for (int j = 0; j < count; j++)
                buffer_print(&buffer, "- %s\n", repeats[i]);
            check_hostile(buffer, count > 15 ? error : NULL, count > 15);
        }
    }
}

/* Blanks that libyaml wipes at each of those behind them: of every kind, in every scalar. */
static void test_blanks(void **state)
{
    static const char *const forms[][3] = {
        {"a: x", " ", " z"},        {"a: \"x", " ", " z"},           {"a: 'x", "\t", " z"},
        {"a: |\n x", "\n", "\n z"}, {"a: x", "\xe2\x80\xa8 ", " z"}, {"a: x\n", "\r\n", "\n\n z"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct buffer buffer = repeat(forms[i][0], forms[i][1], 100000, "y");

        for (int j = 0; j < 100000; j++)
            buffer_add(&buffer, text_of(forms[i][2]));
        check_hostile(buffer, " blanks in a row, and blanks at ", true);
    }
    /* either alone is fine */
    check_hostile(repeat("a: x", " ", 1000000, "y\n"), NULL, false);
    check_hostile(repeat("a: x", " z", 1000000, "\n"), NULL, false);
}

static void test_large(void **state)
{
    struct buffer buffer = {0};

    (void)state;
    check_hostile(repeat("[", "x,", LOAD_NODES_MAX - 1, "]"), NULL, false);
    check_hostile(repeat("[", "x,", LOAD_NODES_MAX, "]"), "more than 1000000 values", true);
    check_hostile(repeat("{\"a\":[", "1,", LOAD_NODES_MAX, "1]}"), "more than 1000000 values",
                  true);
    buffer = repeat("", "[", 990, "");
    for (int i = 0; i < 200000; i++)
        buffer_add(&buffer, TEXT("x,"));
    check_hostile(buffer, "the depths of its parts add up to more than 100000000", true);
    buffer = (struct buffer){0};
    check_hostile(repeat("a: |\n", "  xxxxxxxxxxxxxxx\n", 1000000, ""), "larger than 16 MiB", true);
    check_hostile(repeat("{\"a\":\"", "xxxxxxxxxxxxxxxxx", 1000000, "\"}"), "larger than 16 MiB",
                  true);
    check_hostile(repeat("", "%TAG !x! y\n", 100000, ""), "directives", false);
    check_hostile(repeat("\xef\xbb\xbf\xef\xbb\xbf", "%TAG !x! y\n", 100000, ""), "directives",
                  false);
    check_hostile(repeat("# c\r", "%TAG !x! y\r", 100000, ""), "directives", false);
    check_hostile(repeat("\xe2\x80\xa8", "%TAG !x! y\n", 100000, ""), "directives", false);
    check_hostile(repeat("---\n", "%TAG !x! y\n", 100000, ""), NULL, false);
    for (int i = 0; i < 999000; i++)
        buffer_print(&buffer, "k%06d: v\n", i);
    check_hostile(buffer, NULL, false);
}

/* The same key again and again, and keys that a filter of lengths and letters cannot tell apart. */
static void test_many_keys(void **state)
{
    struct buffer buffer = repeat("", "a: 1\n", 200000, "");
    struct reading reading;
    const struct node *root;
    size_t notes = 0;

    (void)state;
    for (int i = 0; i < 200000; i++)
        buffer_print(&buffer, "k%06dxxxxxxxxxxx: v\n", i);
    buffer_print(&buffer, "k000001xxxxxxxxxxx: last\n");
    reading_init(&reading, buffer_text(&buffer));
    assert_true(reading_next(&reading));
    root = reading.document.root;
    assert_non_null(root);
    assert_int_equal(root->count, 200001);
    assert_true(text_is(node_text(node_at(root, "k000001xxxxxxxxxxx", NULL)), "last"));
    for (const struct note *note = reading.document.notes; note; note = note->next) {
        assert_int_equal(note->kind, NOTE_DUPLICATE_KEY);
        assert_true(!note->next || note->next->start > note->start);
        notes++;
    }
    /* There are 200,000 of them, and the first are kept. */
    assert_int_equal(notes, LOAD_NOTES_MAX);
    buffer_done(&buffer);
    reading_done(&reading);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden),   cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_values),   cmocka_unit_test(test_notes),
        cmocka_unit_test(test_nul),      cmocka_unit_test(test_note_nodes),
        cmocka_unit_test(test_errors),   cmocka_unit_test(test_origin),
        cmocka_unit_test(test_depth),    cmocka_unit_test(test_aliases),
        cmocka_unit_test(test_blanks),   cmocka_unit_test(test_large),
        cmocka_unit_test(test_repeated), cmocka_unit_test(test_many_keys),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
