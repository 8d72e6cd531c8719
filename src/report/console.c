/*
 * The report for people: grouped by file, the source line with a caret under the exact place, what
 * to do, and at the end what was checked, what was not and why. Whatever comes out of a manifest is
 * printed so that a terminal cannot be steered by it.
 */
#include "base/file.h"
#include "report/excerpt.h"
#include "report/report.h"
#include "report/since.h"

/* So many rules that did not run are named. */
enum { CONSOLE_NAMES = 12 };

struct console {
    const struct run *run;
    const struct report_style *style;
    FILE *stream;
    struct excerpts excerpts;
    struct arena arena;
    struct map fixes; /* rules whose fix was shown in this file */
};

enum console_color { COLOR_ERROR, COLOR_WARN, COLOR_INFO, COLOR_PATH, COLOR_DIM, COLOR_OK };

static const char *const console_colors[] = {
    [COLOR_ERROR] = "1;31", [COLOR_WARN] = "1;33", [COLOR_INFO] = "1;36",
    [COLOR_PATH] = "1",     [COLOR_DIM] = "2",     [COLOR_OK] = "1;32",
};

static void console_paint(const struct console *console, enum console_color color)
{
    if (console->style->color)
        fprintf(console->stream, "\033[%sm", console_colors[color]);
}

static void console_plain(const struct console *console)
{
    if (console->style->color)
        fputs("\033[0m", console->stream);
}

static enum console_color console_level(enum level level)
{
    return level == LEVEL_ERROR ? COLOR_ERROR : level == LEVEL_WARN ? COLOR_WARN : COLOR_INFO;
}

/* The path as seen from the working directory. */
static void console_path(struct console *console, struct text path)
{
    report_print(console->stream,
                 report_path(&console->arena, console->style->root, console->style->here, path));
}

/* Under the line: tabs as tabs, so that the caret stands where the place is, then the marks. */
static void console_caret(struct console *console, struct text before, size_t marks,
                          enum console_color color)
{
    size_t size;

    for (size_t i = 0; i < before.length; i += size)
        fputc(utf8_read(text_slice(before, i, before.length), &size) == '\t' ? '\t' : ' ',
              console->stream);
    console_paint(console, color);
    while (marks--)
        fputc('^', console->stream);
    console_plain(console);
    fputc('\n', console->stream);
}

static void console_excerpt(struct console *console, const struct finding *finding)
{
    struct text line = excerpts_line(&console->excerpts, finding->file, finding->span.line);
    struct excerpt excerpt;
    size_t marks;

    if (!line.length)
        return;
    excerpt = excerpt_of(&console->excerpts.source, &finding->span);
    marks = utf8_count(text_slice(excerpt.shown, excerpt.start, excerpt.stop));
    console_paint(console, COLOR_DIM);
    fprintf(console->stream, "%8u | ", finding->span.line);
    console_plain(console);
    report_print(console->stream, excerpt.shown);
    fprintf(console->stream, "\n%8s | ", "");
    console_caret(console, text_slice(excerpt.shown, 0, excerpt.start), marks ? marks : 1,
                  console_level(finding->level));
}

/* TEXT with its lines indented under LABEL. */
static void console_note(struct console *console, const char *label, struct text text)
{
    struct text line;
    bool first = true;

    while (text_cut(&text, '\n', &line)) {
        fprintf(console->stream, "%8s %s %s", "", first ? "=" : " ", first ? label : "     ");
        report_print(console->stream, text_trim(line));
        fputc('\n', console->stream);
        first = false;
    }
}

static void console_related(struct console *console, const struct finding *finding)
{
    for (size_t i = 0; i < finding->related_count; i++) {
        const struct related *related = &finding->related[i];

        fprintf(console->stream, "%8s = ", "");
        if (text_equal(related->file, finding->file) && related->span.line) {
            fprintf(console->stream, "line %u", related->span.line);
        } else {
            console_path(console, related->file);
            if (related->span.line)
                fprintf(console->stream, ":%u:%u", related->span.line, related->span.column);
        }
        fputs(": ", console->stream);
        report_print(console->stream, related->message);
        fputc('\n', console->stream);
    }
}

static void console_finding(struct console *console, const struct finding *finding)
{
    static const char *const words[] = {
        [LEVEL_INFO] = "info", [LEVEL_WARN] = "warning", [LEVEL_ERROR] = "error"};
    FILE *stream = console->stream;

    fputs("  ", stream);
    if (finding->span.line)
        fprintf(stream, "%u:%u  ", finding->span.line, finding->span.column);
    console_paint(console, console_level(finding->level));
    fputs(words[finding->level], stream);
    console_plain(console);
    fputs("  ", stream);
    report_print(stream, finding->message);
    console_paint(console, COLOR_DIM);
    fprintf(stream, "  %.*s", TEXT_ARGS(finding->rule));
    console_plain(console);
    fputc('\n', stream);
    if (finding->span.line)
        console_excerpt(console, finding);
    console_related(console, finding);
    if (finding->fix.length && !map_find(&console->fixes, finding->rule)) {
        *map_place(&console->fixes, finding->rule) = console;
        console_note(console, "fix: ", finding->fix);
    }
}

static void console_findings(struct console *console)
{
    const struct findings *findings = &console->run->findings;
    struct text file = {0};

    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->items[i];

        if (!file.at || !text_equal(file, finding->file)) {
            if (file.at)
                fputc('\n', console->stream);
            file = finding->file;
            map_done(&console->fixes);
            arena_reset(&console->arena);
            console_paint(console, COLOR_PATH);
            console_path(console, file);
            console_plain(console);
            fputc('\n', console->stream);
        }
        console_finding(console, finding);
    }
    if (file.at)
        fputc('\n', console->stream);
}

