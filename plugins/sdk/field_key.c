#include "plugins/sdk/field.h"

#include <osaas_std.h>

/* Of X11's keysymdef.h. */
enum {
	KEY_BACKSPACE = 0xff08,
	KEY_RETURN = 0xff0d,
	KEY_HOME = 0xff50,
	KEY_LEFT,
	KEY_UP,
	KEY_RIGHT,
	KEY_DOWN,
	KEY_PAGE_UP,
	KEY_PAGE_DOWN,
	KEY_END,
	KEY_INSERT = 0xff63,
	KEY_PAD_ENTER = 0xff8d,
	KEY_PAD_HOME = 0xff95,
	KEY_PAD_END = 0xff9c,
	KEY_PAD_INSERT = 0xff9e,
	KEY_PAD_DELETE = 0xff9f,
	KEY_DELETE = 0xffff,
};

#define COMMAND_MODS                                                                     \
	(OSAAS_MOD_CTRL | OSAAS_MOD_ALT | OSAAS_MOD_SUPER | OSAAS_MOD_COMMAND)

/* Keys of the number pad, which moves the caret while Num Lock is off, as those beside it. */
static uint32_t plain(uint32_t keysym)
{
	if (keysym >= KEY_PAD_HOME && keysym <= KEY_PAD_END)
		return keysym - KEY_PAD_HOME + KEY_HOME;
	if (keysym == KEY_PAD_INSERT)
		return KEY_INSERT;
	if (keysym == KEY_PAD_DELETE)
		return KEY_DELETE;
	return keysym == KEY_PAD_ENTER ? KEY_RETURN : keysym;
}

static bool motion_of(uint32_t keysym, bool ctrl, int *step)
{
	static const struct {
		uint32_t keysym;
		int plain, ctrl;
	} motions[] = {
		{KEY_LEFT, OSAAS_TEXT_LEFT, OSAAS_TEXT_LEFT_WORD},
		{KEY_RIGHT, OSAAS_TEXT_RIGHT, OSAAS_TEXT_RIGHT_WORD},
		{KEY_HOME, OSAAS_TEXT_LINE_START, FIELD_STEP_TEXT_START},
		{KEY_END, OSAAS_TEXT_LINE_END, FIELD_STEP_TEXT_END},
		{KEY_UP, FIELD_STEP_LINE_UP, FIELD_STEP_LINE_UP},
		{KEY_DOWN, FIELD_STEP_LINE_DOWN, FIELD_STEP_LINE_DOWN},
		{KEY_PAGE_UP, FIELD_STEP_PAGE_UP, FIELD_STEP_TEXT_START},
		{KEY_PAGE_DOWN, FIELD_STEP_PAGE_DOWN, FIELD_STEP_TEXT_END},
	};
	for (size_t i = 0; i < sizeof motions / sizeof *motions; i++) {
		if (motions[i].keysym != keysym)
			continue;
		*step = ctrl ? motions[i].ctrl : motions[i].plain;
		return true;
	}
	return false;
}

static uint32_t edited(struct osaas_field *field, bool changed)
{
	field->reveal |= changed;
	return changed ? OSAAS_FIELD_DRAW | OSAAS_FIELD_CHANGED : 0;
}

/* What is selected goes, else from the caret to where a motion leads. */
static uint32_t erase(struct osaas_field *field, int step, enum field_edit edit)
{
	uint32_t start = sdk_field_start(field), end = sdk_field_end(field);
	bool upstream;
	if (start != end)
		edit = FIELD_EDIT_ALONE;
	else
		end = sdk_field_target(field, step, &upstream);
	field->compose_start = field->compose_end = 0;
	return edited(field, sdk_field_replace(field, start < end ? start : end,
				     start < end ? end : start, "", 0, edit));
}

