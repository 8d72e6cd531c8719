/*
 * Three questions, from cheap to dear. Facts of two clusters never meet, and a path says of which
 * cluster it is. A rule that says `apart` meets facts of one key alone, whose texts stand in every
 * file that has it: they are searched for. For the others there is one regular expression for all
 * kinds that are collected, in all the ways that people write them: quotes, blanks, a tag or an
 * anchor before the value. Where a text can be written with an escape, the file is taken to be
 * sure.
 */
#include "engine/sift.h"
#include "base/file.h"
#include "base/memory.h"
#include "engine/pack.h"
#include "policy/workload.h"
#include "repo/repo.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* With more different keys than this a rule's files are taken by their kinds. */
enum { SIFT_WANTS_MAX = 32, SIFT_WORDS_MAX = 8 };

/* What a file must hold to have a fact under a key. */
struct sift_want {
    size_t rule;
    struct text key; /* packed: the fact's, or the scope in it */
    struct text cluster;
    struct text words[SIFT_WORDS_MAX];
    size_t word_count;
    struct text namespace, directory; /* at == NULL: any */
};

/* ---- what is wanted ---- */

/* Whether the text can only be written as it is: nothing in it is ever folded or escaped, unless
 * with a backslash. */
static bool sift_is_plain(struct text text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

    for (size_t i = 0; i < text.length; i++)
        if (!text.at[i] || !strchr(plain, text.at[i]))
            return false;
    return text.length;
}

/* Too many words, and those that can be written in several ways, are not asked for. */
static struct sift_want sift_read(struct text key, enum apart apart)
{
    struct sift_want want = {.key = key};
    struct pack_part part;

    for (struct text rest = key; pack_next_part(&rest, &part);)
        if (part.is_scope) {
            want.namespace = part.namespace;
            want.directory = part.directory;
        } else if (apart == APART_KEY && want.word_count < SIFT_WORDS_MAX &&
                   sift_is_plain(part.text)) {
            want.words[want.word_count++] = part.text;
        }
    return want;
}

static void sift_add_cluster(struct sift *sift, struct text cluster)
{
    for (size_t i = 0; i < sift->cluster_count; i++)
        if (text_equal(sift->clusters[i], cluster))
            return;
    sift->clusters = memory_extend(sift->clusters, sift->cluster_count, &sift->cluster_capacity,
                                   sizeof *sift->clusters);
    sift->clusters[sift->cluster_count++] = cluster;
}

/* How many wants the rule has; SIZE_MAX where one is the same. */
static size_t sift_count(const struct sift *sift, const struct sift_want *want)
{
    size_t count = 0;

    for (size_t i = sift->want_count; i-- > 0;)
        if (sift->wants[i].rule == want->rule) {
            if (text_equal(sift->wants[i].key, want->key) &&
                text_equal(sift->wants[i].cluster, want->cluster))
                return SIZE_MAX;
            count++;
        }
    return count;
}

/* BY_KIND, by rule: it has too many keys. */
static void sift_add_fact(struct sift *sift, const struct rules *rules, const struct fact *fact,
                          bool *by_kind)
{
    enum apart apart = rules->items[fact->rule]->apart;
    struct sift_want want;
    size_t count;

    if (fact->witness || belonging_ruling(&fact->origin->belonging, fact->rule)->level == LEVEL_OFF)
        return;
    sift->wanted[fact->rule] = true;
    sift_add_cluster(sift, fact->origin->cluster);
    if (apart == APART_NOT || by_kind[fact->rule])
        return;
    want = sift_read(text_slice(fact->key, fact->key_prefix, fact->key.length), apart);
    want.rule = fact->rule;
    want.cluster = fact->origin->cluster;
    if (apart == APART_SCOPE)
        want.key = pack_find_scope(want.key);
    count = sift_count(sift, &want);
    if (count == SIZE_MAX)
        return;
    by_kind[fact->rule] = count == SIFT_WANTS_MAX;
    sift->wants =
        memory_extend(sift->wants, sift->want_count, &sift->want_capacity, sizeof *sift->wants);
    sift->wants[sift->want_count++] = want;
}

/* ---- by kind ---- */

struct sift_names {
    struct buffer pattern;
    bool any;
};

/* A kind is what a rule or a policy calls one, so nothing in it may be of the expression. */
static void sift_add(struct sift_names *names, struct text kind)
{
    if (names->pattern.length)
        buffer_byte(&names->pattern, '|');
    for (size_t i = 0; i < kind.length; i++) {
        if (ispunct((unsigned char)kind.at[i]))
            buffer_byte(&names->pattern, '\\');
        buffer_byte(&names->pattern, kind.at[i]);
    }
}

