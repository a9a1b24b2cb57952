#include "input/compose.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xkbcommon/xkbcommon-compose.h>
#include <xkbcommon/xkbcommon.h>

#include "util/log.h"

#define FALLBACK "en_US.UTF-8"

/* POSIX: the first that is set and not empty. */
static const char *locale(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	for (size_t i = 0; i < 3; i++) {
		const char *value = getenv(names[i]);
		if (value && value[0])
			return value;
	}
	return FALLBACK;
}

static bool is_file(const char *folder, const char *name)
{
	char path[PATH_MAX];
	struct stat st;
	if (!folder || !folder[0])
		return false;
	int n = snprintf(path, sizeof path, "%s%s", folder, name);
	return n > 0 && (size_t)n < sizeof path && stat(path, &st) == 0;
}

/* Where xkbcommon looks first. */
static bool has_own(void)
{
	const char *file = getenv("XCOMPOSEFILE"), *config = getenv("XDG_CONFIG_HOME");
	return (file && file[0]) || is_file(config, "/XCompose") ||
	       is_file(getenv("HOME"), "/.config/XCompose") ||
	       is_file(getenv("HOME"), "/.XCompose");
}

bool compose_is_dead(uint32_t keysym)
{
	return keysym >= XKB_KEY_dead_grave && keysym <= 0xfe9f;
}

/*
 * Keys that begin a sequence in the tables of libX11 1.8: dead keys, the compose key, signs
 * without a keysym of their own, one of Greek; am_ET's are others, too.
 */
static bool may_begin(uint32_t keysym)
{
	return compose_is_dead(keysym) || keysym == XKB_KEY_Multi_key ||
	       keysym == XKB_KEY_Greek_accentdieresis || keysym >= 0x01000000;
}

static bool any_begins(const char *name)
{
	return strncmp(name, "am_ET", 5) == 0;
}

/* Of the locale C there is a table, too, but for Latin-1 alone. */
static struct xkb_compose_table *of_locale(struct xkb_context *context)
{
	const char *name = locale();
	struct xkb_compose_table *table = NULL;
	if (strcmp(name, "C") != 0 && strcmp(name, "POSIX") != 0 &&
		strncmp(name, "C.", 2) != 0)
		table = xkb_compose_table_new_from_locale(
			context, name, XKB_COMPOSE_COMPILE_NO_FLAGS);
	if (!table)
		table = xkb_compose_table_new_from_locale(
			context, FALLBACK, XKB_COMPOSE_COMPILE_NO_FLAGS);
	if (!table)
		log_error("dead keys and the compose key type nothing: there is no table "
			  "of the locale " FALLBACK " (package libx11-data)");
	return table;
}

