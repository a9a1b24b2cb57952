/* sdk: where the SDK of this osaas lies, for who builds plugins. */
#ifndef OSAAS_SESSION_SDK_H
#define OSAAS_SESSION_SDK_H

#include <stdbool.h>

/*
 * sdk_find gives the directory for PKG_CONFIG_PATH: the build tree's when this program was
 * not installed, else that of the tree it was installed into. -ENOENT: neither is there.
 */
int sdk_find(char *path, unsigned size);

/* sdk_is_default: pkg-config finds the one in that directory by itself. It runs pkg-config. */
bool sdk_is_default(const char *path);

#endif
