/* edid_bytes: base blocks for tests, made of what they are to tell. */
#ifndef OSAAS_TESTS_EDID_BYTES_H
#define OSAAS_TESTS_EDID_BYTES_H

#include <stdint.h>

#include "kms/edid.h"

struct edid_want {
	const char *make; /* three letters; NULL: bits that are no letters */
	uint16_t product;
	uint32_t number;
	uint8_t cm[2];
	uint16_t mm[2];            /* of the first timing; 0: there is no timing */
	const char *name, *serial; /* 13 bytes of a descriptor's text; NULL: none */
};

/* edid_make fills a block, and puts its checksum right. */
void edid_make(const struct edid_want *want, uint8_t out[EDID_BLOCK]);
void edid_sum(uint8_t block[EDID_BLOCK]);

#endif
