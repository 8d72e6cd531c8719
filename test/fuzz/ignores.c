/*
 * Comments and ignores in a manifest. What is told to be a comment must be none of the document's
 * content: with other words in its place the tree is the same. Ignores must have lines that exist.
 */
#include "policy/ignores.h"
#include "fuzz.h"
#include <stdlib.h>
#include <string.h>

/* A policy with a workload of its own, whose pod template may have the annotation. */
static const struct chain *workloads(void)
{
    static struct workload_kind kind = {
        .group = {"x.io", 4}, .kind = {"Rollout", 7}, .template = {"spec.pods", 9}};
    static struct policy policy = {.workloads = &kind, .workload_count = 1};
    static const struct policy *policies[] = {&policy};
    static const struct chain chain = {.policies = policies, .count = 1};

    return &chain;
}

/* Where the document stops being read: what is dropped behind it nobody can tell from comments. */
static uint32_t read_end(const struct document *document)
{
    for (const struct note *note = document->notes; note; note = note->next)
        if (note->kind == NOTE_DROPPED_REMAINDER)
            return note->start;
    return document->root ? document->end : 0;
}

static void check_comment(struct source *source, const struct document *document,
                          const struct comment *comment)
{
    FUZZ_CHECK(comment->start < comment->end && comment->end <= source->text.length);
    FUZZ_CHECK(source->text.at[comment->start] == '#');
    FUZZ_CHECK(comment->end <= document->end || !document->root);
    FUZZ_CHECK(comment->text.at >= source->text.at + comment->start &&
               comment->text.at + comment->text.length <= source->text.at + comment->end);
    FUZZ_CHECK(fuzz_in_source(source, source_span(source, comment->start, comment->end)));
    FUZZ_CHECK(comment->first_line >= 1 && comment->first_line <= comment->last_line);
    FUZZ_CHECK(comment->last_line <= fuzz_lines(source) + 1);
}

/* Writes x in place of what the comments of the documents say; COPY has the source's text. */
static void blank_comments(struct fuzz_file *file, char *copy)
{
    struct comments comments;
    struct comment comment;
    uint32_t before = 0;
    size_t end;

    comments_init(&comments, &file->source, TEXT(""));
    while (loader_next(&file->loader, &file->document)) {
        comments_enter(&comments, &file->document);
        while (comments_next(&comments, &comment)) {
            check_comment(&file->source, &file->document, &comment);
            FUZZ_CHECK(comment.start >= before);
            before = comment.end;
            if (comment.start >= read_end(&file->document))
                continue;
            end = fuzz_find_break(file->source.text, comment.start);
            memset(copy + comment.start + 1, 'x', end - comment.start - 1);
        }
    }
    comments_done(&comments);
}

/* With a byte order mark of its own, so that what looks like one at the start of TEXT stays text.
 */
static void open_text(struct fuzz_file *file, struct text text)
{
    struct buffer buffer = {0};

    buffer_add(&buffer, TEXT("\xef\xbb\xbf"));
    buffer_add(&buffer, text);
    FUZZ_CHECK(fuzz_file_init(file, buffer_text(&buffer)));
    buffer_done(&buffer);
}

static void check_same_documents(struct text a, struct text b)
{
    struct fuzz_file left, right;
    bool more = true;

    open_text(&left, a);
    open_text(&right, b);
    while (more) {
        more = loader_next(&left.loader, &left.document);
        FUZZ_CHECK(loader_next(&right.loader, &right.document) == more);
        if (!more)
            break;
        FUZZ_CHECK((left.document.root == NULL) == (right.document.root == NULL));
        if (left.document.root)
            FUZZ_CHECK(fuzz_same(left.document.root, right.document.root));
    }
    fuzz_file_done(&left);
    fuzz_file_done(&right);
}

static void check_comments(struct text text)
{
    struct fuzz_file file;

    if (fuzz_file_init(&file, text)) {
        struct text same = file.source.text;
        char *copy = fuzz_copy(same);

        blank_comments(&file, copy);
        check_same_documents(same, (struct text){copy, same.length});
        free(copy);
    }
    fuzz_file_done(&file);
}

static void check_ignore(struct source *source, const struct ignore *ignore)
{
    FUZZ_CHECK(fuzz_in_source(source, ignore->span));
    FUZZ_CHECK(ignore->rule.at && ignore->reason.at);
    if (ignore->wrong.at) {
        FUZZ_CHECK(ignore->wrong.length);
        return;
    }
    FUZZ_CHECK(ignore->rule.length && ignore->reason.length && !ignore->used);
    if (ignore->scope == IGNORE_LINES)
        FUZZ_CHECK(ignore->first_line >= 1 && ignore->first_line <= ignore->last_line &&
                   ignore->last_line <= fuzz_lines(source) + 1);
    else if (ignore->scope == IGNORE_RESOURCE)
        FUZZ_CHECK(ignore->document >= 1);
}

static void check_ignores(struct text text)
{
    struct ignores_reader reader;
    struct ignores ignores;
    struct fuzz_file file;

    ignores_init(&ignores);
    if (fuzz_file_init(&file, text)) {
        ignores_begin(&reader, &ignores, &file.source, workloads());
        while (loader_next(&file.loader, &file.document))
            ignores_read(&reader, &file.document);
        ignores_end(&reader);
        ignores_sort(&ignores);
        FUZZ_CHECK(ignores.count <= IGNORES_MAX + 1);
        for (size_t i = 0; i < ignores.count; i++)
            check_ignore(&file.source, &ignores.items[i]);
    }
    fuzz_file_done(&file);
    ignores_done(&ignores);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text text = {(const char *)data, size};

    check_comments(text);
    check_ignores(text);
    return 0;
}
