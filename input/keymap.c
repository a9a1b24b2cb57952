#include "input/keymap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xkbcommon/xkbcommon.h>

#include "input/system_keymap.h"
#include "util/log.h"
#include "util/xalloc.h"

#define LIST_MAX 512 /* bytes of a list of layouts, or of variants */

/* The first complaint of a compilation; they are said on this thread, one at a time. */
static char complaint[256];

static void log_xkb(struct xkb_context *context, enum xkb_log_level level,
	const char *fmt, va_list ap)
{
	char text[256];
	(void)context;
	vsnprintf(text, sizeof text, fmt, ap);
	text[strcspn(text, "\n")] = '\0';
	log_debug("xkbcommon: %s", text);
	if (level <= XKB_LOG_LEVEL_ERROR && !complaint[0])
		memcpy(complaint, text, sizeof complaint);
}

struct xkb_context *keymap_context(void)
{
	struct xkb_context *context = xkb_context_new(XKB_CONTEXT_NO_FLAGS);
	if (context)
		xkb_context_set_log_fn(context, log_xkb);
	return context;
}

/* Names. */

struct names {
	char layout[LIST_MAX], variant[LIST_MAX];
	size_t n;
	char shown[KEYMAP_LAYOUTS][KEYMAP_NAME_MAX];
};

static int fail(struct input_error *err, int r, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(struct input_error *err, int r, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	if (err)
		vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
	return r;
}

/* The next of a list by commas; an empty one is one, too. */
static bool next(const char **list, char *to, size_t size)
{
	size_t n = strcspn(*list, ",");
	if (n >= size)
		return false;
	memcpy(to, *list, n);
	to[n] = '\0';
	*list += n + ((*list)[n] == ',');
	return true;
}

static void append(char to[static LIST_MAX], size_t i, const char *text)
{
	size_t n = strlen(to);
	snprintf(to + n, LIST_MAX - n, "%s%s", i ? "," : "", text);
}

/* One layout: "de", or "de(nodeadkeys)" if its variant is not said elsewhere. */
static bool take_layout(struct names *out, char *layout, char *variant)
{
	char *open = strchr(layout, '('), *close = strrchr(layout, ')');
	if (open && (!close || close[1] || close < open || variant[0]))
		return false;
	if (open) {
		*close = '\0';
		snprintf(variant, KEYMAP_NAME_MAX, "%s", open + 1);
		*open = '\0';
	}
	append(out->layout, out->n, layout);
	append(out->variant, out->n, variant);
	int n = snprintf(out->shown[out->n], KEYMAP_NAME_MAX, "%s%s%s%s", layout,
		variant[0] ? "(" : "", variant, variant[0] ? ")" : "");
	out->n++;
	return layout[0] && n < KEYMAP_NAME_MAX;
}

static int read_names(
	const struct input_keymap *wanted, struct names *out, struct input_error *err)
{
	const char *layouts = wanted->layout,
		   *variants = wanted->variant ? wanted->variant : "";
	char layout[KEYMAP_NAME_MAX], variant[KEYMAP_NAME_MAX];
	*out = (struct names){.n = 0};
	while (*layouts) {
		if (out->n == KEYMAP_LAYOUTS)
			return fail(err, -EINVAL,
				"\"%.80s\" are too many keyboard layouts: a keyboard has "
				"%d at most",
				wanted->layout, KEYMAP_LAYOUTS);
		if (!next(&layouts, layout, sizeof layout) ||
			!next(&variants, variant, sizeof variant) ||
			!take_layout(out, layout, variant))
			return fail(err, -EINVAL,
				"\"%.80s\" with variants \"%.60s\" is no list of "
				"keyboard "
				"layouts: write us, or us,de, or us,de(nodeadkeys)",
				wanted->layout, wanted->variant ? wanted->variant : "");
	}
	if (*variants)
		return fail(err, -EINVAL,
			"there are more variants (\"%.60s\") than keyboard layouts "
			"(\"%.60s\"): write one for each, or none between two commas",
			wanted->variant, wanted->layout);
	return 0;
}

static const char *text_or_null(const char *text)
{
	return text && text[0] ? text : NULL;
}

static int compile_names(struct xkb_context *context, const struct input_keymap *wanted,
	struct keymap *out, struct input_error *err)
{
	struct names names;
	int r = read_names(wanted, &names, err);
	if (r < 0)
		return r;
	struct xkb_rule_names rules = {.rules = text_or_null(wanted->rules),
		.model = text_or_null(wanted->model),
		.layout = names.layout,
		.variant = names.variant,
		.options = text_or_null(wanted->options)};
	struct xkb_keymap *xkb =
		xkb_keymap_new_from_names(context, &rules, XKB_KEYMAP_COMPILE_NO_FLAGS);
	if (!xkb)
		return fail(err, -EINVAL,
			"no keyboard layout \"%.60s\"%s%.60s%s: xkbcommon has no keymap "
			"of "
			"that name%s%.40s; choose one listed in "
			"/usr/share/X11/xkb/rules/base.lst (package xkb-data), as us",
			wanted->layout, names.variant[0] ? " with variants \"" : "",
			names.variant, names.variant[0] ? "\"" : "",
			text_or_null(wanted->rules) ? " by the rules " : "",
			text_or_null(wanted->rules) ? wanted->rules : "");
	keymap_finish(out);
	*out = (struct keymap){.xkb = xkb, .n = names.n};
	memcpy(out->names, names.shown, sizeof out->names);
	return 0;
}

/* A file. */

static int read_text(const char *path, char **out)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return -errno;
	int r = fstat(fd, &st) < 0             ? -errno
		: !S_ISREG(st.st_mode)         ? -EISDIR
		: st.st_size > KEYMAP_FILE_MAX ? -EFBIG
					       : 0;
	size_t size = r == 0 ? (size_t)st.st_size : 0, done = 0;
	char *text = xcalloc(1, size + 1);
	for (ssize_t n = 1; r == 0 && n > 0 && done < size; done += (size_t)n) {
		n = read(fd, text + done, size - done);
		if (n < 0) {
			r = -errno;
			n = 0;
		}
	}
	close(fd);
	if (r == 0)
		*out = text;
	else
		free(text);
	return r;
}

