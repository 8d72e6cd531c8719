#!/usr/bin/env python3
"""html_test.py KRUG [DIRECTORY]: the HTML report in a real browser (Chromium, headless).

It loads without a word on the console and asks for nothing but itself, can be read without scripts, filters, reveals
what a link leads to, runs nothing of what manifests say, has contrast in light and dark, and stays usable with 500
namespaces, 150 rules and more than 20,000 findings. With a DIRECTORY it leaves pictures there.
"""
import base64, hashlib, json, os, re, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "reports"))
import make
from browser import Browser

wrong = []

# the least contrast between text and what is behind it, of all elements that hold text themselves
CONTRAST = """(() => {
  const channel = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const parse = (c) => c.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const back = (e) => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  let least = [99, ''];
  for (const e of document.querySelectorAll('body *')) {
    if (!e.checkVisibility() || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
    const a = light(parse(getComputedStyle(e).color)), b = light(back(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < least[0]) least = [ratio, e.outerHTML.slice(0, 200)];
  }
  return least;
})()"""

# sets a field of the form as a person does, and waits for what comes of it
FILTER = """(async (fields) => {
  const form = document.getElementById('filter');
  for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
  const start = performance.now();
  form.dispatchEvent(new Event('input', {bubbles: true}));
  await new Promise((done) => setTimeout(done, 100));
  await new Promise((done) => setTimeout(done));
  const seconds = (performance.now() - start) / 1000;
  const visible = (s) => [...document.querySelectorAll(s)].filter((e) => !e.closest('[hidden]'));
  return {count: form.elements.count.value, items: visible('.g > ol > li').length, seconds,
          rows: visible('section > .scroll > .matrix > tbody > tr').map((row) => row.cells[0].innerText)};
})(%s)"""


def check(condition, *words):
    if not condition:
        wrong.append(" ".join(str(word) for word in words))


def lint(krug, place, options):
    page, data = place + ".html", place + ".json"
    subprocess.run([krug, "lint", "-f", "html:" + page, "-f", "json:" + data] + options, cwd=place,
                   stderr=subprocess.DEVNULL)
    with open(data, encoding="utf-8") as file:
        return page, json.load(file)


def check_quiet(browser, page, name):
    check(not browser.messages, name, "has something on the console:", browser.messages)
    check(browser.requests == ["file://" + page], name, "asks for more than itself:", browser.requests)


def check_hash():
    """The page lets only this script run."""
    source = os.path.join(os.path.dirname(HERE), "src", "report")
    with open(os.path.join(source, "page.js"), "rb") as file:
        digest = "sha256-" + base64.b64encode(hashlib.sha256(file.read()).digest()).decode()
    with open(os.path.join(source, "html.c"), encoding="utf-8") as file:
        check(digest in file.read(), "page.js has changed: html_script_hash in html.c has to be", digest)


def check_links(browser):
    check(browser.value("[...document.querySelectorAll('a[href^=\"#\"]')].every("
                        "(a) => document.getElementById(a.getAttribute('href').slice(1)))"), "a link leads nowhere")
    check(browser.value("new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size ==="
                        "document.querySelectorAll('[id]').length"), "an id is there twice")


def check_structure(browser, report):
    """Real tables and headings, and every finding is there with its place and its lines."""
    value = browser.value
    check(value("document.title") == "krug: %(errors)d errors, %(warnings)d warnings, %(infos)d infos" %
          report["summary"], "title", value("document.title"))
    check(value("document.querySelectorAll('.g > ol > li').length") == len(report["findings"]), "number of findings")
    text = value("document.getElementById('findings').parentElement.textContent")
    for finding in report["findings"]:
        check(finding["message"] in text, "does not tell", finding["message"])
        check("%(file)s:%(line)d:%(column)d" % finding in text or finding["end_column"] == 1, "no place", finding)
    check(value("[...document.querySelectorAll('thead th')].every((e) => e.scope === 'col')"), "heads of columns")
    check(value("[...document.querySelectorAll('tbody tr')].every((e) => e.cells[0].scope === 'row')"), "heads of rows")
    levels = value("[...document.querySelectorAll('h1,h2,h3,h4')].map((e) => Number(e.tagName[1]))")
    check(levels[0] == 1 and all(b <= a + 1 for a, b in zip(levels, levels[1:])), "headings skip a level:", levels)
    check_links(browser)
    marks = value("[...document.querySelectorAll('mark')].map((e) => e.textContent)")
    check("x-echo-jp-prod" in marks, "the place is not marked:", marks)


