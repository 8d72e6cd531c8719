/*
 * A page for a platform team: which namespace is how far with which rules, every finding with its
 * lines, and what was not checked. One file that asks for nothing else: its style and its script
 * are built in, a policy in the page forbids any other, and reading needs no script. Nothing in it
 * tells when it was made or how long that took, so that two pages can be compared.
 */
#include "report/html.h"
#include "base/embedded.h"
#include "report/words.h"
#include "report/xml.h"
#include <assert.h>

/* The SHA-256 of page.js: the only script that the page lets run. A test tells the new one. */
static const char html_script_hash[] = "sha256-gVnWMblX69rRV1Sq8MCFHNoW08msFaK8XgeEaUWSgP0=";

static struct text html_built_in(struct text path)
{
    for (size_t i = 0; i < embedded_count; i++)
        if (text_equal(embedded_files[i].path, path))
            return embedded_files[i].bytes;
    assert(false && "a part of the page is not built in");
    return (struct text){0};
}

static void html_put(FILE *stream, struct text text)
{
    fwrite(text.at, 1, text.length, stream);
}

static void html_verdict(const struct page *page)
{
    const struct summary *summary = &page->run->summary;
    FILE *stream = page->stream;

    if (!summary->files)
        fputs("nothing was checked", stream);
    else if (!page->run->findings.count)
        fputs("no findings", stream);
    else
        fprintf(stream, "%zu error%s, %zu warning%s, %zu info%s", summary->errors,
                summary->errors == 1 ? "" : "s", summary->warnings,
                summary->warnings == 1 ? "" : "s", summary->infos, summary->infos == 1 ? "" : "s");
}

static void html_head(const struct page *page)
{
    FILE *stream = page->stream;

    fprintf(stream,
            "<!doctype html>\n<html lang=en><head><meta charset=utf-8>\n"
            "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
            "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src "
            "'unsafe-inline'; script-src '%s'; base-uri 'none'; form-action 'none'\">\n"
            "<meta name=color-scheme content=\"light dark\">\n<title>krug: ",
            html_script_hash);
    html_verdict(page);
    fputs("</title>\n<style>\n", stream);
    html_put(stream, html_built_in(TEXT("src/report/page.css")));
    fputs("</style></head>\n", stream);
}

static void html_tile(FILE *stream, const char *class, size_t count, const char *one,
                      const char *more)
{
    fprintf(stream, "<li class=%s><b>%zu</b> %s", count ? class : "o", count,
            count == 1 ? one : more);
}

static void html_summary(const struct page *page)
{
    const struct summary *summary = &page->run->summary;
    FILE *stream = page->stream;
    char today[11];

    date_write(page->run->options->today, today);
    fprintf(stream,
            "<body><a class=skip href=#findings>Skip to the findings</a>\n"
            "<header><h1>krug</h1><p>Judged as of <time>%s</time></p><ul class=tiles>",
            today);
    html_tile(stream, "E", summary->errors, "error", "errors");
    html_tile(stream, "W", summary->warnings, "warning", "warnings");
    html_tile(stream, "I", summary->infos, "info", "infos");
    html_tile(stream, "h", page->run->hidden.count, "hidden", "hidden");
    html_tile(stream, "n", summary->files, "file", "files");
    html_tile(stream, "n", summary->resources, "resource", "resources");
    html_tile(stream, "n", summary->namespaces, "namespace", "namespaces");
    html_tile(stream, "n", summary->rules, "rule", "rules");
    fputs("</ul></header>\n<main>\n", stream);
}

static void html_problems(const struct page *page)
{
    const struct problems *problems = page->run->problems;
    FILE *stream = page->stream;

    if (!problems->count)
        return;
    fputs("<section class=problems aria-labelledby=problems><h2 id=problems>krug could not do all "
          "of its work</h2><ul>\n",
          stream);
    for (size_t i = 0; i < problems->count; i++) {
        const struct problem *problem = &problems->items[i];
        struct span span = {problem->line, problem->column, 0, 0};

        fputs("<li>", stream);
        if (problem->file.length)
            html_place(page, problem->file, span);
        fputs(" <span class=text>", stream);
        xml_write(stream, problem->message);
        fputs("</span>\n", stream);
    }
    fputs("</ul></section>\n", stream);
}