static uint32_t erase_key(struct osaas_field *field, bool back, bool ctrl)
{
	if (back)
		return erase(field, ctrl ? OSAAS_TEXT_PREVIOUS_WORD : OSAAS_TEXT_PREVIOUS,
			ctrl ? FIELD_EDIT_ALONE : FIELD_EDIT_BACKSPACE);
	return erase(field, ctrl ? OSAAS_TEXT_NEXT_WORD : OSAAS_TEXT_NEXT,
		ctrl ? FIELD_EDIT_ALONE : FIELD_EDIT_DELETE);
}

bool osaas_field_insert(struct osaas_field *field, const char *text, size_t len)
{
	field->compose_start = field->compose_end = 0;
	bool changed = sdk_field_replace(field, sdk_field_start(field),
		sdk_field_end(field), text, len, FIELD_EDIT_TYPE);
	field->reveal |= changed;
	return changed;
}

/* The letter that goes with Ctrl, also where the layout's letters are others: by its place. */
static uint32_t letter_of(const struct osaas_window_key *key)
{
	static const struct {
		uint32_t code; /* evdev's */
		char letter;
	} places[] = {{30, 'a'}, {46, 'c'}, {45, 'x'}, {47, 'v'}, {44, 'z'}, {21, 'y'}};
	if (key->keysym < 0x80)
		return (uint32_t)tolower((int)key->keysym);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		if (places[i].code == key->code)
			return (uint32_t)places[i].letter;
	}
	return 0;
}

static uint32_t select_all(struct osaas_field *field)
{
	sdk_field_placed(field);
	field->anchor = 0;
	field->caret = field->len;
	field->reveal = false;
	sdk_field_set_primary(field);
	return OSAAS_FIELD_DRAW;
}

static uint32_t command(struct osaas_field *field, uint32_t letter, bool shift)
{
	switch (letter) {
	case 'a':
		return select_all(field);
	case 'c':
	case 'x':
		return sdk_field_copy(field, letter == 'x');
	case 'v':
		return sdk_field_paste(field);
	case 'z':
		return edited(
			field, shift ? osaas_field_redo(field) : osaas_field_undo(field));
	case 'y':
		return edited(field, osaas_field_redo(field));
	default:
		return 0;
	}
}

static uint32_t insert_key(struct osaas_field *field, bool shift, bool ctrl)
{
	if (shift == ctrl)
		return 0;
	return shift ? sdk_field_paste(field) : sdk_field_copy(field, false);
}

static uint32_t return_key(struct osaas_field *field)
{
	if (!(field->flags & OSAAS_FIELD_MULTI))
		return OSAAS_FIELD_SUBMIT;
	return edited(field, osaas_field_insert(field, "\n", 1));
}

static uint32_t typed(struct osaas_field *field, const struct osaas_window_key *key)
{
	size_t n = strnlen(key->text, sizeof key->text);
	bool control = n == 0 || (uint8_t)key->text[0] < 0x20;
	if (control || key->mods & COMMAND_MODS)
		return 0;
	return edited(field, osaas_field_insert(field, key->text, n));
}

uint32_t sdk_field_key(struct osaas_field *field, const struct osaas_window_key *key)
{
	bool shift = key->mods & OSAAS_MOD_SHIFT, ctrl = key->mods & OSAAS_MOD_CTRL;
	uint32_t keysym = plain(key->keysym);
	int step;
	if (!key->pressed)
		return 0;
	if (key->mods & (OSAAS_MOD_ALT | OSAAS_MOD_SUPER))
		return typed(field, key);
	if (motion_of(keysym, ctrl, &step)) {
		sdk_field_move(field, step, shift);
		if (shift)
			sdk_field_set_primary(field);
		return OSAAS_FIELD_DRAW;
	}
	if (keysym == KEY_DELETE && shift && !ctrl)
		return sdk_field_copy(field, true);
	if (keysym == KEY_BACKSPACE || keysym == KEY_DELETE)
		return erase_key(field, keysym == KEY_BACKSPACE, ctrl);
	if (keysym == KEY_INSERT)
		return insert_key(field, shift, ctrl);
	if (keysym == KEY_RETURN)
		return return_key(field);
	return ctrl ? command(field, letter_of(key), shift) : typed(field, key);
}
