#include "session/keymap_names.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input/input.h"
#include "session/nearest.h"
#include "util/xalloc.h"

#define ROOT      "/usr/share/X11/xkb"
#define LIST_MAX  (1024 * 1024)
#define NAMES_MAX 4096 /* of a section */
#define NAME_MAX_ 64

enum section {
	MODEL,
	LAYOUT,
	VARIANT,
	OPTION,
	NONE,
};
static const char *const section_names[] = {"model", "layout", "variant", "option"};

/* A name, and of a variant the layout that it is of. */
struct name {
	char text[NAME_MAX_], of[NAME_MAX_];
};

struct names {
	struct name *all[NONE];
	size_t n[NONE];
};

static enum section section_of(const char *line)
{
	char word[32] = "";
	sscanf(line, "! %31s", word);
	for (size_t i = 0; i < NONE; i++) {
		if (strcmp(word, section_names[i]) == 0)
			return (enum section)i;
	}
	return NONE;
}

/* "  nodeadkeys     de: German (no dead keys)" */
static void take_line(struct names *names, enum section section, const char *line)
{
	struct name name = {"", ""};
	if (section == NONE || names->n[section] == NAMES_MAX ||
		sscanf(line, "%63s %63[^: ]", name.text, name.of) < 1)
		return;
	names->all[section][names->n[section]++] = name;
}

static void read_list(struct names *names, const char *list)
{
	size_t size = strlen(list);
	enum section section = NONE;
	char line[256];
	for (size_t i = 0; i < NONE; i++)
		names->all[i] = xcalloc(NAMES_MAX, sizeof *names->all[i]);
	while (size > 0) {
		const char *end = memchr(list, '\n', size);
		size_t n = end ? (size_t)(end - list) : size;
		size_t part = n < sizeof line - 1 ? n : sizeof line - 1;
		memcpy(line, list, part);
		line[part] = '\0';
		if (line[0] == '!')
			section = section_of(line);
		else
			take_line(names, section, line);
		list += n + (end != NULL);
		size -= n + (end != NULL);
	}
}

static void free_names(struct names *names)
{
	for (size_t i = 0; i < NONE; i++)
		free(names->all[i]);
}

/* of: a variant's layout; NULL: no matter. */
static bool is_known(const struct names *names, enum section section, const char *text,
	const char *of, char why[static KEYMAP_NAMES_WHY])
{
	const char *words[NAMES_MAX];
	char hint[NEAREST_HINT];
	size_t n = 0;
	for (size_t i = 0; i < names->n[section]; i++) {
		const struct name *name = &names->all[section][i];
		if (of && strcmp(name->of, of) != 0)
			continue;
		if (strcmp(name->text, text) == 0)
			return true;
		words[n++] = name->text;
	}
	/* A list without such a section judges nothing. */
	if (names->n[section] == 0)
		return true;
	snprintf(why, KEYMAP_NAMES_WHY, "there is no %s '%.60s'%s%.40s%s",
		section == OPTION  ? "keyboard option"
		: section == MODEL ? "keyboard model"
				   : section_names[section],
		text, of ? " of layout " : "", of ? of : "",
		n ? nearest_hint(hint, text, words, n, "'", "xkeyboard-config(7)")
		  : "; it has none");
	return false;
}

/* The next of a list by commas; false: it is over, or longer than any name. */
static bool next(const char **list, char to[static NAME_MAX_])
{
	size_t n = *list ? strcspn(*list, ",") : 0;
	to[0] = '\0';
	if (n >= NAME_MAX_)
		return false;
	if (n > 0)
		memcpy(to, *list, n);
	to[n] = '\0';
	if (*list)
		*list += n + ((*list)[n] == ',');
	return true;
}

