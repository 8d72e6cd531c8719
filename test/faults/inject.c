/*
 * Preloaded into krug: makes a call of one function fail as if the system had refused it.
 *
 * FAULT_CALL names the function: `allocate` is malloc and its family, `stream-read`, `stream-write`
 * and `stream-close` are what stdio does below its buffers. The call with the number FAULT_AT fails
 * (and the FAULT_MORE behind it) with the errno FAULT_ERROR. Of reads there are others: with 0 one
 * gives one byte only, with -1 and -2 somebody empties or lengthens the file meanwhile. FAULT_LOG
 * is a file that then gets a line: the call, the file that it was about, and where in the program
 * it was made. With `all` nothing fails, and each call but allocations gets a line.
 *
 * With FAULT_FIRST and FAULT_EVERY instead, the process forks at each of the first FAULT_FIRST
 * calls and at every FAULT_EVERYth behind them: the child's call fails, and the parent looks how
 * the child ends, notes it if that is anything but words about memory and status 2, and goes on. So
 * hundreds of thousands of allocations fail in turn in one run of the program. What was counted is
 * noted at the end, also where nothing is to fail.
 *
 * FAULT_PROCESSORS is how many processors there seem to be. In other programs nothing is done.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* NOLINTBEGIN: this stands in for the C library, under its names */

/* A child that takes longer than so many seconds hangs; so many callers are noted. */
enum { FAULT_PATIENCE = 60, FAULT_CALLERS = 40 };
/* Values of FAULT_ERROR for a read. */
enum { FAULT_SHORT = 0, FAULT_EMPTY = -1, FAULT_LENGTHEN = -2 };
/* The status of a run whose faults could not be noted: such a run proves nothing. */
enum { FAULT_BROKEN = 97 };

/* What is preloaded has no other place for what it knows. */
static struct {
    const char *call, *log;
    int error;
    unsigned long at, more;
    unsigned long first, every;
    long processors;
    atomic_ulong count;
    unsigned long forked, told;
    int said; /* what a child writes to standard error */
    bool traces, streams;
} fault = {.call = ""};

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

/* The function that this file stands before. */
#define REAL(name) ((__typeof__(&name))(uintptr_t)dlsym(RTLD_NEXT, #name))

/* ---- what is noted ---- */

static void fault_note(const char *format, ...)
{
    char line[8192];
    va_list arguments;
    int handle, length;

    va_start(arguments, format);
    length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    handle = REAL(open)(fault.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (handle < 0 || REAL(write)(handle, line, (size_t)length) != length)
        _exit(FAULT_BROKEN);
    REAL(close)(handle);
}

/* Where in the program this was called from, innermost first, as offsets that nm knows. */
static const char *fault_callers(char *text, size_t size)
{
    void *frames[FAULT_CALLERS];
    int count = backtrace(frames, FAULT_CALLERS);
    size_t used = 0;
    Dl_info where;

    text[0] = '\0';
    for (int i = 0; i < count && used + 40 < size; i++)
        if (dladdr(frames[i], &where) && !strstr(where.dli_fname, ".so"))
            used += (size_t)snprintf(text + used, size - used, " %lx",
                                     (unsigned long)((char *)frames[i] - (char *)where.dli_fbase));
    return text;
}

static const char *fault_path_of(int handle, char *text, size_t size)
{
    char link[40];
    ssize_t length;

    snprintf(link, sizeof link, "/proc/self/fd/%d", handle);
    length = readlink(link, text, size - 1);
    text[length < 0 ? 0 : length] = '\0';
    return text;
}

/* ---- one process for each fault ---- */

/* Whether the call is to fail in this process: in a child, whose end its parent looks at. */
static bool fault_fork(unsigned long number)
{
    char callers[1024], said[200];
    ssize_t length;
    pid_t child;
    int status;

    if (ftruncate(fault.said, 0) || lseek(fault.said, 0, SEEK_SET) || (child = fork()) < 0)
        _exit(FAULT_BROKEN);
    if (!child) {
        fault.call = "";
        dup2(fault.said, STDERR_FILENO);
        dup2(REAL(open)("/dev/null", O_WRONLY), STDOUT_FILENO);
        alarm(FAULT_PATIENCE);
        return true;
    }
    while (REAL(waitpid)(child, &status, 0) < 0)
        continue;
    fault.forked++;
    length = pread(fault.said, said, sizeof said - 1, 0);
    said[length < 0 ? 0 : length] = '\0';
    if (WIFEXITED(status) && WEXITSTATUS(status) == 2 && strstr(said, "memory"))
        fault.told++;
    else
        fault_note("ended\t%lu\t%d\t%s\n", number,
                   WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status),
                   fault_callers(callers, sizeof callers));
    return false;
}

