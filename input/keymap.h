/*
 * keymap: what xkb compiles: names (rules, model, layouts ...) or a file, else those of the
 * system. Knows xkbcommon, no keys and no devices.
 */
#ifndef OSAAS_INPUT_KEYMAP_H
#define OSAAS_INPUT_KEYMAP_H

#include <stddef.h>

#include "input/input.h"

struct xkb_context;
struct xkb_keymap;

#define KEYMAP_LAYOUTS  4 /* at once: as many as a key's symbols have groups in X's data */
#define KEYMAP_NAME_MAX 64
#define KEYMAP_FILE_MAX (1024 * 1024)

struct keymap {
	struct xkb_keymap *xkb;
	size_t n; /* layouts; a file may have more than have a name here */
	char names[KEYMAP_LAYOUTS]
		  [KEYMAP_NAME_MAX]; /* "us", "de(nodeadkeys)"; "": of a file */
};

/*
 * keymap_context makes one whose complaints keymap_compile can tell; the caller's. NULL:
 * no memory, or no folder of xkb's.
 */
struct xkb_context *keymap_context(void);

/*
 * keymap_compile: names that are NULL or empty are xkb's own defaults; without a layout it is
 * XKB_DEFAULT_*, else the system's (system_keymap.h), else us. A layout may have its variant in
 * brackets. If the system's are wrong that is logged, and us is taken. 0, or -EINVAL (a
 * file: -errno) with err->text, which may be NULL; then out is as it was.
 */
int keymap_compile(struct xkb_context *context, const struct input_keymap *wanted,
	struct keymap *out, struct input_error *err);
void keymap_finish(struct keymap *keymap); /* zeroed is fine */

#endif
