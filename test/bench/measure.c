/*
 * Runs a command, with what it prints thrown away, and says what it took. A program of its own, and
 * a small one: the peak memory that the kernel tells of a child is at least that of the process it
 * was forked from.
 *
 *   measure COMMAND [ARGUMENT...]
 *
 * Prints the seconds from start to exit, the processor seconds for the program and for the kernel,
 * the peak memory in KiB, and the exit status. Standard error stays what it is.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double measure_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double measure_seconds(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static void measure_execute(char **command)
{
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

    if (nowhere >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0)
        execvp(command[0], command);
    fprintf(stderr, "measure: %s: %s\n", command[0], strerror(errno));
    _exit(127);
}

int main(int argc, char **argv)
{
    struct rusage usage;
    double started = measure_clock();
    int status;
    pid_t child;

    if (argc < 2) {
        fputs("usage: measure COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    child = fork();
    if (!child)
        measure_execute(argv + 1);
    if (child < 0 || wait4(child, &status, 0, &usage) < 0) {
        fprintf(stderr, "measure: %s\n", strerror(errno));
        return 2;
    }
    printf("%.6f %.6f %.6f %ld %d\n", measure_clock() - started, measure_seconds(usage.ru_utime),
           measure_seconds(usage.ru_stime), usage.ru_maxrss,
           WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return 0;
}
