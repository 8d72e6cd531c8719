#ifndef KRUG_BASE_NEAR_H
#define KRUG_BASE_NEAR_H

#include "base/text.h"

/* Longer names are near to none. */
enum { NEAR_LONGEST = 80 };

/* Finds the name that was probably meant. Offer every candidate; best.at is NULL where none is near
 * (more than a third of the letters differ). Of equally near names the first one offered wins. */
struct near {
    struct text wanted, best;
    size_t distance;
};

void near_init(struct near *near, struct text wanted);
void near_offer(struct near *near, struct text candidate);
/* What offering CANDIDATE takes, in steps. */
size_t near_cost(const struct near *near, struct text candidate);

#endif
