/*
 * Damerau-Levenshtein distance (restricted: a swap of neighbours counts one) over bytes. Names are
 * short; longer than NEAR_LONGEST they are not typed by hand and get no suggestion.
 */
#include "base/near.h"
#include <string.h>

static size_t near_least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t near_distance(struct text a, struct text b)
{
    size_t rows[3][NEAR_LONGEST + 1];

    for (size_t j = 0; j <= b.length; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.length; i++) {
        size_t *row = rows[i % 3], *above = rows[(i - 1) % 3], *before = rows[(i + 1) % 3];

        row[0] = i;
        for (size_t j = 1; j <= b.length; j++) {
            bool same = a.at[i - 1] == b.at[j - 1];

            row[j] = near_least(near_least(above[j], row[j - 1]) + 1, above[j - 1] + !same);
            if (i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] && a.at[i - 2] == b.at[j - 1])
                row[j] = near_least(row[j], before[j - 2] + 1);
        }
    }
    return rows[a.length % 3][b.length];
}

void near_init(struct near *near, struct text wanted)
{
    *near = (struct near){wanted, {0}, (wanted.length < 3 ? 1 : wanted.length / 3) + 1};
}

void near_offer(struct near *near, struct text candidate)
{
    size_t distance;

    if (near->wanted.length > NEAR_LONGEST || candidate.length > NEAR_LONGEST)
        return;
    distance = near_distance(near->wanted, candidate);
    if (distance < near->distance) {
        near->distance = distance;
        near->best = candidate;
    }
}

size_t near_cost(const struct near *near, struct text candidate)
{
    if (near->wanted.length > NEAR_LONGEST || candidate.length > NEAR_LONGEST)
        return 1;
    return near->wanted.length * candidate.length + 1;
}
