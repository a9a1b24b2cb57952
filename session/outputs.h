/*
 * outputs: what each display is to be, and where its screen lies. What counts of a setting,
 * the first that says something: 'osaas ctl output' (kept on disk), the configuration's
 * section [output NAME], a default. Of sections and of what is kept that one counts whose
 * name is the most exact (output_config.h); a display without a serial number that has a
 * twin here is told from it by its connector.
 *
 * A display that goes and comes back finds its settings, its place and its windows again:
 * it is known by its EDID, on whatever connector, else by its connector.
 *
 * Screens lie side by side in the order in which their displays were first seen, those
 * with a position where that is. A mirror lies where its source lies. Windows are on
 * the screen that names their plugin, else on the first that is no mirror.
 */
#ifndef OSAAS_SESSION_OUTPUTS_H
#define OSAAS_SESSION_OUTPUTS_H

#include <stdbool.h>
#include <stdint.h>

#include "session/output_config.h"

struct outputs;
struct screen;
struct session;

/* outputs_create reads what is on disk; what cannot be read is said, and does not count. */
struct outputs *outputs_create(struct session *session);
void outputs_destroy(struct outputs *outputs); /* takes NULL */

/* A back end looks what displays there are: begin, then configure for each, then end. */
void outputs_scan_begin(struct outputs *outputs);
void outputs_configure(struct outputs *outputs, const char *connector,
	const struct kms_identity *identity, struct kms_config *config);
/*
 * outputs_scan_end: true: look again, what is to be has changed. With every display that is
 * here off nobody could see anything: then they are on, whatever was said.
 */
bool outputs_scan_end(struct outputs *outputs);

/* outputs_add puts a screen among session.screens. outputs_arrange says where each lies. */
void outputs_add(struct outputs *outputs, struct screen *screen);
void outputs_remove(struct outputs *outputs, struct screen *screen);
void outputs_arrange(struct outputs *outputs);

/*
 * What of the layout a screen's view lies over: of a mirror to the pixel as it is painted,
 * bars with it, whose sides are scaled each by itself then.
 */
struct outputs_place {
	double x, y, width, height;
};
struct outputs_place outputs_place(const struct screen *screen);

/* Where windows of this plugin (NULL: of none) are; NULL: there is no screen. */
struct screen *outputs_home(const struct outputs *outputs, const char *id);

/* outputs_settings: they, the session's scale or what is kept have changed. Arrange next. */
void outputs_settings(struct outputs *outputs);

/* What is to be on a connector, or was there last. NULL: nothing was ever there. */
const struct output_config *outputs_config(
	const struct outputs *outputs, const char *connector);
/* Why its colours are not as they are to be: 0, or the card's -errno. */
int outputs_color_error(const struct outputs *outputs, const char *connector);

/*
 * outputs_find looks for a display that is here by one of its names: its connector, and the name
 * that it is kept by. 0, -ENOENT, -EEXIST: there are several.
 */
int outputs_find(const struct outputs *outputs, const char *word,
	char connector[static OUTPUT_NAME_MAX], char name[static OUTPUT_NAME_MAX]);

/*
 * outputs_said: what 'osaas ctl output' said that counts for the display on that connector, and
 * the name that it is kept by ("": none). NULL: it said nothing, or nothing is there.
 */
const struct output_config *outputs_said(const struct outputs *outputs,
	const char *connector, char name[static OUTPUT_NAME_MAX]);

/* What is kept by that name; NULL: nothing. outputs_keep: NULL forgets. The disk is the caller's. */
const struct output_config *outputs_kept(const struct outputs *outputs, const char *name);
void outputs_keep(
	struct outputs *outputs, const char *name, const struct output_config *config);

/* Colours by the time of the day; turn when next_ns says so. outputs_turn_now: whatever it says. */
uint64_t outputs_next_ns(const struct outputs *outputs);
void outputs_turn(struct outputs *outputs);
void outputs_turn_now(struct outputs *outputs);

#endif
