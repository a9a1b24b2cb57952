#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session/backend.h"
#include "session/cmd.h"
#include "session/guardian.h"
#include "session/input_replay.h"
#include "session/resume.h"
#include "session/run_options.h"
#include "session/session.h"
#include "session/settings.h"
#include "session/virtual.h"
#include "util/log.h"
#include "util/xalloc.h"

#define MAX_PLUGINS 64

static const char help[] =
	"usage: osaas session [options] [PLUGIN ...]\n"
	"\n"
	"Takes the screen, the keyboard and the sound, and runs the plugins until they "
	"have all\n"
	"ended. PLUGIN is a file, or the name of an installed one; 'hello' if none is "
	"given.\n"
	"Ctrl+Alt+F1..F12 go to another console, Ctrl+Alt+Backspace ends the session.\n"
	"\n"
	"  --backend NAME  kms: this text console; nested: a window on a desktop; "
	"headless:\n"
	"                  no screen; auto (default): what fits where it is started\n"
	"  --card PATH     the DRM device, such as /dev/dri/card1\n"
	"  --renderer NAME gl: OpenGL ES; cpu: the processor, without a driver; auto "
	"(default):\n"
	"                  cpu where no graphics card draws\n"
	"  --audio RULE    which sound device: hw:0, usb, hdmi, a part of its name; "
	"none\n"
	"  --layout NAME   keyboard layout, such as us or de\n"
	"  --scale S       pixels per unit of length, 0.25 to 8 (default 1)\n"
	"  --config FILE   the configuration; see osaas.ini(5)\n"
	"  --grant CAP     let the plugins use CAP[:SCOPE] in this session; repeatable\n"
	"  --size WxH      nested, headless: size (default 1024x768); headless, again: "
	"one\n"
	"                  more screen\n"
	"  --clock NAME    headless: real, or virtual: time passes only in idleness\n"
	"  --replay FILE   headless: input that 'osaas ctl record-input' recorded\n"
	"  --shot FILE     headless: the last frame as PNG, SVG or PDF, at the end\n"
	"  --for SECONDS   end after that time\n"
	"  --restart N     start a session that crashed again, N times within a minute "
	"at most\n"
	"                  (default 0: never); with the plugins that ran\n"
	"  --fence MODE    auto (default): a system call of a plugin ends it; off: not\n"
	"  --log LEVEL     silent, error, info (default) or debug\n"
	"  --help          this text\n";

enum option {
	OPT_CARD = RUN_OWN,
	OPT_LAYOUT,
	OPT_SIZE,
	OPT_REPLAY,
	OPT_RESTART,
};

static const struct opt opts[] = {
	RUN_OPTIONS,
	{"card", OPT_CARD, true},
	{"layout", OPT_LAYOUT, true},
	{"size", OPT_SIZE, true},
	{"replay", OPT_REPLAY, true},
	{"restart", OPT_RESTART, true},
	{0},
};

struct request {
	struct run_options run;
	const char *replay;
	bool restart_given;
	int restart; /* -1: not given */
	char *plugins[MAX_PLUGINS];
	size_t n_plugins;
	struct settings *settings;
	struct input_recording *recording; /* of replay */
	int argc;
	char **argv;
	struct resume resume; /* after a crash: what ran before it */
};

_Static_assert(RESUME_PLUGINS == MAX_PLUGINS, "all can be started again");

static bool take_size(struct session_options *o, const char *value)
{
	struct session_size size;
	if (!o->width)
		return opt_size(value, &o->width, &o->height);
	if (o->n_more == SESSION_SCREENS - 1) {
		log_error("at most %d screens can be asked for", SESSION_SCREENS);
		return false;
	}
	if (!opt_size(value, &size.width, &size.height))
		return false;
	o->more[o->n_more++] = size;
	return true;
}

static bool take(struct request *rq, int id, const char *value)
{
	struct session_options *o = &rq->run.session;
	switch (id) {
	case OPT_CARD:
		o->card = value;
		return true;
	case OPT_LAYOUT:
		o->layout = value;
		return true;
	case OPT_SIZE:
		return take_size(o, value);
	case OPT_REPLAY:
		rq->replay = value;
		return true;
	case OPT_RESTART:
		rq->restart_given = true;
		return opt_restart(value, &rq->restart);
	default:
		return run_options_take(&rq->run, id, value);
	}
}

/* 0, or an exit code + 1: help was shown, or the command line is wrong. */
static int parse(struct request *rq, int argc, char **argv)
{
	struct opt_state state = {.argc = argc, .index = 1, .argv = argv};
	int id, code;
	while ((id = opt_next(&state, opts, "session")) != OPT_END) {
		if (opt_is_over(id, help, &code))
			return code + 1;
		if (id == OPT_ARG) {
			if (rq->n_plugins == MAX_PLUGINS) {
				log_error("at most %d plugins can be named", MAX_PLUGINS);
				return EXIT_USAGE + 1;
			}
			rq->plugins[rq->n_plugins++] = (char *)(uintptr_t)state.value;
		} else if (!take(rq, id, state.value)) {
			return EXIT_USAGE + 1;
		}
	}
	return 0;
}

