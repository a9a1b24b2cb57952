#include <stdio.h>

#include "plugins/plugin.h"
#include "session/check_report.h"
#include "session/cmd.h"
#include "session/control_text.h"
#include "session/host.h"
#include "util/log.h"

static const char help[] = "usage: osaas check [--json] PLUGIN ...\n"
			   "\n"
			   "Reads plugins without running them: is it one, what does it "
			   "want, may it be loaded, and what does its code do?\n"
			   "\n"
			   "  --json   one JSON object per plugin and line\n"
			   "  --help   this text\n";

enum option {
	OPT_JSON,
};

static const struct opt opts[] = {
	{"json", OPT_JSON, false},
	{0},
};

static int fail(const char *name, const char *why, bool json)
{
	if (json) {
		fputs("{\"path\":", stdout);
		text_put_json(stdout, name);
		fputs(",\"ok\":false,\"error\":", stdout);
		text_put_json(stdout, why);
		fputs("}\n", stdout);
	} else {
		log_error("%s", why);
	}
	return EXIT_FAILED;
}

static int check(const char *name, bool json)
{
	char path[4096], why[4400];
	struct plugin_error err;
	struct plugin *plugin;
	if (host_find_plugin(name, path, sizeof path, why, sizeof why) < 0)
		return fail(name, why, json);
	if (plugin_load(path, &plugin, &err) < 0)
		return fail(path, err.text, json);
	if (json)
		report_json(stdout, path, plugin);
	else
		report_text(stdout, path, plugin);
	plugin_destroy(plugin);
	return EXIT_OK;
}

int cmd_check(int argc, char **argv)
{
	struct opt_state state = {.argc = argc, .index = 1, .argv = argv};
	int id, code, checked = 0, r = EXIT_OK;
	bool json = false;
	while ((id = opt_next(&state, opts, "check")) != OPT_END) {
		if (opt_is_over(id, help, &code))
			return code;
		if (id == OPT_JSON)
			json = true;
		if (id != OPT_ARG)
			continue;
		checked++;
		if (check(state.value, json) != EXIT_OK)
			r = EXIT_FAILED;
	}
	if (!checked) {
		log_error("which plugin? 'osaas check PLUGIN ...'");
		return EXIT_USAGE;
	}
	return r;
}
