#include "session/settings.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session/cmd.h"
#include "session/nearest.h"
#include "util/log.h"
#include "util/xalloc.h"

/*
 * inih splits the lines; it gives no line numbers, cuts long section names and tells
 * nothing of empty sections. So sections are read here, where it asks for its lines.
 */
struct parser {
	struct settings *out;
	struct settings_error *err;
	const char *path;
	const char *text, *end; /* what is still to be read */
	unsigned line;
	bool failed, in_session, had_session;
	bool in_keyboard, had_keyboard, in_shortcuts, had_shortcuts;
	bool in_audio, had_audio;
	struct settings_grants *grants; /* the section we are in; NULL: none of these */
	struct settings_output *output; /* the same */
	struct settings_input *input;   /* the same */
	unsigned seen;                  /* bit i: session_keys[i] was there */
};

static int fail(struct parser *p, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int fail(struct parser *p, const char *fmt, ...)
{
	char why[600];
	if (p->failed)
		return 0;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	p->failed = true;
	snprintf(p->err->text, sizeof p->err->text, "%.300s:%u: %s", p->path, p->line,
		why);
	return 0;
}

/* Keys. Each gives 1, or 0 after fail, as inih wants it. */

static int keep_text(char **to, const char *value)
{
	free(*to);
	*to = xstrdup(value);
	return 1;
}

static int read_accessibility(struct parser *p, const char *value)
{
	static const char *const names[] = {"auto", "on", "off"};
	for (int i = 0; i < 3; i++) {
		if (strcmp(value, names[i]) != 0)
			continue;
		p->out->accessibility = (enum accessibility)i;
		return 1;
	}
	return fail(
		p, "'%.60s' is no way to be accessible: write auto, on or off", value);
}

static int read_backend(struct parser *p, const char *value)
{
	static const char *const names[] = {"auto", "kms", "nested", "headless"};
	for (size_t i = 0; i < 4; i++) {
		if (strcmp(value, names[i]) == 0)
			return keep_text(&p->out->backend, value);
	}
	return fail(p, "there is no back end '%.60s': use auto, kms, nested or headless",
		value);
}

static int read_card(struct parser *p, const char *value)
{
	return keep_text(&p->out->card, value);
}

static int take_audio(struct parser *p, const char *name, const char *value);

/* As it was written before there was [audio]. */
static int read_audio(struct parser *p, const char *value)
{
	return take_audio(p, "output", value);
}

static int read_layout(struct parser *p, const char *value)
{
	unsigned *line = &p->out->keyboard_lines[KEYBOARD_LAYOUT];
	/* That of [keyboard] counts. */
	if (!(p->out->keyboard.set & 1u << KEYBOARD_LAYOUT))
		*line = p->line;
	return keep_text(&p->out->layout, value);
}

static int read_scale(struct parser *p, const char *value)
{
	if (value_scale(value, &p->out->scale))
		return 1;
	return fail(p, "'%.60s' is no scale: write " VALUE_SCALE, value);
}

static int read_size(struct parser *p, const char *value)
{
	if (value_size(value, &p->out->width, &p->out->height))
		return 1;
	return fail(p, "'%.60s' is no size: write " VALUE_SIZE, value);
}

static int read_log(struct parser *p, const char *value)
{
	enum log_level level;
	if (log_level_parse(value, &level) < 0)
		return fail(p, "'%.60s' is no log level: write " VALUE_LOG, value);
	p->out->log = (int)level;
	return 1;
}

static int read_renderer(struct parser *p, const char *value)
{
	enum renderer renderer;
	if (!value_renderer(value, &renderer))
		return fail(
			p, "there is no renderer '%.60s': write " VALUE_RENDERER, value);
	p->out->renderer = (int)renderer;
	return 1;
}

static int read_fence(struct parser *p, const char *value)
{
	enum fence_mode mode;
	if (!value_fence(value, &mode))
		return fail(p, "'%.60s' is no way to fence: write " VALUE_FENCE, value);
	p->out->fence = (int)mode;
	return 1;
}

static int read_idle_off(struct parser *p, const char *value)
{
	size_t n = strspn(value, "0123456789");
	long seconds = n && n < 7 && !value[n] ? strtol(value, NULL, 10) : -1;
	if (strcmp(value, "never") != 0 && (seconds < 1 || seconds > 86400))
		return fail(p,
			"'%.60s' is no time: write seconds from 1 to 86400, or never",
			value);
	p->out->idle_off = seconds > 0 ? (int32_t)seconds : 0;
	return 1;
}

static int read_lid(struct parser *p, const char *value)
{
	p->out->lid_ignored = strcmp(value, "ignore") == 0;
	if (p->out->lid_ignored || strcmp(value, "off") == 0)
		return 1;
	return fail(p, "'%.60s' is nothing that a lid does: write off or ignore", value);
}

static int read_time(struct parser *p, const char *value, int32_t *to)
{
	if (night_time(value, to))
		return 1;
	return fail(p, "'%.60s' is no time of the day: write one as 21:30", value);
}

static int read_night_from(struct parser *p, const char *value)
{
	return read_time(p, value, &p->out->night.from);
}

static int read_night_to(struct parser *p, const char *value)
{
	return read_time(p, value, &p->out->night.to);
}

static int read_night_temperature(struct parser *p, const char *value)
{
	if (night_parse(value, &p->out->night.kelvin) && p->out->night.kelvin)
		return 1;
	return fail(p, "'%.60s' is no colour temperature: write " NIGHT_HINT, value);
}

static int read_restart(struct parser *p, const char *value)
{
	if (value_restart(value, &p->out->restart))
		return 1;
	return fail(p, "'%.60s' is no number of restarts: write " VALUE_RESTART, value);
}

static int read_cursor_theme(struct parser *p, const char *value)
{
	if (strlen(value) >= 128 || strchr(value, '/'))
		return fail(p,
			"'%.60s' is no cursor theme: write the name of a folder of "
			"/usr/share/icons",
			value);
	return keep_text(&p->out->cursor_theme, value);
}

static int read_cursor_size(struct parser *p, const char *value)
{
	char *end;
	long size = strtol(value, &end, 10);
	if (*end || size < 8 || size > 256)
		return fail(p,
			"'%.60s' is no size of a cursor: write pixels from 8 to 256",
			value);
	p->out->cursor_size = (int32_t)size;
	return 1;
}

static int read_cursor_hide(struct parser *p, const char *value)
{
	char *end;
	double seconds = strtod(value, &end);
	bool ok = *end == '\0' && seconds >= 0.1 && seconds <= 86400;
	if (!ok && strcmp(value, "never") != 0)
		return fail(p,
			"'%.60s' is no time: write seconds from 0.1 to 86400, or never",
			value);
	p->out->cursor_hide = ok ? seconds : 0;
	return 1;
}

static const struct key {
	const char *name;
	int (*read)(struct parser *p, const char *value);
} session_keys[] = {
	{"accessibility", read_accessibility},
	{"audio", read_audio},
	{"backend", read_backend},
	{"card", read_card},
	{"cursor-hide", read_cursor_hide},
	{"cursor-size", read_cursor_size},
	{"cursor-theme", read_cursor_theme},
	{"fence", read_fence},
	{"idle-off", read_idle_off},
	{"layout", read_layout},
	{"lid", read_lid},
	{"log", read_log},
	{"night-from", read_night_from},
	{"night-temperature", read_night_temperature},
	{"night-to", read_night_to},
	{"renderer", read_renderer},
	{"restart", read_restart},
	{"scale", read_scale},
	{"size", read_size},
};
#define N_KEYS (sizeof session_keys / sizeof *session_keys)

static int take_session(struct parser *p, const char *name, const char *value)
{
	const char *names[N_KEYS];
	char hint[NEAREST_HINT];
	for (size_t i = 0; i < N_KEYS; i++) {
		names[i] = session_keys[i].name;
		if (strcmp(name, names[i]) != 0)
			continue;
		if (p->seen & 1u << i)
			return fail(p, "a second '%s': keep one", name);
		p->seen |= 1u << i;
		if (!value[0])
			return fail(
				p, "'%s' has no value: write one, or leave it out", name);
		return session_keys[i].read(p, value);
	}
	return fail(p, "there is no key '%s' in [session]%s", name,
		nearest_hint(hint, name, names, N_KEYS, "'", "osaas.ini(5)"));
}

static int add_rule(struct parser *p, bool deny, const char *text, size_t n)
{
	struct settings_rule rule = {.deny = deny, .line = p->line};
	char why[CAP_WHY_MAX];
	rule.any = n == 1 && text[0] == '*';
	if (!rule.any && cap_parse(text, n, &rule.cap, why) < 0)
		return fail(p, "%s", why);
	rule.any_scope = strcmp(rule.cap.scope, "*") == 0;
	struct settings_rule *copy = xcalloc(1, sizeof *copy);
	*copy = rule;
	list_init(&copy->link);
	list_push_back(&p->grants->rules, &copy->link);
	return 1;
}

static int read_rules(struct parser *p, bool deny, const char *value)
{
	static const char blanks[] = " \t";
	value += strspn(value, blanks);
	if (!*value)
		return fail(p, "which? write CAP, CAP:SCOPE, CAP:* or *");
	while (*value) {
		size_t n = strcspn(value, blanks);
		if (!add_rule(p, deny, value, n))
			return 0;
		value += n;
		value += strspn(value, blanks);
	}
	return 1;
}

static int read_sha256(struct parser *p, const char *value)
{
	char *to = p->grants->sha256;
	if (to[0])
		return fail(p, "a second 'sha256': keep one");
	if (strlen(value) != 64 || strspn(value, "0123456789abcdefABCDEF") != 64)
		return fail(p,
			"'%.70s' is no SHA-256: write the 64 digits that "
			"sha256sum prints for the plugin's file",
			value);
	for (size_t i = 0; i < 64; i++)
		to[i] = (char)tolower((unsigned char)value[i]);
	return 1;
}

static int take_grant(struct parser *p, const char *name, const char *value)
{
	static const char *const names[] = {"allow", "deny", "sha256"};
	char hint[NEAREST_HINT];
	if (strcmp(name, "allow") == 0 || strcmp(name, "deny") == 0)
		return read_rules(p, name[0] == 'd', value);
	if (strcmp(name, "sha256") == 0)
		return read_sha256(p, value);
	return fail(p, "there is no key '%s' in [grant ...]%s", name,
		nearest_hint(hint, name, names, 3, "'", "osaas.ini(5)"));
}

static int take_output(struct parser *p, const char *name, const char *value)
{
	struct output_config *config = &p->output->config, said = output_config_default();
	char why[OUTPUT_WHY_MAX];
	if (output_config_set(&said, name, value, why) < 0)
		return fail(p, "%s", why);
	if (config->set & said.set)
		return fail(p, "a second '%s': keep one", name);
	output_config_merge(config, &said);
	return 1;
}

static int take_input_output(struct parser *p, const char *value)
{
	char *to = p->input->output;
	if (to[0])
		return fail(p, "a second 'output': keep one");
	if (!value[0] || strlen(value) >= OUTPUT_NAME_MAX)
		return fail(p,
			"which? write a display's name as 'osaas ctl output' shows it");
	snprintf(to, OUTPUT_NAME_MAX, "%s", value);
	return 1;
}

static int take_input(struct parser *p, const char *name, const char *value)
{
	struct device_config said = {0};
	const char *names[DEVICE_OPTIONS + 1] = {"output"};
	char why[DEVICE_WHY_MAX], hint[NEAREST_HINT];
	if (strcmp(name, "output") == 0)
		return take_input_output(p, value);
	int r = device_config_set(&said, name, value, why);
	for (unsigned i = 0; i < DEVICE_OPTIONS; i++)
		names[i + 1] = device_option_name((enum device_option)i);
	if (r == -ENOENT)
		return fail(p, "%s%s", why,
			nearest_hint(hint, name, names, DEVICE_OPTIONS + 1, "'",
				"osaas.ini(5)"));
	if (r < 0)
		return fail(p, "%s", why);
	if (p->input->config.set & said.set)
		return fail(p, "a second '%s': keep one", name);
	device_config_merge(&p->input->config, &said);
	return 1;
}

static int take_keyboard(struct parser *p, const char *name, const char *value)
{
	struct keyboard_config *config = &p->out->keyboard,
			       said = keyboard_config_default();
	char why[KEYBOARD_WHY_MAX];
	if (keyboard_config_set(&said, name, value, why) < 0)
		return fail(p, "%s", why);
	if (config->set & said.set)
		return fail(p, "a second '%s': keep one", name);
	keyboard_config_merge(config, &said);
	for (size_t i = 0; i < KEYBOARD_KEYS; i++) {
		if (said.set & 1u << i)
			p->out->keyboard_lines[i] = p->line;
	}
	return 1;
}

static int take_audio(struct parser *p, const char *name, const char *value)
{
	struct audio_config *config = &p->out->audio, said = {0};
	char why[AUDIO_WHY_MAX];
	if (audio_config_set(&said, name, value, why) < 0)
		return fail(p, "%s", why);
	if (config->set & said.set)
		return fail(p, "a second '%s'%s: keep one", name,
			said.set == 1u << AUDIO_OUTPUT ? " (audio of [session] is one)"
						       : "");
	audio_config_merge(config, &said);
	return 1;
}

static int take_shortcut(struct parser *p, const char *name, const char *value)
{
	char why[SHORTCUT_WHY_MAX];
	if (shortcut_set(&p->out->shortcuts, name, value, why) < 0)
		return fail(p, "%s", why);
	return 1;
}

static int take(void *user, const char *section, const char *name, const char *value)
{
	struct parser *p = user;
	(void)section; /* cut at 49 bytes */
	if (p->failed)
		return 0;
	if (p->grants)
		return take_grant(p, name, value);
	if (p->output)
		return take_output(p, name, value);
	if (p->input)
		return take_input(p, name, value);
	if (p->in_session)
		return take_session(p, name, value);
	if (p->in_keyboard)
		return take_keyboard(p, name, value);
	if (p->in_audio)
		return take_audio(p, name, value);
	if (p->in_shortcuts)
		return take_shortcut(p, name, value);
	return fail(p, "'%s' stands before the first section: write [session] above it",
		name);
}

/* Lines and sections. */

static bool is_id(const char *s, size_t n)
{
	bool dot = false;
	for (size_t i = 0; i < n; i++) {
		if (!islower((unsigned char)s[i]) && !isdigit((unsigned char)s[i]) &&
			s[i] != '-' && s[i] != '.')
			return false;
		dot |= s[i] == '.';
	}
	return dot && n < sizeof(((struct settings_grants *)0)->id);
}

static void begin_grants(struct parser *p, const char *id, size_t n)
{
	if (!is_id(id, n)) {
		fail(p,
			"'%.*s' is no plugin's id: write something like [grant "
			"org.example.clock]",
			(int)(n < 70 ? n : 70), id);
		return;
	}
	list_for_each (old, &p->out->grants, struct settings_grants, link) {
		if (strlen(old->id) == n && memcmp(old->id, id, n) == 0) {
			fail(p,
				"a second [grant %s]: the first is in line %u; make them "
				"one",
				old->id, old->line);
			return;
		}
	}
	struct settings_grants *grants = xcalloc(1, sizeof *grants);
	memcpy(grants->id, id, n);
	grants->line = p->line;
	list_init(&grants->link);
	list_init(&grants->rules);
	list_push_back(&p->out->grants, &grants->link);
	p->grants = grants;
}

static void begin_output(struct parser *p, const char *name, size_t n)
{
	if (n == 0 || n >= OUTPUT_NAME_MAX || name[0] == ' ' || name[n - 1] == ' ') {
		fail(p, "whose? write a display's name as 'osaas ctl output' shows it: "
			"[output DP-1]");
		return;
	}
	list_for_each (old, &p->out->outputs, struct settings_output, link) {
		if (strlen(old->name) == n && memcmp(old->name, name, n) == 0) {
			fail(p,
				"a second [output %s]: the first is in line %u; make "
				"them one",
				old->name, old->line);
			return;
		}
	}
	struct settings_output *output = xcalloc(1, sizeof *output);
	memcpy(output->name, name, n);
	output->line = p->line;
	output->config = output_config_default();
	list_init(&output->link);
	list_push_back(&p->out->outputs, &output->link);
	p->output = output;
}

static void begin_input(struct parser *p, const char *name, size_t n)
{
	char match[INPUT_MATCH_MAX] = "";
	if (n < sizeof match)
		memcpy(match, name, n);
	if (!input_match_valid(match) || name[0] == ' ' || name[n - 1] == ' ') {
		fail(p, "which one? write a device's name as 'osaas ctl input' shows it, "
			"[input *], or [input type:...] with one of " INPUT_TYPES);
		return;
	}
	list_for_each (old, &p->out->inputs, struct settings_input, link) {
		if (strlen(old->name) == n && memcmp(old->name, name, n) == 0) {
			fail(p,
				"a second [input %s]: the first is in line %u; make them "
				"one",
				old->name, old->line);
			return;
		}
	}
	struct settings_input *input = xcalloc(1, sizeof *input);
	memcpy(input->name, match, sizeof match);
	input->line = p->line;
	list_init(&input->link);
	list_push_back(&p->out->inputs, &input->link);
	p->input = input;
}

/* Those that are there once. */
static void begin_one(struct parser *p, const char *name, bool *in, bool *had)
{
	if (*had)
		fail(p, "a second [%s]: make them one", name);
	*in = *had = true;
}

static void begin_section(struct parser *p, const char *s, size_t n)
{
	p->in_session = p->in_keyboard = p->in_shortcuts = p->in_audio = false;
	p->grants = NULL;
	p->output = NULL;
	p->input = NULL;
	if (n == 7 && memcmp(s, "session", 7) == 0) {
		begin_one(p, "session", &p->in_session, &p->had_session);
	} else if (n == 8 && memcmp(s, "keyboard", 8) == 0) {
		begin_one(p, "keyboard", &p->in_keyboard, &p->had_keyboard);
	} else if (n == 5 && memcmp(s, "audio", 5) == 0) {
		begin_one(p, "audio", &p->in_audio, &p->had_audio);
	} else if (n == 9 && memcmp(s, "shortcuts", 9) == 0) {
		begin_one(p, "shortcuts", &p->in_shortcuts, &p->had_shortcuts);
	} else if (n > 6 && memcmp(s, "grant ", 6) == 0) {
		begin_grants(p, s + 6, n - 6);
	} else if (n > 7 && memcmp(s, "output ", 7) == 0) {
		begin_output(p, s + 7, n - 7);
	} else if (n > 6 && memcmp(s, "input ", 6) == 0) {
		begin_input(p, s + 6, n - 6);
	} else {
		fail(p,
			"there is no section [%.*s]: there are [session], [audio], "
			"[keyboard], [shortcuts], [grant ID], [output NAME] and [input "
			"NAME]",
			(int)(n < 60 ? n : 60), s);
	}
}

/* inih takes what stands behind the ']' for nothing. */
static void look_at_section(struct parser *p, const char *line, size_t n)
{
	const char *close = memchr(line, ']', n), *rest = close ? close + 1 : line + n;
	while (rest < line + n && strchr(" \t\r", *rest))
		rest++;
	if (rest < line + n && *rest != ';' && *rest != '#')
		fail(p, "something stands behind the ']': begin a new line for it");
	else if (close)
		begin_section(p, line + 1, (size_t)(close - line - 1));
}

static void look_at(struct parser *p, const char *line, size_t n)
{
	size_t blanks = 0;
	while (blanks < n && (line[blanks] == ' ' || line[blanks] == '\t'))
		blanks++;
	if (n > SETTINGS_MAX_LINE)
		fail(p,
			"the line is longer than %d bytes: go on in the next one, which "
			"begins with a blank",
			SETTINGS_MAX_LINE);
	else if (memchr(line, '\0', n))
		fail(p, "there is a zero byte: write plain text");
	else if (blanks < n && blanks > 0 && line[blanks] == '[')
		fail(p, "a blank stands before the '[': take it away");
	else if (n && line[0] == '[')
		look_at_section(p, line, n);
}

/* fgets for inih. */
static char *next_line(char *to, int room, void *stream)
{
	struct parser *p = stream;
	if (p->text == p->end || p->failed)
		return NULL;
	size_t left = (size_t)(p->end - p->text);
	const char *newline = memchr(p->text, '\n', left);
	size_t n = newline ? (size_t)(newline - p->text) : left;
	p->line++;
	look_at(p, p->text, n);
	if (p->failed || n + 2 > (size_t)room)
		return NULL;
	memcpy(to, p->text, n);
	memcpy(to + n, "\n", 2);
	p->text += newline ? n + 1 : n;
	return to;
}

struct settings *settings_create(void)
{
	struct settings *settings = xcalloc(1, sizeof *settings);
	settings->log = settings->fence = settings->renderer = settings->restart = -1;
	settings->night.kelvin = NIGHT_DEFAULT;
	settings->keyboard = keyboard_config_default();
	shortcut_defaults(&settings->shortcuts);
	list_init(&settings->grants);
	list_init(&settings->outputs);
	list_init(&settings->inputs);
	return settings;
}

static void free_grants(struct settings_grants *grants)
{
	list_for_each_safe (rule, &grants->rules, struct settings_rule, link)
		free(rule);
	free(grants);
}

void settings_destroy(struct settings *settings)
{
	if (!settings)
		return;
	list_for_each_safe (grants, &settings->grants, struct settings_grants, link)
		free_grants(grants);
	list_for_each_safe (output, &settings->outputs, struct settings_output, link)
		free(output);
	list_for_each_safe (input, &settings->inputs, struct settings_input, link)
		free(input);
	free(settings->path);
	free(settings->backend);
	free(settings->card);
	free(settings->layout);
	free(settings->cursor_theme);
	free(settings);
}

int settings_parse(const char *path, const char *text, size_t size, struct settings **out,
	struct settings_error *err)
{
	struct parser p = {.out = settings_create(),
		.err = err,
		.path = path,
		.text = text,
		.end = text + size};
	p.out->path = xstrdup(path);
	int wrong = ini_parse_stream(next_line, &p, take, &p);
	if (wrong > 0 && !p.failed) {
		p.line = (unsigned)wrong;
		fail(&p, "this is neither 'KEY = VALUE' nor '[SECTION]'");
	}
	if (!p.failed) {
		*out = p.out;
		return 0;
	}
	settings_destroy(p.out);
	return -EINVAL;
}

/* Files. */

static int fail_file(struct settings_error *err, const char *path, int r)
{
	const char *why = r == -EFBIG    ? "it is larger than 64 KiB"
			  : r == -EISDIR ? "it is no regular file"
			  : r == -EACCES ? "permission denied; if it is another user's, "
					   "set HOME to your own folder"
					 : strerror(-r);
	snprintf(err->text, sizeof err->text,
		"the configuration %.300s cannot be read: %s", path, why);
	return r;
}

/* Reads at most size bytes. Their number, or -errno. */
static ssize_t read_file(const char *path, char *text, size_t size)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	ssize_t n = fstat(fd, &st) < 0 ? -errno : S_ISREG(st.st_mode) ? 0 : -EISDIR;
	for (ssize_t r = 1; n >= 0 && r > 0;) {
		r = read(fd, text + n, size - (size_t)n);
		n = r < 0 ? -errno : n + r;
		if (n == (ssize_t)size)
			n = -EFBIG;
	}
	close(fd);
	return n;
}

