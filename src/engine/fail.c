/*
 * From what a rule says to a finding: the exact place, the path as asked for and as fingerprints
 * want it, the container, the resource. What a finding keeps is copied out of the document's life.
 */
#include "engine/fail.h"
#include <string.h>

static struct text fail_keep(struct subject *subject, struct text text)
{
    return text.at ? arena_copy(subject->arena, text) : text;
}

/* The nearest item of a list of containers at or above NODE. */
static struct text fail_container(const struct node *node)
{
    for (; node && node->parent; node = node->parent)
        if (node->parent->type == NODE_LIST && node->type == NODE_MAP &&
            (text_is(node->parent->key, "containers") ||
             text_is(node->parent->key, "initContainers") ||
             text_is(node->parent->key, "ephemeralContainers")))
            return node_text(node_find(node, TEXT("name")));
    return (struct text){0};
}

/* The path that was asked for, with list items by name: what exists of it, then the rest as it was.
 */
static struct text fail_stable_path(struct subject *subject, const struct resource *resource,
                                    const struct place *place)
{
    struct buffer stable = {0}, plain = {0};
    struct text kept;

    node_stable_path(&stable, place->node, resource->node);
    node_path(&plain, place->node, resource->node);
    if (text_starts(place->path, buffer_text(&plain)))
        buffer_add(&stable, text_slice(place->path, plain.length, place->path.length));
    kept = arena_copy(subject->arena, buffer_text(&stable));
    buffer_done(&stable);
    buffer_done(&plain);
    return kept;
}

/* Who has to act: where path and namespace differ, those whose path it is. */
static struct text fail_owner(const struct belonging *belonging)
{
    if (belonging->stricter && belonging->stricter->owner.at)
        return belonging->stricter->owner;
    return belonging->profile->owner; /* lives as long as the profiles */
}

static void fail_identify(struct finding *finding, struct subject *subject,
                          const struct check *check)
{
    const struct resource *resource = check->resource;
    const struct belonging *belonging = &check->belonging;

    if (check->document)
        finding->document = (uint32_t)check->document->number;
    finding->cluster = fail_keep(subject, subject->location.cluster);
    finding->owner = fail_owner(belonging);
    if (!resource)
        return;
    finding->item = resource->item;
    finding->has_resource = true;
    finding->resource = (struct identity){
        fail_keep(subject, resource->api_version), fail_keep(subject, resource->kind),
        fail_keep(subject, belonging->namespace), fail_keep(subject, resource->name)};
}

/* A rule on files that speaks of one document: its place stands for that document's summary. */
static void fail_identify_document(struct finding *finding, struct subject *subject,
                                   const struct place *place)
{
    const struct document_summary *summary;

    if (!place->node || !place->node->index || place->node->index > subject->document_count)
        return;
    summary = &subject->documents[place->node->index - 1];
    finding->document = summary->number;
    if (summary->kind != DOCUMENT_RESOURCE)
        return;
    finding->has_resource = true;
    finding->resource = (struct identity){fail_keep(subject, summary->identity.api_version),
                                          fail_keep(subject, summary->identity.kind),
                                          fail_keep(subject, summary->identity.namespace),
                                          fail_keep(subject, summary->identity.name)};
}

static void fail_relate(struct finding *finding, struct subject *subject, struct span span,
                        struct text message)
{
    struct related *more = arena_get(subject->arena, (finding->related_count + 1) * sizeof *more);

    if (finding->related_count)
        memcpy(more, finding->related, finding->related_count * sizeof *more);
    more[finding->related_count++] =
        (struct related){finding->file, span, arena_copy(subject->arena, message)};
    finding->related = more;
}

/* What helm wrote above the document, with "# Source: PATH", is where people will look. */
static void fail_name_origin(struct finding *finding, struct subject *subject,
                             const struct document *document)
{
    struct related *origin;

    if (!document || !document->origin.at)
        return;
    fail_relate(finding, subject, (struct span){0}, TEXT("rendered from here"));
    origin = &finding->related[finding->related_count - 1];
    origin->file = arena_copy(subject->arena, document->origin);
}

