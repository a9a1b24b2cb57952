#include "edid_bytes.h"

#include <string.h>

static void put_timing(const uint16_t mm[2], uint8_t *d)
{
	d[0] = 0x64; /* its clock: not zero */
	d[1] = 0x19;
	d[12] = (uint8_t)mm[0];
	d[13] = (uint8_t)mm[1];
	d[14] = (uint8_t)((mm[0] >> 8) << 4 | mm[1] >> 8);
}

static void put_text(uint8_t tag, const char *text, uint8_t *d)
{
	d[3] = tag;
	memset(d + 5, ' ', 13);
	for (size_t i = 0; text && i < 13 && text[i]; i++)
		d[5 + i] = (uint8_t)text[i];
	if (text && strlen(text) < 13)
		d[5 + strlen(text)] = '\n';
}

void edid_sum(uint8_t block[EDID_BLOCK])
{
	uint8_t sum = 0;
	for (size_t i = 0; i < EDID_BLOCK - 1; i++)
		sum = (uint8_t)(sum + block[i]);
	block[EDID_BLOCK - 1] = (uint8_t)-sum;
}

void edid_make(const struct edid_want *want, uint8_t out[EDID_BLOCK])
{
	unsigned make = 0;
	memset(out, 0, EDID_BLOCK);
	memset(out + 1, 0xff, 6);
	for (size_t i = 0; i < 3 && want->make; i++)
		make = make << 5 | (unsigned)(want->make[i] - 'A' + 1);
	out[8] = (uint8_t)(make >> 8);
	out[9] = (uint8_t)make;
	out[10] = (uint8_t)want->product;
	out[11] = (uint8_t)(want->product >> 8);
	for (unsigned i = 0; i < 4; i++)
		out[12 + i] = (uint8_t)(want->number >> 8 * i);
	out[18] = 1;
	out[19] = 4;
	out[21] = want->cm[0];
	out[22] = want->cm[1];
	if (want->mm[0])
		put_timing(want->mm, out + 54);
	if (want->serial)
		put_text(0xff, want->serial, out + 72);
	if (want->name)
		put_text(0xfc, want->name, out + 90);
	out[108 + 3] = 0x10; /* a dummy descriptor */
	edid_sum(out);
}
