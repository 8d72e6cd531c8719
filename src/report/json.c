/*
 * The report for programs. Field names are a promise (docs: the JSON report); what is added later
 * comes as new fields. One finding a line, so that a diff of two reports can be read.
 */
#include "report/fields.h"
#include "report/since.h"

void fields_text(struct json *json, const char *key, struct text text)
{
    json_key(json, key);
    if (text.at)
        json_write_text(json, text);
    else
        json_write_null(json);
}

void fields_count(struct json *json, const char *key, size_t count)
{
    json_key(json, key);
    json_write_unsigned(json, count);
}

/* 0 is "none": null. */
static void json_number_or_null(struct json *json, const char *key, uint32_t number)
{
    json_key(json, key);
    if (number)
        json_write_unsigned(json, number);
    else
        json_write_null(json);
}

static void json_resource(struct json *json, const struct finding *finding)
{
    json_key(json, "resource");
    if (!finding->has_resource) {
        json_write_null(json);
        return;
    }
    json_begin(json, '{');
    fields_text(json, "api_version", finding->resource.api_version);
    fields_text(json, "kind", finding->resource.kind);
    fields_text(json, "namespace", finding->resource.namespace);
    fields_text(json, "name", finding->resource.name);
    json_end(json, '}');
}

static void json_related(struct json *json, const struct finding *finding)
{
    json_key(json, "related");
    json_begin(json, '[');
    for (size_t i = 0; i < finding->related_count; i++) {
        const struct related *related = &finding->related[i];

        json_begin(json, '{');
        fields_text(json, "file", related->file);
        fields_count(json, "line", related->span.line);
        fields_count(json, "column", related->span.column);
        fields_text(json, "message", related->message);
        json_end(json, '}');
    }
    json_end(json, ']');
}

static void json_span(struct json *json, struct span span)
{
    fields_count(json, "line", span.line);
    fields_count(json, "column", span.column);
    fields_count(json, "end_line", span.end_line);
    fields_count(json, "end_column", span.end_column);
}

/* What hides the finding, under the word for it. */
static void json_hiding(struct json *json, const struct hiding *hiding)
{
    json_key(json, "hidden_by");
    json_begin(json, '{');
    json_key(json, hiding_name(hiding->kind));
    json_begin(json, '{');
    fields_text(json, "file", hiding->file);
    fields_count(json, "line", hiding->line);
    if (hiding->kind == HIDING_BASELINE) {
        json_key(json, "level");
        json_write_string(json, level_name(hiding->level));
    } else {
        fields_text(json, "reason", hiding->reason);
        fields_text(json, "until", hiding->until);
    }
    if (hiding->kind == HIDING_WAIVER)
        fields_text(json, "owner", hiding->owner);
    json_end(json, '}');
    json_end(json, '}');
}

void fields_finding(struct json *json, const struct finding *finding)
{
    json_begin(json, '{');
    fields_text(json, "rule", finding->rule);
    json_key(json, "level");
    json_write_string(json, level_name(finding->level));
    fields_text(json, "message", finding->message);
    fields_text(json, "fix", finding->fix.length ? finding->fix : (struct text){0});
    fields_text(json, "file", finding->file);
    json_span(json, finding->span.line ? finding->span : (struct span){1, 1, 1, 1});
    json_number_or_null(json, "document", finding->document);
    json_number_or_null(json, "item", finding->item);
    fields_text(json, "path", finding->path);
    fields_text(json, "container", finding->container);
    json_resource(json, finding);
    fields_text(json, "cluster", finding->cluster.at ? finding->cluster : TEXT(""));
    fields_text(json, "owner", finding->owner);
    json_related(json, finding);
    json_key(json, "fingerprint");
    json_write_string(json, finding->fingerprint);
    if (finding->hiding)
        json_hiding(json, finding->hiding);
    json_end(json, '}');
}

void fields_problem(struct json *json, const struct problem *problem)
{
    json_begin(json, '{');
    fields_text(json, "message", problem->message);
    fields_text(json, "file", problem->file.length ? problem->file : (struct text){0});
    json_number_or_null(json, "line", problem->line);
    json_number_or_null(json, "column", problem->column);
    fields_text(json, "rule", problem->rule);
    json_end(json, '}');
}

static void json_problems(struct json *json, const struct problems *problems)
{
    json_key(json, "problems");
    json_begin(json, '[');
    for (size_t i = 0; i < problems->count; i++) {
        json_line(json);
        fields_problem(json, &problems->items[i]);
    }
    json_end(json, ']');
}

void fields_not_run(struct json *json, const struct not_run *rule)
{
    json_begin(json, '{');
    fields_text(json, "rule", rule->rule);
    json_key(json, "reason");
    json_write_string(json, rule->reason);
    json_end(json, '}');
}

static void json_not_run(struct json *json, const struct run *run)
{
    json_key(json, "not_run");
    json_begin(json, '[');
    for (size_t i = 0; i < run->not_run_count; i++) {
        json_line(json);
        fields_not_run(json, &run->not_run[i]);
    }
    json_end(json, ']');
}

void fields_summary(struct json *json, const struct summary *summary)
{
    json_begin(json, '{');
    fields_count(json, "files", summary->files);
    fields_count(json, "documents", summary->documents);
    fields_count(json, "resources", summary->resources);
    fields_count(json, "namespaces", summary->namespaces);
    fields_count(json, "rules", summary->rules);
    fields_count(json, "errors", summary->errors);
    fields_count(json, "warnings", summary->warnings);
    fields_count(json, "infos", summary->infos);
    fields_count(json, "waived", summary->waived);
    fields_count(json, "ignored", summary->ignored);
    fields_count(json, "baselined", summary->baselined);
    json_key(json, "skipped");
    json_begin(json, '{');
    fields_count(json, "helm_template", summary->skipped[SKIP_HELM_TEMPLATE]);
    fields_count(json, "excluded", summary->skipped[SKIP_EXCLUDED]);
    fields_count(json, "no_file", summary->skipped[SKIP_NO_FILE]);
    json_end(json, '}');
    json_key(json, "unchecked");
    json_begin(json, '{');
    fields_count(json, "patch", summary->patches);
    fields_count(json, "inline_patch", summary->inline_patches);
    fields_count(json, "not_resource", summary->not_resources);
    json_end(json, '}');
    json_key(json, "seconds");
    json_write_number(json, summary->seconds);
    json_end(json, '}');
}

void report_json(const struct run *run, const struct report_style *style, FILE *stream)
{
    struct json json = {stream, false, false};
    char today[11];

    (void)style;
    date_write(run->options->today, today);
    json_begin(&json, '{');
    fields_count(&json, "version", 1);
    json_key(&json, "today");
    json_write_string(&json, today);
    json_line(&json);
    json_key(&json, "findings");
    json_begin(&json, '[');
    for (size_t i = 0; i < run->findings.count; i++) {
        json_line(&json);
        fields_finding(&json, &run->findings.items[i]);
    }
    json_end(&json, ']');
    json_line(&json);
    json_key(&json, "hidden");
    json_begin(&json, '[');
    for (size_t i = 0; i < run->hidden.count; i++) {
        json_line(&json);
        fields_finding(&json, &run->hidden.items[i]);
    }
    json_end(&json, ']');
    json_line(&json);
    json_problems(&json, run->problems);
    json_line(&json);
    json_not_run(&json, run);
    json_line(&json);
    if (run->since) {
        json_key(&json, "since");
        fields_since(&json, run);
        json_line(&json);
    }
    json_key(&json, "summary");
    fields_summary(&json, &run->summary);
    json_end(&json, '}');
    fputc('\n', stream);
}
