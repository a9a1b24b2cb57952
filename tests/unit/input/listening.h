/* listening: what tests of input write down, and the calls of a listener that do nothing. */
#ifndef OSAAS_TESTS_INPUT_LISTENING_H
#define OSAAS_TESTS_INPUT_LISTENING_H

#include <stdbool.h>

#include "input/input.h"

extern char heard[1024];
/* hear adds to heard, with a blank between. */
void hear(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

int open_any(void *data, const char *path, int flags);
void close_any(void *data, int fd);
bool take_no_key(void *data, const struct input_key *key);

#endif