def check_cells(browser):
    """What examples/broken enforces where, and what it found."""
    row = lambda name: browser.value(
        "[...document.querySelectorAll('section > .scroll > .matrix tr')].filter((r) => r.innerText.includes(%s))"
        ".map((r) => [...r.cells].map((c) => c.innerText.replace(/\\s+/g, ' ').trim()))" % json.dumps(name))
    heads = row("Namespace")[0]
    cells = {(one[0], one[1]): dict(zip(heads, one)) for name in ("x-echo", "kube-") for one in row(name)}
    production = cells[("x-echo-jp-prod", "production")]
    check(production["istio"] == "\u2716 2 error", production)
    check(production["Owner"] == "echo", production)
    check(production["manifest"].startswith("\u2716 9"), production)
    check(cells[("x-echo-jp-dev", "development")]["istio"] == "\u2713 error", cells)
    check(cells[("kube-system", "production")]["istio"] == "off", cells)
    check(cells[("kube-system", "production")]["manifest"].startswith("ready"), cells)


def check_filter(browser, report):
    everything = browser.value(FILTER % "{q: '', level: '1', show: 'all'}")
    check(everything["items"] == len(report["findings"]) and everything["count"] == "", everything)
    one = browser.value(FILTER % "{q: 'PORT-NAME echo-debug'}")
    check(one["items"] == 1 and one["rows"] == ["x-echo-jp-prod"], one)
    check(one["count"].startswith("1 of %d findings" % len(report["findings"])), one)
    errors = browser.value(FILTER % "{q: '', level: '3'}")
    check(errors["items"] == report["summary"]["errors"], errors)
    ready = browser.value(FILTER % "{q: '', level: '1', show: 'ready'}")
    check("kube-system" in ready["rows"], ready)
    clean = browser.value(FILTER % "{q: '', level: '1', show: 'clean'}")
    check("x-search-jp-prod" in clean["rows"] and "kube-system" not in clean["rows"] and not clean["items"], clean)
    nothing = browser.value(FILTER % "{q: 'no such thing', level: '1', show: 'all'}")
    check(nothing["items"] == 0 and nothing["rows"] == [], nothing)
    # a link to what the filter hides shows it
    browser.value("location.hash = document.querySelector('.g').id; new Promise((done) => setTimeout(done, 300))")
    check(browser.value("!document.querySelector('.g').closest('[hidden]') && "
                        "document.querySelector('.g').closest('details').open"), "a link reveals nothing")


def check_keyboard(browser):
    browser.value("document.activeElement.blur(); scrollTo(0, 0)")
    browser.key("Tab", 9)
    check(browser.value("document.activeElement.className") == "skip", "Tab does not reach the skip link first")
    browser.key("Tab", 9)
    check(browser.value("document.activeElement.name") == "q", "Tab does not reach the filter")
    check(browser.value("[...document.querySelectorAll('.scroll')].every((e) => e.tabIndex === 0 &&"
                        "e.getAttribute('aria-label'))"), "what scrolls cannot be reached by keys")


def test_broken(krug, scratch, pictures):
    place = os.path.join(scratch, "broken")
    page, report = lint(krug, place, make.broken(place))
    for scheme in ("light", "dark"):
        with Browser(scheme=scheme) as browser:
            browser.open(page)
            check_structure(browser, report)
            check_cells(browser)
            check_keyboard(browser)
            if pictures:
                browser.screenshot(os.path.join(pictures, scheme + ".png"))
            check_filter(browser, report)
            browser.value("document.querySelectorAll('details').forEach((e) => { e.open = true; })")
            contrast, element = browser.value(CONTRAST)
            check(contrast >= 4.5, scheme, "has a contrast of only", contrast, element)
            check_quiet(browser, page, scheme)
    with Browser(scripts=False) as browser:
        browser.open(page)
        visible = "(s) => [...document.querySelectorAll(s)].filter((e) => e.checkVisibility()).length"
        check(browser.value("(%s)('#filter')" % visible) == 0, "there is a filter that cannot work without scripts")
        check(browser.value("(%s)('.matrix tbody tr')" % visible) > 5, "no table without scripts")
        check(browser.value("(%s)('.g > ol > li')" % visible) == len(report["findings"]), "no findings without scripts")
        check_quiet(browser, page, "without scripts")


