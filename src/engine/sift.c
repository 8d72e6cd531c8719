/*
 * One regular expression for all kinds that are collected, in all the ways that people write them:
 * quotes, blanks, a tag or an anchor before the value. Where the value is an alias or has an escape
 * in it, the file is taken to be sure.
 */
#include "engine/sift.h"
#include "policy/workload.h"

struct sift_names {
    struct buffer pattern;
    bool any;
};

static void sift_add(struct sift_names *names, struct text kind)
{
    if (names->pattern.length)
        buffer_byte(&names->pattern, '|');
    buffer_print(&names->pattern, "\\Q%.*s\\E", TEXT_ARGS(kind));
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

void sift_init(struct sift *sift, const struct rules *rules, const struct policies *policies)
{
    struct sift_names names = {0};
    struct buffer pattern = {0};
    char error[256];

    *sift = (struct sift){0};
    for (size_t i = 0; i < rules->count; i++)
        if (rules->items[i]->subject == RULE_FACTS && rules->items[i]->possible)
            sift_add_rule(&names, rules->items[i], policies);
    sift->none = !names.any && !names.pattern.length;
    if (names.pattern.length && !names.any) {
        buffer_print(
            &pattern,
            "kind[\"']?\\s*:\\s*(?:[!&]\\S*\\s+)*(?:[\"']?(?:%s)(?:List)?\\b|\\*|\"[^\"\\n]*\\\\)",
            names.pattern.at);
        sift->regex = regex_new(buffer_text(&pattern), error); /* too long: every file is read */
    }
    buffer_done(&names.pattern);
    buffer_done(&pattern);
}

void sift_done(struct sift *sift)
{
    regex_free(sift->regex);
}

bool sift_takes(const struct sift *sift, struct regex_match *match, struct text text)
{
    char error[256];

    if (!sift->regex)
        return !sift->none;
    return regex_find(sift->regex, match, text, 0, REGEX_MATCH_LIMIT, error) != REGEX_NOT_THERE;
}