static int of_file(
	struct xkb_context *context, const char *path, struct xkb_compose_table **out)
{
	struct stat st;
	/* A pipe without a writer would not come back from being opened. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	FILE *in = fd < 0 ? NULL : fdopen(fd, "r");
	if (!in) {
		int error = -errno;
		if (fd >= 0)
			close(fd);
		return error;
	}
	int r = fstat(fileno(in), &st) < 0 ? -errno : !S_ISREG(st.st_mode) ? -EISDIR : 0;
	if (r == 0)
		*out = xkb_compose_table_new_from_file(context, in, locale(),
			XKB_COMPOSE_FORMAT_TEXT_V1, XKB_COMPOSE_COMPILE_NO_FLAGS);
	fclose(in);
	return r == 0 && !*out ? -EINVAL : r;
}

/* table: may be NULL. */
static void use(struct compose *compose, struct xkb_compose_table *table)
{
	compose->table = table;
	if (table)
		compose->state = xkb_compose_state_new(table, XKB_COMPOSE_STATE_NO_FLAGS);
}

static void open_now(struct compose *compose)
{
	struct xkb_context *context = compose->later;
	compose->later = NULL;
	use(compose, of_locale(context));
}

int compose_open(struct compose *compose, struct xkb_context *context, const char *file,
	struct input_error *err)
{
	struct xkb_compose_table *table = NULL;
	bool named = file && file[0], now = named || has_own() || any_begins(locale());
	int r = 0;
	if (named)
		r = of_file(context, file, &table);
	else if (now)
		table = of_locale(context);
	if (r < 0 && err)
		snprintf(err->text, sizeof err->text,
			"the compose file %.120s cannot be used: %s", file,
			r == -EINVAL   ? "it is none, see Compose(5)"
			: r == -EISDIR ? "it is no regular file"
				       : strerror(-r));
	if (r < 0)
		return r;
	compose_finish(compose);
	compose->later = now ? NULL : context;
	use(compose, table);
	return 0;
}

void compose_finish(struct compose *compose)
{
	xkb_compose_state_unref(compose->state);
	xkb_compose_table_unref(compose->table);
	*compose = (struct compose){.table = NULL};
}

void compose_reset(struct compose *compose)
{
	if (compose->state)
		xkb_compose_state_reset(compose->state);
	compose->pending[0] = '\0';
}

/* A dead key's own sign, the Multi_key's dot. */
uint32_t compose_sign(uint32_t keysym)
{
	static const struct {
		uint32_t keysym, sign;
	} signs[] = {
		{XKB_KEY_Multi_key, 0xb7},
		{XKB_KEY_dead_grave, 0x60},
		{XKB_KEY_dead_acute, 0xb4},
		{XKB_KEY_dead_circumflex, 0x5e},
		{XKB_KEY_dead_tilde, 0x7e},
		{XKB_KEY_dead_macron, 0xaf},
		{XKB_KEY_dead_breve, 0x2d8},
		{XKB_KEY_dead_abovedot, 0x2d9},
		{XKB_KEY_dead_diaeresis, 0xa8},
		{XKB_KEY_dead_abovering, 0x2da},
		{XKB_KEY_dead_doubleacute, 0x2dd},
		{XKB_KEY_dead_caron, 0x2c7},
		{XKB_KEY_dead_cedilla, 0xb8},
		{XKB_KEY_dead_ogonek, 0x2db},
		{XKB_KEY_dead_iota, 0x37a},
	};
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		if (signs[i].keysym == keysym)
			return signs[i].sign;
	}
	uint32_t c = xkb_keysym_to_utf32(keysym);
	return c >= 0x20 && c != 0x7f ? c : 0x25cc; /* a circle of dots */
}

static void put_utf8(char *to, uint32_t c)
{
	if (c < 0x80) {
		*to++ = (char)c;
	} else if (c < 0x800) {
		*to++ = (char)(0xc0 | c >> 6);
		*to++ = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		*to++ = (char)(0xe0 | c >> 12);
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	} else {
		*to++ = (char)(0xf0 | c >> 18);
		*to++ = (char)(0x80 | (c >> 12 & 0x3f));
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
		*to++ = (char)(0x80 | (c & 0x3f));
	}
	*to = '\0';
}

static void add_pending(struct compose *compose, uint32_t keysym)
{
	size_t n = strlen(compose->pending);
	if (n + 5 <= sizeof compose->pending)
		put_utf8(compose->pending + n, compose_sign(keysym));
}

enum compose_result compose_feed(
	struct compose *compose, uint32_t *keysym, char text[static COMPOSE_TEXT])
{
	if (compose->later && may_begin(*keysym))
		open_now(compose);
	if (!compose->state || *keysym == XKB_KEY_NoSymbol ||
		xkb_compose_state_feed(compose->state, *keysym) ==
			XKB_COMPOSE_FEED_IGNORED)
		return COMPOSE_NOTHING;
	switch (xkb_compose_state_get_status(compose->state)) {
	case XKB_COMPOSE_COMPOSING:
		add_pending(compose, *keysym);
		return COMPOSE_PENDING;
	case XKB_COMPOSE_COMPOSED:
		xkb_compose_state_get_utf8(compose->state, text, COMPOSE_TEXT);
		*keysym = xkb_compose_state_get_one_sym(compose->state);
		compose_reset(compose);
		return COMPOSE_DONE;
	case XKB_COMPOSE_CANCELLED:
		compose_reset(compose);
		return COMPOSE_CANCELLED;
	default:
		return COMPOSE_NOTHING;
	}
}
