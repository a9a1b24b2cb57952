/*
 * fake_layer: gl's layers for tests that draw none. All of them are one, which knows its size;
 * what a frame does, gl_layer_submit, is the test's own.
 */
#ifndef OSAAS_TESTS_FAKE_LAYER_H
#define OSAAS_TESTS_FAKE_LAYER_H

#include <stdint.h>

/* As of the last create or resize; the test sets it to zero before it begins. */
extern struct fake_layer {
	int32_t width, height;
	int destroyed;
} fake_layer;

#endif
