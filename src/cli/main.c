/*
 * The program: reads the command line, runs the command, and ends with its status. Nothing else
 * ends the program on purpose.
 */
#include "cli/command.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

/* On some file systems only closing tells that what was written did not get there. One that was
 * closed from the start got nothing. */
static bool main_close_output(void)
{
    if (!fclose(stdout) || errno == EBADF)
        return true;
    fprintf(stderr, "krug: standard output could not be written: %s\n", strerror(errno));
    return false;
}

int main(int argc, char **argv)
{
    struct options options;
    int status = STATUS_TROUBLE;

    /* a reader that goes away is told as an error, with the status that belongs to it */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* and so is a report that is larger than files may be */
    signal(SIGCHLD, SIG_DFL); /* who starts krug may ignore it, and how git ends would be lost */
    if (options_read(&options, argc, argv)) {
        if (options_has(&options, OPTION_VERSION)) {
            printf("krug %s\n", KRUG_VERSION);
            status = STATUS_OK;
        } else if (options_has(&options, OPTION_HELP)) {
            help_print(stdout, options.command);
            status = STATUS_OK;
        } else if (!options.command) {
            fputs("krug: no command is given; `krug lint` lints this directory\n\n", stderr);
            help_print(stderr, NULL);
        } else {
            status = options.command->run(&options);
        }
    }
    options_done(&options);
    return output_finish(stdout, NULL) && main_close_output() ? status : STATUS_TROUBLE;
}
