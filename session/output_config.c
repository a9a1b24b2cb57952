#include "session/output_config.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/nearest.h"
#include "session/night.h"
#include "session/why.h"

#define SIDE_MAX     16384
#define POSITION_MAX 1e5
#define MODE_HINT                                                                        \
	"preferred, 1920x1080, 1920x1080@59.94, cvt 1280x720@60, or a modeline as "      \
	"the program cvt prints it"

struct output_config output_config_default(void)
{
	return (struct output_config){.gamma = 1};
}

#define refuse(why, ...) why_not(why, OUTPUT_WHY_MAX, __VA_ARGS__)

/* Numbers. The ends of what was read; NULL: it is none, or out of bounds. */

static const char *read_number(const char *s, double least, double most, double *out)
{
	size_t sign = *s == '-' || *s == '+', n = strspn(s + sign, "0123456789.");
	char *end;
	if (n == 0 || n > 16)
		return NULL;
	*out = strtod(s, &end);
	return end == s + sign + n && *out >= least && *out <= most ? end : NULL;
}

static const char *read_count(const char *s, long most, long *out)
{
	size_t n = strspn(s, "0123456789");
	if (n == 0 || n > 9)
		return NULL;
	*out = strtol(s, NULL, 10);
	return *out <= most ? s + n : NULL;
}

static bool whole(const char *value, double least, double most, double *out)
{
	const char *end = read_number(value, least, most, out);
	return end && !*end;
}

static const char *skip(const char *s)
{
	return s + strspn(s, " \t");
}

static bool read_switch(const char *value, bool *on)
{
	*on = strcmp(value, "on") == 0;
	return *on || strcmp(value, "off") == 0;
}

/* Modes. */

/* WxH or WxH@HZ. */
static bool read_size(const char *s, struct kms_config *out)
{
	long width, height;
	double hz;
	s = read_count(s, SIDE_MAX, &width);
	if (!s || *s != 'x' || width < 1)
		return false;
	s = read_count(s + 1, SIDE_MAX, &height);
	if (!s || height < 1)
		return false;
	out->width = (int32_t)width;
	out->height = (int32_t)height;
	if (*s == '@') {
		s = read_number(s + 1, 1, 1000, &hz);
		if (!s)
			return false;
		out->refresh_mhz = (uint32_t)lround(hz * 1000);
	}
	return !*s || strcmp(s, "Hz") == 0;
}

static const char *read_flag(const char *s, struct kms_modeline *out)
{
	size_t n = strcspn(s, " \t");
	bool plus = *s == '+';
	if (n == 9 && strncasecmp(s, "interlace", n) == 0)
		out->interlaced = true;
	else if (n == 6 && (plus || *s == '-') && strncasecmp(s + 1, "hsync", 5) == 0)
		out->hsync_positive = plus;
	else if (n == 6 && (plus || *s == '-') && strncasecmp(s + 1, "vsync", 5) == 0)
		out->vsync_positive = plus;
	else
		return NULL;
	return skip(s + n);
}

static bool rises(uint16_t a, uint16_t b, uint16_t c, uint16_t d)
{
	return a > 0 && a <= b && b <= c && c <= d;
}

static bool is_sound(const struct kms_modeline *m)
{
	double hz = m->clock_khz * 1000.0 / ((double)m->htotal * m->vtotal);
	return rises(m->hdisplay, m->hsync_start, m->hsync_end, m->htotal) &&
	       rises(m->vdisplay, m->vsync_start, m->vsync_end, m->vtotal) && hz >= 1 &&
	       hz <= 1000;
}

/* The word and the name before it may be left out. */
static const char *skip_name(const char *s)
{
	if (strncasecmp(s, "modeline", 8) == 0)
		s = skip(s + 8);
	const char *end = *s == '"' ? strchr(s + 1, '"') : NULL;
	return end ? skip(end + 1) : s;
}

static bool read_modeline(const char *s, struct kms_modeline *out)
{
	uint16_t *const to[] = {&out->hdisplay, &out->hsync_start, &out->hsync_end,
		&out->htotal, &out->vdisplay, &out->vsync_start, &out->vsync_end,
		&out->vtotal};
	double mhz;
	*out = (struct kms_modeline){0};
	s = read_number(skip_name(s), 1, 4000, &mhz);
	if (!s)
		return false;
	out->clock_khz = (uint32_t)lround(mhz * 1000);
	for (size_t i = 0; i < 8; i++) {
		long n;
		s = read_count(skip(s), SIDE_MAX, &n);
		if (!s)
			return false;
		*to[i] = (uint16_t)n;
	}
	s = skip(s);
	while (s && *s)
		s = read_flag(s, out);
	return s && is_sound(out);
}

