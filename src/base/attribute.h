#ifndef KRUG_BASE_ATTRIBUTE_H
#define KRUG_BASE_ATTRIBUTE_H

/* The only place that names compiler extensions. */
#define ATTRIBUTE_FORMAT(text, first) __attribute__((format(printf, text, first)))
#define ATTRIBUTE_CHECK __attribute__((warn_unused_result))
#define ATTRIBUTE_NORETURN __attribute__((noreturn))

#endif
