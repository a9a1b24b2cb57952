#include "session/control_command.h"

#include <string.h>
#include <unistd.h>

#include "plugins/plugin.h"
#include "sched/sched.h"
#include "session/config.h"
#include "session/control.h"
#include "session/control_audio.h"
#include "session/control_controls.h"
#include "session/control_drawing.h"
#include "session/control_grants.h"
#include "session/control_keyboard.h"
#include "session/control_listeners.h"
#include "session/control_magnifier.h"
#include "session/control_planes.h"
#include "session/control_input.h"
#include "session/control_latency.h"
#include "session/control_output.h"
#include "session/control_record.h"
#include "session/control_record_input.h"
#include "session/control_reply.h"
#include "session/control_request.h"
#include "session/host.h"
#include "session/hosted.h"
#include "session/reload.h"
#include "session/report.h"
#include "session/restart.h"
#include "session/screen.h"
#include "session/screenshot.h"
#include "session/session.h"
#include "session/window.h"
#include "util/clock.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Tasks. */

static const struct reply_column task_columns[] = {
	{"plugin", "plugin", REPLY_TEXT},
	{"task", "task", REPLY_TEXT},
	{"class", "class", REPLY_TEXT},
	{"state", "state", REPLY_TEXT},
	{"waits", "waits for", REPLY_TEXT},
	{"run_ns", "run ms", REPLY_TIME},
	{"preemptions", "preempted", REPLY_COUNT},
	{"stack_bytes", "stack KiB", REPLY_SIZE},
};

static void add_task(void *data, const struct task_info *info)
{
	struct reply *reply = data;
	reply_text(reply, info->group);
	reply_text(reply, info->name);
	reply_text(reply, task_class_name(info->cls));
	reply_text(reply, task_state_name(info->state));
	reply_text(reply, strcmp(info->waits, "-") == 0 ? NULL : info->waits);
	reply_number(reply, info->run_ns);
	reply_number(reply, info->preemptions);
	reply_number(reply, info->stack);
}

static void answer_tasks(struct session *session, const struct control_request *request,
	struct reply *reply)
{
	reply_table(reply, "tasks", task_columns, COUNT(task_columns));
	sched_each_task(add_task, reply);
	reply_end(reply);
}

/* Plugins. */

static const struct reply_column plugin_columns[] = {
	{"plugin", "plugin", REPLY_TEXT},
	{"id", "id", REPLY_TEXT},
	{"version", "version", REPLY_TEXT},
	{"tasks", "tasks", REPLY_COUNT},
	{"run_ns", "run ms", REPLY_TIME},
	{"preemptions", "preempted", REPLY_COUNT},
	{"width", "width", REPLY_COUNT},
	{"height", "height", REPLY_COUNT},
	{"screen", "screen", REPLY_TEXT},
	{"focus", "focus", REPLY_TEXT},
	{"panel", "panel", REPLY_TEXT},
	{"heap_used_bytes", "heap KiB", REPLY_SIZE},
	{"heap_limit_bytes", "of KiB", REPLY_SIZE},
	{"collections", "collected", REPLY_COUNT},
	{"frames_refused", "refused", REPLY_COUNT},
	{"path", "file", REPLY_TEXT},
};

static void add_plugin(void *data, struct plugin *plugin, const struct window *window)
{
	struct reply *reply = data;
	const struct manifest *manifest = plugin_manifest(plugin);
	const struct group *group = plugin_group(plugin);
	struct plugin_heap heap;
	plugin_heap_figures(plugin, &heap);
	reply_text(reply, manifest->name);
	reply_text(reply, manifest->id);
	reply_text(reply, manifest->version);
	reply_number(reply, group->n_tasks);
	reply_number(reply, group->run_ns);
	reply_number(reply, group->preemptions);
	reply_number(reply, window ? (uint64_t)window->width : 0);
	reply_number(reply, window ? (uint64_t)window->height : 0);
	reply_text(reply, window && window->screen ? window->screen->name : NULL);
	reply_text(reply, window && window->session->focus == window ? "yes" : NULL);
	reply_text(reply, window ? panel_edge_name(window->panel.edge) : NULL);
	reply_number(reply, heap.used);
	reply_number(reply, heap.limit);
	reply_number(reply, heap.collections);
	reply_number(reply, window ? window->refused : 0);
	reply_text(reply, plugin_path(plugin));
}

static const struct reply_column failed_columns[] = {
	{"plugin", "failed", REPLY_TEXT},
	{"id", "id", REPLY_TEXT},
	{"what", "what happened", REPLY_TEXT},
	{"report", "report", REPLY_TEXT},
	{"path", "file", REPLY_TEXT},
};

static void add_failed(void *data, const struct hosted *hosted)
{
	struct reply *reply = data;
	reply_text(reply, hosted->name);
	reply_text(reply, hosted->id);
	reply_text(reply, hosted->what);
	reply_text(reply, hosted->report);
	reply_text(reply, hosted->path);
}

static void note_any(void *data, const struct hosted *hosted)
{
	*(bool *)data = true;
}