static bool read_mode(const char *value, struct kms_config *out)
{
	struct kms_config mode = {.off = out->off, .vrr = out->vrr};
	bool good = true;
	if (strcmp(value, "preferred") == 0)
		mode.want = KMS_MODE_PREFERRED;
	else if (read_size(value, &mode))
		mode.want = KMS_MODE_SIZE;
	else if (strncmp(value, "cvt ", 4) == 0 && read_size(skip(value + 4), &mode))
		mode.want = KMS_MODE_CVT;
	else if (read_modeline(value, &mode.modeline))
		mode.want = KMS_MODE_MODELINE;
	else
		good = false;
	if (mode.want == KMS_MODE_CVT && !mode.refresh_mhz)
		mode.refresh_mhz = 60000;
	if (mode.want == KMS_MODE_MODELINE) {
		mode.width = mode.modeline.hdisplay;
		mode.height = mode.modeline.vdisplay;
		mode.refresh_mhz = 0;
	}
	if (good)
		*out = mode;
	return good;
}

/* Keys. */

static int set_state(struct output_config *c, const char *value, char *why)
{
	bool on;
	if (!read_switch(value, &on))
		return refuse(why, "'%.60s' is no state: write on or off", value);
	c->kms.off = !on;
	return 0;
}

static int set_mode(struct output_config *c, const char *value, char *why)
{
	if (read_mode(value, &c->kms))
		return 0;
	return refuse(why, "'%.80s' is no mode: write " MODE_HINT, value);
}

static int set_position(struct output_config *c, const char *value, char *why)
{
	double x = 0, y = 0;
	bool placed = strcmp(value, "auto") != 0;
	const char *s = value;
	if (placed) {
		s = read_number(s, -POSITION_MAX, POSITION_MAX, &x);
		if (!s || *s != ',' ||
			!whole(skip(s + 1), -POSITION_MAX, POSITION_MAX, &y))
			return refuse(why,
				"'%.60s' is no position: write auto, or X,Y as 1920,0",
				value);
	}
	c->placed = placed;
	c->x = x;
	c->y = y;
	return 0;
}

static int set_scale(struct output_config *c, const char *value, char *why)
{
	double scale = 0;
	if (strcmp(value, "session") != 0 && !whole(value, 0.25, 8, &scale))
		return refuse(why,
			"'%.60s' is no scale: write session, or a number from 0.25 to 8",
			value);
	c->scale = scale;
	return 0;
}

static int set_transform(struct output_config *c, const char *value, char *why)
{
	if (transform_parse(value, &c->transform))
		return 0;
	return refuse(why,
		"'%.60s' is no transform: write normal, 90, 180, 270, flipped, "
		"flipped-90, "
		"flipped-180 or flipped-270",
		value);
}

static int set_mirror(struct output_config *c, const char *value, char *why)
{
	if (strlen(value) >= sizeof c->mirror)
		return refuse(why, "'%.60s...' is longer than a display's name", value);
	bool none = strcmp(value, "none") == 0;
	snprintf(c->mirror, sizeof c->mirror, "%s", none ? "" : value);
	return 0;
}

static int set_vrr(struct output_config *c, const char *value, char *why)
{
	if (!read_switch(value, &c->kms.vrr))
		return refuse(why, "vrr is on or off, not '%.60s'", value);
	return 0;
}

static int set_night(struct output_config *c, const char *value, char *why)
{
	if (night_parse(value, &c->night))
		return 0;
	return refuse(
		why, "'%.60s' is no colour temperature: write auto, " NIGHT_HINT, value);
}

static int set_gamma(struct output_config *c, const char *value, char *why)
{
	if (whole(value, 0.1, 10, &c->gamma))
		return 0;
	return refuse(why,
		"'%.60s' is no gamma: write a number from 0.1 to 10; 1 is none", value);
}

static bool is_id(const char *s, size_t n)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";
	return n > 0 && n < 64 && strspn(s, letters) >= n && memchr(s, '.', n);
}

