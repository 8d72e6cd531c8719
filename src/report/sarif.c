/*
 * SARIF 2.1.0, for code scanning: rules with their help, results with regions, related places and
 * krug's fingerprint, and what kept krug from its work as notifications. Files are told as relative
 * URIs below %SRCROOT%, the top of the repository.
 */
#include "base/json.h"
#include "report/groups.h"
#include "report/words.h"

static const char *const sarif_levels[] = {
    [LEVEL_OFF] = "none", [LEVEL_INFO] = "note", [LEVEL_WARN] = "warning", [LEVEL_ERROR] = "error"};

static void sarif_key_text(struct json *json, const char *key, struct text text)
{
    json_key(json, key);
    json_write_text(json, text);
}

/* `KEY: {"text": TEXT}` */
static void sarif_message(struct json *json, const char *key, struct text text)
{
    json_key(json, key);
    json_begin(json, '{');
    sarif_key_text(json, "text", text);
    json_end(json, '}');
}

/* Does nothing for an empty text. */
static void sarif_optional(struct json *json, const char *key, struct text text)
{
    if (text.length)
        sarif_key_text(json, key, text);
}

/* PATH as a relative reference: what is not a plain character of a path, as %XX; ./ where a colon
 * in the first part would make a scheme of it. */
static void sarif_add_uri(struct buffer *uri, struct text path)
{
    size_t colon = text_find(path, TEXT(":"), 0), slash = text_find(path, TEXT("/"), 0);

    if (text_starts(path, TEXT("/")))
        buffer_add(uri, TEXT("file://"));
    else if (colon < slash)
        buffer_add(uri, TEXT("./"));
    for (size_t i = 0; i < path.length; i++) {
        unsigned char byte = (unsigned char)path.at[i];
        bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');

        if (letter || (byte >= '0' && byte <= '9') ||
            text_find(TEXT("-._~/:@!$&'()*+,;="), (struct text){path.at + i, 1}, 0) != SIZE_MAX)
            buffer_byte(uri, path.at[i]);
        else
            buffer_print(uri, "%%%02X", byte);
    }
}

static void sarif_artifact(struct json *json, const struct report_style *style, struct text file)
{
    struct buffer uri = {0};
    struct arena arena = {0};

    file = report_top_path(&arena, style, file);
    sarif_add_uri(&uri, file);
    json_key(json, "artifactLocation");
    json_begin(json, '{');
    sarif_key_text(json, "uri", buffer_text(&uri));
    if (!text_starts(file, TEXT("/")))
        sarif_key_text(json, "uriBaseId", TEXT("%SRCROOT%"));
    json_end(json, '}');
    buffer_done(&uri);
    arena_done(&arena);
}

static void sarif_number(struct json *json, const char *key, size_t number)
{
    json_key(json, key);
    json_write_unsigned(json, number);
}

/* A file as a whole is told as its first line: servers want one. */
static void sarif_region(struct json *json, struct span span)
{
    json_key(json, "region");
    json_begin(json, '{');
    sarif_number(json, "startLine", words_line(span.line));
    if (span.line && span.column)
        sarif_number(json, "startColumn", span.column);
    if (span.line && span.end_line >= span.line && span.end_column) {
        sarif_number(json, "endLine", span.end_line);
        sarif_number(json, "endColumn", span.end_column);
    }
    json_end(json, '}');
}

static void sarif_physical(struct json *json, const struct report_style *style, struct text file,
                           struct span span)
{
    json_key(json, "physicalLocation");
    json_begin(json, '{');
    sarif_artifact(json, style, file);
    sarif_region(json, span);
    json_end(json, '}');
}

/* The resource and the path in it. */
static void sarif_logical(struct json *json, const struct finding *finding)
{
    const struct identity *resource = &finding->resource;
    struct buffer name = {0};

    if (!finding->has_resource)
        return;
    buffer_add(&name, resource->namespace);
    buffer_byte(&name, '/');
    buffer_add(&name, resource->kind);
    buffer_byte(&name, '/');
    buffer_add(&name, resource->name);
    if (finding->path.length) {
        buffer_byte(&name, ':');
        buffer_add(&name, finding->path);
    }
    json_key(json, "logicalLocations");
    json_begin(json, '[');
    json_begin(json, '{');
    sarif_key_text(json, "fullyQualifiedName", buffer_text(&name));
    sarif_key_text(json, "kind", TEXT("resource"));
    json_end(json, '}');
    json_end(json, ']');
    buffer_done(&name);
}