def table(browser, selector):
    """The rows of a table: what its cells say, with single blanks."""
    return browser.value("[...document.querySelectorAll('%s tbody tr')].map((r) => [...r.cells].map("
                         "(c) => c.textContent.replace(/\\s+/g, ' ').trim()))" % selector)


def check_exceptions(browser):
    """What is hidden is neither counted nor called clean, and it is told what hides it and for how long."""
    cells = {row[0]: row[2] for row in table(browser, "section > .scroll > .matrix")}
    check(cells == {"team-a": "\u2713 \u25cc 1 error", "team-b": "\u2713 \u25cc 1 error", "team-c": "\u2713 \u25cc 1 error",
                    "team-d": "\u25cc 1 error", "team-e": "\u2716 1 error", "team-u": "\u25b2 1 warn",
                    "team-v": "ready \u25cc 1 warn \u2197", "team-w": "ready \u25cc 1 warn \u2197",
                    "team-z": "\u2716 1 error", "no namespace": "\u2013"}, "cells:", cells)
    waivers = [row[:2] + row[3:6] for row in table(browser, "[aria-label=\"Waivers by owner\"]")]
    check(waivers == [[make.SCRIPT, "rule istio/port-namenamespace team-a", "2026-12-01", "8 days", "1"],
                      ["team-b", "rule istio/*namespace team-z", "2026-11-22", "ended 1 day ago", "0"],
                      ["team-b", "rule istio/*namespace team-b, team-w", "2027-12-01", "373 days", "2"],
                      ["team-b", "rule istio/port-namenamespace team-y", "never", "", "0"],
                      ["team-v", "rule istio/port-namenamespace team-vresource Service/v, v1/Service/w-*", "2026-12-24",
                       "31 days", "1"]], "waivers:", waivers)
    ignores = table(browser, "[aria-label=\"Ignores in manifests\"]")
    check([row[:1] + row[2:] for row in ignores] == [["istio/port-name", "2026-12-31", "38 days", "yes", "c.yaml:6:18"]],
          "ignores:", ignores)
    text = browser.value("document.getElementById('exceptions').parentElement.textContent")
    check(".policy/baseline.json has 1 entry, and hides 1 finding of this run." in text, text)
    check("6 hidden" in browser.value("document.querySelector('.tiles').innerText").replace("\n", " "), "no tile")


def check_steps(browser):
    """What comes on which day. A waiver that ends before it makes nothing ready."""
    steps = [row[:3] + row[4:] for row in table(browser, ".steps")]
    check(steps == [["2026-12-01", "8 days", "manifest/tab warn", "0", "0", "1"],
                    ["2027-02-01", "70 days", "istio/port-name error", "1", "1 with 1 finding team-v: 1", "0"]], steps)


def check_hidden(browser):
    """Each hidden finding, what hides it, and that the filter and links reach it."""
    items = browser.value("[...document.querySelectorAll('.hid li')].map((e) => e.textContent)")
    check(len(items) == 6 and "waiver of %s until 2026-12-01: %s (.policy/policy.yaml:8)" % (make.SCRIPT, make.IMAGE) in
          items[0] and "baseline (.policy/baseline.json:3)" in items[3], items)
    visible = lambda: browser.value("[...document.querySelectorAll('.hid li')].filter((e) => !e.closest('[hidden]')).length")
    held = browser.value(FILTER % "{q: '', level: '1', show: 'held'}")
    check(held["rows"] == ["team-d"] and visible() == 1, held)
    one = browser.value(FILTER % "{q: 'team-c ::error', level: '1', show: 'all'}")
    check(one["rows"] == ["team-c"] and one["count"] == "0 of 4 findings, 1 hidden, 1 namespaces" and visible() == 1, one)
    browser.value("location.hash = document.querySelector('.hid li').id; new Promise((done) => setTimeout(done, 300))")
    check(browser.value("!document.querySelector('.hid li').closest('[hidden]') && "
                        "document.querySelector('.hid').open"), "a link reveals no hidden finding")