/* ---- which call fails ---- */

/* PATH, or else the open file HANDLE, is what the call is about. */
static void fault_note_call(const char *what, const char *call, const char *path, int handle)
{
    char callers[1024], name[4096];
    const char *before = fault.call;

    fault.call = ""; /* what notes it may call the same */
    fault_note("%s\t%s\t%s\t%s\n", what, call,
               path ? path : fault_path_of(handle, name, sizeof name),
               fault_callers(callers, sizeof callers));
    fault.call = before;
}

static bool fault_due(const char *call, const char *path, int handle)
{
    unsigned long number;

    if (fault.traces && *fault.call && strcmp(call, "allocate"))
        fault_note_call("called", call, path, handle);
    if (strcmp(call, fault.call))
        return false;
    number = atomic_fetch_add(&fault.count, 1) + 1;
    if (fault.every) {
        if ((number > fault.first && number % fault.every) || !fault_fork(number))
            return false;
    } else if (number < fault.at || number > fault.at + fault.more) {
        return false;
    } else {
        fault_note_call("failed", call, path, handle);
    }
    errno = fault.error;
    return true;
}

static long fault_number(const char *name)
{
    const char *value = getenv(name);

    return value ? strtol(value, NULL, 10) : 0;
}

static FILE *fault_stream(int handle, const char *mode);

__attribute__((constructor)) static void fault_begin(void)
{
    const char *call = getenv("FAULT_CALL");
    void *frame;

    if (strcmp(program_invocation_short_name, "krug"))
        return;
    fault.processors = fault_number("FAULT_PROCESSORS");
    if (!call)
        return;
    backtrace(&frame, 1); /* loads what it needs, which allocates */
    fault.log = getenv("FAULT_LOG");
    fault.error = (int)fault_number("FAULT_ERROR");
    fault.at = (unsigned long)fault_number("FAULT_AT");
    fault.more = (unsigned long)fault_number("FAULT_MORE");
    fault.first = (unsigned long)fault_number("FAULT_FIRST");
    fault.every = (unsigned long)fault_number("FAULT_EVERY");
    if (fault.every)
        fault.said = memfd_create("said", MFD_CLOEXEC);
    fault.traces = !strcmp(call, "all");
    fault.streams = fault.traces || !strncmp(call, "stream-", 7);
    if (fault.streams)
        stdout = fault_stream(STDOUT_FILENO, "w");
    fault.call = call;
}

__attribute__((destructor)) static void fault_end(void)
{
    bool counts = !strcmp(fault.call, "allocate") && !fault.at;

    fault.call = "";
    if (counts)
        fault_note("forked\t%lu\t%lu\t%lu\n", fault.forked, fault.told, atomic_load(&fault.count));
}

/* ---- memory ---- */

void *malloc(size_t size)
{
    return fault_due("allocate", "", -1) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return fault_due("allocate", "", -1) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
    return fault_due("allocate", "", -1) ? NULL : __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fault_due("allocate", "", -1) ? NULL : __libc_memalign(alignment, size);
}

void *mmap(void *at, size_t length, int protection, int flags, int handle, off_t offset)
{
    return fault_due("mmap", "", -1) ? MAP_FAILED
                                     : REAL(mmap)(at, length, protection, flags, handle, offset);
}

/* ---- files ---- */

