/*
 * devices: what input devices are to be: what the configuration's sections [input NAME] say, and
 * before them what 'osaas ctl input' said, until the session ends.
 */
#ifndef OSAAS_SESSION_DEVICES_H
#define OSAAS_SESSION_DEVICES_H

#include "input/input.h"

struct devices;
struct session;

struct devices *devices_create(struct session *session);
void devices_destroy(struct devices *devices); /* takes NULL, as all of these */

/* devices_attach: these are configured from now on, at once; NULL: there are none. */
void devices_attach(struct devices *devices, struct input *input);
/* devices_apply: the configuration, or where displays are, is another. */
void devices_apply(struct devices *devices);
/* NULL: there are none. */
struct input *devices_input(const struct devices *devices);

/*
 * devices_said: what was said at run time of those that match (input_rule.match); NULL: nothing.
 * *output is the display's name, or "".
 */
const struct device_config *devices_said(
	const struct devices *devices, const char *match, const char **output);
/* devices_say: this is all that is said of them; config NULL: nothing. -ENOSPC: too many. */
int devices_say(struct devices *devices, const char *match,
	const struct device_config *config, const char *output);

#endif