static const char *console_plural(size_t count)
{
    return count == 1 ? "" : "s";
}

/* One item of the line of what was not checked; does nothing for 0. */
static void console_unchecked(struct console *console, bool *first, size_t count, const char *one,
                              const char *more)
{
    if (!count)
        return;
    fprintf(console->stream, "%s%zu %s", *first ? "not checked: " : ", ", count,
            count == 1 ? one : more);
    *first = false;
}

static void console_not_checked(struct console *console)
{
    const struct summary *summary = &console->run->summary;
    bool first = true;

    console_unchecked(console, &first, summary->skipped[SKIP_EXCLUDED],
                      "file that is left out (by `files`, `exclude`, or below a dot directory)",
                      "files that are left out (by `files`, `exclude`, or below a dot directory)");
    console_unchecked(console, &first, summary->skipped[SKIP_HELM_TEMPLATE],
                      "Helm template (pipe `helm template` into `krug lint -`)",
                      "Helm templates (pipe `helm template` into `krug lint -`)");
    console_unchecked(console, &first, summary->skipped[SKIP_NO_FILE],
                      "manifest that is no file (a link that is not followed, a pipe, a device)",
                      "manifests that are no files (links that are not followed, pipes, devices)");
    console_unchecked(console, &first, summary->patches, "patch", "patches");
    console_unchecked(console, &first, summary->inline_patches, "inline patch", "inline patches");
    console_unchecked(console, &first, summary->not_resources, "document that is no resource",
                      "documents that are no resources");
    if (!first)
        fputc('\n', console->stream);
}

/* COUNT rules with one reason. */
static void console_not_run_for(struct console *console, const struct not_run *rules, size_t count)
{
    fprintf(console->stream, "not run: %zu rule%s (%s):", count, console_plural(count),
            rules->reason);
    for (size_t i = 0; i < count && i < CONSOLE_NAMES; i++)
        fprintf(console->stream, "%s %.*s", i ? "," : "", TEXT_ARGS(rules[i].rule));
    if (count > CONSOLE_NAMES)
        fprintf(console->stream, " and %zu more (-f json names them)", count - CONSOLE_NAMES);
    fputc('\n', console->stream);
}

static void console_not_run(struct console *console)
{
    const struct run *run = console->run;

    if (report_without_policy(run))
        fputs("no policy: there is no .policy/policy.yaml at or above these files; only what is "
              "wrong in "
              "any repository is told\n",
              console->stream);
    for (size_t i = 0; i < run->not_run_count; i++) {
        size_t same = i + 1;

        while (same < run->not_run_count && run->not_run[same].reason == run->not_run[i].reason)
            same++;
        console_not_run_for(console, &run->not_run[i], same - i);
        i = same - 1;
    }
}

/* Hidden findings are not silently gone. */
static void console_hidden(struct console *console)
{
    const struct summary *summary = &console->run->summary;
    const struct {
        size_t count;
        const char *by;
    } parts[] = {
        {summary->waived, "by waivers"},
        {summary->ignored, "by ignores"},
        {summary->baselined, "by the baseline"},
    };
    bool first = true;

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].count) {
            fprintf(console->stream, "%s%zu %s", first ? "hidden: " : ", ", parts[i].count,
                    parts[i].by);
            first = false;
        }
    if (!first)
        fputc('\n', console->stream);
}

static void console_verdict(struct console *console)
{
    const struct run *run = console->run;
    const struct summary *summary = &run->summary;
    FILE *stream = console->stream;
    bool clean = !summary->errors && !summary->warnings && !summary->infos;

    console_paint(console, summary->errors                        ? COLOR_ERROR
                           : summary->warnings || !summary->files ? COLOR_WARN
                                                                  : COLOR_OK);
    if (!summary->files && clean && run->since)
        since_print_nothing(run->since, stream);
    else if (!summary->files && clean)
        fputs("nothing was checked", stream);
    else if (clean)
        fputs("no findings", stream);
    else
        fprintf(stream, "%zu error%s, %zu warning%s", summary->errors,
                console_plural(summary->errors), summary->warnings,
                console_plural(summary->warnings));
    if (summary->infos)
        fprintf(stream, ", %zu info%s", summary->infos, console_plural(summary->infos));
    console_plain(console);
    if (run->problems->count && summary->files)
        fprintf(stream, "; %zu problem%s, told on standard error: not everything was checked",
                run->problems->count, console_plural(run->problems->count));
    fprintf(stream, " (%.2f s)\n", summary->seconds);
}

static void console_summary(struct console *console)
{
    const struct summary *summary = &console->run->summary;

    if (!summary->files) {
        console_not_checked(console);
        since_print(console->run, console->style, console->stream);
        return;
    }
    fprintf(console->stream,
            "checked %zu file%s: %zu document%s, %zu resource%s in %zu namespace%s, "
            "against %zu rule%s\n",
            summary->files, console_plural(summary->files), summary->documents,
            console_plural(summary->documents), summary->resources,
            console_plural(summary->resources), summary->namespaces,
            console_plural(summary->namespaces), summary->rules, console_plural(summary->rules));
    console_not_checked(console);
    console_not_run(console);
    console_hidden(console);
    since_print(console->run, console->style, console->stream);
}

void report_console(const struct run *run, const struct report_style *style, FILE *stream)
{
    struct console console = {
        .run = run, .style = style, .stream = stream, .excerpts.tree = &run->repo->tree};

    console_findings(&console);
    if (!style->quiet)
        console_summary(&console);
    if (!style->quiet || run->findings.count)
        console_verdict(&console);
    excerpts_done(&console.excerpts);
    map_done(&console.fixes);
    arena_done(&console.arena);
}
