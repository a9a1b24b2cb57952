/* backend: which one there is of a name. */
#ifndef OSAAS_SESSION_BACKEND_H
#define OSAAS_SESSION_BACKEND_H

#include <stdbool.h>

struct backend_ops;

/* backend_in_desktop: X11's DISPLAY or Wayland's WAYLAND_DISPLAY says where one is. */
bool backend_in_desktop(void);

/*
 * backend_choose: kms, nested or headless; "auto": nested in a desktop, else what is given.
 * NULL: there is none of that name, which is logged.
 */
const struct backend_ops *backend_choose(
	const char *name, const struct backend_ops *elsewhere);

#endif
