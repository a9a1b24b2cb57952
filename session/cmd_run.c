#include <stdio.h>
#include <string.h>

#include "session/backend.h"
#include "session/cmd.h"
#include "session/session.h"
#include "session/settings.h"
#include "session/virtual.h"
#include "util/log.h"

static const char help[] =
	"usage: osaas run [options] PLUGIN\n"
	"\n"
	"Runs one plugin on top of the present system, for its author: in a window on "
	"the\n"
	"desktop; without a desktop, or with --shot, it draws into memory.\n"
	"\n"
	"  --backend NAME  nested: a window on the desktop; headless: no screen; auto: "
	"see\n"
	"                  above\n"
	"  --shot FILE     write its first frame as PNG, SVG or PDF and end\n"
	"  --for SECONDS   with --shot: the frame after that time; else end then\n"
	"  --size WxH      size of the window (default 1024x768)\n"
	"  --clock NAME    real, or virtual: headless, time passes only in idleness\n"
	"  --scale S       pixels per unit of length, 0.25 to 8 (default 1)\n"
	"  --renderer NAME gl, cpu or auto: see 'osaas session --help'\n"
	"  --audio RULE    which sound device: hw:0, usb, default (default none)\n"
	"  --fence MODE    auto (default): a system call of a plugin ends it; off: not\n"
	"  --config FILE   the configuration; of [session] only layout,\n"
	"                  renderer and cursor-*\n"
	"  --grant CAP     let it use CAP[:SCOPE] this time; repeatable\n"
	"  --log LEVEL     silent, error, info (default) or debug\n"
	"  --help          this text\n";

enum option {
	OPT_BACKEND,
	OPT_SHOT,
	OPT_FOR,
	OPT_SIZE,
	OPT_CLOCK,
	OPT_SCALE,
	OPT_RENDERER,
	OPT_AUDIO,
	OPT_FENCE,
	OPT_CONFIG,
	OPT_GRANT,
	OPT_LOG,
	OPT_HELP,
};

static const struct opt opts[] = {
	{"backend", OPT_BACKEND, true},
	{"shot", OPT_SHOT, true},
	{"for", OPT_FOR, true},
	{"size", OPT_SIZE, true},
	{"clock", OPT_CLOCK, true},
	{"scale", OPT_SCALE, true},
	{"renderer", OPT_RENDERER, true},
	{"audio", OPT_AUDIO, true},
	{"fence", OPT_FENCE, true},
	{"config", OPT_CONFIG, true},
	{"grant", OPT_GRANT, true},
	{"log", OPT_LOG, true},
	{"help", OPT_HELP, false},
	{"h", OPT_HELP, false},
	{0},
};

struct request {
	struct session_options options;
	const char *backend;
	const char *config;
	const char *grants[GRANTS_MAX];
	char *plugin;
	bool renderer_given;
};

static bool take(struct request *rq, int id, const char *value)
{
	struct session_options *o = &rq->options;
	switch (id) {
	case OPT_BACKEND:
		rq->backend = value;
		return true;
	case OPT_SHOT:
		o->shot = value;
		return true;
	case OPT_FOR:
		return opt_seconds(value, &o->run_ns);
	case OPT_SIZE:
		return opt_size(value, &o->width, &o->height);
	case OPT_CLOCK:
		return opt_clock(value, &o->virtual_clock);
	case OPT_SCALE:
		return opt_scale(value, &o->scale);
	case OPT_RENDERER:
		rq->renderer_given = true;
		return opt_renderer(value, &o->renderer);
	case OPT_AUDIO:
		return opt_audio(value, &o->audio);
	case OPT_FENCE:
		return opt_fence(value, &o->fence);
	case OPT_CONFIG:
		rq->config = value;
		return true;
	case OPT_GRANT:
		return opt_grant(rq->grants, &o->n_grants, value);
	default:
		return opt_log(value);
	}
}

/* 0, or an exit code + 1: help was shown, or the command line is wrong. */
static int parse(struct request *rq, int argc, char **argv)
{
	struct opt_state state = {.argc = argc, .index = 1, .argv = argv};
	int id;
	while ((id = opt_next(&state, opts, "run")) != OPT_END) {
		if (id == OPT_HELP) {
			fputs(help, stdout);
			return EXIT_OK + 1;
		}
		if (id == OPT_BAD)
			return EXIT_USAGE + 1;
		if (id != OPT_ARG && !take(rq, id, state.value))
			return EXIT_USAGE + 1;
		if (id == OPT_ARG && rq->plugin) {
			log_error("run takes one plugin; 'osaas session' takes several");
			return EXIT_USAGE + 1;
		}
		if (id == OPT_ARG)
			rq->plugin = (char *)(uintptr_t)state.value;
	}
	if (rq->plugin)
		return 0;
	log_error("which plugin? 'osaas run hello', or the path of a .so");
	return EXIT_USAGE + 1;
}

/* NULL: reported. */
static const struct backend_ops *choose(const struct request *rq)
{
	const struct session_options *o = &rq->options;
	if ((o->shot || o->virtual_clock) && strcmp(rq->backend, "auto") == 0)
		return &backend_headless;
	const struct backend_ops *chosen = backend_choose(rq->backend, &backend_headless);
	if (chosen == &backend_kms) {
		log_error("run does not take the screen: use --backend nested or "
			  "headless, or 'osaas session'");
		return NULL;
	}
	if (o->shot && chosen == &backend_nested) {
		log_error("--shot is of --backend headless; of a window 'osaas ctl "
			  "screenshot' takes one");
		return NULL;
	}
	return chosen;
}

int cmd_run(int argc, char **argv)
{
	struct request rq = {.backend = "auto",
		.options = {.width = 1024,
			.height = 768,
			.scale = 1,
			.audio = "none",
			.scale_given = true,
			.log_given = true}};
	struct settings *settings;
	struct settings_error err;
	int r = parse(&rq, argc, argv);
	if (r)
		return r - 1;
	const struct backend_ops *backend = choose(&rq);
	if (!backend ||
		(rq.options.virtual_clock && !virtual_check(&rq.options, backend)))
		return EXIT_USAGE;
	if (settings_load(rq.config, &settings, &err) < 0) {
		log_error("%s", err.text);
		return EXIT_FAILED;
	}
	rq.options.settings = settings;
	rq.options.layout = settings->layout;
	if (!rq.renderer_given && settings->renderer >= 0)
		rq.options.renderer = (enum renderer)settings->renderer;
	rq.options.grants = rq.grants;
	rq.options.first_frame = rq.options.shot && !rq.options.run_ns;
	r = session_run(&rq.options, backend, &rq.plugin, 1);
	settings_destroy(settings);
	return r;
}