def test_excepted(krug, scratch, pictures):
    place = os.path.join(scratch, "excepted")
    page, report = lint(krug, place, make.excepted(place) + ["--today", "2026-11-23"])
    check([kind for f in report["hidden"] for kind in f["hidden_by"]] ==
          ["waiver", "waiver", "ignore", "baseline", "waiver", "waiver"], report["hidden"])
    for scheme in ("light", "dark"):
        with Browser(scheme=scheme) as browser:
            browser.open(page)
            if pictures:
                browser.screenshot(os.path.join(pictures, "excepted-" + scheme + ".png"))
            check_links(browser)
            check_exceptions(browser)
            check_steps(browser)
            check_hidden(browser)
            browser.value("document.querySelectorAll('details').forEach((e) => { e.open = true; })")
            contrast, element = browser.value(CONTRAST)
            check(contrast >= 4.5, scheme, "has a contrast of only", contrast, element)
            check(browser.value("window.evil") is None, "something of a waiver was run")
            check_quiet(browser, page, "the page with exceptions")


def test_hostile(krug, scratch):
    place = os.path.join(scratch, "hostile")
    page, report = lint(krug, place, make.hostile(place))
    check(len(report["findings"]) >= len(make.TEXTS), "no findings")
    with Browser() as browser:
        browser.open(page)
        browser.value("document.querySelectorAll('details').forEach((e) => { e.open = true; })")
        browser.value("new Promise((done) => setTimeout(done, 300))")
        check(browser.value("window.evil") is None, "something of a manifest was run")
        check(browser.value("document.scripts.length") == 1, "there are more scripts than the page's own")
        check(browser.value("document.querySelectorAll('img, svg, iframe, object').length") == 0, "foreign elements")
        check(browser.value("[...document.links].every((a) => /^(https?|file):/.test(a.protocol))"), "a link runs")
        text = browser.value("document.body.textContent")
        for wanted in (make.SCRIPT, make.IMAGE, "\\x1b[31m", "\\u202e", "]]> <!-- --> &amp; {0}"):
            check(wanted in text, "does not show", wanted)
        check(not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", text), "control characters")
        check_quiet(browser, page, "the hostile page")


def test_large(krug, scratch, pictures):
    place = os.path.join(scratch, "large")
    make.large(place, 500, 150, 50)
    page, report = lint(krug, place, [])
    check(len(report["findings"]) > 20000, len(report["findings"]), "findings")
    with Browser() as browser:
        load = browser.open(page)
        first = browser.value("performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000")
        one = browser.value(FILTER % "{q: 'team-42 rule-77 key'}")
        again = browser.value(FILTER % "{q: 'team-42'}")
        check(0 < again["items"] < 1000, again)
        check(set(one["rows"]) <= set(again["rows"]), one, again)
        if pictures:
            browser.screenshot(os.path.join(pictures, "large.png"))
        check_quiet(browser, page, "the large page")
    size = os.path.getsize(page) / 1e6
    print("large: %d findings, %.1f MB, first paint %.1f s, loaded in %.1f s, filtered in %.2f s, again in %.2f s" % (
        len(report["findings"]), size, first, load, one["seconds"], again["seconds"]))
    check(size < 25, size, "MB")
    check(load < 60, "loaded only after", load)  # far above what any machine needs; what it takes is printed


def main():
    krug = os.path.abspath(sys.argv[1])
    pictures = sys.argv[2] if len(sys.argv) > 2 else None
    check_hash()
    with tempfile.TemporaryDirectory() as scratch:
        test_broken(krug, scratch, pictures)
        test_excepted(krug, scratch, pictures)
        test_hostile(krug, scratch)
        test_large(krug, scratch, pictures)
    for text in wrong:
        print(text)
    print("%d wrong" % len(wrong))
    return 1 if wrong else 0


sys.exit(main())
