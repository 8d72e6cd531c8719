#ifndef KRUG_FUZZ_H
#define KRUG_FUZZ_H

#include "yaml/load.h"

/* What the fuzz targets share. A target is one file that defines LLVMFuzzerTestOneInput. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Unless CONDITION holds, says so and ends the program: libFuzzer then keeps the input. */
#define FUZZ_CHECK(condition) ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition))
ATTRIBUTE_NORETURN void fuzz_fail(const char *file, int line, const char *condition);

/* A copy of TEXT as file_read would give it: from malloc, with two NULs behind and no byte more. */
char *fuzz_copy(struct text text);

/* The part of *REST up to the first MARK, or all of it; *REST goes on behind the mark. */
struct text fuzz_cut(struct text *rest, struct text mark);

/* Where libyaml ends the line of TEXT that holds FROM; its length where nowhere. */
size_t fuzz_find_break(struct text text, size_t from);

/* A file in memory, and the document that was read last. */
struct fuzz_file {
    struct source source;
    struct loader loader;
    struct document document;
};

/* Copies TEXT. False where it is no text at all; fuzz_file_done is due either way. */
bool fuzz_file_init(struct fuzz_file *file, struct text text);
void fuzz_file_done(struct fuzz_file *file);

/* How many lines the text has; what is behind the last line end is one. */
size_t fuzz_lines(const struct source *source);
/* Whether two trees hold the same values in the same order, whatever the sorts of numbers. */
bool fuzz_same(const struct node *a, const struct node *b);
/* How deep the tree is: 0 of a scalar. */
size_t fuzz_depth(const struct node *root);
/* Whether SPAN has lines and columns that SOURCE has. */
bool fuzz_in_source(struct source *source, struct span span);

#endif
