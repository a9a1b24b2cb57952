#include <stdio.h>

#include "plugins/plugin.h"
#include "sched/sched.h"
#include "session/cmd.h"
#include "session/host.h"
#include "util/log.h"

static const char help[] = "usage: osaas check [--json] PLUGIN ...\n"
			   "\n"
			   "Reads plugins without running them: is it one, what does it "
			   "want, may it be loaded?\n"
			   "\n"
			   "  --json   one JSON object per plugin and line\n"
			   "  --help   this text\n";

enum option {
	OPT_JSON,
	OPT_HELP,
};

static const struct opt opts[] = {
	{"json", OPT_JSON, false},
	{"help", OPT_HELP, false},
	{"h", OPT_HELP, false},
	{0},
};

static void put_json_string(const char *s)
{
	putchar('"');
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			printf("\\%c", *s);
		else if ((unsigned char)*s < 0x20)
			printf("\\u%04x", (unsigned char)*s);
		else
			putchar(*s);
	}
	putchar('"');
}

static void json_pair(const char *key, const char *value, const char *after)
{
	printf("\"%s\":", key);
	put_json_string(value);
	fputs(after, stdout);
}

static void print_json(const char *path, const struct manifest *m)
{
	putchar('{');
	json_pair("path", path, ",\"ok\":true,");
	json_pair("id", m->id, ",");
	json_pair("name", m->name, ",");
	json_pair("version", m->version, ",");
	printf("\"abi\":\"%u.%u\",", m->abi_major, m->abi_minor);
	json_pair("entry", m->entry, ",\"wants\":[");
	for (size_t i = 0; i < m->n_wants; i++) {
		fputs(i ? ",{" : "{", stdout);
		json_pair("cap", m->wants[i].cap, ",");
		json_pair("scope", m->wants[i].scope, ",");
		printf("\"required\":%s,", m->wants[i].required ? "true" : "false");
		json_pair("reason", m->wants[i].reason, "}");
	}
	fputs("]}\n", stdout);
}

static void print_text(const char *path, const struct manifest *m)
{
	printf("%s: ok\n  %s %s (%s), ABI %u.%u\n", path, m->name, m->version, m->id,
		m->abi_major, m->abi_minor);
	if (m->n_wants == 0)
		printf("  wants nothing: it can only compute\n");
	for (size_t i = 0; i < m->n_wants; i++) {
		const struct manifest_want *w = &m->wants[i];
		printf("  wants %s%s%s (%s): %s\n", w->cap, w->scope[0] ? ":" : "",
			w->scope, w->required ? "required" : "optional", w->reason);
	}
}

static int fail(const char *name, const char *why, bool json)
{
	if (json) {
		putchar('{');
		json_pair("path", name, ",\"ok\":false,");
		json_pair("error", why, "}\n");
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
		print_json(path, plugin_manifest(plugin));
	else
		print_text(path, plugin_manifest(plugin));
	plugin_destroy(plugin);
	return EXIT_OK;
}

int cmd_check(int argc, char **argv)
{
	struct opt_state state = {.argc = argc, .index = 1, .argv = argv};
	int id, checked = 0, r = EXIT_OK;
	bool json = false;
	while ((id = opt_next(&state, opts, "check")) != OPT_END) {
		if (id == OPT_HELP) {
			fputs(help, stdout);
			return EXIT_OK;
		}
		if (id == OPT_BAD)
			return EXIT_USAGE;
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
