#ifndef KRUG_BASE_ATTRIBUTE_H
#define KRUG_BASE_ATTRIBUTE_H

/* The only place that names compiler extensions. */
#define ATTRIBUTE_FORMAT(text, first) __attribute__((format(printf, text, first)))
#define ATTRIBUTE_CHECK __attribute__((warn_unused_result))
#define ATTRIBUTE_NORETURN __attribute__((noreturn))
#define ATTRIBUTE_NEVER_NULL __attribute__((returns_nonnull))
/* What is answered has as many bytes as that argument says: what writes past them is stopped. */
#define ATTRIBUTE_SIZE(argument) __attribute__((alloc_size(argument)))

/* Whether AddressSanitizer watches: 1 or 0. */
#if defined(__SANITIZE_ADDRESS__)
#define ATTRIBUTE_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ATTRIBUTE_ASAN 1
#endif
#endif
#ifndef ATTRIBUTE_ASAN
#define ATTRIBUTE_ASAN 0
#endif

#endif