static int load(const char *path, struct settings **out, struct settings_error *err)
{
	char *text = xcalloc(1, SETTINGS_MAX_SIZE + 1);
	ssize_t n = read_file(path, text, SETTINGS_MAX_SIZE + 1);
	int r = n < 0 ? fail_file(err, path, (int)n)
		      : settings_parse(path, text, (size_t)n, out, err);
	free(text);
	return r;
}

static bool user_path(char *path, size_t size)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	int n = -1;
	if (config && config[0] == '/')
		n = snprintf(path, size, "%s/osaas/osaas.ini", config);
	else if (home && home[0] == '/')
		n = snprintf(path, size, "%s/.config/osaas/osaas.ini", home);
	return n > 0 && (size_t)n < size;
}

int settings_load(const char *path, struct settings **out, struct settings_error *err)
{
	char user[4096];
	if (path)
		return load(path, out, err);
	int r = user_path(user, sizeof user) ? load(user, out, err) : -ENOENT;
	if (r == -ENOENT || r == -ENOTDIR)
		r = load("/etc/osaas/osaas.ini", out, err);
	if (r != -ENOENT && r != -ENOTDIR)
		return r;
	*out = settings_create();
	return 0;
}

/* Judgement. */

static bool rule_covers(const struct settings_rule *rule, const struct cap *cap)
{
	if (rule->any)
		return true;
	if (rule->any_scope)
		return strcmp(rule->cap.name, cap->name) == 0;
	return cap_equal(&rule->cap, cap);
}

static const struct settings_rule *judge(
	const struct settings_grants *grants, const struct cap *cap)
{
	const struct settings_rule *allow = NULL;
	list_for_each (rule, &grants->rules, struct settings_rule, link) {
		if (!rule_covers(rule, cap))
			continue;
		if (rule->deny)
			return rule;
		allow = allow ? allow : rule;
	}
	return allow;
}

const struct settings_rule *settings_judge(const struct settings *settings,
	const char *id, const char *content, const struct cap *cap)
{
	list_for_each (grants, &settings->grants, struct settings_grants, link) {
		if (strcmp(grants->id, id) != 0)
			continue;
		const struct settings_rule *rule = judge(grants, cap);
		bool bound = grants->sha256[0] && strcmp(grants->sha256, content) != 0;
		return rule && !rule->deny && bound ? NULL : rule;
	}
	return NULL;
}
