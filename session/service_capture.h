/* service_capture: who may have the pointer for itself: "input.capture", for capture.c. */
#ifndef OSAAS_SESSION_SERVICE_CAPTURE_H
#define OSAAS_SESSION_SERVICE_CAPTURE_H

#include <stdbool.h>

struct window;

bool service_capture_granted(const struct window *window);

#endif
