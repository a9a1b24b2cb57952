/*
 * report: what is kept of a plugin that failed: a text file each in crash_folder's
 * folder, mode 0600 in one of 0700, named by time (UTC) and plugin:
 *
 *	20261125T222400.123Z-org.example.clock.txt
 *
 * At most REPORT_KEPT of them: the oldest go. Other files there are left alone.
 *
 * Small files, written to the page cache and never synced, and only when something
 * failed: so the loop writes them itself.
 */
#ifndef OSAAS_SESSION_REPORT_H
#define OSAAS_SESSION_REPORT_H

#include <limits.h>
#include <stddef.h>

struct plugin;

#define REPORT_KEPT     50
#define REPORT_PATH_MAX PATH_MAX

/*
 * report_store writes one: what is the line that says what happened. 0 with its path,
 * or -errno, logged.
 */
int report_store(
	const struct plugin *plugin, const char *what, char path[static REPORT_PATH_MAX]);

struct report {
	char time[32]; /* local: "2026-11-25 22:24:00 +0100" */
	char id[64];   /* of the plugin */
	char what[160];
	const char *path;
};

/*
 * report_each calls each with every report, the newest first; valid during the call.
 * 0, or -errno with path: the folder that cannot be read. No folder: no reports.
 */
int report_each(void (*each)(void *data, const struct report *report), void *data,
	char path[static REPORT_PATH_MAX]);

#endif
