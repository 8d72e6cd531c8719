/*
 * From what a rule says to a finding: the exact place (a site), and whose it is (an origin). What a
 * finding keeps is copied out of the document's life. In a join both come from a fact: they were
 * copied when it was emitted.
 */
#include "engine/fail.h"
#include "base/file.h"
#include "engine/budget.h"
#include "engine/facts.h"
#include <string.h>

/* What a finding costs, in instructions, since it outlives the document, and another place that it
 * speaks of; each byte of text costs one more, as those of facts do. The longest message; and the
 * longest name: those of Kubernetes have at most 317 bytes. */
enum { FAIL_COST = 200, FAIL_ALSO_COST = 50, FAIL_MESSAGE_MAX = 2000, FAIL_NAME_MAX = 400 };

/* A copy of TEXT; what is longer than MOST ends in dots. A name of megabytes would be kept, and
 * told, with each finding. */
static struct text fail_copy(struct arena *arena, struct text text, size_t most)
{
    if (text.length <= most)
        return arena_copy(arena, text);
    while (most && (text.at[most] & 0xc0) == 0x80)
        most--;
    return arena_print(arena, "%.*s...", TEXT_ARGS(text_slice(text, 0, most)));
}

/* Pays for TEXT, which is kept for a finding or a fact. */
static struct text fail_pay(struct worker *worker, struct text text)
{
    budget_charge(worker->L, text.length);
    return text;
}

/* Copies a name that a finding or fact keeps, at the cost of the rule. */
static struct text fail_keep(struct worker *worker, struct text text)
{
    struct arena *arena = worker->check.subject->arena;

    return text.at ? fail_pay(worker, fail_copy(arena, text, FAIL_NAME_MAX)) : text;
}

/* And a path, which was cut when it was made. */
static struct text fail_keep_path(struct worker *worker, struct text path)
{
    return path.at ? fail_pay(worker, arena_copy(worker->check.subject->arena, path)) : TEXT("");
}

/* The nearest item of a list of containers at or above NODE. */
static struct text fail_container(const struct node *node)
{
    for (; node && node->parent; node = node->parent)
        if (node->parent->type == NODE_LIST && node->type == NODE_MAP &&
            (text_is(node->parent->key, "containers") ||
             text_is(node->parent->key, "initContainers") ||
             text_is(node->parent->key, "ephemeralContainers")))
            return node_text(node_find_early(node, TEXT("name")));
    return (struct text){0};
}

/* The path that was asked for, KEPT already, with list items by name: what exists of it, then the
 * rest as it was. */
static struct text fail_stable_path(struct worker *worker, const struct place *place,
                                    struct text kept)
{
    const struct node *root = worker->check.resource->node;
    struct buffer stable = {0}, plain = {0};

    if (text_find(kept, TEXT("["), 0) == SIZE_MAX)
        return kept; /* there is no list in it */
    node_stable_path(&stable, place->node, root);
    node_path(&plain, place->node, root);
    if (text_starts(place->path, buffer_text(&plain)))
        buffer_add(&stable, text_slice(place->path, plain.length, place->path.length));
    kept = arena_copy(worker->check.subject->arena, buffer_text(&stable));
    buffer_done(&stable);
    buffer_done(&plain);
    return fail_pay(worker, kept); /* may raise: nothing is held any more */
}

/* ---- sites ---- */

static struct site fail_site(struct worker *worker, const struct place *place)
{
    const struct check *check = &worker->check;
    struct source *source = &check->subject->source;
    const struct node *node = place->node;
    struct site site = {0};

    if (!node && check->resource)
        node = check->resource->node;
    if (!node)
        return site; /* the file as a whole */
    site.span = places_span(source, node);
    if (node->alias_start != NODE_NOWHERE)
        site.alias = source_span(source, node->alias_start, node->alias_end);
    if (!check->resource)
        return site;
    site.path = fail_keep_path(worker, place->path);
    site.stable_path = place->node ? fail_stable_path(worker, place, site.path) : TEXT("");
    site.container = fail_keep(worker, fail_container(node));
    return site;
}

bool fail_find_site(lua_State *L, int index, struct site *site)
{
    struct worker *worker = sandbox_owner(L);
    struct place place;

    if (!places_is(L, index))
        return false;
    place = places_check(L, index);
    *site = fail_site(worker, &place);
    return true;
}

/* ---- origins ---- */

/* Who has to act: where path and namespace differ, those whose path it is. */
static struct text fail_owner(const struct belonging *belonging)
{
    if (belonging->stricter && belonging->stricter->owner.at)
        return belonging->stricter->owner;
    return belonging->profile->owner; /* lives as long as the profiles */
}

static struct origin fail_make_origin(struct worker *worker)
{
    const struct check *check = &worker->check;
    const struct subject *subject = check->subject;
    const struct resource *resource = check->resource;
    const struct belonging *belonging = &check->belonging;
    struct origin origin = {.file = subject->path,
                            .cluster =
                                belonging->profile->cluster, /* lives as long as the profiles */
                            .owner = fail_owner(belonging),
                            .named = !subject->unnamed,
                            .belonging = *belonging};