static void sarif_related(struct json *json, const struct report_style *style,
                          const struct finding *finding)
{
    if (!finding->related_count)
        return;
    json_key(json, "relatedLocations");
    json_begin(json, '[');
    for (size_t i = 0; i < finding->related_count; i++) {
        const struct related *related = &finding->related[i];

        json_begin(json, '{');
        sarif_number(json, "id", i + 1);
        sarif_physical(json, style, related->file, related->span);
        sarif_message(json, "message", related->message);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void sarif_properties(struct json *json, const struct finding *finding)
{
    json_key(json, "properties");
    json_begin(json, '{');
    sarif_optional(json, "namespace", finding->resource.namespace);
    sarif_optional(json, "cluster", finding->cluster);
    sarif_optional(json, "owner", finding->owner);
    sarif_optional(json, "fix", finding->fix);
    json_end(json, '}');
}

/* What hides the finding: said in the file itself, or elsewhere. */
static void sarif_suppressions(struct json *json, const struct report_style *style,
                               const struct hiding *hiding)
{
    struct span span = {hiding->line, 0, 0, 0};
    struct buffer words = {0};

    words_hiding(&words, hiding);
    json_key(json, "suppressions");
    json_begin(json, '[');
    json_begin(json, '{');
    sarif_key_text(json, "kind",
                   hiding->kind == HIDING_IGNORE ? TEXT("inSource") : TEXT("external"));
    sarif_key_text(json, "status", TEXT("accepted"));
    sarif_key_text(json, "justification", buffer_text(&words));
    json_key(json, "location");
    json_begin(json, '{');
    sarif_physical(json, style, hiding->file, span);
    json_end(json, '}');
    json_end(json, '}');
    json_end(json, ']');
    buffer_done(&words);
}

static void sarif_result(struct json *json, const struct report_style *style,
                         const struct groups *groups, const struct finding *finding)
{
    json_line(json);
    json_begin(json, '{');
    sarif_key_text(json, "ruleId", finding->rule);
    sarif_number(json, "ruleIndex", groups_get(groups, finding->rule));
    sarif_key_text(json, "level", text_of(sarif_levels[finding->level]));
    sarif_message(json, "message", finding->message);
    json_key(json, "locations");
    json_begin(json, '[');
    json_begin(json, '{');
    sarif_physical(json, style, finding->file, finding->span);
    sarif_logical(json, finding);
    json_end(json, '}');
    json_end(json, ']');
    sarif_related(json, style, finding);
    json_key(json, "partialFingerprints");
    json_begin(json, '{');
    sarif_key_text(json, "krug/v1", text_of(finding->fingerprint));
    json_end(json, '}');
    if (finding->hiding)
        sarif_suppressions(json, style, finding->hiding);
    sarif_properties(json, finding);
    json_end(json, '}');
}

static void sarif_add_prose(struct json *json, const char *key, struct text why, struct text fix)
{
    struct buffer prose = {0};

    words_prose(&prose, why);
    if (why.length && fix.length)
        buffer_add(&prose, TEXT("\n\n"));
    words_prose(&prose, fix);
    if (prose.length)
        sarif_message(json, key, buffer_text(&prose));
    buffer_done(&prose);
}

static void sarif_rule(struct json *json, const struct rule_info *rule)
{
    json_line(json);
    json_begin(json, '{');
    sarif_key_text(json, "id", rule->rule.id);
    if (rule->title.length)
        sarif_message(json, "shortDescription", rule->title);
    sarif_add_prose(json, "fullDescription", rule->why, TEXT(""));
    sarif_add_prose(json, "help", rule->why, rule->fix);
    if (rule->link_count && words_is_web(rule->links[0]))
        sarif_key_text(json, "helpUri", rule->links[0]);
    json_key(json, "defaultConfiguration");
    json_begin(json, '{');
    json_key(json, "enabled");
    json_write_bool(json, rule->rule.level > LEVEL_OFF);
    sarif_key_text(
        json, "level",
        text_of(sarif_levels[rule->rule.level > LEVEL_OFF ? rule->rule.level : LEVEL_WARN]));
    json_end(json, '}');
    json_end(json, '}');
}

static void sarif_tool(struct json *json, const struct groups *groups)
{
    json_key(json, "tool");
    json_begin(json, '{');
    json_key(json, "driver");
    json_begin(json, '{');
    sarif_key_text(json, "name", TEXT("krug"));
    sarif_key_text(json, "version", text_of(KRUG_VERSION));
    json_key(json, "rules");
    json_begin(json, '[');
    for (size_t i = 0; i < groups->count; i++)
        sarif_rule(json, groups->items[i].rule);
    json_end(json, ']');
    json_end(json, '}');
    json_end(json, '}');
}

static void sarif_notification(struct json *json, const struct report_style *style,
                               const struct problem *problem)
{
    struct span span = {problem->line, problem->column, 0, 0};

    json_line(json);
    json_begin(json, '{');
    sarif_key_text(json, "level", TEXT("error"));
    sarif_message(json, "message", problem->message);
    if (problem->file.length) {
        json_key(json, "locations");
        json_begin(json, '[');
        json_begin(json, '{');
        sarif_physical(json, style, problem->file, span);
        json_end(json, '}');
        json_end(json, ']');
    }
    if (problem->rule.at) {
        json_key(json, "associatedRule");
        json_begin(json, '{');
        sarif_key_text(json, "id", problem->rule);
        json_end(json, '}');
    }
    json_end(json, '}');
}

static void sarif_invocation(struct json *json, const struct report_style *style,
                             const struct problems *problems)
{
    json_key(json, "invocations");
    json_begin(json, '[');
    json_begin(json, '{');
    json_key(json, "executionSuccessful");
    json_write_bool(json, !problems->count);
    json_key(json, "toolExecutionNotifications");
    json_begin(json, '[');
    for (size_t i = 0; i < problems->count; i++)
        sarif_notification(json, style, &problems->items[i]);
    json_end(json, ']');
    json_end(json, '}');
    json_end(json, ']');
}

static void sarif_root(struct json *json)
{
    json_key(json, "originalUriBaseIds");
    json_begin(json, '{');
    json_key(json, "%SRCROOT%");
    json_begin(json, '{');
    sarif_message(json, "description", TEXT("the top of the repository"));
    json_end(json, '}');
    json_end(json, '}');
}

static void sarif_run(struct json *json, const struct run *run, const struct report_style *style)
{
    struct groups groups;

    groups_init(&groups, run);
    json_begin(json, '{');
    sarif_tool(json, &groups);
    sarif_key_text(json, "columnKind", TEXT("unicodeCodePoints"));
    sarif_root(json);
    sarif_invocation(json, style, run->problems);
    json_key(json, "results");
    json_begin(json, '[');
    for (size_t i = 0; i < run->findings.count; i++)
        sarif_result(json, style, &groups, &run->findings.items[i]);
    for (size_t i = 0; i < run->hidden.count; i++)
        sarif_result(json, style, &groups, &run->hidden.items[i]);
    json_end(json, ']');
    json_end(json, '}');
    groups_done(&groups);
}

void report_sarif(const struct run *run, const struct report_style *style, FILE *stream)
{
    struct json json = {stream, false, false};

    json_begin(&json, '{');
    sarif_key_text(&json, "$schema", TEXT("https://json.schemastore.org/sarif-2.1.0.json"));
    sarif_key_text(&json, "version", TEXT("2.1.0"));
    json_key(&json, "runs");
    json_begin(&json, '[');
    sarif_run(&json, run, style);
    json_end(&json, ']');
    json_end(&json, '}');
    fputc('\n', stream);
}
