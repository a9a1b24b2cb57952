#include "session/shortcut.h"

#include <errno.h>
#include <linux/input-event-codes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <xkbcommon/xkbcommon.h>

#include "session/nearest.h"
#include "session/why.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define COMMAND      (INPUT_MOD_CTRL | INPUT_MOD_ALT | INPUT_MOD_LOGO)
#define CTRL_ALT     (INPUT_MOD_CTRL | INPUT_MOD_ALT)
#define ALL_MODS     (COMMAND | INPUT_MOD_SHIFT)
#define VTS          12
#define XF86_FIRST   0x10080000u /* xkbcommon-keysyms.h: vendor keys */
#define XF86_LAST    0x1008ffffu

/* Combinations. */

static const struct {
	const char *name;
	uint32_t bit;
} modifiers[] = {
	/* The first of each is how it is written. */
	{"Ctrl", INPUT_MOD_CTRL},
	{"Alt", INPUT_MOD_ALT},
	{"Shift", INPUT_MOD_SHIFT},
	{"Super", INPUT_MOD_LOGO},
	{"Control", INPUT_MOD_CTRL},
	{"Logo", INPUT_MOD_LOGO},
	{"Win", INPUT_MOD_LOGO},
};

/* Beside xkb's own names. */
static const struct {
	const char *name;
	uint32_t keysym;
} others[] = {
	{"Enter", XKB_KEY_Return},
	{"Esc", XKB_KEY_Escape},
	{"PageUp", XKB_KEY_Prior},
	{"PageDown", XKB_KEY_Next},
	{"PrintScreen", XKB_KEY_Print},
	{"Del", XKB_KEY_Delete},
	{"Ins", XKB_KEY_Insert},
};

/* Those that are meant most, for the hint. */
static const char *const usual[] = {"Tab", "space", "Return", "Escape", "BackSpace",
	"Delete", "Insert", "Home", "End", "Page_Up", "Page_Down", "Left", "Right", "Up",
	"Down", "Print", "Pause", "Menu", "plus", "minus", "equal", "comma", "period",
	"slash", "semicolon", "apostrophe", "grave", "bracketleft", "bracketright", "F1",
	"F2", "F10", "F12", "KP_Add", "KP_Subtract", "KP_Enter", "XF86AudioRaiseVolume",
	"XF86AudioLowerVolume", "XF86AudioMute", "XF86AudioMicMute", "XF86AudioPlay"};

static uint32_t small(uint32_t keysym)
{
	return xkb_keysym_to_lower(keysym);
}

static uint32_t key_of(const char *name)
{
	if (name[0] && !name[1] && name[0] > ' ' && name[0] < 0x7f)
		return small((unsigned char)name[0]);
	for (size_t i = 0; i < COUNT(others); i++) {
		if (strcasecmp(name, others[i].name) == 0)
			return others[i].keysym;
	}
	uint32_t keysym = xkb_keysym_from_name(name, XKB_KEYSYM_NO_FLAGS);
	if (keysym == XKB_KEY_NoSymbol)
		keysym = xkb_keysym_from_name(name, XKB_KEYSYM_CASE_INSENSITIVE);
	return small(keysym);
}

/* Nobody types with these, so they may be taken alone. */
static bool stands_alone(uint32_t keysym)
{
	return (keysym >= XKB_KEY_F1 && keysym <= XKB_KEY_F35) ||
	       (keysym >= XF86_FIRST && keysym <= XF86_LAST) || keysym == XKB_KEY_Print ||
	       keysym == XKB_KEY_Pause || keysym == XKB_KEY_Menu ||
	       keysym == XKB_KEY_Scroll_Lock || keysym == XKB_KEY_Sys_Req ||
	       keysym == XKB_KEY_Break || keysym == XKB_KEY_Help;
}

static bool is_modifier(uint32_t keysym)
{
	return (keysym >= XKB_KEY_Shift_L && keysym <= XKB_KEY_Hyper_R) ||
	       (keysym >= XKB_KEY_ISO_Lock && keysym <= XKB_KEY_ISO_Level5_Lock) ||
	       keysym == XKB_KEY_Num_Lock || keysym == XKB_KEY_Mode_switch;
}

#define refuse(why, ...) why_not(why, SHORTCUT_WHY_MAX, __VA_ARGS__)

