/*
 * Both matchers keep only the last star to come back to, so the time is at most pattern times text,
 * whatever the pattern. In a path there are two stars to come back to, one of each sort: when `*`
 * has run into a slash, only an earlier `**` can help, and only from the next segment on: a later
 * start in the same one would bring the `*` to where it has been.
 */
#include "base/glob.h"

struct glob_star {
    size_t pattern, text;
    bool set;
};

bool glob_name_counted(struct text pattern, struct text name, uint64_t *steps)
{
    struct glob_star star = {0};
    size_t p = 0, n = 0;

    for (; n < name.length || p < pattern.length; ++*steps) {
        if (p < pattern.length && pattern.at[p] == '*') {
            star = (struct glob_star){++p, n, true};
        } else if (n < name.length && p < pattern.length &&
                   (pattern.at[p] == '?' || pattern.at[p] == name.at[n])) {
            p++;
            n++;
        } else if (star.set && star.text < name.length) {
            n = ++star.text;
            p = star.pattern;
        } else {
            return false;
        }
    }
    return true;
}

bool glob_name(struct text pattern, struct text name)
{
    uint64_t steps = 0;

    return glob_name_counted(pattern, name, &steps);
}

static bool glob_at_segment(struct text path, size_t n)
{
    return n == 0 || path.at[n - 1] == '/';
}

/* At a double star: takes it; at the start of a segment with a slash that follows, which then need
 * not be there, so that it stands for whole segments. */
static size_t glob_after_deep(struct text pattern, size_t p)
{
    bool starts = glob_at_segment(pattern, p);

    p += 2;
    return starts && p < pattern.length && pattern.at[p] == '/' ? p + 1 : p;
}

static bool glob_is_deep(struct text pattern, size_t p)
{
    return p + 1 < pattern.length && pattern.at[p] == '*' && pattern.at[p + 1] == '*';
}

static bool glob_whole_path(struct text pattern, struct text path, uint64_t *steps)
{
    struct glob_star shallow = {0}, deep = {0};
    size_t p = 0, n = 0;

    for (; n < path.length || p < pattern.length; ++*steps) {
        if (glob_is_deep(pattern, p)) {
            p = glob_after_deep(pattern, p);
            deep = (struct glob_star){p, n, true};
            shallow.set = false;
        } else if (p < pattern.length && pattern.at[p] == '*') {
            shallow = (struct glob_star){++p, n, true};
        } else if (n < path.length && p < pattern.length &&
                   (pattern.at[p] == path.at[n] || (pattern.at[p] == '?' && path.at[n] != '/'))) {
            p++;
            n++;
        } else if (shallow.set && shallow.text < path.length && path.at[shallow.text] != '/') {
            n = ++shallow.text;
            p = shallow.pattern;
        } else if (deep.set && deep.text < path.length) {
            bool whole = shallow.set || (deep.pattern > 0 && pattern.at[deep.pattern - 1] == '/');

            do {
                deep.text++;
                ++*steps;
            } while (whole && deep.text < path.length && !glob_at_segment(path, deep.text));
            if (whole && !glob_at_segment(path, deep.text))
                return false;
            n = deep.text;
            p = deep.pattern;
            shallow.set = false;
        } else {
            return false;
        }
    }
    return true;
}

bool glob_path_counted(struct text pattern, struct text path, uint64_t *steps)
{
    struct text end = TEXT("/**"), start = pattern;

    /* Many of them at the end are one. */
    while (text_ends(start, end)) {
        pattern = text_slice(pattern, 0, start.length);
        start = text_slice(start, 0, start.length - end.length);
    }
    return (start.length < pattern.length && glob_whole_path(start, path, steps)) ||
           glob_whole_path(pattern, path, steps);
}

bool glob_path(struct text pattern, struct text path)
{
    uint64_t steps = 0;

    return glob_path_counted(pattern, path, &steps);
}