static void fail_locate(struct finding *finding, struct subject *subject, const struct check *check,
                        const struct place *place)
{
    const struct node *node = place->node;

    if (!node && check->resource)
        node = check->resource->node;
    if (!node)
        return; /* the file as a whole */
    finding->span = places_span(&subject->source, node);
    if (node->alias_start != NODE_NOWHERE)
        fail_relate(finding, subject,
                    source_span(&subject->source, node->alias_start, node->alias_end),
                    TEXT("used here, through this alias"));
    if (!check->resource)
        return;
    finding->path = arena_copy(subject->arena, place->path.at ? place->path : TEXT(""));
    finding->stable_path =
        place->node ? fail_stable_path(subject, check->resource, place) : TEXT("");
    finding->container = fail_keep(subject, fail_container(node));
}

/* options.also = { { place, "text" }, ... } */
static void fail_read_also(lua_State *L, int options, struct finding *finding,
                           struct subject *subject)
{
    lua_Integer count;
    struct text message;

    if (lua_getfield(L, options, "also") == LUA_TNIL)
        return;
    luaL_checktype(L, -1, LUA_TTABLE);
    count = (lua_Integer)lua_rawlen(L, -1);
    for (lua_Integer i = 1; i <= count; i++) {
        struct place place;

        if (lua_rawgeti(L, -1, i) != LUA_TTABLE)
            luaL_error(L, "fail: an item of `also` is { place, \"text\" }");
        lua_rawgeti(L, -1, 1);
        lua_rawgeti(L, -2, 2);
        message.at = luaL_checklstring(L, -1, &message.length);
        place = places_check(L, lua_absindex(L, -2));
        if (place.node)
            fail_relate(finding, subject, places_span(&subject->source, place.node), message);
        lua_pop(L, 3);
    }
}

static void fail_check_options(lua_State *L, int options)
{
    for (lua_pushnil(L); lua_next(L, options); lua_pop(L, 1))
        if (lua_type(L, -2) != LUA_TSTRING || strcmp(lua_tostring(L, -2), "also"))
            luaL_error(L, "fail: the only option is `also`");
}

int fail_call(lua_State *L)
{
    struct worker *worker = sandbox_owner(L);
    struct check *check = &worker->check;
    struct subject *subject = check->subject;
    struct finding finding = {.rule = check->rule->rule.id,
                              .level = check->level,
                              .fix = check->rule->fix,
                              .file = subject->path};
    int format = 3;
    struct place place;
    struct text message;

    luaL_argcheck(L, lua_type(L, 1) == LUA_TUSERDATA, 1, "is not ctx: call it as ctx:fail(...)");
    place = places_check(L, 2);
    if (lua_type(L, 3) == LUA_TTABLE)
        format = 4;
    sandbox_push_format(L, format);
    message.at = lua_tolstring(L, -1, &message.length);
    fail_locate(&finding, subject, check, &place);
    if (format == 4) {
        fail_check_options(L, 3);
        fail_read_also(L, 3, &finding, subject);
    }
    finding.message = arena_copy(subject->arena, message);
    fail_name_origin(&finding, subject, check->document);
    fail_identify(&finding, subject, check);
    if (!check->document)
        fail_identify_document(&finding, subject, &place);
    worker->failed[check->rule->rule.index] = true;
    if (check->rule->selected) /* else it runs only for those that come after it */
        findings_add(&subject->findings, finding);
    return 0;
}

void fail_at(struct subject *subject, const struct rule_info *rule, const struct document *document,
             struct text owner, struct text message)
{
    struct finding finding = {.rule = rule->rule.id,
                              .owner = owner,
                              .level = rule->rule.level,
                              .fix = rule->fix,
                              .file = subject->path,
                              .message = arena_copy(subject->arena, message),
                              .cluster = arena_copy(subject->arena, subject->location.cluster)};

    if (document) {
        finding.document = (uint32_t)document->number;
        finding.span = source_span(&subject->source, document->error_start, document->error_end);
        fail_name_origin(&finding, subject, document);
    }
    findings_add(&subject->findings, finding);
}