static int take_modifier(
	const char *word, uint32_t *mods, char why[static SHORTCUT_WHY_MAX])
{
	const char *names[COUNT(modifiers)];
	char hint[NEAREST_HINT];
	for (size_t i = 0; i < COUNT(modifiers); i++) {
		names[i] = modifiers[i].name;
		if (strcasecmp(word, names[i]) != 0)
			continue;
		*mods |= modifiers[i].bit;
		return 0;
	}
	return refuse(why, "there is no modifier '%.40s'%s", word,
		nearest_hint(hint, word, names, COUNT(names), "", "osaas.ini(5)"));
}

static int take_key(const char *word, uint32_t *keysym, char why[static SHORTCUT_WHY_MAX])
{
	*keysym = key_of(word);
	const char *near = nearest_word(word, usual, COUNT(usual));
	if (*keysym == XKB_KEY_NoSymbol)
		return refuse(why,
			"there is no key '%.40s' (xkb's names count, as Tab, space, F5, "
			"plus)%s%s%s",
			word, near ? "; do you mean " : "", near ? near : "",
			near ? "?" : "");
	if (is_modifier(*keysym))
		return refuse(why,
			"'%.40s' is a modifier: write a key behind it, as Super+Tab",
			word);
	return 0;
}

int shortcut_chord_parse(
	const char *text, struct shortcut_chord *out, char why[static SHORTCUT_WHY_MAX])
{
	char word[SHORTCUT_TEXT_MAX];
	struct shortcut_chord chord = {0, 0};
	const char *plus;
	/* Super++ is the plus key: the last one stands for itself. */
	while ((plus = strchr(text, '+')) && plus[1]) {
		size_t n = (size_t)(plus - text);
		if (n == 0 || n >= sizeof word)
			return refuse(why,
				"'%.40s' is no combination of keys: write one as "
				"Super+Shift+Tab",
				text);
		memcpy(word, text, n);
		word[n] = '\0';
		if (take_modifier(word, &chord.mods, why) < 0)
			return -EINVAL;
		text = plus + 1;
	}
	if (take_key(text, &chord.keysym, why) < 0)
		return -EINVAL;
	if (!(chord.mods & COMMAND) && !stands_alone(chord.keysym))
		return refuse(why,
			"'%.40s' is for typing: put Super, Ctrl or Alt before it, as "
			"Super+%.40s",
			text, text);
	*out = chord;
	return 0;
}

struct shortcut_text shortcut_chord_text(const struct shortcut_chord *chord)
{
	struct shortcut_text out = {{0}};
	char name[64];
	size_t n = 0;
	for (size_t i = 0; i < 4; i++) {
		if (chord->mods & modifiers[i].bit)
			n += (size_t)snprintf(out.text + n, sizeof out.text - n, "%s+",
				modifiers[i].name);
	}
	xkb_keysym_get_name(chord->keysym, name, sizeof name);
	if (name[0] >= 'a' && name[0] <= 'z' && !name[1])
		name[0] = (char)(name[0] - 'a' + 'A');
	snprintf(out.text + n, sizeof out.text - n, "%s", name);
	return out;
}

bool shortcut_chord_equal(const struct shortcut_chord *a, const struct shortcut_chord *b)
{
	return a->mods == b->mods && a->keysym == b->keysym;
}

bool shortcut_chord_matches(
	const struct shortcut_chord *chord, const struct input_key *key)
{
	uint32_t mods = key->mods & ALL_MODS;
	if (mods == chord->mods &&
		(small(key->plain) == chord->keysym || key->latin == chord->keysym ||
			key->keysym == chord->keysym))
		return true;
	/* Super+plus where plus is Shift+equal: the sign has the Shift in it. */
	return key->keysym == chord->keysym && key->keysym != key->plain &&
	       !(chord->mods & INPUT_MOD_SHIFT) &&
	       (mods & ~(uint32_t)INPUT_MOD_SHIFT) == chord->mods;
}

int shortcut_vt(const struct input_key *key)
{
	if ((key->mods & CTRL_ALT) != CTRL_ALT)
		return 0;
	if (key->code >= KEY_F1 && key->code <= KEY_F10)
		return (int)(key->code - KEY_F1) + 1;
	if (key->code == KEY_F11 || key->code == KEY_F12)
		return (int)(key->code - KEY_F11) + 11;
	return 0;
}

