#include "session/failure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/hosted.h"
#include "session/notice.h"
#include "session/report.h"
#include "session/session.h"
#include "session/window.h"
#include "util/log.h"
#include "util/xalloc.h"

static void describe(struct hosted *hosted, enum plugin_end how, int code)
{
	const char *line = plugin_fault_line(hosted->plugin);
	if (how == PLUGIN_FAILED)
		snprintf(hosted->what, sizeof hosted->what, "ended with code %d", code);
	else if (how == PLUGIN_FAULTED)
		snprintf(hosted->what, sizeof hosted->what, "%s and was ended", line);
	else
		snprintf(hosted->what, sizeof hosted->what,
			"%s and was ended: its author may raise 'stack' in the manifest",
			line[0] ? line : "ran out of stack");
}

void failure_note(struct hosted *hosted, enum plugin_end how, int code)
{
	char path[REPORT_PATH_MAX];
	describe(hosted, how, code);
	log_error("%s %s", hosted->name, hosted->what);
	free(hosted->report);
	hosted->report = NULL;
	if (report_store(hosted->plugin, hosted->what, path) < 0)
		return;
	log_info("%s: the report is %s", hosted->name, path);
	hosted->report = xstrdup(path);
}

static void note_pressed(void *data, enum notice_button button)
{
	struct hosted *hosted = data;
	hosted->pressed = button;
}

static void say_where(const char *path, char *text, size_t size)
{
	const char *home = getenv("HOME");
	size_t n = home ? strlen(home) : 0;
	bool at_home = path && n && strncmp(path, home, n) == 0 && path[n] == '/';
	snprintf(text, size, "%s%s%s", path ? "Report: " : "", at_home ? "~" : "",
		path ? path + (at_home ? n : 0) : "");
}

void failure_show(struct hosted *hosted, const char *what)
{
	char title[96], text[sizeof hosted->what + 8], where[REPORT_PATH_MAX + 16];
	if (what != hosted->what)
		snprintf(hosted->what, sizeof hosted->what, "%s", what);
	snprintf(title, sizeof title, "%s has stopped", hosted->name);
	snprintf(text, sizeof text, "It %s.", hosted->what);
	if (hosted->notice) {
		notice_say(hosted->notice, text);
		return;
	}
	say_where(hosted->report, where, sizeof where);
	const struct notice_words words = {title, text, where};
	hosted->notice = notice_create(hosted->window, session_writing(hosted->session),
		&words, note_pressed, hosted);
	session_cover_window(hosted->session, hosted->window, hosted->notice);
}
