/*
 * crash: the session itself faulted, or an assertion failed. A report is written before
 * the process dies of it; the console is the guardian's affair.
 *
 * It goes to a new file in $XDG_STATE_HOME/osaas/reports, or to stderr where there can be none.
 */
#ifndef OSAAS_SESSION_CRASH_H
#define OSAAS_SESSION_CRASH_H

#include <stddef.h>
#include <sys/types.h>

/* crash_watch: from here on; before sched_init, which passes on what no plugin did. */
void crash_watch(void);
void crash_unwatch(void);

/*
 * crash_folder: where reports go, of plugins too; made only when there is one to write.
 * 0, or -ENOENT: no home.
 */
int crash_folder(char *path, size_t size);

/* crash_find gives the report that process pid wrote as it died. 0, or -ENOENT: it wrote none. */
#define CRASH_PATH_MAX 4096
int crash_find(pid_t pid, char path[static CRASH_PATH_MAX]);

#endif
