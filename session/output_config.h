/*
 * output_config: what a display is to be, as settings say it: keys and values, each of
 * which may be left open. Pure: text in, text out.
 *
 *	state=on|off
 *	mode=preferred|1920x1080|1920x1080@59.94|cvt 1280x720@60|MODELINE
 *	position=auto|X,Y		units of the layout; auto: right of the one before
 *	scale=session|S			0.25 to 8
 *	transform=normal|90|...		of util/transform.h
 *	mirror=none|OUTPUT		by any of its names
 *	vrr=on|off
 *	night=auto|off|K		kelvin, see night.h; auto: as [session] says
 *	gamma=G				0.1 to 10; 1: none
 *	windows=none|ID ...		plugins whose windows go there
 *
 * MODELINE is as X and the program cvt write it: the clock in MHz, four numbers across,
 * four down, and then -hsync, +hsync, -vsync, +vsync, interlace.
 *
 * A display's names are, the most exact first: "MAKE MODEL SERIAL", if its EDID tells a
 * serial number, "MAKE MODEL", and that of its connector.
 */
#ifndef OSAAS_SESSION_OUTPUT_CONFIG_H
#define OSAAS_SESSION_OUTPUT_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kms/kms.h"
#include "util/transform.h"

#define OUTPUT_NAME_MAX    96  /* bytes, with the NUL */
#define OUTPUT_VALUE_MAX   512 /* of one key */
#define OUTPUT_TEXT_MAX    1536
#define OUTPUT_WINDOWS_MAX 512
#define OUTPUT_WHY_MAX     400

enum output_key {
	OUTPUT_STATE,
	OUTPUT_MODE,
	OUTPUT_POSITION,
	OUTPUT_SCALE,
	OUTPUT_TRANSFORM,
	OUTPUT_MIRROR,
	OUTPUT_VRR,
	OUTPUT_NIGHT,
	OUTPUT_GAMMA,
	OUTPUT_WINDOWS,
	OUTPUT_KEYS, /* how many */
};

struct output_config {
	unsigned set; /* bit i: enum output_key i was said; the others have defaults */
	struct kms_config kms; /* state, mode, vrr */
	bool placed;           /* at x, y; else where there is room */
	double x, y;
	double scale; /* 0: the session's */
	enum transform transform;
	char mirror[OUTPUT_NAME_MAX]; /* "": none */
	int32_t night;                /* 0: as [session] says */
	double gamma;
	char windows[OUTPUT_WINDOWS_MAX]; /* ids, one blank between them */
};

struct output_config output_config_default(void);

const char *output_key_name(enum output_key key);

/* output_config_set: 0, or -EINVAL with why: what is wrong, and what may be written. */
int output_config_set(struct output_config *config, const char *key, const char *value,
	char why[static OUTPUT_WHY_MAX]);
/* output_config_word: "KEY=VALUE"; "on" and "off" are states, too. */
int output_config_word(
	struct output_config *config, const char *word, char why[static OUTPUT_WHY_MAX]);

/* output_config_value writes what output_config_set would read. */
void output_config_value(const struct output_config *config, enum output_key key,
	char value[static OUTPUT_VALUE_MAX]);

/* What was said, a line "KEY=VALUE" each; and back. 0, -E2BIG; -EINVAL with why. */
int output_config_write(
	const struct output_config *config, char text[static OUTPUT_TEXT_MAX]);
int output_config_read(
	struct output_config *config, const char *text, char why[static OUTPUT_WHY_MAX]);

/* output_config_merge: what over says counts. */
void output_config_merge(struct output_config *config, const struct output_config *over);

/* Whether a plugin of that id is among windows. */
bool output_config_wants(const struct output_config *config, const char *id);

/* "1920x1080@59.951", of a mode that there is. */
void output_mode_text(const struct kms_mode *mode, char text[static 48]);

/* Which of its names a display has: from exact to general; "": not that one. */
struct output_names {
	char full[OUTPUT_NAME_MAX], model[OUTPUT_NAME_MAX], connector[OUTPUT_NAME_MAX];
};
struct output_names output_names_of(
	const char *connector, const struct kms_identity *identity);
bool output_names_have(const struct output_names *names, const char *name);

#endif
