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
	OPT_BACKEND,
	OPT_CARD,
	OPT_RENDERER,
	OPT_AUDIO,
	OPT_LAYOUT,
	OPT_SCALE,
	OPT_CONFIG,
	OPT_GRANT,
	OPT_SIZE,
	OPT_CLOCK,
	OPT_REPLAY,
	OPT_SHOT,
	OPT_FOR,
	OPT_RESTART,
	OPT_FENCE,
	OPT_LOG,
	OPT_HELP,
};

static const struct opt opts[] = {
	{"backend", OPT_BACKEND, true},
	{"card", OPT_CARD, true},
	{"renderer", OPT_RENDERER, true},
	{"audio", OPT_AUDIO, true},
	{"layout", OPT_LAYOUT, true},
	{"scale", OPT_SCALE, true},
	{"config", OPT_CONFIG, true},
	{"grant", OPT_GRANT, true},
	{"size", OPT_SIZE, true},
	{"clock", OPT_CLOCK, true},
	{"replay", OPT_REPLAY, true},
	{"shot", OPT_SHOT, true},
	{"for", OPT_FOR, true},
	{"restart", OPT_RESTART, true},
	{"fence", OPT_FENCE, true},
	{"log", OPT_LOG, true},
	{"help", OPT_HELP, false},
	{"h", OPT_HELP, false},
	{0},
};

struct request {
	struct session_options options;
	const char *backend;
	const char *config;
	const char *replay;
	bool fence_given, renderer_given, restart_given;
	int restart; /* -1: not given */
	const char *grants[GRANTS_MAX];
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
	struct session_options *o = &rq->options;
	switch (id) {
	case OPT_BACKEND:
		rq->backend = value;
		return true;
	case OPT_CARD:
		o->card = value;
		return true;
	case OPT_RENDERER:
		rq->renderer_given = true;
		return opt_renderer(value, &o->renderer);
	case OPT_AUDIO:
		return opt_audio(value, &o->audio);
	case OPT_LAYOUT:
		o->layout = value;
		return true;
	case OPT_SCALE:
		o->scale_given = true;
		return opt_scale(value, &o->scale);
	case OPT_CONFIG:
		rq->config = value;
		return true;
	case OPT_GRANT:
		return opt_grant(rq->grants, &o->n_grants, value);
	case OPT_SIZE:
		return take_size(o, value);
	case OPT_CLOCK:
		return opt_clock(value, &o->virtual_clock);
	case OPT_REPLAY:
		rq->replay = value;
		return true;
	case OPT_SHOT:
		o->shot = value;
		return true;
	case OPT_FOR:
		return opt_seconds(value, &o->run_ns);
	case OPT_RESTART:
		rq->restart_given = true;
		return opt_restart(value, &rq->restart);
	case OPT_FENCE:
		rq->fence_given = true;
		return opt_fence(value, &o->fence);
	default:
		o->log_given = true;
		return opt_log(value);
	}
}

/* 0, or an exit code + 1: help was shown, or the command line is wrong. */
static int parse(struct request *rq, int argc, char **argv)
{
	struct opt_state state = {.argc = argc, .index = 1, .argv = argv};
	int id;
	while ((id = opt_next(&state, opts, "session")) != OPT_END) {
		if (id == OPT_HELP) {
			fputs(help, stdout);
			return EXIT_OK + 1;
		}
		if (id == OPT_BAD)
			return EXIT_USAGE + 1;
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
	struct session_options *o = &rq->options;
	const struct settings *settings = rq->settings;
	o->settings = settings;
	o->grants = rq->grants;
	if (!rq->backend)
		rq->backend = settings->backend ? settings->backend : "auto";
	if (!o->card)
		o->card = settings->card;
	if (!o->layout && rq->recording && rq->recording->layout[0])
		o->layout = rq->recording->layout;
	if (!o->layout)
		o->layout = settings->layout;
	if (rq->restart < 0)
		rq->restart = settings->restart < 0 ? 0 : settings->restart;
	if (!rq->fence_given && settings->fence >= 0)
		o->fence = (enum fence_mode)settings->fence;
	if (!rq->renderer_given && settings->renderer >= 0)
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
	if (settings_load(rq->config, &rq->settings, &err) < 0) {
		log_error("%s", err.text);
		return EXIT_FAILED + 1;
	}
	if (rq->replay && input_recording_load(rq->replay, &rq->recording) < 0) {
		settings_destroy(rq->settings);
		return EXIT_FAILED + 1;
	}
	rq->options.replay = rq->recording;
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
		rq->options.grants = rq->grants;
	}
	free(fresh);
}

/* What the session before left; without it, as the command line says. */
static void take_resume(struct request *rq)
{
	char why[RESUME_WHY_MAX];
	const char *path = guardian_resume_path();
	rq->options.resume_path = path;
	if (!path || !guardian_deaths())
		return;
	if (resume_read(path, &rq->resume, why) < 0) {
		log_error("%s is not used: %s; the session starts with the plugins that "
			  "were named",
			path, why);
		return;
	}
	rq->options.resume = rq->resume.n ? &rq->resume : NULL;
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
	int r = session_run(&rq->options, backend, rq->plugins, rq->n_plugins);
	resume_finish(&rq->resume);
	guardian_leave();
	return r;
}

static int start(struct request *rq)
{
	const struct backend_ops *backend = backend_choose(rq->backend, &backend_kms);
	if (!backend)
		return EXIT_USAGE;
	if (rq->options.shot && backend != &backend_headless) {
		log_error("--shot is of --backend headless; for a VM's screen use "
			  "'sh session/run --vm --shot FILE'");
		return EXIT_USAGE;
	}
	if (rq->options.replay && backend != &backend_headless) {
		log_error(
			"--replay is of --backend headless: elsewhere there are devices");
		return EXIT_USAGE;
	}
	if (rq->options.virtual_clock && !virtual_check(&rq->options, backend))
		return EXIT_USAGE;
	if (backend == &backend_kms)
		return start_guarded(rq, backend);
	if (rq->restart_given)
		log_info("--restart is of --backend kms: if this session crashes it is "
			 "not "
			 "started again");
	return session_run(&rq->options, backend, rq->plugins, rq->n_plugins);
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