    if (check->document) {
        origin.document = (uint32_t)check->document->number;
        origin.rendered_from = fail_keep(worker, check->document->origin);
    }
    if (!resource)
        return origin;
    origin.item = resource->item;
    origin.has_resource = true;
    origin.resource = (struct identity){
        fail_keep(worker, resource->api_version), fail_keep(worker, resource->kind),
        fail_keep(worker, belonging->namespace), fail_keep(worker, resource->name)};
    return origin;
}

const struct origin *fail_origin(struct worker *worker)
{
    struct check *check = &worker->check;
    struct subject *subject = check->subject;
    struct origin *origin;

    if (check->origin)
        return check->origin;
    origin = arena_get(subject->arena, sizeof *origin);
    *origin = fail_make_origin(worker);
    origin->site = fail_site(worker, &(struct place){.node = NULL});
    if (!check->belonging.namespace.at)
        origin->scope_directory = fail_keep(worker, path_directory(subject->path));
    check->origin = origin;
    return origin;
}

/* A rule on files that speaks of one document: its place stands for that document's summary. */
static void fail_find_document(struct worker *worker, struct origin *origin,
                               const struct place *place)
{
    const struct subject *subject = worker->check.subject;
    const struct document_summary *summary;

    if (!place->node || !place->node->index || place->node->index > subject->document_count)
        return;
    summary = &subject->documents[place->node->index - 1];
    origin->document = summary->number;
    if (summary->kind != DOCUMENT_RESOURCE)
        return;
    origin->has_resource = true;
    origin->resource = (struct identity){
        fail_keep(worker, summary->identity.api_version), fail_keep(worker, summary->identity.kind),
        fail_keep(worker, summary->identity.namespace), fail_keep(worker, summary->identity.name)};
}

/* ---- findings ---- */

static void fail_relate(struct finding *finding, struct arena *arena, struct text file,
                        struct span span, struct text message)
{
    size_t count = finding->related_count;

    if (!(count & (count - 1))) { /* grown to twice as many whenever a power of two is reached */
        struct related *more = arena_get(arena, (count ? count * 2 : 1) * sizeof *more);

        if (count)
            memcpy(more, finding->related, count * sizeof *more);
        finding->related = more;
    }
    finding->related[finding->related_count++] =
        (struct related){file, span, arena_copy(arena, message)};
}

/* Whether the level that a finding of RULE has holds only since a day. */
static bool fail_is_due(const struct rule_info *rule, const struct origin *origin)
{
    return origin->belonging.profile &&
           belonging_ruling(&origin->belonging, rule->rule.index)->since;
}

static struct finding fail_make(const struct rule_info *rule, enum level level,
                                const struct origin *origin, const struct site *site,
                                struct arena *arena)
{
    struct finding finding = {.rule = rule->rule.id,
                              .level = level,
                              .fix = rule->fix,
                              .file = origin->file,
                              .span = site->span,
                              .document = origin->document,
                              .item = origin->item,
                              .path = site->path,
                              .stable_path = site->stable_path,
                              .container = site->container,
                              .resource = origin->resource,
                              .has_resource = origin->has_resource,
                              .cluster = origin->cluster,
                              .owner = origin->owner,
                              .due = fail_is_due(rule, origin)};

    if (site->alias.line)
        fail_relate(&finding, arena, origin->file, site->alias,
                    TEXT("used here, through this alias"));
    return finding;
}

/* What helm wrote above the document, with "# Source: PATH", is where people will look. */
static void fail_name_source(struct finding *finding, struct arena *arena, struct text source)
{
    if (source.at)
        fail_relate(finding, arena, fail_copy(arena, source, FAIL_NAME_MAX), (struct span){0},
                    TEXT("rendered from here"));
}

/* The place at INDEX that a finding also speaks of. */
static void fail_add_also(lua_State *L, int index, struct finding *finding, struct text message)
{
    struct worker *worker = sandbox_owner(L);
    struct subject *subject = worker->check.subject;
    const struct fact *fact;
    const struct site *site;
    struct place place;

    if (worker->check.join) {
        if (!facts_place(L, index, &fact, &site))
            luaL_error(L, "fail: a place in `also` of a join is one that was emitted, or a fact");
        fail_relate(finding, subject->arena, fact->origin->file, site->span, message);
        return;
    }
    place = places_check(L, index);
    if (place.node)
        fail_relate(finding, subject->arena, finding->file,
                    places_span(&subject->source, place.node), message);
}

