/*
 * `ctx.file`, which rules with on = "file" get as their first argument: where the file lies, what
 * its path stands for, its text, and what is kept of its documents.
 */
#include "base/file.h"
#include "engine/budget.h"
#include "engine/context.h"
#include "engine/worker.h"
#include <lauxlib.h>

static struct worker *file_object_worker(lua_State *L)
{
    return sandbox_owner(L);
}

/* The summary's place as a table that stands for a node, so that at() knows it. */
static void file_object_bind(lua_State *L, size_t document, uint32_t start, uint32_t end)
{
    struct worker *worker = file_object_worker(L);
    struct node *node = arena_zero(&worker->document_arena, sizeof *node);

    node->type = NODE_MAP;
    node->style = STYLE_FLOW;
    node->start = start;
    node->end = end;
    node->index = (uint32_t)document; /* which summary it stands for, from 1 */
    node->key_start = node->alias_start = NODE_NOWHERE;
    tables_bind(&worker->tables, L, node);
}

static void file_object_push_summary(lua_State *L, size_t number,
                                     const struct document_summary *summary)
{
    static const char *const kinds[] = {
        [DOCUMENT_EMPTY] = "empty",
        [DOCUMENT_RESOURCE] = "resource",
        [DOCUMENT_LIST] = "list",
        [DOCUMENT_OTHER] = "other",
    };

    lua_newtable(L);
    file_object_bind(L, number, summary->start, summary->end);
    lua_pushinteger(L, summary->number);
    lua_setfield(L, -2, "index");
    lua_pushstring(L, summary->refused ? "refused" : kinds[summary->kind]);
    lua_setfield(L, -2, "type");
    lua_pushinteger(L, summary->resources);
    lua_setfield(L, -2, "resources");
    lua_pushboolean(L, summary->comments);
    lua_setfield(L, -2, "comments");
    context_set_text(L, "api_version", summary->identity.api_version);
    context_set_text(L, "kind", summary->identity.kind);
    context_set_text(L, "name", summary->identity.name);
    context_set_text(L, "namespace", summary->identity.namespace);
    context_set_text(L, "missing", summary->missing);
    if (summary->misspelt_end) {
        struct text source = file_object_worker(L)->check.subject->source.text;

        lua_newtable(L);
        file_object_bind(L, number, summary->misspelt_start, summary->misspelt_end);
        context_set_text(L, "text",
                         text_slice(source, summary->misspelt_start, summary->misspelt_end));
        lua_setfield(L, -2, "misspelt");
    }
    if (summary->separator_start != NODE_NOWHERE) {
        lua_newtable(L);
        file_object_bind(L, number, summary->separator_start, summary->separator_end);
        lua_setfield(L, -2, "separator");
    }
}

static void file_object_push_documents(lua_State *L)
{
    struct worker *worker = file_object_worker(L);
    const struct subject *subject = worker->check.subject;

    if (worker->check.document)
        luaL_error(L, "the documents of a file are known to rules with on = \"file\"");
    lua_newtable(L);
    for (size_t i = 0; i < subject->document_count; i++) {
        file_object_push_summary(L, i + 1, &subject->documents[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
}

static void file_object_push_path(lua_State *L)
{
    context_push_text(L, file_object_worker(L)->check.subject->path);
}

static void file_object_push_directory(lua_State *L)
{
    context_push_text(L, path_directory(file_object_worker(L)->check.subject->path));
}

static void file_object_push_name(lua_State *L)
{
    context_push_text(L, path_name(file_object_worker(L)->check.subject->path));
}

static void file_object_push_extension(lua_State *L)
{
    context_push_text(L, path_extension(file_object_worker(L)->check.subject->path));
}

/* Its length is not the rule's. */
static void file_object_push_source(lua_State *L)
{
    struct text text = file_object_worker(L)->check.subject->source.text;

    budget_allow(L, text.length);
    context_push_text(L, text);
}

static void file_object_push_captures(lua_State *L)
{
    const struct location *location = &file_object_worker(L)->check.subject->location;

    context_push_pairs(L, location->captures, location->capture_count);
    sandbox_freeze(L, NULL);
}

static void file_object_push_namespace(lua_State *L)
{
    context_push_text(L, file_object_worker(L)->check.subject->location.namespace);
}

static void file_object_push_cluster(lua_State *L)
{
    context_push_text(L, file_object_worker(L)->check.subject->location.cluster);
}

static void file_object_push_in_layout(lua_State *L)
{
    const struct location *location = &file_object_worker(L)->check.subject->location;

    if (location->has_layout)
        lua_pushboolean(L, location->entry != NULL);
    else
        lua_pushnil(L);
}

static void file_object_push_patch(lua_State *L)
{
    lua_pushboolean(L, file_object_worker(L)->check.patch);
}

static void file_object_push_placed(lua_State *L)
{
    const struct kustomize_use *use = file_object_worker(L)->check.subject->use;

    lua_pushboolean(L, use && use->placed);
}

static bool file_object_alters(lua_State *L, enum kustomize_alters what)
{
    const struct kustomize_use *use = file_object_worker(L)->check.subject->use;

    return use && use->alters & what;
}

static void file_object_push_renamed(lua_State *L)
{
    lua_pushboolean(L, file_object_alters(L, KUSTOMIZE_NAMES));
}

static void file_object_push_relabelled(lua_State *L)
{
    lua_pushboolean(L, file_object_alters(L, KUSTOMIZE_LABELS));
}

static void file_object_push_reason(lua_State *L)
{
    context_push_text(L, file_object_worker(L)->check.subject->location.reason);
}

const struct context_field file_object_fields[] = {
    {"path", file_object_push_path, NULL, 0},
    {"directory", file_object_push_directory, NULL, 0},
    {"name", file_object_push_name, NULL, 0},
    {"extension", file_object_push_extension, NULL, 0},
    {"text", file_object_push_source, NULL, 0},
    {"captures", file_object_push_captures, NULL, 0},
    {"namespace", file_object_push_namespace, NULL, 0},
    {"cluster", file_object_push_cluster, NULL, 0},
    {"in_layout", file_object_push_in_layout, NULL, 0},
    {"layout_reason", file_object_push_reason, NULL, 0},
    {"patch", file_object_push_patch, NULL, 0},
    {"placed", file_object_push_placed, NULL, 0},
    {"renamed", file_object_push_renamed, NULL, 0},
    {"relabelled", file_object_push_relabelled, NULL, 0},
    {"documents", file_object_push_documents, NULL, 0},
    {NULL, NULL, NULL, 0},
};
