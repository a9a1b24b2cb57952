/*
 * check_report: what 'osaas check' says of a plugin that may be loaded, as text for
 * people and as one line of JSON. Names come from the plugin: any bytes.
 */
#ifndef OSAAS_SESSION_CHECK_REPORT_H
#define OSAAS_SESSION_CHECK_REPORT_H

#include <stdio.h>

struct plugin;

void report_text(FILE *out, const char *path, const struct plugin *plugin);
void report_json(FILE *out, const char *path, const struct plugin *plugin);

#endif