static int set_windows(struct output_config *c, const char *value, char *why)
{
	char ids[OUTPUT_WINDOWS_MAX] = "";
	size_t len = 0;
	value = skip(value);
	if (strcmp(value, "none") == 0)
		value = "";
	while (*value) {
		size_t n = strcspn(value, " \t");
		if (!is_id(value, n))
			return refuse(why,
				"'%.*s' is no plugin's id: write none, or ids as "
				"org.example.clock",
				(int)(n < 60 ? n : 60), value);
		if (len + n + 2 > sizeof ids)
			return refuse(why, "these are more ids than fit into %d bytes",
				OUTPUT_WINDOWS_MAX);
		len += (size_t)snprintf(ids + len, sizeof ids - len, "%s%.*s",
			len ? " " : "", (int)n, value);
		value = skip(value + n);
	}
	memcpy(c->windows, ids, sizeof ids);
	return 0;
}

static const struct key {
	const char *name;
	int (*set)(struct output_config *c, const char *value, char *why);
} keys[OUTPUT_KEYS] = {
	[OUTPUT_STATE] = {"state", set_state},
	[OUTPUT_MODE] = {"mode", set_mode},
	[OUTPUT_POSITION] = {"position", set_position},
	[OUTPUT_SCALE] = {"scale", set_scale},
	[OUTPUT_TRANSFORM] = {"transform", set_transform},
	[OUTPUT_MIRROR] = {"mirror", set_mirror},
	[OUTPUT_VRR] = {"vrr", set_vrr},
	[OUTPUT_NIGHT] = {"night", set_night},
	[OUTPUT_GAMMA] = {"gamma", set_gamma},
	[OUTPUT_WINDOWS] = {"windows", set_windows},
};

const char *output_key_name(enum output_key key)
{
	return keys[key].name;
}

int output_config_set(struct output_config *config, const char *key, const char *value,
	char why[static OUTPUT_WHY_MAX])
{
	const char *names[OUTPUT_KEYS];
	char hint[NEAREST_HINT];
	for (unsigned i = 0; i < OUTPUT_KEYS; i++) {
		names[i] = keys[i].name;
		if (strcmp(key, names[i]) != 0)
			continue;
		if (!value[0])
			return refuse(why,
				"'%s' has no value: write one, or leave it out", key);
		if (strpbrk(value, "\n\r"))
			return refuse(
				why, "'%s' has a line break: write it in one line", key);
		int r = keys[i].set(config, value, why);
		if (r == 0)
			config->set |= 1u << i;
		return r;
	}
	return refuse(why, "a display has no '%.60s'%s", key,
		nearest_hint(hint, key, names, OUTPUT_KEYS, "'", "osaas.ini(5)"));
}

int output_config_word(
	struct output_config *config, const char *word, char why[static OUTPUT_WHY_MAX])
{
	char key[64];
	const char *equals = strchr(word, '=');
	if (strcmp(word, "on") == 0 || strcmp(word, "off") == 0)
		return output_config_set(config, "state", word, why);
	if (!equals || equals == word)
		return refuse(why, "'%.60s' is no setting: write KEY=VALUE, as scale=1.5",
			word);
	snprintf(key, sizeof key, "%.*s", (int)(equals - word < 63 ? equals - word : 63),
		word);
	return output_config_set(config, key, equals + 1, why);
}

/* Text. */

static void write_hz(uint32_t mhz, char *text, size_t size)
{
	snprintf(text, size, "%.6g", mhz / 1000.0);
}

static void write_mode(const struct kms_config *c, char *text, size_t size)
{
	const struct kms_modeline *m = &c->modeline;
	char hz[24] = "";
	if (c->refresh_mhz) {
		hz[0] = '@';
		write_hz(c->refresh_mhz, hz + 1, sizeof hz - 1);
	}
	if (c->want == KMS_MODE_PREFERRED)
		snprintf(text, size, "preferred");
	else if (c->want == KMS_MODE_MODELINE)
		snprintf(text, size, "%.8g %u %u %u %u %u %u %u %u %chsync %cvsync%s",
			m->clock_khz / 1000.0, m->hdisplay, m->hsync_start, m->hsync_end,
			m->htotal, m->vdisplay, m->vsync_start, m->vsync_end, m->vtotal,
			m->hsync_positive ? '+' : '-', m->vsync_positive ? '+' : '-',
			m->interlaced ? " interlace" : "");
	else
		snprintf(text, size, "%s%dx%d%s", c->want == KMS_MODE_CVT ? "cvt " : "",
			c->width, c->height, hz);
}

