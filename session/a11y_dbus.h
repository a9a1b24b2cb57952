/* a11y_dbus: libdbus, loaded when there is a bus to talk to. Nothing is called that waits for an answer. */
#ifndef OSAAS_SESSION_A11Y_DBUS_H
#define OSAAS_SESSION_A11Y_DBUS_H

#include <dbus/dbus.h>

#include "util/library.h"

extern struct library library_dbus;

#endif