/* Only the script shows it: without one there is nothing to filter with. */
static void html_filter(FILE *stream)
{
    fputs("<form id=filter role=search hidden>\n"
          "<label>Filter <input name=q type=search autocomplete=off spellcheck=false "
          "placeholder=\"namespace, owner, rule, file, text\"></label>\n"
          "<label>Levels <select name=level><option value=1>all<option value=2>warnings and errors"
          "<option value=3>errors</select></label>\n"
          "<label>Namespaces <select name=show><option value=all>all"
          "<option value=found>with findings<option value=ready>ready for a next step"
          "<option value=held>with findings in the baseline"
          "<option value=clean>without findings</select></label>\n"
          "<button type=reset>Clear</button>\n<output name=count></output></form>\n",
          stream);
}

static void html_item(FILE *stream, size_t count, const char *one, const char *more)
{
    if (!count)
        return;
    fputs("<li>", stream);
    html_count(stream, count, one, more);
    fputc('\n', stream);
}

void html_unchecked(const struct page *page)
{
    const struct run *run = page->run;
    const struct summary *summary = &run->summary;
    FILE *stream = page->stream;

    fputs("<section aria-labelledby=unchecked><h2 id=unchecked>What was not checked</h2>\n",
          stream);
    if (report_without_policy(run))
        fputs("<p>There is no policy: only what is wrong in any repository is told.\n", stream);
    fputs("<ul>\n", stream);
    html_item(
        stream, summary->skipped[SKIP_EXCLUDED],
        "file that is left out (by <code>files</code>, <code>exclude</code>, or below a dot "
        "directory)",
        "files that are left out (by <code>files</code>, <code>exclude</code>, or below a dot "
        "directory)");
    html_item(stream, summary->skipped[SKIP_HELM_TEMPLATE], "Helm template", "Helm templates");
    html_item(stream, summary->skipped[SKIP_NO_FILE],
              "manifest that is no file (a link that is not followed, a pipe, a device)",
              "manifests that are no files (links that are not followed, pipes, devices)");
    html_item(stream, summary->patches, "patch", "patches");
    html_item(stream, summary->inline_patches, "inline patch", "inline patches");
    html_item(stream, summary->not_resources, "document that is no resource",
              "documents that are no resources");
    html_item(stream, run->not_run_count,
              "rule that judged nothing:", "rules that judged nothing:");
    fputs("</ul>\n", stream);
    if (run->not_run_count)
        fputs("<div class=scroll tabindex=0 role=region aria-label=\"Rules that judged nothing\">"
              "<table><thead><tr><th scope=col>Rule<th scope=col>Why<tbody>\n",
              stream);
    for (size_t i = 0; i < run->not_run_count; i++) {
        fputs("<tr><th scope=row><code>", stream);
        xml_write(stream, run->not_run[i].rule);
        fprintf(stream, "</code><td>%s\n", run->not_run[i].reason);
    }
    if (run->not_run_count)
        fputs("</table></div>\n", stream);
    fputs("</section>\n", stream);
}

void report_html(const struct run *run, const struct report_style *style, FILE *stream)
{
    struct page page;

    page_init(&page, run, style, stream);
    html_head(&page);
    html_summary(&page);
    html_problems(&page);
    html_filter(stream);
    html_namespaces(&page);
    html_steps(&page);
    html_rules(&page);
    html_findings(&page);
    html_exceptions(&page);
    html_hidden(&page);
    html_unchecked(&page);
    fputs("</main>\n<script>", stream);
    html_put(stream, html_built_in(TEXT("src/report/page.js")));
    fputs("</script></body></html>\n", stream);
    page_done(&page);
}