/* What the command line leaves open the configuration may say; then there are defaults. */
static void fill_in(struct request *rq)
{
	static char hello[] = "hello";
	struct session_options *o = &rq->run.session;
	const struct settings *settings = rq->settings;
	o->settings = settings;
	o->grants = rq->run.grants;
	if (!rq->run.backend)
		rq->run.backend = settings->backend ? settings->backend : "auto";
	if (!o->card)
		o->card = settings->card;
	if (!o->layout && rq->recording && rq->recording->layout[0])
		o->layout = rq->recording->layout;
	if (!o->layout)
		o->layout = settings->layout;
	if (rq->restart < 0)
		rq->restart = settings->restart < 0 ? 0 : settings->restart;
	if (!rq->run.fence_given && settings->fence >= 0)
		o->fence = (enum fence_mode)settings->fence;
	if (!rq->run.renderer_given && settings->renderer >= 0)
		o->renderer = (enum renderer)settings->renderer;
	if (!o->scale_given)
		o->scale = settings->scale > 0 ? settings->scale : 1;
	if (!o->width && rq->recording) {
		o->width = rq->recording->width;
		o->height = rq->recording->height;
	}
	if (!o->width) {
		o->width = settings->width ? settings->width : 1024;
		o->height = settings->height ? settings->height : 768;
	}
	if (!o->log_given && settings->log >= 0)
		log_set_level((enum log_level)settings->log);
	if (rq->n_plugins == 0)
		rq->plugins[rq->n_plugins++] = hello;
}

/* 0, or an exit code + 1. Settings are the caller's then. */
static int prepare(struct request *rq, int argc, char **argv)
{
	struct settings_error err;
	*rq = (struct request){.restart = -1, .argc = argc, .argv = argv};
	int r = parse(rq, argc, argv);
	if (r)
		return r;
	if (settings_load(rq->run.config, &rq->settings, &err) < 0) {
		log_error("%s", err.text);
		return EXIT_FAILED + 1;
	}
	if (rq->replay && input_recording_load(rq->replay, &rq->recording) < 0) {
		settings_destroy(rq->settings);
		return EXIT_FAILED + 1;
	}
	rq->run.session.replay = rq->recording;
	fill_in(rq);
	return 0;
}

/* The configuration may have changed since the first session began. */
static void prepare_again(struct request *rq)
{
	struct request *fresh = xcalloc(1, sizeof *fresh);
	if (prepare(fresh, rq->argc, rq->argv) == 0) {
		settings_destroy(rq->settings);
		*rq = *fresh;
		rq->run.session.grants = rq->run.grants;
	}
	free(fresh);
}

/* What the session before left; without it, as the command line says. */
static void take_resume(struct request *rq)
{
	char why[RESUME_WHY_MAX];
	const char *path = guardian_resume_path();
	rq->run.session.resume_path = path;
	if (!path || !guardian_deaths())
		return;
	if (resume_read(path, &rq->resume, why) < 0) {
		log_error("%s is not used: %s; the session starts with the plugins that "
			  "were named",
			path, why);
		return;
	}
	rq->run.session.resume = rq->resume.n ? &rq->resume : NULL;
	for (size_t i = 0; i < rq->resume.n; i++)
		rq->plugins[i] = rq->resume.plugins[i].path;
	if (rq->resume.n)
		rq->n_plugins = rq->resume.n;
}

static int start_guarded(struct request *rq, const struct backend_ops *backend)
{
	if (guardian_fork((unsigned)rq->restart) < 0)
		return EXIT_FAILED;
	if (guardian_deaths())
		prepare_again(rq);
	take_resume(rq);
	int r = session_run(&rq->run.session, backend, rq->plugins, rq->n_plugins);
	resume_finish(&rq->resume);
	guardian_leave();
	return r;
}

static int start(struct request *rq)
{
	const struct backend_ops *backend = backend_choose(rq->run.backend, &backend_kms);
	if (!backend)
		return EXIT_USAGE;
	if (rq->run.session.shot && backend != &backend_headless) {
		log_error("--shot is of --backend headless; for a VM's screen use "
			  "'sh session/run --vm --shot FILE'");
		return EXIT_USAGE;
	}
	if (rq->run.session.replay && backend != &backend_headless) {
		log_error(
			"--replay is of --backend headless: elsewhere there are devices");
		return EXIT_USAGE;
	}
	if (rq->run.session.virtual_clock && !virtual_check(&rq->run.session, backend))
		return EXIT_USAGE;
	if (backend == &backend_kms)
		return start_guarded(rq, backend);
	if (rq->restart_given)
		log_info("--restart is of --backend kms: if this session crashes it is "
			 "not "
			 "started again");
	return session_run(&rq->run.session, backend, rq->plugins, rq->n_plugins);
}

int cmd_session(int argc, char **argv)
{
	struct request rq;
	int r = prepare(&rq, argc, argv);
	if (r)
		return r - 1;
	r = start(&rq);
	settings_destroy(rq.settings);
	input_recording_destroy(rq.recording);
	return r;
}
