/*
 * The types that a rule may give its parameters, and whether a value of a policy is of one.
 */
#include "policy/rule.h"

static const struct {
    const char *name;
    enum param_kind kind;
} param_kinds[] = {
    {"string", PARAM_STRING},   {"integer", PARAM_INTEGER}, {"number", PARAM_NUMBER},
    {"boolean", PARAM_BOOLEAN}, {"any", PARAM_ANY},
};

bool param_read_type(struct rule_param *param, struct text type)
{
    param->type = type;
    param->shape = PARAM_ONE;
    if (text_starts(type, TEXT("list of ")))
        param->shape = PARAM_LIST;
    else if (text_starts(type, TEXT("map of ")))
        param->shape = PARAM_MAP;
    if (param->shape != PARAM_ONE)
        type = text_slice(type, text_find(type, TEXT(" of "), 0) + 4, type.length);
    for (size_t i = 0; i < sizeof param_kinds / sizeof *param_kinds; i++) {
        if (!text_is(type, param_kinds[i].name))
            continue;
        param->kind = param_kinds[i].kind;
        return true;
    }
    return false;
}

static bool param_accepts_one(enum param_kind kind, const struct node *value)
{
    bool integer = value->type == NODE_INTEGER || value->type == NODE_UNSIGNED;

    switch (kind) {
    case PARAM_STRING:
        return value->type == NODE_STRING;
    case PARAM_INTEGER:
        return integer;
    case PARAM_NUMBER:
        return integer || value->type == NODE_FLOAT;
    case PARAM_BOOLEAN:
        return value->type == NODE_BOOL;
    case PARAM_ANY:
        return true;
    }
    return false;
}

bool param_accepts(const struct rule_param *param, const struct node *value,
                   const struct node **wrong)
{
    *wrong = value;
    if (param->shape == PARAM_ONE)
        return param_accepts_one(param->kind, value);
    if (value->type != (param->shape == PARAM_LIST ? NODE_LIST : NODE_MAP))
        return false;
    for (const struct node *item = value->first; item; item = item->next) {
        *wrong = item;
        if (!param_accepts_one(param->kind, item))
            return false;
    }
    *wrong = NULL;
    return true;
}