static void answer_plugins(struct session *session, const struct control_request *request,
	struct reply *reply)
{
	bool failed = false;
	reply_table(reply, "plugins", plugin_columns, COUNT(plugin_columns));
	host_each(session, add_plugin, reply);
	reply_end(reply);
	host_each_failed(session, note_any, &failed);
	if (!failed)
		return;
	reply_table(reply, "failed", failed_columns, COUNT(failed_columns));
	host_each_failed(session, add_failed, reply);
	reply_end(reply);
}

/* Reports. */

static const struct reply_column report_columns[] = {
	{"time", "time", REPLY_TEXT},
	{"id", "plugin", REPLY_TEXT},
	{"what", "what happened", REPLY_TEXT},
	{"path", "file", REPLY_TEXT},
};

static void add_report(void *data, const struct report *report)
{
	struct reply *reply = data;
	reply_text(reply, report->time);
	reply_text(reply, report->id);
	reply_text(reply, report->what[0] ? report->what : NULL);
	reply_text(reply, report->path);
}

static void answer_reports(struct session *session, const struct control_request *request,
	struct reply *reply)
{
	char path[REPORT_PATH_MAX];
	reply_table(reply, "reports", report_columns, COUNT(report_columns));
	int r = report_each(add_report, reply, path);
	reply_end(reply);
	if (r < 0)
		reply_refuse(reply, REPLY_FAILED,
			"%s: %s; it must be a folder of the session's user", path,
			strerror(-r));
}

/* One plugin. */

/* NULL: it is refused. */
static struct hosted *find_plugin(struct session *session,
	const struct control_request *request, struct reply *reply)
{
	struct hosted *hosted;
	char why[256];
	if (request->n_words < 2) {
		reply_refuse(reply, REPLY_USAGE,
			"which plugin? '%s ID', as 'osaas ctl plugins' lists them",
			request->words[0]);
		return NULL;
	}
	if (host_find(session, request->words[1], &hosted, why, sizeof why) == 0)
		return hosted;
	reply_refuse(reply, REPLY_FAILED, "%s", why);
	return NULL;
}

static void answer_restart(struct session *session, const struct control_request *request,
	struct reply *reply)
{
	struct hosted *hosted = find_plugin(session, request, reply);
	char why[RESTART_WHY_MAX], name[64];
	if (!hosted)
		return;
	snprintf(name, sizeof name, "%s", hosted->name);
	if (restart_plugin(hosted, why) < 0)
		reply_refuse(reply, REPLY_FAILED, "%s %s", name, why);
	else
		reply_say(reply, "restart", "%s was started again", name);
}

static void answer_reload(struct session *session, const struct control_request *request,
	struct reply *reply)
{
	struct hosted *hosted = find_plugin(session, request, reply);
	if (hosted)
		reload_plugin(hosted, reply);
}

static void answer_close(struct session *session, const struct control_request *request,
	struct reply *reply)
{
	struct hosted *hosted = find_plugin(session, request, reply);
	if (hosted)
		close_plugin(hosted, reply);
}

/* Counters. */

static const struct reply_column session_columns[] = {
	{"version", "version", REPLY_TEXT},
	{"pid", "process", REPLY_COUNT},
	{"up_ns", "up ms", REPLY_TIME},
	{"renderer", "renderer", REPLY_TEXT},
	{"renderer_why", "chosen since", REPLY_TEXT},
};

static const struct reply_column scheduler_columns[] = {
	{"switches", "switches", REPLY_COUNT},
	{"preemptions", "preemptions", REPLY_COUNT},
	{"deferrals", "deferrals", REPLY_COUNT},
	{"hints", "hints", REPLY_COUNT},
	{"ticks", "ticks", REPLY_COUNT},
};

static const struct reply_column control_columns[] = {
	{"answered", "answered", REPLY_COUNT},
	{"refused", "refused", REPLY_COUNT},
	{"dropped", "dropped", REPLY_COUNT},
};

static const struct reply_column screen_columns[] = {
	{"screen", "screen", REPLY_TEXT},
	{"width", "width", REPLY_COUNT},
	{"height", "height", REPLY_COUNT},
	{"refresh_ns", "refresh ms", REPLY_TIME},
	{"state", "state", REPLY_TEXT},
	{"frames", "frames", REPLY_COUNT},
};

static void put_session(struct session *session, struct reply *reply)
{
	struct control_stats stats = control_get_stats(session->control);
	reply_record(reply, "session", session_columns, COUNT(session_columns));
	reply_text(reply, OSAAS_VERSION);
	reply_number(reply, (uint64_t)getpid());
	reply_number(reply, clock_now_ns() - stats.start_ns);
	reply_text(reply, session->gl ? gl_describe(session->gl) : NULL);
	reply_text(reply, session->renderer.why);
	reply_end(reply);
}

static void put_scheduler(struct reply *reply)
{
	struct sched_stats stats = sched_get_stats();
	reply_record(reply, "scheduler", scheduler_columns, COUNT(scheduler_columns));
	reply_number(reply, stats.switches);
	reply_number(reply, stats.preemptions);
	reply_number(reply, stats.deferrals);
	reply_number(reply, stats.hints);
	reply_number(reply, stats.ticks);
	reply_end(reply);
}

