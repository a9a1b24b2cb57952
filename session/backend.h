/* backend: which one there is of a name. */
#ifndef OSAAS_SESSION_BACKEND_H
#define OSAAS_SESSION_BACKEND_H

struct backend_ops;

/*
 * backend_desktop: which there are by WAYLAND_DISPLAY and DISPLAY, as SDL wants their names,
 * the better one first; NULL: none.
 */
const char *backend_desktop(void);

/*
 * backend_choose: kms, nested or headless; "auto": nested in a desktop, else what is given.
 * NULL: there is none of that name, which is logged.
 */
const struct backend_ops *backend_choose(
	const char *name, const struct backend_ops *elsewhere);

#endif
