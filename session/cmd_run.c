#include <stdio.h>
#include <string.h>

#include "session/backend.h"
#include "session/cmd.h"
#include "session/run_options.h"
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

#define OPT_SIZE RUN_OWN

static const struct opt opts[] = {
	RUN_OPTIONS,
	{"size", OPT_SIZE, true},
	{0},
};

struct request {
	struct run_options run;
	char *plugin;
};

static bool take(struct request *rq, int id, const char *value)
{
	struct session_options *o = &rq->run.session;
	return id == OPT_SIZE ? opt_size(value, &o->width, &o->height)
			      : run_options_take(&rq->run, id, value);
}

/* 0, or an exit code + 1: help was shown, or the command line is wrong. */
static int parse(struct request *rq, int argc, char **argv)
{
	struct opt_state state = {.argc = argc, .index = 1, .argv = argv};
	int id, code;
	while ((id = opt_next(&state, opts, "run")) != OPT_END) {
		if (opt_is_over(id, help, &code))
			return code + 1;
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
	const struct session_options *o = &rq->run.session;
	if ((o->shot || o->virtual_clock) && strcmp(rq->run.backend, "auto") == 0)
		return &backend_headless;
	const struct backend_ops *chosen =
		backend_choose(rq->run.backend, &backend_headless);
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
	static const struct session_options defaults = {.width = 1024,
		.height = 768,
		.scale = 1,
		.audio = "none",
		.scale_given = true,
		.log_given = true};
	struct request rq = {.run = {.session = defaults, .backend = "auto"}};
	struct session_options *o = &rq.run.session;
	struct settings *settings;
	struct settings_error err;
	int r = parse(&rq, argc, argv);
	if (r)
		return r - 1;
	const struct backend_ops *backend = choose(&rq);
	if (!backend || (o->virtual_clock && !virtual_check(o, backend)))
		return EXIT_USAGE;
	if (settings_load(rq.run.config, &settings, &err) < 0) {
		log_error("%s", err.text);
		return EXIT_FAILED;
	}
	o->settings = settings;
	o->layout = settings->layout;
	if (!rq.run.renderer_given && settings->renderer >= 0)
		o->renderer = (enum renderer)settings->renderer;
	o->grants = rq.run.grants;
	o->first_frame = o->shot && !o->run_ns;
	r = session_run(o, backend, &rq.plugin, 1);
	settings_destroy(settings);
	return r;
}
