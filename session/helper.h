/*
 * helper: what "osaas helper NAME PARENT ..." does: the other end of child.h. Not for
 * people: without the session that started it, it ends.
 */
#ifndef OSAAS_SESSION_HELPER_H
#define OSAAS_SESSION_HELPER_H

/* helper_main: argv[0] is "helper". The exit code. */
int helper_main(int argc, char **argv);

/* argv: what follows PARENT, NULL at the end. */
int helper_boost(char **argv);
int helper_decode(char **argv);
int helper_disk(char **argv);
int helper_record(char **argv);     /* FILE RATE */
int helper_resolve(char **argv);    /* NAME */
int helper_screenshot(char **argv); /* OUTPUT, or nothing */
int helper_terminal(char **argv);   /* FOLDER PROGRAM|shell ARGUMENT ... */

#endif
