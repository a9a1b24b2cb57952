#include "input/device_config.h"

#include <errno.h>
#include <libinput.h>
#include <linux/input-event-codes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MATRIX_MOST 10000 /* of a coefficient */

enum kind {
	SWITCH,
	CHOICE,
	BUTTON,
	SPEED,
	MATRIX,
	ANGLE,
};

/* The first word of a value is the one that is written. */
struct word {
	const char *name;
	int32_t value;
};

static const struct word switches[] = {
	{"on", 1},
	{"off", 0},
	{"enabled", 1},
	{"disabled", 0},
	{"yes", 1},
	{"no", 0},
	{"true", 1},
	{"false", 0},
	{NULL},
};
static const struct word sends[] = {
	{"enabled", LIBINPUT_CONFIG_SEND_EVENTS_ENABLED},
	{"disabled", LIBINPUT_CONFIG_SEND_EVENTS_DISABLED},
	{"disabled-on-external-mouse",
		LIBINPUT_CONFIG_SEND_EVENTS_DISABLED_ON_EXTERNAL_MOUSE},
	{"on", LIBINPUT_CONFIG_SEND_EVENTS_ENABLED},
	{"off", LIBINPUT_CONFIG_SEND_EVENTS_DISABLED},
	{NULL},
};
static const struct word profiles[] = {
	{"flat", LIBINPUT_CONFIG_ACCEL_PROFILE_FLAT},
	{"adaptive", LIBINPUT_CONFIG_ACCEL_PROFILE_ADAPTIVE},
	{NULL},
};
static const struct word clicks[] = {
	{"none", LIBINPUT_CONFIG_CLICK_METHOD_NONE},
	{"button-areas", LIBINPUT_CONFIG_CLICK_METHOD_BUTTON_AREAS},
	{"clickfinger", LIBINPUT_CONFIG_CLICK_METHOD_CLICKFINGER},
	{NULL},
};
static const struct word scrolls[] = {
	{"none", LIBINPUT_CONFIG_SCROLL_NO_SCROLL},
	{"two-finger", LIBINPUT_CONFIG_SCROLL_2FG},
	{"edge", LIBINPUT_CONFIG_SCROLL_EDGE},
	{"on-button-down", LIBINPUT_CONFIG_SCROLL_ON_BUTTON_DOWN},
	{NULL},
};
static const struct word taps[] = {
	{"lrm", LIBINPUT_CONFIG_TAP_MAP_LRM},
	{"lmr", LIBINPUT_CONFIG_TAP_MAP_LMR},
	{NULL},
};
static const struct word buttons[] = {
	{"none", 0},
	{"left", BTN_LEFT},
	{"right", BTN_RIGHT},
	{"middle", BTN_MIDDLE},
	{"side", BTN_SIDE},
	{"extra", BTN_EXTRA},
	{"forward", BTN_FORWARD},
	{"back", BTN_BACK},
	{"task", BTN_TASK},
	{NULL},
};

static const struct option {
	const char *name;
	enum kind kind;
	const struct word *words;
	const char *hint;
} options[] = {
	[DEVICE_SEND_EVENTS] = {"send-events", CHOICE, sends,
		"enabled, disabled or disabled-on-external-mouse"},
	[DEVICE_ACCEL_SPEED] = {"accel-speed", SPEED, NULL, "a number from -1 to 1"},
	[DEVICE_ACCEL_PROFILE] = {"accel-profile", CHOICE, profiles, "flat or adaptive"},
	[DEVICE_NATURAL_SCROLL] = {"natural-scroll", SWITCH, switches, "on or off"},
	[DEVICE_LEFT_HANDED] = {"left-handed", SWITCH, switches, "on or off"},
	[DEVICE_MIDDLE_EMULATION] = {"middle-emulation", SWITCH, switches, "on or off"},
	[DEVICE_CLICK_METHOD] = {"click-method", CHOICE, clicks,
		"none, button-areas or clickfinger"},
	[DEVICE_SCROLL_METHOD] = {"scroll-method", CHOICE, scrolls,
		"none, two-finger, edge or on-button-down"},
	[DEVICE_SCROLL_BUTTON] = {"scroll-button", BUTTON, buttons,
		"left, right, middle, side, extra, forward, back, task or none, or a "
		"button's code from 272 to 303"},
	[DEVICE_SCROLL_BUTTON_LOCK] = {"scroll-button-lock", SWITCH, switches,
		"on or off"},
	[DEVICE_TAP] = {"tap", SWITCH, switches, "on or off"},
	[DEVICE_TAP_BUTTON_MAP] = {"tap-button-map", CHOICE, taps, "lrm or lmr"},
	[DEVICE_DRAG] = {"drag", SWITCH, switches, "on or off"},
	[DEVICE_DRAG_LOCK] = {"drag-lock", SWITCH, switches, "on or off"},
	[DEVICE_DWT] = {"disable-while-typing", SWITCH, switches, "on or off"},
	[DEVICE_DWTP] = {"disable-while-trackpointing", SWITCH, switches, "on or off"},
	[DEVICE_CALIBRATION] = {"calibration-matrix", MATRIX, NULL,
		"six numbers, as 1 0 0 0 1 0"},
	[DEVICE_ROTATION] = {"rotation", ANGLE, NULL, "degrees from 0 to 359"},
};
_Static_assert(sizeof options / sizeof *options == DEVICE_OPTIONS, "one row each");
_Static_assert(DEVICE_OPTIONS <= 32, "bits of device_config.set");

const char *device_option_name(enum device_option option)
{
	return options[option].name;
}