/* options.also = { { place, "text" }, ... } */
static void fail_read_also(lua_State *L, int options, struct finding *finding)
{
    lua_Integer count;
    struct text message;

    if (lua_getfield(L, options, "also") == LUA_TNIL)
        return;
    luaL_checktype(L, -1, LUA_TTABLE);
    count = (lua_Integer)lua_rawlen(L, -1);
    budget_charge(L, (uint64_t)count * FAIL_ALSO_COST);
    for (lua_Integer i = 1; i <= count; i++) {
        if (lua_rawgeti(L, -1, i) != LUA_TTABLE)
            luaL_error(L, "fail: an item of `also` is { place, \"text\" }");
        lua_rawgeti(L, -1, 1);
        lua_rawgeti(L, -2, 2);
        message.at = luaL_checklstring(L, -1, &message.length);
        message = text_slice(message, 0, FAIL_MESSAGE_MAX);
        budget_charge(L, message.length);
        fail_add_also(L, lua_absindex(L, -2), finding, message);
        lua_pop(L, 3);
    }
}

static void fail_check_options(lua_State *L, int options)
{
    for (lua_pushnil(L); lua_next(L, options); lua_pop(L, 1))
        if (lua_type(L, -2) != LUA_TSTRING || strcmp(lua_tostring(L, -2), "also"))
            luaL_error(L, "fail: the only option is `also`");
}

/* The message that the arguments from FORMAT on make; cut where it is too long to be read. */
static struct text fail_message(lua_State *L, int format, struct arena *arena)
{
    struct text message;

    sandbox_push_format(L, format);
    message.at = lua_tolstring(L, -1, &message.length);
    budget_charge(L, text_slice(message, 0, FAIL_MESSAGE_MAX).length);
    return fail_copy(arena, message, FAIL_MESSAGE_MAX);
}

/* Whether a finding about a fact's resource is asked for, and at which level. */
static bool fail_is_wanted(const struct worker *worker, const struct origin *origin,
                           enum level *level)
{
    const struct check *check = &worker->check;

    *level = belonging_ruling(&origin->belonging, check->rule->rule.index)->level;
    if (check->subject->example)
        return true;
    return origin->named && *level > LEVEL_OFF && worker_selects(worker, check->rule) &&
           !check_filter_hides(check->filter, origin->belonging.namespace);
}

/* In a join: whoever it is about hears of it at the level of its own namespace. */
static int fail_in_join(lua_State *L, int format)
{
    struct worker *worker = sandbox_owner(L);
    const struct check *check = &worker->check;
    struct arena *arena = check->subject->arena;
    const struct fact *fact;
    const struct site *site;
    enum level level;
    struct finding finding;

    if (!facts_place(L, 2, &fact, &site))
        return luaL_argerror(L, 2,
                             "is no place of a join: give one that `collect` emitted, "
                             "fact.value.at, or the fact itself");
    if (fact->witness)
        return luaL_argerror(L, 2,
                             "is of a kind that the rule calls a `witness`: nothing is told there");
    finding = fail_make(check->rule, LEVEL_OFF, fact->origin, site, arena);
    if (format == 4) {
        fail_check_options(L, 3);
        fail_read_also(L, 3, &finding);
    }
    finding.message = fail_message(L, format, arena);
    fail_name_source(&finding, arena, fact->origin->rendered_from);
    if (!fail_is_wanted(worker, fact->origin, &level))
        return 0;
    finding.level = level;
    findings_add(&check->subject->findings, finding);
    return 0;
}

int fail_call(lua_State *L)
{
    struct worker *worker = sandbox_owner(L);
    struct check *check = &worker->check;
    struct subject *subject = check->subject;
    int format = lua_type(L, 3) == LUA_TTABLE ? 4 : 3;
    struct place place;
    struct origin origin;
    struct site site;
    struct finding finding;

    luaL_argcheck(L, lua_type(L, 1) == LUA_TUSERDATA, 1, "is not ctx: call it as ctx:fail(...)");
    budget_charge(L, FAIL_COST);
    if (check->join)
        return fail_in_join(L, format);
    place = places_check(L, 2);
    subject->placeless |= !place.node && check->resource;
    site = fail_site(worker, &place);
    origin = fail_make_origin(worker);
    if (!check->document)
        fail_find_document(worker, &origin, &place);
    finding = fail_make(check->rule, check->level, &origin, &site, subject->arena);
    if (format == 4) {
        fail_check_options(L, 3);
        fail_read_also(L, 3, &finding);
    }
    finding.message = fail_message(L, format, subject->arena);
    fail_name_source(&finding, subject->arena, origin.rendered_from);
    worker->failed[check->rule->rule.index] = true;
    if (worker_selects(worker, check->rule)) /* else it runs only for those that come after it */
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
                              .message = fail_copy(subject->arena, message, FAIL_MESSAGE_MAX),
                              .cluster = arena_copy(subject->arena, subject->location.cluster)};

    if (document) {
        finding.document = (uint32_t)document->number;
        finding.span = source_span(&subject->source, document->error_start, document->error_end);
        fail_name_source(&finding, subject->arena, document->origin);
    }
    findings_add(&subject->findings, finding);
}