static void put_control(struct session *session, struct reply *reply)
{
	struct control_stats stats = control_get_stats(session->control);
	reply_record(reply, "control", control_columns, COUNT(control_columns));
	reply_number(reply, stats.answered);
	reply_number(reply, stats.refused);
	reply_number(reply, stats.dropped);
	reply_end(reply);
}

static void put_screens(struct session *session, struct reply *reply)
{
	static const char *const states[] = {
		[SCREEN_IDLE] = "idle",
		[SCREEN_FLIGHT] = "in flight",
		[SCREEN_PAUSED] = "paused",
		[SCREEN_ASLEEP] = "asleep",
	};
	reply_table(reply, "screens", screen_columns, COUNT(screen_columns));
	list_for_each (screen, &session->screens, struct screen, link) {
		reply_text(reply, screen->name);
		reply_number(reply, (uint64_t)screen->width);
		reply_number(reply, (uint64_t)screen->height);
		reply_number(reply, screen->refresh_ns);
		reply_text(reply, states[screen->state]);
		reply_number(reply, screen->frames);
	}
	reply_end(reply);
}

static void answer_stats(struct session *session, const struct control_request *request,
	struct reply *reply)
{
	put_session(session, reply);
	put_scheduler(reply);
	put_control(session, reply);
	put_screens(session, reply);
	control_drawing_put(session->gl, session->layouts, reply);
}

static void answer_stop(struct session *session, const struct control_request *request,
	struct reply *reply)
{
	session->quit = true;
}

const struct control_command control_commands[] = {
	{"tasks", "what each task of each plugin is and does", 0, false, false,
		answer_tasks},
	{"stats", "counters of the session, its scheduler, screens and drawing", 0, false,
		false, answer_stats},
	{"planes", "what each plane of each screen shows, and what has none, and why", 0,
		false, false, control_planes_answer},
	{"plugins", "what runs, and what it uses", 0, false, false, answer_plugins},
	{"controls", "[ID]: what windows and panels say that is in them, and where", 1,
		false, false, control_controls_answer},
	{"grants", "what plugins may use; allow or revoke PLUGIN CAP[:SCOPE]",
		CONTROL_GRANTS_WORDS, false, false, control_grants_answer, true},
	{"listeners", "who listens to a microphone, and what that hears", 0, false, false,
		control_listeners_answer},
	{"output", "what displays there are; NAME KEY=VALUE ...: what one is to be",
		CONTROL_OUTPUT_WORDS, false, false, control_output_answer, true},
	{"input", "what input devices there are; NAME KEY=VALUE ...: what one is to do",
		CONTROL_INPUT_WORDS, false, false, control_input_answer, true},
	{"keyboard", "layouts, methods; layout|method NAME|next; KEY=VALUE ...; reset",
		CONTROL_KEYBOARD_WORDS, false, false, control_keyboard_answer, true},
	{"magnifier", "FACTOR or off [SCREEN]: the screen is shown enlarged",
		CONTROL_MAGNIFIER_WORDS, false, false, control_magnifier_answer, true},
	{"audio", "what plays, and where; volume N%, mute [on|off]; output, input RULE",
		CONTROL_AUDIO_WORDS, false, false, control_audio_answer, true},
	{"brightness", "of the panel; N%, +N% or -N%: another", 1, false, false,
		control_brightness_answer, true},
	{"reload", "ID: its file has changed: replace it while it runs", 1, true, false,
		answer_reload},
	{"restart", "ID: start a plugin again, afresh, in its window", 1, true, false,
		answer_restart},
	{"close", "ID: ask a plugin to go; after 2 s it is ended", 1, true, false,
		answer_close},
	{"reports", "what is kept of plugins that failed, the newest first", 0, false,
		false, answer_reports},
	{"latency", "from input to picture: a table; export FILE: a trace; reset", 1,
		false, false, control_latency_answer, true},
	{"screenshot", "[--output NAME] [--pointer] [FILE.png]: what an output shows",
		SCREENSHOT_WORDS, true, false, screenshot_answer},
	{"record", "[--output NAME] [--rate R] FILE: an output as a video; stop",
		CONTROL_RECORD_WORDS, false, false, control_record_answer, true},
	{"record-input", "FILE: what is typed and pointed, for --replay; stop",
		CONTROL_RECORD_INPUT_WORDS, false, false, control_record_input_answer,
		true},
	{"stop", "end the session; returns when it has ended", 0, true, true,
		answer_stop},
	{0},
};

const struct control_command *control_command_find(const char *name)
{
	for (const struct control_command *c = control_commands; c->name; c++) {
		if (strcmp(c->name, name) == 0)
			return c;
	}
	return NULL;
}

void control_print(struct session *session, const char *name, FILE *out)
{
	const struct control_request request = {.n_words = 1, .words = {name}};
	struct reply *reply = reply_create(false);
	size_t size;
	control_command_find(name)->answer(session, &request, reply);
	const char *body = reply_body(reply, &size);
	fwrite(body, 1, size, out);
	reply_destroy(reply);
}
