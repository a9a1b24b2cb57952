/*
 * settings: what a configuration file says, checked. The keys are documented in
 * man/osaas.ini.5.scd, every one of them. A file with a mistake is refused whole, with
 * the line of the first one; nothing is ignored.
 */
#ifndef OSAAS_SESSION_SETTINGS_H
#define OSAAS_SESSION_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/input.h"
#include "session/a11y.h"
#include "session/audio_config.h"
#include "session/cap.h"
#include "session/keyboard_config.h"
#include "session/night.h"
#include "session/output_config.h"
#include "session/shortcut.h"
#include "util/list.h"

#define SETTINGS_MAX_SIZE 65536
#define SETTINGS_MAX_LINE 197 /* inih takes no longer ones */

/* One line for the user: "FILE:LINE: what is wrong, and what to write". */
struct settings_error {
	char text[1024];
};

/* allow or deny one capability: * stands for all, CAP:* for each scope of one. */
struct settings_rule {
	struct list link; /* settings_grants.rules */
	bool deny;
	bool any, any_scope; /* it was *; it was CAP:* */
	struct cap cap;
	unsigned line;
};

/* A section [grant ID]. */
struct settings_grants {
	struct list link; /* settings.grants */
	char id[64];
	char sha256[65]; /* it holds for a plugin with this content only; "": for any */
	unsigned line;
	struct list rules;
};

/* A section [output NAME]. */
struct settings_output {
	struct list link; /* settings.outputs */
	char name[OUTPUT_NAME_MAX];
	unsigned line;
	struct output_config config;
};

/* A section [input NAME]: of a device, of those of a type, of all; see input_rule. */
struct settings_input {
	struct list link; /* settings.inputs */
	char name[INPUT_MATCH_MAX];
	unsigned line;
	struct device_config config;
	char output[OUTPUT_NAME_MAX]; /* the display that it lies on; "": not said */
};

struct settings {
	char *path; /* of the file; NULL: there is none */
	/* Section [session]. NULL, 0 or -1: the file does not say. */
	char *backend, *card, *layout;
	float scale;
	int32_t width, height;
	char *cursor_theme;
	int32_t cursor_size; /* pixels at scale 1 */
	double cursor_hide;  /* seconds */
	int log;             /* enum log_level */
	int fence;           /* enum fence_mode */
	int renderer;        /* enum renderer */
	int restart;         /* times within a minute, see revive.h */
	int32_t idle_off;    /* seconds; 0: never */
	bool lid_ignored;    /* panels stay on when it is closed */
	enum accessibility accessibility;
	struct night night;
	struct audio_config audio;       /* section [audio], and audio of [session] */
	struct keyboard_config keyboard; /* section [keyboard] */
	unsigned keyboard_lines
		[KEYBOARD_KEYS]; /* where it says so, and layout of [session]; 0: nowhere */
	struct shortcut_table
		shortcuts; /* section [shortcuts], and what is so without it */
	struct list grants, outputs, inputs;
};

struct settings *settings_create(void);           /* of no file */
void settings_destroy(struct settings *settings); /* takes NULL */

/* settings_parse reads a text; path is for messages. 0, or -EINVAL with err. */
int settings_parse(const char *path, const char *text, size_t size, struct settings **out,
	struct settings_error *err);

/*
 * settings_load reads the file named; NULL: the first there is of
 * $XDG_CONFIG_HOME/osaas/osaas.ini (~/.config without it) and /etc/osaas/osaas.ini, and
 * if there is none, no settings. 0, or -errno with err.
 */
int settings_load(const char *path, struct settings **out, struct settings_error *err);

/*
 * settings_judge: what the file says of this plugin (content: its SHA-256 in hex) and
 * capability: the rule, of which deny comes first; NULL: nothing.
 */
const struct settings_rule *settings_judge(const struct settings *settings,
	const char *id, const char *content, const struct cap *cap);

#endif
