/*
 * device_config: what an input device is to do, all of libinput's options as text and back.
 * Pure. The keys and their values, as man/osaas.ini.5.scd has them:
 *
 *	send-events=enabled|disabled|disabled-on-external-mouse
 *	accel-speed=S				-1 to 1
 *	accel-profile=flat|adaptive
 *	natural-scroll=on|off
 *	left-handed=on|off
 *	middle-emulation=on|off			left and right at once are the middle one
 *	click-method=none|button-areas|clickfinger
 *	scroll-method=none|two-finger|edge|on-button-down
 *	scroll-button=left|right|middle|...|none	or a code: BTN_SIDE, 275
 *	scroll-button-lock=on|off
 *	tap=on|off
 *	tap-button-map=lrm|lmr			of two and three fingers
 *	drag=on|off				tap, then hold and move
 *	drag-lock=on|off			... which a short lift does not end
 *	disable-while-typing=on|off
 *	disable-while-trackpointing=on|off
 *	calibration-matrix=A B C D E F		blanks or commas between them
 *	rotation=R				degrees, clockwise, 0 to 359
 *
 * Beside on and off: enabled, yes, true, and their opposites. '_' is as good as '-', in values
 * both may be left out.
 */
#ifndef OSAAS_INPUT_DEVICE_CONFIG_H
#define OSAAS_INPUT_DEVICE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#define DEVICE_VALUE_MAX 128
#define DEVICE_WHY_MAX   300

enum device_option {
	DEVICE_SEND_EVENTS,
	DEVICE_ACCEL_SPEED,
	DEVICE_ACCEL_PROFILE,
	DEVICE_NATURAL_SCROLL,
	DEVICE_LEFT_HANDED,
	DEVICE_MIDDLE_EMULATION,
	DEVICE_CLICK_METHOD,
	DEVICE_SCROLL_METHOD,
	DEVICE_SCROLL_BUTTON,
	DEVICE_SCROLL_BUTTON_LOCK,
	DEVICE_TAP,
	DEVICE_TAP_BUTTON_MAP,
	DEVICE_DRAG,
	DEVICE_DRAG_LOCK,
	DEVICE_DWT,
	DEVICE_DWTP,
	DEVICE_CALIBRATION,
	DEVICE_ROTATION,
	DEVICE_OPTIONS, /* how many */
};

struct device_config {
	uint32_t set; /* bit i: option i was said; the others are not looked at */
	/* By option: libinput's enum, 0 or 1 of switches, evdev BTN_*, degrees. */
	int32_t choice[DEVICE_OPTIONS];
	double speed;
	float matrix[6];
};

const char *device_option_name(enum device_option option);

/*
 * device_config_set: 0; -ENOENT: no such key; -EINVAL with why: what is wrong, and what may
 * be written.
 */
int device_config_set(struct device_config *config, const char *key, const char *value,
	char why[static DEVICE_WHY_MAX]);
/* device_config_value writes what device_config_set would read. */
void device_config_value(const struct device_config *config, enum device_option option,
	char value[static DEVICE_VALUE_MAX]);

/* device_config_merge: what over says counts. */
void device_config_merge(struct device_config *config, const struct device_config *over);
/* device_config_same: whether both have the same value of that option. */
bool device_config_same(const struct device_config *a, const struct device_config *b,
	enum device_option option);

#endif