int open(const char *path, int flags, ...)
{
    va_list arguments;
    mode_t mode;

    va_start(arguments, flags);
    mode = flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    return fault_due("open", path, -1) ? -1 : REAL(open)(path, flags, mode);
}

/* What somebody else does to a file that is being read. */
static void fault_change(int handle)
{
    char path[4096];
    int other;

    if (*fault_path_of(handle, path, sizeof path) != '/')
        return; /* a pipe */
    other = REAL(open)(path, O_WRONLY | O_APPEND | (fault.error == FAULT_EMPTY ? O_TRUNC : 0));
    if (other < 0 || (fault.error == FAULT_LENGTHEN && REAL(write)(other, "# more\n", 7) != 7))
        _exit(FAULT_BROKEN);
    REAL(close)(other);
}

ssize_t read(int handle, void *bytes, size_t length)
{
    ssize_t result;

    if (!fault_due("read", NULL, handle))
        return REAL(read)(handle, bytes, length);
    if (fault.error > 0)
        return -1;
    result = REAL(read)(handle, bytes, fault.error == FAULT_SHORT && length ? 1 : length);
    if (fault.error != FAULT_SHORT)
        fault_change(handle);
    return result;
}

int close(int handle)
{
    if (!fault_due("close", NULL, handle))
        return REAL(close)(handle);
    REAL(close)(handle); /* as the system does even where it fails */
    errno = fault.error;
    return -1;
}

int stat(const char *path, struct stat *status)
{
    return fault_due("stat", path, -1) ? -1 : REAL(stat)(path, status);
}

int lstat(const char *path, struct stat *status)
{
    return fault_due("lstat", path, -1) ? -1 : REAL(lstat)(path, status);
}

int fstat(int handle, struct stat *status)
{
    return fault_due("fstat", NULL, handle) ? -1 : REAL(fstat)(handle, status);
}

int fstatat(int handle, const char *path, struct stat *status, int flags)
{
    return fault_due("fstatat", path, -1) ? -1 : REAL(fstatat)(handle, path, status, flags);
}

int access(const char *path, int mode)
{
    return fault_due("access", path, -1) ? -1 : REAL(access)(path, mode);
}

char *realpath(const char *path, char *resolved)
{
    return fault_due("realpath", path, -1) ? NULL : REAL(realpath)(path, resolved);
}

int mkdir(const char *path, mode_t mode)
{
    return fault_due("mkdir", path, -1) ? -1 : REAL(mkdir)(path, mode);
}

int rename(const char *from, const char *to)
{
    return fault_due("rename", to, -1) ? -1 : REAL(rename)(from, to);
}

int unlink(const char *path)
{
    return fault_due("unlink", path, -1) ? -1 : REAL(unlink)(path);
}

int fchmod(int handle, mode_t mode)
{
    return fault_due("fchmod", NULL, handle) ? -1 : REAL(fchmod)(handle, mode);
}

DIR *opendir(const char *path)
{
    return fault_due("opendir", path, -1) ? NULL : REAL(opendir)(path);
}

/* On file systems that do not say what an entry is. */
struct dirent *readdir(DIR *stream)
{
    struct dirent *entry;

    if (fault_due("readdir", NULL, dirfd(stream)))
        return NULL;
    entry = REAL(readdir)(stream);
    if (entry && (fault.traces || !strcmp(fault.call, "fstatat")))
        entry->d_type = DT_UNKNOWN;
    return entry;
}

int closedir(DIR *stream)
{
    if (!fault_due("closedir", NULL, dirfd(stream)))
        return REAL(closedir)(stream);
    REAL(closedir)(stream);
    errno = fault.error;
    return -1;
}

/* ---- streams ---- */

/* A stream's own calls do not go through the table of symbols, so it gets others. */
static ssize_t fault_stream_read(void *cookie, char *bytes, size_t length)
{
    int handle = (int)(intptr_t)cookie;

    return fault_due("stream-read", NULL, handle) ? -1 : REAL(read)(handle, bytes, length);
}