void output_config_value(const struct output_config *c, enum output_key key,
	char value[static OUTPUT_VALUE_MAX])
{
	const size_t size = OUTPUT_VALUE_MAX;
	switch (key) {
	case OUTPUT_STATE:
		snprintf(value, size, "%s", c->kms.off ? "off" : "on");
		break;
	case OUTPUT_MODE:
		write_mode(&c->kms, value, size);
		break;
	case OUTPUT_POSITION:
		snprintf(value, size, c->placed ? "%.10g,%.10g" : "auto", c->x, c->y);
		break;
	case OUTPUT_SCALE:
		snprintf(value, size, c->scale > 0 ? "%.10g" : "session", c->scale);
		break;
	case OUTPUT_TRANSFORM:
		snprintf(value, size, "%s", transform_name(c->transform));
		break;
	case OUTPUT_MIRROR:
		snprintf(value, size, "%s", c->mirror[0] ? c->mirror : "none");
		break;
	case OUTPUT_VRR:
		snprintf(value, size, "%s", c->kms.vrr ? "on" : "off");
		break;
	case OUTPUT_NIGHT:
		night_write(c->night, value, size);
		break;
	case OUTPUT_GAMMA:
		snprintf(value, size, "%.10g", c->gamma);
		break;
	case OUTPUT_WINDOWS:
		snprintf(value, size, "%s", c->windows[0] ? c->windows : "none");
		break;
	case OUTPUT_KEYS:
		abort();
	}
}

int output_config_write(
	const struct output_config *config, char text[static OUTPUT_TEXT_MAX])
{
	char value[OUTPUT_VALUE_MAX];
	size_t len = 0;
	text[0] = '\0';
	for (unsigned i = 0; i < OUTPUT_KEYS; i++) {
		if (!(config->set & 1u << i))
			continue;
		output_config_value(config, (enum output_key)i, value);
		len += (size_t)snprintf(text + len, OUTPUT_TEXT_MAX - len, "%s=%s\n",
			keys[i].name, value);
		if (len >= OUTPUT_TEXT_MAX)
			return -E2BIG;
	}
	return 0;
}

int output_config_read(
	struct output_config *config, const char *text, char why[static OUTPUT_WHY_MAX])
{
	char line[OUTPUT_VALUE_MAX + 64];
	*config = output_config_default();
	while (*text) {
		size_t n = strcspn(text, "\n");
		if (n >= sizeof line)
			return refuse(
				why, "a line is longer than %zu bytes", sizeof line);
		memcpy(line, text, n);
		line[n] = '\0';
		int r = output_config_word(config, line, why);
		if (r < 0)
			return r;
		text += n + (text[n] == '\n');
	}
	return 0;
}

void output_config_merge(struct output_config *config, const struct output_config *over)
{
	char value[OUTPUT_VALUE_MAX], why[OUTPUT_WHY_MAX];
	for (unsigned i = 0; i < OUTPUT_KEYS; i++) {
		if (!(over->set & 1u << i))
			continue;
		output_config_value(over, (enum output_key)i, value);
		output_config_set(config, keys[i].name, value, why);
	}
}

bool output_config_wants(const struct output_config *config, const char *id)
{
	size_t len = strlen(id);
	for (const char *s = config->windows; *s;) {
		size_t n = strcspn(s, " ");
		if (n == len && memcmp(s, id, n) == 0)
			return true;
		s = skip(s + n);
	}
	return false;
}

void output_mode_text(const struct kms_mode *mode, char text[static 48])
{
	char hz[24];
	write_hz(mode->refresh_mhz, hz, sizeof hz);
	snprintf(text, 48, "%dx%d@%s%s", mode->width, mode->height, hz,
		mode->interlaced ? "i" : "");
}

/* Names. */

struct output_names output_names_of(
	const char *connector, const struct kms_identity *identity)
{
	struct output_names names = {{0}, {0}, {0}};
	snprintf(names.connector, sizeof names.connector, "%s", connector);
	if (!identity || !identity->make[0] || !identity->model[0])
		return names;
	snprintf(names.model, sizeof names.model, "%s %s", identity->make,
		identity->model);
	if (identity->serial[0])
		snprintf(names.full, sizeof names.full, "%s %s %s", identity->make,
			identity->model, identity->serial);
	return names;
}

bool output_names_have(const struct output_names *names, const char *name)
{
	return name[0] &&
	       (strcmp(names->full, name) == 0 || strcmp(names->model, name) == 0 ||
		       strcmp(names->connector, name) == 0);
}