static bool is_vt(const struct shortcut_chord *chord)
{
	return (chord->mods & CTRL_ALT) == CTRL_ALT &&
	       ((chord->keysym >= XKB_KEY_F1 && chord->keysym <= XKB_KEY_F12) ||
		       (chord->keysym >= XKB_KEY_XF86Switch_VT_1 &&
			       chord->keysym <= XKB_KEY_XF86Switch_VT_12));
}

bool shortcut_is_secure(const struct shortcut_chord *chord)
{
	return is_vt(chord) || ((chord->mods & CTRL_ALT) == CTRL_ALT &&
				       chord->keysym == XKB_KEY_BackSpace);
}

/* Actions. */

static const char *const names[SHORTCUTS_DO] = {
	[SHORTCUT_NONE] = "none",
	[SHORTCUT_QUIT] = "quit",
	[SHORTCUT_NEXT_WINDOW] = "next-window",
	[SHORTCUT_PREVIOUS_WINDOW] = "previous-window",
	[SHORTCUT_CLOSE_WINDOW] = "close-window",
	[SHORTCUT_NEXT_LAYOUT] = "next-layout",
	[SHORTCUT_PREVIOUS_LAYOUT] = "previous-layout",
	[SHORTCUT_NEXT_METHOD] = "next-method",
	[SHORTCUT_SCREENSHOT] = "screenshot",
	[SHORTCUT_RELEASE_POINTER] = "release-pointer",
	[SHORTCUT_MAGNIFIER_IN] = "magnifier-in",
	[SHORTCUT_MAGNIFIER_OUT] = "magnifier-out",
	[SHORTCUT_NEXT_PANEL] = "next-panel",
	[SHORTCUT_VOLUME_UP] = "volume-up",
	[SHORTCUT_VOLUME_DOWN] = "volume-down",
	[SHORTCUT_MUTE] = "mute",
	[SHORTCUT_MICROPHONE_MUTE] = "microphone-mute",
	[SHORTCUT_VT] = "vt-",
	[SHORTCUT_RUN] = "run",
};

const char *shortcut_action_name(enum shortcut_do what)
{
	return names[what];
}

static int take_vt(
	const char *text, struct shortcut_action *out, char why[static SHORTCUT_WHY_MAX])
{
	char *end;
	long n = strtol(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end || n < 1 || n > VTS)
		return refuse(why,
			"'vt-%.40s' is no virtual terminal: write vt-1 to vt-%d", text,
			VTS);
	out->number = (int)n;
	return 0;
}

static int take_path(
	const char *text, struct shortcut_action *out, char why[static SHORTCUT_WHY_MAX])
{
	text += strspn(text, " \t");
	if (!*text || strlen(text) >= sizeof out->path)
		return refuse(why,
			"run which plugin? write its file, or the name of an installed "
			"one, in at most %d bytes: run hello",
			SHORTCUT_PATH_MAX - 1);
	snprintf(out->path, sizeof out->path, "%s", text);
	return 0;
}

int shortcut_action_parse(
	const char *text, struct shortcut_action *out, char why[static SHORTCUT_WHY_MAX])
{
	size_t word = strcspn(text, " \t");
	char hint[NEAREST_HINT];
	*out = (struct shortcut_action){.what = SHORTCUT_NONE};
	if (strncmp(text, "vt-", 3) == 0) {
		out->what = SHORTCUT_VT;
		return take_vt(text + 3, out, why);
	}
	if (word == 3 && memcmp(text, "run", 3) == 0) {
		out->what = SHORTCUT_RUN;
		return take_path(text + word, out, why);
	}
	for (size_t i = 0; i < SHORTCUT_VT; i++) {
		if (strcmp(text, names[i]) != 0)
			continue;
		out->what = (enum shortcut_do)i;
		return 0;
	}
	return refuse(why, "there is no action '%.60s'%s", text,
		nearest_hint(hint, text, names, SHORTCUTS_DO, "", "osaas.ini(5)"));
}

/* The table. */