static ssize_t fault_stream_write(void *cookie, const char *bytes, size_t length)
{
    int handle = (int)(intptr_t)cookie;
    size_t written = 0;

    if (fault_due("stream-write", NULL, handle))
        return 0;
    while (written < length) {
        ssize_t more = REAL(write)(handle, bytes + written, length - written);

        if (more <= 0)
            break;
        written += (size_t)more;
    }
    return (ssize_t)written;
}

static int fault_stream_close(void *cookie)
{
    int handle = (int)(intptr_t)cookie;
    bool failed = fault_due("stream-close", NULL, handle);

    REAL(close)(handle);
    errno = fault.error;
    return failed ? -1 : 0;
}

static FILE *fault_stream(int handle, const char *mode)
{
    static const cookie_io_functions_t calls = {
        .read = fault_stream_read, .write = fault_stream_write, .close = fault_stream_close};

    return fopencookie((void *)(intptr_t)handle, mode, calls);
}

FILE *fdopen(int handle, const char *mode)
{
    if (fault_due("fdopen", NULL, handle))
        return NULL;
    return fault.streams ? fault_stream(handle, mode) : REAL(fdopen)(handle, mode);
}

FILE *fopen(const char *path, const char *mode)
{
    FILE *stream;

    if (fault_due("fopen", path, -1))
        return NULL;
    stream = REAL(fopen)(path, mode);
    return stream && fault.streams ? fault_stream(fileno(stream), mode) : stream;
}

FILE *open_memstream(char **bytes, size_t *length)
{
    return fault_due("open_memstream", "", -1) ? NULL : REAL(open_memstream)(bytes, length);
}

/* ---- processes and threads ---- */

int pipe2(int ends[2], int flags)
{
    return fault_due("pipe2", "", -1) ? -1 : REAL(pipe2)(ends, flags);
}

int poll(struct pollfd *ends, nfds_t count, int timeout)
{
    return fault_due("poll", "", -1) ? -1 : REAL(poll)(ends, count, timeout);
}

pid_t waitpid(pid_t child, int *status, int options)
{
    return fault_due("waitpid", "", -1) ? -1 : REAL(waitpid)(child, status, options);
}

int posix_spawnp(pid_t *child, const char *file, const posix_spawn_file_actions_t *actions,
                 const posix_spawnattr_t *attributes, char *const arguments[],
                 char *const environment[])
{
    char *others[1000] = {NULL}; /* what is started is not to be tampered with */
    size_t count = 0;

    if (fault_due("posix_spawnp", "", -1))
        return fault.error;
    for (; *environment && count + 1 < sizeof others / sizeof *others; environment++)
        if (strncmp(*environment, "LD_PRELOAD=", 11))
            others[count++] = *environment;
    return REAL(posix_spawnp)(child, file, actions, attributes, arguments, others);
}

int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *actions, int from, int to)
{
    return fault_due("posix_spawn_file_actions_adddup2", "", -1)
               ? fault.error
               : REAL(posix_spawn_file_actions_adddup2)(actions, from, to);
}

int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *actions, int handle,
                                     const char *path, int flags, mode_t mode)
{
    return fault_due("posix_spawn_file_actions_addopen", "", -1)
               ? fault.error
               : REAL(posix_spawn_file_actions_addopen)(actions, handle, path, flags, mode);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*begin)(void *),
                   void *argument)
{
    return fault_due("pthread_create", "", -1)
               ? fault.error
               : REAL(pthread_create)(thread, attributes, begin, argument);
}

/* ---- what the program asks of the machine ---- */

int isatty(int handle)
{
    return fault_due("isatty", NULL, handle) ? 0 : REAL(isatty)(handle);
}

int getentropy(void *bytes, size_t length)
{
    return fault_due("getentropy", "", -1) ? -1 : REAL(getentropy)(bytes, length);
}

long sysconf(int name)
{
    if (fault_due("sysconf", "", -1))
        return -1;
    if (name == _SC_NPROCESSORS_ONLN && fault.processors)
        return fault.processors;
    return REAL(sysconf)(name);
}

/* NOLINTEND */
