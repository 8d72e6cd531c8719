/*
 * What is kept of each document of a file for the rules that look at whole files: where it begins,
 * what it is, and what it lacks to be a resource. The documents themselves are gone by then.
 */
#include "base/memory.h"
#include "base/near.h"
#include "engine/call.h"
#include "engine/worker.h"
#include <stdlib.h>
#include <strings.h>

void subject_done(struct subject *subject)
{
    source_done(&subject->source);
    arena_done(&subject->scratch);
    findings_done(&subject->findings);
    facts_done(&subject->facts);
    buffer_done(&subject->trace);
    call_free_errors(&subject->errors);
    free(subject->trips);
    free(subject->documents);
}

size_t subject_count_documents(struct subject *subject)
{
    struct loader loader;
    struct document document;

    if (subject->total)
        return subject->total;
    loader_init(&loader, &subject->source);
    while (loader_next(&loader, &document))
        subject->total++;
    loader_done(&loader);
    return subject->total;
}

/* Whether KEY is WANTED misspelt: another case, or at most MOST letters off. */
static bool subject_is_near(struct text key, struct text wanted, size_t most)
{
    struct near near;

    if (key.length == wanted.length && !strncasecmp(key.at, wanted.at, key.length))
        return !text_equal(key, wanted);
    near_init(&near, key);
    near_offer(&near, wanted);
    return near.best.at && near.distance <= most && near.distance;
}

/* What a map lacks that is meant to be a resource: one of apiVersion and kind without the other, or
 * a misspelt one. `find` is near to kind, so only apiVersion makes a misspelt kind believable. */
static void subject_find_missing(struct document_summary *summary, const struct node *root)
{
    bool has_version = node_find(root, TEXT("apiVersion")),
         has_kind = node_find(root, TEXT("kind"));
    struct text wanted = has_version ? TEXT("kind") : TEXT("apiVersion");

    if (root->type != NODE_MAP)
        return;
    for (const struct node *child = root->first; child; child = child->next)
        if (subject_is_near(child->key, wanted, has_version ? 1 : 2)) {
            summary->misspelt_start = child->key_start;
            summary->misspelt_end = child->key_end;
            summary->missing = wanted;
        }
    if (has_version != has_kind)
        summary->missing = wanted;
}

/* An empty document holds comments or nothing; a null is as good as a comment. */
static bool subject_has_comments(const struct subject *subject, const struct document *document)
{
    struct text text = text_slice(subject->source.text, document->start, document->end);

    return text_trim(text).length > 0;
}

static struct text subject_keep(struct subject *subject, struct text text)
{
    return text.at ? arena_copy(&subject->scratch, text) : text;
}

void subject_summarize(struct subject *subject, const struct document *document)
{
    const struct node *root = document->root;
    struct document_summary *summary;
    struct resource resource;

    subject->documents = memory_extend(subject->documents, subject->document_count,
                                       &subject->document_capacity, sizeof *subject->documents);
    summary = &subject->documents[subject->document_count++];
    *summary = (struct document_summary){
        .number = (uint32_t)document->number,
        .start = document->start,
        .end = document->start,
        .separator_start = document->separator_start,
        .separator_end = document->separator_end,
        .refused = !root,
        .kind = root ? document_kind(document) : DOCUMENT_OTHER,
    };
    if (!root)
        return;
    if (summary->kind == DOCUMENT_EMPTY)
        summary->comments = subject_has_comments(subject, document);
    if (summary->kind == DOCUMENT_OTHER)
        subject_find_missing(summary, root);
    summary->start = root->start;
    summary->end = root->end;
    if (root->type == NODE_MAP && root->first && root->first->key_start != NODE_NOWHERE) {
        summary->start = root->first->key_start;
        summary->end = root->first->key_end;
    }
    for (struct resources walk = resources_of(document); resources_next(&walk, &resource);) {
        if (!summary->resources++)
            summary->identity = (struct identity){
                subject_keep(subject, resource.api_version), subject_keep(subject, resource.kind),
                subject_keep(subject, resource.namespace), subject_keep(subject, resource.name)};
    }
}
