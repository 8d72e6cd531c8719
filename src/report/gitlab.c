/*
 * GitLab's code quality report: an array of issues. A problem is an issue of severity blocker, so
 * that a run that could not do its work never looks like one that found nothing.
 */
#include "base/hash.h"
#include "base/json.h"
#include "report/words.h"

static const char *const gitlab_severities[] = {
    [LEVEL_INFO] = "info", [LEVEL_WARN] = "minor", [LEVEL_ERROR] = "major"};

static void gitlab_text(struct json *json, const char *key, struct text text)
{
    json_key(json, key);
    json_write_text(json, text);
}

static void gitlab_location(struct json *json, const struct report_style *style, struct text file,
                            uint32_t line, uint32_t end_line)
{
    struct arena arena = {0};

    json_key(json, "location");
    json_begin(json, '{');
    gitlab_text(json, "path", report_top_path(&arena, style, file));
    json_key(json, "lines");
    json_begin(json, '{');
    json_key(json, "begin");
    json_write_unsigned(json, words_line(line));
    json_key(json, "end");
    json_write_unsigned(json, words_line(end_line > line ? end_line : line));
    json_end(json, '}');
    json_end(json, '}');
    arena_done(&arena);
}

static void gitlab_finding(struct json *json, const struct report_style *style,
                           const struct finding *finding)
{
    struct buffer description = {0};

    words_finding(&description, style, finding, "; ");
    json_line(json);
    json_begin(json, '{');
    gitlab_text(json, "description", buffer_text(&description));
    gitlab_text(json, "check_name", finding->rule);
    gitlab_text(json, "fingerprint", text_of(finding->fingerprint));
    gitlab_text(json, "severity", text_of(gitlab_severities[finding->level]));
    gitlab_location(json, style, finding->file, finding->span.line, finding->span.end_line);
    json_end(json, '}');
    buffer_done(&description);
}

static void gitlab_problem(struct json *json, const struct report_style *style,
                           const struct problem *problem)
{
    char fingerprint[33];
    struct hash hash;

    hash_init(&hash);
    hash_add(&hash, problem->file);
    hash_add(&hash, problem->rule);
    hash_add(&hash, problem->message);
    hash_write(&hash, fingerprint);
    json_line(json);
    json_begin(json, '{');
    gitlab_text(json, "description", problem->message);
    gitlab_text(json, "check_name", problem->rule.at ? problem->rule : TEXT("krug/problem"));
    gitlab_text(json, "fingerprint", text_of(fingerprint));
    gitlab_text(json, "severity", TEXT("blocker"));
    gitlab_location(json, style, problem->file.length ? problem->file : TEXT("."), problem->line,
                    problem->line);
    json_end(json, '}');
}

void report_gitlab(const struct run *run, const struct report_style *style, FILE *stream)
{
    struct json json = {stream, false, false};

    json_begin(&json, '[');
    for (size_t i = 0; i < run->findings.count; i++)
        gitlab_finding(&json, style, &run->findings.items[i]);
    for (size_t i = 0; i < run->problems->count; i++)
        gitlab_problem(&json, style, &run->problems->items[i]);
    json_end(&json, ']');
    fputc('\n', stream);
}
