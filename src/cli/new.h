#ifndef KRUG_CLI_NEW_H
#define KRUG_CLI_NEW_H

#include "cli/command.h"
#include "cli/template.h"

/* Where things are: absolute and clean. */
struct new_place {
    struct arena arena;
    struct text here, root;
    bool failed; /* something could not be looked at; that was told */
};

/* The nearest directory with a .policy/ from DIRECTORY up to the root; at == NULL: none, or PLACE
 * failed. */
struct text new_find_policy(struct new_place *place, struct text directory);

/* Each of these is false after a message. */

/* Writes a file that is not there yet from a file of templates/ (template.h), and says so. */
bool new_fill(struct new_place *place, struct text path, const char *template,
              const struct template_word *words);
/* Writes DIRECTORY/.policy. */
bool new_policy_at(struct new_place *place, struct text directory);
/* Writes the rule ID where it belongs. */
bool new_rule(struct new_place *place, const struct options *options, struct text id);

#endif
