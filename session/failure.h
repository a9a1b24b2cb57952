/*
 * failure: what the session makes of a plugin that failed: a line in the log, a report,
 * and a notice in its window.
 */
#ifndef OSAAS_SESSION_FAILURE_H
#define OSAAS_SESSION_FAILURE_H

#include "plugins/plugin.h"

struct hosted;

/*
 * failure_note says in hosted->what what has happened, to follow the plugin's name, logs
 * it and stores the report. The plugin is still there.
 */
void failure_note(struct hosted *hosted, enum plugin_end how, int code);

/* failure_show: its window, which it must have, says what. The plugin is gone. */
void failure_show(struct hosted *hosted, const char *what);

#endif