/* The same but for case, '-' and '_'. */
static bool is_word(const char *a, const char *b)
{
	for (;;) {
		a += strspn(a, "-_");
		b += strspn(b, "-_");
		if (!*a || !*b || strncasecmp(a, b, 1) != 0)
			return !*a && !*b;
		a++;
		b++;
	}
}

/* Keys need theirs, of either kind. */
static bool is_key(const char *name, const char *key)
{
	for (; *name && *key; name++, key++) {
		if (*name != *key && !(*name == '-' && *key == '_'))
			return false;
	}
	return !*name && !*key;
}

static bool read_word(const struct word *words, const char *value, int32_t *to)
{
	for (; words->name; words++) {
		if (!is_word(words->name, value))
			continue;
		*to = words->value;
		return true;
	}
	return false;
}

static bool read_whole(const char *value, long least, long most, int32_t *to)
{
	size_t n = strspn(value, "0123456789");
	long number = n > 0 && n < 7 && !value[n] ? strtol(value, NULL, 10) : -1;
	if (number < least || number > most)
		return false;
	*to = (int32_t)number;
	return true;
}

static bool read_button(const char *value, int32_t *to)
{
	if (strncasecmp(value, "BTN_", 4) == 0)
		value += 4;
	return read_word(buttons, value, to) ||
	       read_whole(value, BTN_LEFT, BTN_LEFT + 31, to);
}

/* NULL: it is no number of that size. *end is behind it. */
static const char *read_number(const char *value, double most, double *to)
{
	char *end;
	if (!*value || !strchr("+-.0123456789", *value))
		return NULL;
	*to = strtod(value, &end);
	return end > value && *to >= -most && *to <= most ? end : NULL;
}

static bool read_speed(const char *value, double *to)
{
	double speed;
	const char *end = read_number(value, 1, &speed);
	if (!end || *end)
		return false;
	*to = speed;
	return true;
}

static bool read_matrix(const char *value, float to[6])
{
	static const char between[] = " ,\t";
	float matrix[6];
	for (int i = 0; i < 6; i++) {
		double number;
		value += strspn(value, between);
		value = read_number(value, MATRIX_MOST, &number);
		if (!value || (*value && !strchr(between, *value)))
			return false;
		matrix[i] = (float)number;
	}
	memcpy(to, matrix, sizeof matrix);
	return value[strspn(value, between)] == '\0';
}

static bool read_value(
	struct device_config *config, enum device_option option, const char *value)
{
	int32_t *choice = &config->choice[option];
	switch (options[option].kind) {
	case SWITCH:
	case CHOICE:
		return read_word(options[option].words, value, choice);
	case BUTTON:
		return read_button(value, choice);
	case SPEED:
		return read_speed(value, &config->speed);
	case MATRIX:
		return read_matrix(value, config->matrix);
	case ANGLE:
		return read_whole(value, 0, 359, choice);
	}
	return false;
}

int device_config_set(struct device_config *config, const char *key, const char *value,
	char why[static DEVICE_WHY_MAX])
{
	for (unsigned i = 0; i < DEVICE_OPTIONS; i++) {
		const struct option *option = &options[i];
		if (!is_key(option->name, key))
			continue;
		if (read_value(config, (enum device_option)i, value)) {
			config->set |= 1u << i;
			return 0;
		}
		if (value[0])
			snprintf(why, DEVICE_WHY_MAX, "'%.60s' is no %s: write %s", value,
				option->name, option->hint);
		else
			snprintf(why, DEVICE_WHY_MAX, "'%s' has no value: write %s",
				option->name, option->hint);
		return -EINVAL;
	}
	snprintf(why, DEVICE_WHY_MAX, "a device has no '%.60s'", key);
	return -ENOENT;
}

static const char *word_of(const struct word *words, int32_t value)
{
	for (; words && words->name; words++) {
		if (words->value == value)
			return words->name;
	}
	return NULL;
}

void device_config_value(const struct device_config *config, enum device_option option,
	char value[static DEVICE_VALUE_MAX])
{
	const float *m = config->matrix;
	const char *word = word_of(options[option].words, config->choice[option]);
	if (word)
		snprintf(value, DEVICE_VALUE_MAX, "%s", word);
	else if (options[option].kind == SPEED)
		snprintf(value, DEVICE_VALUE_MAX, "%.6g", config->speed);
	else if (options[option].kind == MATRIX)
		snprintf(value, DEVICE_VALUE_MAX, "%.9g %.9g %.9g %.9g %.9g %.9g",
			(double)m[0], (double)m[1], (double)m[2], (double)m[3],
			(double)m[4], (double)m[5]);
	else
		snprintf(value, DEVICE_VALUE_MAX, "%d", config->choice[option]);
}

static void copy(struct device_config *to, const struct device_config *from,
	enum device_option option)
{
	to->choice[option] = from->choice[option];
	if (options[option].kind == SPEED)
		to->speed = from->speed;
	if (options[option].kind == MATRIX)
		memcpy(to->matrix, from->matrix, sizeof to->matrix);
}

void device_config_merge(struct device_config *config, const struct device_config *over)
{
	for (unsigned i = 0; i < DEVICE_OPTIONS; i++) {
		if (over->set & 1u << i)
			copy(config, over, (enum device_option)i);
	}
	config->set |= over->set;
}

bool device_config_same(const struct device_config *a, const struct device_config *b,
	enum device_option option)
{
	if (options[option].kind == SPEED)
		return !(a->speed < b->speed) && !(a->speed > b->speed);
	if (options[option].kind == MATRIX)
		return memcmp(a->matrix, b->matrix, sizeof a->matrix) == 0;
	return a->choice[option] == b->choice[option];
}
