#include "session/backend.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "session/session.h"
#include "util/log.h"

static bool is_set(const char *name)
{
	const char *value = getenv(name);
	return value && *value;
}

const char *backend_desktop(void)
{
	bool wayland = is_set("WAYLAND_DISPLAY"), x11 = is_set("DISPLAY");
	return wayland && x11 ? "wayland,x11" : wayland ? "wayland" : x11 ? "x11" : NULL;
}

const struct backend_ops *backend_choose(
	const char *name, const struct backend_ops *elsewhere)
{
	if (strcmp(name, "auto") == 0)
		return backend_desktop() ? &backend_nested : elsewhere;
	if (strcmp(name, "kms") == 0)
		return &backend_kms;
	if (strcmp(name, "nested") == 0)
		return &backend_nested;
	if (strcmp(name, "headless") == 0)
		return &backend_headless;
	log_error("there is no back end '%s': use auto, kms, nested or headless", name);
	return NULL;
}