static void sift_add_workload(void *context, struct text kind)
{
    sift_add(context, kind);
}

static void sift_add_rule(struct sift_names *names, const struct rule_info *rule,
                          const struct policies *policies)
{
    for (size_t i = 0; i < rule->kind_count; i++)
        if (rule->kinds[i].workload)
            workload_each_kind(policies, sift_add_workload, names);
        else if (rule->kinds[i].kind.at)
            sift_add(names, rule->kinds[i].kind);
        else
            names->any = true;
}

static void sift_set_kinds(struct sift *sift, struct sift_names *names)
{
    struct buffer pattern = {0};
    char error[256];

    sift->all = names->any;
    if (names->pattern.length && !names->any) {
        buffer_print(
            &pattern,
            "kind[\"']?\\s*:\\s*(?:[!&]\\S*\\s+)*(?:[\"']?(?:%s)(?:List)?\\b|\\*|\"[^\"\\n]*\\\\)",
            names->pattern.at);
        sift->kinds = regex_new(buffer_text(&pattern), error);
        sift->all = !sift->kinds; /* too long: every file is read */
    }
    buffer_done(&pattern);
}

void sift_init(struct sift *sift, const struct rules *rules, const struct policies *policies,
               const struct facts *const *named, size_t count)
{
    struct sift_names names = {0};
    bool *by_kind = memory_get(rules->count);

    *sift = (struct sift){.wanted = memory_get(rules->count), .none = true};
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < named[i]->count; j++)
            sift_add_fact(sift, rules, &named[i]->items[j], by_kind);
    for (size_t i = 0; i < rules->count; i++) {
        sift->none &= !sift->wanted[i];
        if (sift->wanted[i] && (!rules->items[i]->apart || by_kind[i]))
            sift_add_rule(&names, rules->items[i], policies);
    }
    sift_set_kinds(sift, &names);
    buffer_done(&names.pattern);
    free(by_kind);
}

void sift_done(struct sift *sift)
{
    regex_free(sift->kinds);
    free(sift->wanted);
    free(sift->wants);
    free(sift->clusters);
    *sift = (struct sift){0};
}

/* ---- what is taken ---- */

/* Whether the file can be of the cluster: its path says so, or a kustomization that builds it. */
static bool sift_may_be_of(const struct subject *subject, struct text cluster)
{
    if (text_equal(subject->location.cluster, cluster))
        return true;
    for (size_t i = 0; subject->use && i < subject->use->place_count; i++)
        if (text_equal(subject->use->places[i].cluster, cluster))
            return true;
    return false;
}

bool sift_takes_path(const struct sift *sift, const struct subject *subject)
{
    for (size_t i = 0; i < sift->cluster_count; i++)
        if (sift_may_be_of(subject, sift->clusters[i]))
            return true;
    return false;
}

static bool sift_holds(struct text text, struct text word)
{
    return memmem(text.at, text.length, word.at, word.length);
}

/* Whether something in the file can be of the namespace. */
static bool sift_may_be_in(const struct subject *subject, struct text namespace)
{
    if (text_equal(subject->location.namespace, namespace) || !sift_is_plain(namespace))
        return true;
    for (size_t i = 0; subject->use && i < subject->use->place_count; i++)
        if (text_equal(subject->use->places[i].namespace, namespace))
            return true;
    return sift_holds(subject->source.text, namespace);
}

static bool sift_meets(const struct sift_want *want, const struct subject *subject)
{
    if (!sift_may_be_of(subject, want->cluster))
        return false;
    for (size_t i = 0; i < want->word_count; i++)
        if (!sift_holds(subject->source.text, want->words[i]))
            return false;
    if (want->namespace.at)
        return sift_may_be_in(subject, want->namespace);
    return !want->directory.at || text_equal(path_directory(subject->path), want->directory);
}

bool sift_takes(const struct sift *sift, struct regex_match *match, const struct subject *subject)
{
    struct text text = subject->source.text;
    char error[256];

    if (sift->all || (sift->kinds && regex_find(sift->kinds, match, text, 0, REGEX_MATCH_LIMIT,
                                                error) != REGEX_NOT_THERE))
        return true;
    if (sift->want_count && memchr(text.at, '\\', text.length))
        return true;
    for (size_t i = 0; i < sift->want_count; i++)
        if (sift_meets(&sift->wants[i], subject))
            return true;
    return false;
}

struct text sift_missing(const struct subject *subject, struct text key)
{
    struct sift_want want = sift_read(key, APART_KEY);

    for (size_t i = 0; i < want.word_count; i++)
        if (!sift_holds(subject->source.text, want.words[i]))
            return want.words[i];
    return (struct text){0};
}
