/*
 * backlight: how bright a panel is, by the kernel's class of that name. Pure, but for
 * reading and writing of its files.
 */
#ifndef OSAAS_SESSION_BACKLIGHT_H
#define OSAAS_SESSION_BACKLIGHT_H

#include <stdint.h>

#define BACKLIGHT_ROOT     "/sys/class/backlight"
#define BACKLIGHT_PATH_MAX 512
#define BACKLIGHT_HINT     "N%, +N% or -N%, as 60% or +5%"

struct backlight {
	char name[64];                 /* "intel_backlight" */
	char path[BACKLIGHT_PATH_MAX]; /* its folder */
	long now, max;                 /* 0 <= now <= max, max > 0 */
};

/*
 * backlight_find: the one of the panel on that connector ("eDP-1"; NULL: of any), of
 * which the kernel says that firmware is better than platform, and that than raw. 0; -ENOENT
 * there is none.
 */
int backlight_find(const char *root, const char *connector, struct backlight *out);

/*
 * backlight_parse: "60%" of max, "+5%" and "-5%" of it more or less than now. Never 0: that is
 * dark. 0 or -EINVAL.
 */
int backlight_parse(const struct backlight *backlight, const char *text, long *value);

/* In percent, rounded. */
unsigned backlight_percent(const struct backlight *backlight);

/* backlight_write: 0 or -errno: -EACCES the user may not. */
int backlight_write(struct backlight *backlight, long value);

#endif
