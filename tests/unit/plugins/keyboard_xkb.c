#include "keyboard_xkb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xkbcommon/xkbcommon.h>

static uint32_t accent_of(uint32_t keysym)
{
	static const uint32_t accents[] = {'`', 0xb4, '^', '~', 0xaf, 0x2d8, 0x2d9, 0xa8,
		0x2da, 0x2dd, 0x2c7, 0xb8, 0x2db};
	uint32_t i = keysym - 0xfe50;
	return i < sizeof accents / sizeof *accents ? accents[i] : 0;
}

static struct osaas_method_symbol symbol_of(struct xkb_keymap *keymap, uint32_t code)
{
	struct osaas_method_symbol s = {.code = code};
	for (uint32_t l = 0; l < 4; l++) {
		const xkb_keysym_t *syms;
		if (l >= xkb_keymap_num_levels_for_key(keymap, code + 8, 0) ||
			xkb_keymap_key_get_syms_by_level(keymap, code + 8, 0, l, &syms) !=
				1)
			continue;
		bool dead = syms[0] >= 0xfe50 && syms[0] <= 0xfe93;
		uint32_t text = dead ? accent_of(syms[0]) : xkb_keysym_to_utf32(syms[0]);
		if (text < ' ' && !dead)
			continue;
		s.keysym[l] = syms[0];
		s.text[l] = text;
		s.dead |= (uint32_t)dead << l;
	}
	return s;
}

/* Of the main block of keys only, as the session's. */
static bool is_main(uint32_t code)
{
	return code < 71 || code == 86;
}

struct keyboard_xkb keyboard_xkb_make(const char *layouts, const char *variants)
{
	struct xkb_rule_names names = {.rules = "evdev",
		.model = "pc105",
		.layout = layouts,
		.variant = variants};
	struct xkb_context *context = xkb_context_new(XKB_CONTEXT_NO_FLAGS);
	struct xkb_keymap *keymap =
		xkb_keymap_new_from_names(context, &names, XKB_KEYMAP_COMPILE_NO_FLAGS);
	if (!keymap)
		abort();
	struct keyboard_xkb made = {.head.layouts = xkb_keymap_num_layouts(keymap)};
	FILE *f = open_memstream((char **)&made.buf, &made.len);
	for (uint32_t code = 1; code < 100; code++) {
		struct osaas_method_symbol s = symbol_of(keymap, code);
		if (!is_main(code) || !(s.keysym[0] | s.keysym[1]))
			continue;
		fwrite(&s, sizeof s, 1, f);
		made.head.count++;
	}
	for (uint32_t i = 0; i < made.head.layouts; i++) {
		const char *title = xkb_keymap_layout_get_name(keymap, i);
		fwrite(title, strlen(title) + 1, 1, f);
	}
	fclose(f);
	xkb_keymap_unref(keymap);
	xkb_context_unref(context);
	return made;
}
