#include <stdio.h>

#include "session/cmd.h"
#include "session/session.h"
#include "util/log.h"

static const char help[] =
	"usage: osaas run [options] PLUGIN\n"
	"\n"
	"Runs one plugin on top of the present system, for its author. A window on the "
	"desktop\n"
	"is not there yet: the plugin draws into memory, and --shot shows what.\n"
	"\n"
	"  --shot FILE     write its first frame as PNG and end\n"
	"  --for SECONDS   with --shot: the frame after that time; else end then\n"
	"  --size WxH      size of the window (default 1024x768)\n"
	"  --scale S       pixels per unit of length, 0.25 to 8 (default 1)\n"
	"  --audio NAME    ALSA's name of a sound device (default none)\n"
	"  --fence MODE    auto (default): a system call of a plugin ends it; off: not\n"
	"  --log LEVEL     silent, error, info (default) or debug\n"
	"  --help          this text\n";

enum option {
	OPT_SHOT,
	OPT_FOR,
	OPT_SIZE,
	OPT_SCALE,
	OPT_AUDIO,
	OPT_FENCE,
	OPT_LOG,
	OPT_HELP,
};

static const struct opt opts[] = {
	{"shot", OPT_SHOT, true},
	{"for", OPT_FOR, true},
	{"size", OPT_SIZE, true},
	{"scale", OPT_SCALE, true},
	{"audio", OPT_AUDIO, true},
	{"fence", OPT_FENCE, true},
	{"log", OPT_LOG, true},
	{"help", OPT_HELP, false},
	{"h", OPT_HELP, false},
	{0},
};

static bool take(struct session_options *o, int id, const char *value)
{
	switch (id) {
	case OPT_SHOT:
		o->shot = value;
		return true;
	case OPT_FOR:
		return opt_seconds(value, &o->run_ns);
	case OPT_SIZE:
		return opt_size(value, &o->width, &o->height);
	case OPT_SCALE:
		return opt_scale(value, &o->scale);
	case OPT_AUDIO:
		o->audio = value;
		return true;
	case OPT_FENCE:
		return opt_fence(value, &o->fence);
	default:
		return opt_log(value);
	}
}

int cmd_run(int argc, char **argv)
{
	struct session_options o = {
		.width = 1024, .height = 768, .scale = 1, .audio = "none"};
	struct opt_state state = {.argc = argc, .index = 1, .argv = argv};
	char *plugin = NULL;
	int id;
	while ((id = opt_next(&state, opts, "run")) != OPT_END) {
		if (id == OPT_HELP) {
			fputs(help, stdout);
			return EXIT_OK;
		}
		if (id == OPT_BAD)
			return EXIT_USAGE;
		if (id != OPT_ARG && !take(&o, id, state.value))
			return EXIT_USAGE;
		if (id == OPT_ARG && plugin) {
			log_error("run takes one plugin; 'osaas session' takes several");
			return EXIT_USAGE;
		}
		if (id == OPT_ARG)
			plugin = (char *)(uintptr_t)state.value;
	}
	if (!plugin) {
		log_error("which plugin? 'osaas run hello', or the path of a .so");
		return EXIT_USAGE;
	}
	o.first_frame = o.shot && !o.run_ns;
	return session_run(&o, &backend_headless, &plugin, 1);
}