static bool check_layouts(const struct names *names, const struct input_keymap *keymap,
	char why[static KEYMAP_NAMES_WHY])
{
	const char *layouts = keymap->layout, *variants = keymap->variant;
	char layout[NAME_MAX_], variant[NAME_MAX_];
	while (layouts && *layouts) {
		if (!next(&layouts, layout) || !next(&variants, variant))
			return true;
		char *open = strchr(layout, '('), *close = strrchr(layout, ')');
		if (open && close && close > open) {
			*open = *close = '\0';
			snprintf(variant, sizeof variant, "%s", open + 1);
		}
		if (!is_known(names, LAYOUT, layout, NULL, why))
			return false;
		if (variant[0] && !is_known(names, VARIANT, variant, layout, why))
			return false;
	}
	return true;
}

/* As a word of its own. */
static bool is_in(const char *rules, const char *word)
{
	static const char parts[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-:";
	size_t n = strlen(word);
	for (const char *at = rules; (at = strstr(at, word)); at += n) {
		bool begins = at == rules || !strchr(parts, at[-1]);
		if (begins && (!at[n] || !strchr(parts, at[n])))
			return true;
	}
	return false;
}

static bool check_options(const struct names *names, const char *rules,
	const char *options, char why[static KEYMAP_NAMES_WHY])
{
	char option[NAME_MAX_];
	while (options && *options) {
		if (!next(&options, option))
			return true;
		if (option[0] && !is_in(rules, option) &&
			!is_known(names, OPTION, option, NULL, why))
			return false;
	}
	return true;
}

bool keymap_names_ignored_by(const char *list, const char *rules,
	const struct input_keymap *keymap, char why[static KEYMAP_NAMES_WHY])
{
	const char *model = keymap->model ? keymap->model : "";
	struct names names = {.n = {0}};
	read_list(&names, list);
	bool known = check_options(&names, rules, keymap->options, why) &&
		     (!model[0] || is_in(rules, model) ||
			     is_known(&names, MODEL, model, NULL, why));
	free_names(&names);
	return !known;
}

bool keymap_names_missing_in(const char *list, const struct input_keymap *keymap,
	char why[static KEYMAP_NAMES_WHY])
{
	struct names names = {.n = {0}};
	read_list(&names, list);
	bool known = check_layouts(&names, keymap, why);
	free_names(&names);
	return !known;
}

static bool is_there(const char *base, const char *name)
{
	char path[PATH_MAX];
	if (!base || !base[0])
		return false;
	snprintf(path, sizeof path, "%s%s", base, name);
	return access(path, F_OK) == 0;
}

static bool somebodys_own(void)
{
	const char *root = getenv("XKB_CONFIG_ROOT");
	return (root && root[0]) || is_there("/etc/xkb", "") ||
	       is_there(getenv("XDG_CONFIG_HOME"), "/xkb") ||
	       is_there(getenv("HOME"), "/.config/xkb") ||
	       is_there(getenv("HOME"), "/.xkb");
}

/* Of the rules' folder; NULL: there is none, or it says nothing here. Owned by the caller. */
static char *read_rules(const struct input_keymap *keymap, const char *end)
{
	const char *rules = keymap->rules;
	char path[PATH_MAX];
	if ((keymap->file && keymap->file[0]) || somebodys_own())
		return NULL;
	snprintf(path, sizeof path, ROOT "/rules/%.64s%s",
		rules && rules[0] ? rules : "evdev", end);
	FILE *in = fopen(path, "re");
	if (!in)
		return NULL;
	char *text = xcalloc(1, LIST_MAX);
	size_t n = fread(text, 1, LIST_MAX - 1, in);
	text[n] = '\0';
	fclose(in);
	return text;
}

bool keymap_names_ignored(
	const struct input_keymap *keymap, char why[static KEYMAP_NAMES_WHY])
{
	char *list = read_rules(keymap, ".lst"), *rules = read_rules(keymap, "");
	bool ignored = list && rules && keymap_names_ignored_by(list, rules, keymap, why);
	free(list);
	free(rules);
	return ignored;
}

bool keymap_names_missing(
	const struct input_keymap *keymap, char why[static KEYMAP_NAMES_WHY])
{
	char *list = read_rules(keymap, ".lst");
	bool missing = list && keymap_names_missing_in(list, keymap, why);
	free(list);
	return missing;
}
