/*
 * crash: the session itself faulted, or an assertion failed. A report is written before
 * the process dies of it; the console is the guardian's affair.
 *
 * It goes to a new file in $XDG_STATE_HOME/osaas/reports, or to stderr where there can be none.
 */
#ifndef OSAAS_SESSION_CRASH_H
#define OSAAS_SESSION_CRASH_H

#include <stddef.h>

/* crash_watch: from here on; before sched_init, which passes on what no plugin did. */
void crash_watch(void);
void crash_unwatch(void);

/*
 * crash_folder: where reports go, of plugins too; made only when there is one to write.
 * 0, or -ENOENT: no home.
 */
int crash_folder(char *path, size_t size);

#endif
