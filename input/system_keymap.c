#include "input/system_keymap.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define LINE 1024

/* The value of NAME=VALUE, as a shell reads the simple ones: plain, or in quotes. */
static void take(const char *line, const char *name, char to[static SYSTEM_KEYMAP_TEXT])
{
	size_t n = strlen(name);
	line += strspn(line, " \t");
	if (strncmp(line, name, n) != 0 || line[n] != '=')
		return;
	line += n + 1;
	const char *ends = *line == '"' ? "\"\n" : *line == '\'' ? "'\n" : " \t#\r\n";
	line += *line == '"' || *line == '\'';
	size_t length = strcspn(line, ends);
	if (length >= SYSTEM_KEYMAP_TEXT)
		return;
	memcpy(to, line, length);
	to[length] = '\0';
}

static FILE *open_file(const char *root, const char *path)
{
	char whole[PATH_MAX];
	int n = snprintf(whole, sizeof whole, "%s%s", root, path);
	return n > 0 && (size_t)n < sizeof whole ? fopen(whole, "re") : NULL;
}

static void put(char to[static SYSTEM_KEYMAP_TEXT], const char *text)
{
	if (strcmp(text, "-") != 0)
		snprintf(to, SYSTEM_KEYMAP_TEXT, "%s", text);
}

/* Of systemd: console keymap, layout, model, variant, options; "-": none. */
static void of_console(const char *root, const char *console, struct system_keymap *out)
{
	FILE *in = open_file(root, "/usr/share/systemd/kbd-model-map");
	char line[LINE], word[5][SYSTEM_KEYMAP_TEXT];
	while (in && fgets(line, sizeof line, in)) {
		int n = sscanf(line, "%255s %255s %255s %255s %255s", word[0], word[1],
			word[2], word[3], word[4]);
		if (n != 5 || word[0][0] == '#' || strcmp(word[0], console) != 0)
			continue;
		put(out->layout, word[1]);
		put(out->model, word[2]);
		put(out->variant, word[3]);
		put(out->options, word[4]);
		break;
	}
	if (in)
		fclose(in);
}

static bool read_file(const char *root, const char *path, struct system_keymap *out)
{
	char line[LINE], console[SYSTEM_KEYMAP_TEXT] = "";
	FILE *in = open_file(root, path);
	*out = (struct system_keymap){{0}, {0}, {0}, {0}, {0}};
	snprintf(out->path, sizeof out->path, "%s", path);
	while (in && fgets(line, sizeof line, in)) {
		take(line, "XKBMODEL", out->model);
		take(line, "XKBLAYOUT", out->layout);
		take(line, "XKBVARIANT", out->variant);
		take(line, "XKBOPTIONS", out->options);
		take(line, "KEYMAP", console);
	}
	if (in)
		fclose(in);
	if (!out->layout[0] && console[0])
		of_console(root, console, out);
	return out->layout[0];
}

bool system_keymap_find(const char *root, struct system_keymap *out)
{
	return read_file(root, "/etc/default/keyboard", out) ||
	       read_file(root, "/etc/vconsole.conf", out);
}

static const char *either(const char *wanted, const char *system)
{
	return wanted && wanted[0] ? wanted : system;
}

struct input_keymap system_keymap_under(
	const struct system_keymap *system, const struct input_keymap *wanted)
{
	return (struct input_keymap){.rules = wanted->rules,
		.model = either(wanted->model, system->model),
		.layout = system->layout,
		.variant = either(wanted->variant, system->variant),
		.options = either(wanted->options, system->options),
		.file = wanted->file};
}
