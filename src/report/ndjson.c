/*
 * The JSON report line by line, for whoever reads it as it comes: each line is an object with one
 * key that says what it holds. The summary is the last, so that a report that was cut off can be
 * told.
 */
#include "report/fields.h"
#include "report/since.h"

static struct json ndjson_begin(FILE *stream, const char *key)
{
    struct json json = {stream, false, false};

    json_begin(&json, '{');
    json_key(&json, key);
    return json;
}

static void ndjson_end(struct json *json)
{
    json_end(json, '}');
    fputc('\n', json->stream);
}

static void ndjson_head(const struct run *run, FILE *stream)
{
    struct json json = ndjson_begin(stream, "report");
    char today[11];

    date_write(run->options->today, today);
    json_begin(&json, '{');
    json_key(&json, "version");
    json_write_unsigned(&json, 1);
    json_key(&json, "today");
    json_write_string(&json, today);
    json_end(&json, '}');
    ndjson_end(&json);
}

void report_ndjson(const struct run *run, const struct report_style *style, FILE *stream)
{
    struct json json;

    (void)style;
    ndjson_head(run, stream);
    for (size_t i = 0; i < run->findings.count; i++) {
        json = ndjson_begin(stream, "finding");
        fields_finding(&json, &run->findings.items[i]);
        ndjson_end(&json);
    }
    for (size_t i = 0; i < run->hidden.count; i++) {
        json = ndjson_begin(stream, "hidden");
        fields_finding(&json, &run->hidden.items[i]);
        ndjson_end(&json);
    }
    for (size_t i = 0; i < run->problems->count; i++) {
        json = ndjson_begin(stream, "problem");
        fields_problem(&json, &run->problems->items[i]);
        ndjson_end(&json);
    }
    for (size_t i = 0; i < run->not_run_count; i++) {
        json = ndjson_begin(stream, "not_run");
        fields_not_run(&json, &run->not_run[i]);
        ndjson_end(&json);
    }
    if (run->since) {
        json = ndjson_begin(stream, "since");
        fields_since(&json, run);
        ndjson_end(&json);
    }
    json = ndjson_begin(stream, "summary");
    fields_summary(&json, &run->summary);
    ndjson_end(&json);
}
