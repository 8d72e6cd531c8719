#ifndef KRUG_YAML_SCALAR_H
#define KRUG_YAML_SCALAR_H

#include "yaml/node.h"

/* What scalars mean to Kubernetes (go-yaml v2 by way of sigs.k8s.io/yaml), and where other readers
 * differ. */

/* Whether the first byte of the plain untagged TEXT makes it a string to every reader. Most are;
 * the rest is for scalar_resolve and scalar_ambiguity. */
bool scalar_is_string(struct text text);

/* Sets type and value of NODE from TEXT (owned by NODE's arena) and TAG (NULL where there is none;
 * a full tag such as "tag:yaml.org,2002:int"). PLAIN: untagged it may be other than a string. NULL,
 * or why Kubernetes refuses it ("cannot decode !!str `abc` as a !!int"), in ARENA. .inf and .nan
 * are let through: they may be keys; the loader refuses them as values. */
ATTRIBUTE_CHECK const char *scalar_resolve(struct arena *arena, struct node *node, struct text text,
                                           bool plain, const char *tag);

/* What NODE (resolved as above) becomes as a key of a map: a text in ARENA, or the reason in
 * *ERROR. */
struct text scalar_key(struct arena *arena, const struct node *node, struct text text,
                       const char **error);

/* Why the plain untagged scalar TEXT is read differently by other readers of the same pipeline, or
 * as something else than it looks. */
enum ambiguity {
    AMBIGUITY_NONE,
    AMBIGUITY_BOOLEAN, /* y, on, No: a boolean here, a string to YAML 1.2 readers (kustomize, yq) */
    AMBIGUITY_OCTAL,   /* 0123: octal here, decimal to YAML 1.2 */
    AMBIGUITY_NOT_OCTAL,  /* 08: looks octal, is decimal here and a float or a string elsewhere */
    AMBIGUITY_UNDERSCORE, /* 1_000 */
    AMBIGUITY_PREFIX,     /* 0b11, 0o17: not known to every reader (0x1F is) */
    AMBIGUITY_TRAILING_ZERO, /* 1.10: a version that lost its zero */
    AMBIGUITY_EXPONENT,      /* 1e3, 12e4567: a number here; often a commit or an id */
    AMBIGUITY_SEXAGESIMAL,   /* 12:30:45, 1:30: a string here, a number to YAML 1.1 readers */
    AMBIGUITY_LARGE,         /* an integer above 2^53 that JSON readers round */
    AMBIGUITY_SPECIAL,       /* .inf, .nan: Kubernetes refuses them */
};
enum ambiguity scalar_ambiguity(struct text text);
/* "boolean", "octal", ...: the words that rules use; NULL for AMBIGUITY_NONE. */
const char *scalar_ambiguity_name(enum ambiguity ambiguity);

#endif
