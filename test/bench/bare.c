/*
 * The floor that krug is measured against: libyaml reads each file whole and hands out its events,
 * which are thrown away. Nothing is kept, checked or told. A file that libyaml refuses ends at the
 * place of its fault.
 *
 * The paths come on standard input, one a line, so that any number of files is one process. Prints
 * the files, bytes, documents, events and refused files; where a file cannot be read, it says so
 * and ends with status 2.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <yaml.h>

struct bare {
    unsigned char *bytes; /* of the file that is read; used again for the next */
    size_t capacity;
    size_t files, size, documents, events, refused;
};

static void bare_fail(const char *path, const char *why)
{
    fprintf(stderr, "bare: %s: %s\n", path, why);
    exit(2);
}

static size_t bare_read(struct bare *bare, const char *path)
{
    FILE *stream = fopen(path, "rbe");
    struct stat about;
    size_t length;

    if (!stream || fstat(fileno(stream), &about))
        bare_fail(path, strerror(errno));
    length = (size_t)about.st_size;
    if (length > bare->capacity) {
        bare->capacity = 2 * length;
        free(bare->bytes);
        bare->bytes = malloc(bare->capacity);
        if (!bare->bytes)
            bare_fail(path, strerror(errno));
    }
    if (setvbuf(stream, NULL, _IONBF, 0))
        bare_fail(path, "its buffer cannot be taken away");
    if (length && fread(bare->bytes, 1, length, stream) != length)
        bare_fail(path, "not read to its end");
    fclose(stream);
    return length;
}

static void bare_parse(struct bare *bare, size_t length)
{
    yaml_parser_t parser;
    yaml_event_t event;
    yaml_event_type_t type;

    if (!yaml_parser_initialize(&parser))
        bare_fail("libyaml", "out of memory");
    yaml_parser_set_input_string(&parser, bare->bytes, length);
    do {
        if (!yaml_parser_parse(&parser, &event)) {
            bare->refused++;
            break;
        }
        type = event.type;
        bare->events++;
        bare->documents += type == YAML_DOCUMENT_START_EVENT;
        yaml_event_delete(&event);
    } while (type != YAML_STREAM_END_EVENT);
    yaml_parser_delete(&parser);
}

int main(void)
{
    struct bare bare = {0};
    char *path = NULL;
    size_t capacity = 0, length;
    ssize_t got;

    while ((got = getline(&path, &capacity, stdin)) > 0) {
        if (path[got - 1] == '\n')
            path[got - 1] = '\0';
        length = bare_read(&bare, path);
        bare_parse(&bare, length);
        bare.files++;
        bare.size += length;
    }
    printf("%zu %zu %zu %zu %zu\n", bare.files, bare.size, bare.documents, bare.events,
           bare.refused);
    free(path);
    free(bare.bytes);
    return fflush(stdout) ? 2 : 0;
}
