/*
 * What lies in a policy directory: policy.yaml, rules/PACK/NAME.lua, lib/NAME.lua, test/. A file
 * that is there and is not read would be relied on by whoever wrote it, so each is told, but for
 * names that begin with a dot and, beside policy.yaml, for texts (a README) and what editors read
 * (krug.d.lua). Symbolic links are not followed.
 */
#include "base/file.h"
#include "base/memory.h"
#include "base/near.h"
#include "policy/reader.h"
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct files_entry {
    struct text name, disk, shown; /* its path on the disk, and as messages name it */
    mode_t mode;
};

struct files_list {
    struct files_entry *items;
    size_t count, capacity;
};

/* All problems of this room are about a file as a whole. */
static void files_tell(struct reader *reader, const struct files_entry *entry, const char *format,
                       ...) ATTRIBUTE_FORMAT(3, 4);

static void files_tell(struct reader *reader, const struct files_entry *entry, const char *format,
                       ...)
{
    struct buffer buffer = {0};
    va_list arguments;

    va_start(arguments, format);
    buffer_vprint(&buffer, format, arguments);
    va_end(arguments);
    problems_add(reader->policies->problems, entry->shown, 0, 0, "%.*s",
                 TEXT_ARGS(buffer_text(&buffer)));
    buffer_done(&buffer);
}

static int files_compare(const void *a, const void *b)
{
    return text_compare(((const struct files_entry *)a)->name,
                        ((const struct files_entry *)b)->name);
}

/* Whether the entry is on the disk only, and the run is about another state of the repository. */
static bool files_lacks(const struct reader *reader, const struct files_entry *entry)
{
    return !reader->policy->extra && tree_lacks(&reader->policies->repo->tree, entry->shown);
}

/* Whether the entry is to be read; finds what it is. */
static bool files_take(struct reader *reader, struct files_entry *entry)
{
    const char *error;

    if (files_lacks(reader, entry))
        return false;
    error = file_mode(entry->disk.at, false, &entry->mode);
    if (error)
        files_tell(reader, entry, "cannot be read: %s", error);
    else if (S_ISLNK(entry->mode))
        files_tell(reader, entry, "symbolic links in a policy are not followed: copy the file");
    return entry->mode && !S_ISLNK(entry->mode);
}

/* The entries of DIRECTORY by name, without those that begin with a dot and without symbolic links.
 */
static struct files_list files_list(struct reader *reader, const struct files_entry *directory)
{
    struct arena *arena = &reader->policy->arena;
    struct files_list list = {0};
    DIR *stream = opendir(directory->disk.at);
    const struct dirent *dirent = NULL;

    errno = stream ? 0 : errno;
    while (stream && (dirent = readdir(stream))) {
        struct text name = text_of(dirent->d_name);
        struct files_entry entry = {arena_copy(arena, name),
                                    path_join(arena, directory->disk, name),
                                    path_join(arena, directory->shown, name), 0};

        if (dirent->d_name[0] != '.' && files_take(reader, &entry)) {
            list.items = memory_extend(list.items, list.count, &list.capacity, sizeof *list.items);
            list.items[list.count++] = entry;
        }
        errno = 0;
    }
    if (errno)
        files_tell(reader, directory, "this directory cannot be read: %s", strerror(errno));
    if (stream)
        closedir(stream);
    if (list.count)
        qsort(list.items, list.count, sizeof *list.items, files_compare);
    return list;
}

bool policy_is_name(struct text name)
{
    for (size_t i = 0; i < name.length; i++)
        if (!(name.at[i] >= 'a' && name.at[i] <= 'z') &&
            !(name.at[i] >= '0' && name.at[i] <= '9') && name.at[i] != '-' && name.at[i] != '_')
            return false;
    return name.length > 0;
}

/* The name of a Lua file without its extension; what else it may be is told. FORM is how it is
 * called. */
static bool files_lua_name(struct reader *reader, const struct files_entry *entry, const char *form,
                           struct text *name)
{
    *name = text_slice(entry->name, 0, entry->name.length - path_extension(entry->name).length);
    if (S_ISREG(entry->mode) && text_is(path_extension(entry->name), ".lua")) {
        if (policy_is_name(*name))
            return true;
        files_tell(reader, entry, "a name may only have a-z, 0-9, `-` and `_`");
        return false;
    }
    files_tell(reader, entry, "this is not read: what lies here is called %s", form);
    return false;
}

static struct policy_file *files_add(struct policy *policy, struct policy_file **files,
                                     size_t count, size_t more)
{
    struct policy_file *grown = arena_get(&policy->arena, (count + more) * sizeof *grown);

    if (count)
        memcpy(grown, *files, count * sizeof *grown);
    *files = grown;
    return grown + count;
}

