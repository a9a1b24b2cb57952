/*
 * hostile: streams that want much of whoever draws them, by every way that there is: numbers,
 * sizes, counts, nesting, ids, framing. Most are texts (gl/optext.h). What each is told,
 * an error or a picture, is not said here: only that it has to end.
 */
#ifndef OSAAS_TESTS_HOSTILE_H
#define OSAAS_TESTS_HOSTILE_H

#include <stddef.h>
#include <stdint.h>

size_t hostile_count(void);
const char *hostile_name(size_t i);

/* Some need several frames of one window. */
unsigned hostile_frames(size_t i);

/* hostile_make gives one frame of one, to be freed; the same bytes each time. Aborts without memory. */
uint8_t *hostile_make(size_t i, unsigned frame, size_t *size);

/* hostile_rich is a good stream of every op, to be cut. */
uint8_t *hostile_rich(size_t *size);

#endif