static const struct {
	uint32_t mods, keysym;
	enum shortcut_do what;
} defaults[] = {
	{CTRL_ALT, XKB_KEY_BackSpace, SHORTCUT_QUIT},
	{INPUT_MOD_LOGO, XKB_KEY_Tab, SHORTCUT_NEXT_WINDOW},
	{INPUT_MOD_LOGO | INPUT_MOD_SHIFT, XKB_KEY_Tab, SHORTCUT_PREVIOUS_WINDOW},
	{INPUT_MOD_LOGO | INPUT_MOD_SHIFT, XKB_KEY_q, SHORTCUT_CLOSE_WINDOW},
	{INPUT_MOD_LOGO, XKB_KEY_space, SHORTCUT_NEXT_LAYOUT},
	{INPUT_MOD_LOGO | INPUT_MOD_SHIFT, XKB_KEY_space, SHORTCUT_PREVIOUS_LAYOUT},
	{INPUT_MOD_LOGO | INPUT_MOD_CTRL, XKB_KEY_space, SHORTCUT_NEXT_METHOD},
	{0, XKB_KEY_Print, SHORTCUT_SCREENSHOT},
	{INPUT_MOD_LOGO, XKB_KEY_Escape, SHORTCUT_RELEASE_POINTER},
	{INPUT_MOD_LOGO, XKB_KEY_F6, SHORTCUT_NEXT_PANEL},
	{INPUT_MOD_LOGO, XKB_KEY_plus, SHORTCUT_MAGNIFIER_IN},
	{INPUT_MOD_LOGO, XKB_KEY_equal, SHORTCUT_MAGNIFIER_IN},
	{INPUT_MOD_LOGO, XKB_KEY_KP_Add, SHORTCUT_MAGNIFIER_IN},
	{INPUT_MOD_LOGO, XKB_KEY_minus, SHORTCUT_MAGNIFIER_OUT},
	{INPUT_MOD_LOGO, XKB_KEY_KP_Subtract, SHORTCUT_MAGNIFIER_OUT},
	{0, XKB_KEY_XF86AudioRaiseVolume, SHORTCUT_VOLUME_UP},
	{0, XKB_KEY_XF86AudioLowerVolume, SHORTCUT_VOLUME_DOWN},
	{0, XKB_KEY_XF86AudioMute, SHORTCUT_MUTE},
	{0, XKB_KEY_XF86AudioMicMute, SHORTCUT_MICROPHONE_MUTE},
};

void shortcut_defaults(struct shortcut_table *table)
{
	*table = (struct shortcut_table){.n = COUNT(defaults)};
	for (size_t i = 0; i < COUNT(defaults); i++)
		table->rows[i] =
			(struct shortcut){.chord = {defaults[i].mods, defaults[i].keysym},
				.action = {.what = defaults[i].what}};
}

static struct shortcut *find(
	struct shortcut_table *table, const struct shortcut_chord *chord)
{
	for (size_t i = 0; i < table->n; i++) {
		if (shortcut_chord_equal(&table->rows[i].chord, chord))
			return &table->rows[i];
	}
	return NULL;
}

int shortcut_set(struct shortcut_table *table, const char *keys, const char *action,
	char why[static SHORTCUT_WHY_MAX])
{
	struct shortcut row = {.said = true};
	if (shortcut_chord_parse(keys, &row.chord, why) < 0 ||
		shortcut_action_parse(action, &row.action, why) < 0)
		return -EINVAL;
	if (is_vt(&row.chord))
		return refuse(why,
			"Ctrl+Alt+F1 to F%d are for the virtual terminals, always: "
			"choose "
			"other keys",
			VTS);
	struct shortcut *old = find(table, &row.chord);
	if (old && old->said)
		return refuse(why, "a second '%.60s': keep one", keys);
	if (!old && table->n == SHORTCUTS_MAX)
		return refuse(why, "there are more than %d shortcuts: take some away",
			SHORTCUTS_MAX);
	*(old ? old : &table->rows[table->n++]) = row;
	return 0;
}

const struct shortcut *shortcut_match(
	const struct shortcut_table *table, const struct input_key *key)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct shortcut *row = &table->rows[i];
		if (row->action.what != SHORTCUT_NONE &&
			shortcut_chord_matches(&row->chord, key))
			return row;
	}
	return NULL;
}

const struct shortcut *shortcut_find(
	const struct shortcut_table *table, const struct shortcut_chord *chord)
{
	for (size_t i = 0; i < table->n; i++) {
		const struct shortcut *row = &table->rows[i];
		if (row->action.what != SHORTCUT_NONE &&
			shortcut_chord_equal(&row->chord, chord))
			return row;
	}
	return NULL;
}