static int compile_file(struct xkb_context *context, const char *path, struct keymap *out,
	struct input_error *err)
{
	char *text = NULL;
	int r = read_text(path, &text);
	if (r < 0)
		return fail(err, r, "the keymap %.120s cannot be read: %s", path,
			r == -EISDIR  ? "it is no regular file"
			: r == -EFBIG ? "it is larger than 1 MiB"
				      : strerror(-r));
	struct xkb_keymap *xkb = xkb_keymap_new_from_string(
		context, text, XKB_KEYMAP_FORMAT_TEXT_V1, XKB_KEYMAP_COMPILE_NO_FLAGS);
	free(text);
	if (!xkb)
		return fail(err, -EINVAL,
			"%.90s is no keymap as 'xkbcli compile-keymap' writes one: "
			"%.100s",
			path, complaint[0] ? complaint : "xkbcommon does not say why");
	keymap_finish(out);
	*out = (struct keymap){.xkb = xkb, .n = xkb_keymap_num_layouts(xkb)};
	return 0;
}

/* The system's. */

static int compile_system(struct xkb_context *context, const struct input_keymap *wanted,
	struct keymap *out, struct input_error *err)
{
	struct system_keymap system;
	struct input_error why = {0};
	struct input_keymap names = *wanted;
	names.layout = "us";
	if (system_keymap_find("", &system)) {
		names = system_keymap_under(&system, wanted);
		int r = compile_names(context, &names, out, &why);
		if (r == 0)
			return 0;
		if (text_or_null(wanted->variant))
			return fail(err, r, "%s (the layout is that of %.40s)", why.text,
				system.path);
		log_error("%s: %s; the keyboard is us until then", system.path, why.text);
		names = *wanted;
		names.layout = "us";
	}
	return compile_names(context, &names, out, err);
}

int keymap_compile(struct xkb_context *context, const struct input_keymap *wanted,
	struct keymap *out, struct input_error *err)
{
	struct input_keymap names = *wanted;
	complaint[0] = '\0';
	if (text_or_null(wanted->file))
		return compile_file(context, wanted->file, out, err);
	if (text_or_null(wanted->layout))
		return compile_names(context, wanted, out, err);
	names.layout = text_or_null(getenv("XKB_DEFAULT_LAYOUT"));
	if (!names.layout)
		return compile_system(context, wanted, out, err);
	if (!text_or_null(names.variant))
		names.variant = getenv("XKB_DEFAULT_VARIANT");
	return compile_names(context, &names, out, err);
}

void keymap_finish(struct keymap *keymap)
{
	xkb_keymap_unref(keymap->xkb);
	keymap->xkb = NULL;
}