static void files_read_pack(struct reader *reader, const struct files_entry *pack)
{
    struct policy *policy = reader->policy;
    struct files_list list;
    struct policy_file *rule;

    if (!S_ISDIR(pack->mode)) {
        files_tell(reader, pack,
                   "this is not read: a rule lies in its pack, as rules/PACK/NAME.lua");
        return;
    }
    if (!policy_is_name(pack->name)) {
        files_tell(reader, pack, "a name may only have a-z, 0-9, `-` and `_`");
        return;
    }
    list = files_list(reader, pack);
    rule = files_add(policy, &policy->rules, policy->rule_count, list.count);
    for (size_t i = 0; i < list.count; i++) {
        struct text name;

        if (!files_lua_name(reader, &list.items[i], "rules/PACK/NAME.lua", &name))
            continue;
        *rule++ = (struct policy_file){
            arena_print(&policy->arena, "%.*s/%.*s", TEXT_ARGS(pack->name), TEXT_ARGS(name)),
            list.items[i].shown};
        policy->rule_count++;
    }
    free(list.items);
}

static void files_read_rules(struct reader *reader, const struct files_entry *directory)
{
    struct files_list list = files_list(reader, directory);

    for (size_t i = 0; i < list.count; i++)
        files_read_pack(reader, &list.items[i]);
    free(list.items);
}

static void files_read_lib(struct reader *reader, const struct files_entry *directory)
{
    struct policy *policy = reader->policy;
    struct files_list list = files_list(reader, directory);
    struct policy_file *module =
        files_add(policy, &policy->modules, policy->module_count, list.count);

    for (size_t i = 0; i < list.count; i++) {
        struct text name;

        if (!files_lua_name(reader, &list.items[i], "lib/NAME.lua", &name))
            continue;
        *module++ = (struct policy_file){name, list.items[i].shown};
        policy->module_count++;
    }
    free(list.items);
}

static void files_read_settings(struct reader *reader, const struct files_entry *entry)
{
    char *bytes;
    size_t length;
    const char *error = reader->policy->extra ? file_read(entry->disk.at, &bytes, &length)
                                              : tree_read(&reader->policies->repo->tree,
                                                          entry->shown, &bytes, &length);

    if (error)
        files_tell(reader, entry, "this policy cannot be read: %s", error);
    else
        policy_read_text(reader, bytes, length);
}

static void files_unknown_directory(struct reader *reader, const struct files_entry *entry)
{
    struct near near;

    near_init(&near, entry->name);
    near_offer(&near, TEXT("rules"));
    near_offer(&near, TEXT("lib"));
    near_offer(&near, TEXT("test"));
    if (near.best.at)
        files_tell(reader, entry, "this directory is not read; did you mean `%.*s`?",
                   TEXT_ARGS(near.best));
    else
        files_tell(reader, entry,
                   "this directory is not read: a policy has rules/, lib/ and test/");
}

static bool files_is_part(struct text name)
{
    return text_is(name, "rules") || text_is(name, "lib") || text_is(name, "test");
}

static void files_read_entry(struct reader *reader, const struct files_entry *entry)
{
    struct text extension = path_extension(entry->name);
    bool directory = S_ISDIR(entry->mode);

    if (!directory && text_is(entry->name, "policy.yaml"))
        files_read_settings(reader, entry);
    else if (directory && text_is(entry->name, "rules"))
        files_read_rules(reader, entry);
    else if (directory && text_is(entry->name, "lib"))
        files_read_lib(reader, entry);
    else if (!directory && files_is_part(entry->name))
        files_tell(reader, entry, "this is not read: it is no directory");
    else if (directory && !text_is(entry->name, "test"))
        files_unknown_directory(reader, entry);
    else if (!directory && text_is(entry->name, "baseline.json") &&
             (reader->policy->nested || reader->policy->extra))
        files_tell(reader, entry,
                   "this is not read: the baseline lies beside the root policy (or is named by "
                   "--baseline)");
    else if (!directory && text_is(entry->name, "policy.yml"))
        files_tell(reader, entry, "this is not read: settings stand in policy.yaml");
    else if (!directory && (text_is(extension, ".yaml") || text_is(extension, ".yml")))
        files_tell(reader, entry, "this is not read: all settings stand in policy.yaml");
    else if (!directory && text_is(extension, ".lua") && !text_ends(entry->name, TEXT(".d.lua")))
        files_tell(reader, entry,
                   "this is not read: rules are called rules/PACK/NAME.lua, modules lib/NAME.lua");
}

void policy_read_directory(struct reader *reader, const char *disk, struct text shown)
{
    struct files_entry directory = {.disk = text_of(disk), .shown = shown, .mode = S_IFDIR};
    struct files_list list = files_list(reader, &directory);

    for (size_t i = 0; i < list.count; i++)
        files_read_entry(reader, &list.items[i]);
    free(list.items);
}
