#include "kms/edid.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kms/kms.h"

/* Offsets of the base block, E-EDID 1.4 section 3. */
#define AT_MAKE         8
#define AT_PRODUCT      10
#define AT_SERIAL       12
#define AT_CM           21
#define AT_DESCRIPTORS  54

#define DESCRIPTORS     4
#define DESCRIPTOR_SIZE 18
#define TEXT_AT         5
#define TEXT_SIZE       13

#define TAG_NAME        0xfc
#define TAG_SERIAL      0xff

static bool sum_is_zero(const uint8_t *data)
{
	unsigned sum = 0;
	for (size_t i = 0; i < EDID_BLOCK; i++)
		sum += data[i];
	return (sum & 0xff) == 0;
}

/* Three letters of five bits, big-endian, 1 is A. */
static void read_make(const uint8_t *data, char out[4])
{
	const unsigned bits = (unsigned)data[AT_MAKE] << 8 | data[AT_MAKE + 1];
	char make[4] = "";
	for (unsigned i = 0; i < 3; i++) {
		unsigned letter = bits >> (10 - 5 * i) & 31;
		if (letter < 1 || letter > 26)
			return;
		make[i] = (char)('A' + letter - 1);
	}
	memcpy(out, make, sizeof make);
}

static const uint8_t *descriptor(const uint8_t *data, size_t i)
{
	return data + AT_DESCRIPTORS + i * DESCRIPTOR_SIZE;
}

static bool is_timing(const uint8_t *d)
{
	return d[0] || d[1];
}

/* A text ends at a line feed, of some displays at a zero. */
static void read_text(const uint8_t *text, char *out)
{
	size_t n = 0;
	for (size_t i = 0; i < TEXT_SIZE && text[i] != '\n' && text[i]; i++) {
		bool printable = text[i] >= 0x20 && text[i] < 0x7f;
		if (n > 0 || text[i] != ' ')
			out[n++] = printable ? (char)text[i] : '?';
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
}

static void find_text(const uint8_t *data, uint8_t tag, char *out)
{
	for (size_t i = 0; i < DESCRIPTORS && !out[0]; i++) {
		const uint8_t *d = descriptor(data, i);
		if (!is_timing(d) && d[3] == tag)
			read_text(d + TEXT_AT, out);
	}
}

/*
 * Whole centimetres, or the millimetres of the first timing where they agree; what
 * they do not agree on is an aspect ratio in some displays.
 */
static void read_size(const uint8_t *data, struct kms_identity *out)
{
	const int32_t w = data[AT_CM] * 10, h = data[AT_CM + 1] * 10;
	const bool told = w && h;
	const uint8_t *d = descriptor(data, 0);
	const int32_t mm_w = d[12] | (d[14] & 0xf0) << 4, mm_h = d[13] | (d[14] & 0x0f)
										 << 8;
	const bool finer = is_timing(d) && mm_w && mm_h &&
			   (!told || (abs(mm_w - w) <= 10 && abs(mm_h - h) <= 10));
	out->mm_width = finer ? mm_w : told ? w : 0;
	out->mm_height = finer ? mm_h : told ? h : 0;
}

int kms_edid_parse(const uint8_t *data, size_t size, struct kms_identity *out)
{
	static const uint8_t magic[8] = {0, 255, 255, 255, 255, 255, 255, 0};
	*out = (struct kms_identity){0};
	if (size < EDID_BLOCK || memcmp(data, magic, sizeof magic) != 0)
		return -EINVAL;
	if (!sum_is_zero(data))
		return -EBADMSG;
	const uint8_t *s = data + AT_SERIAL;
	const uint32_t number =
		s[0] | (uint32_t)s[1] << 8 | (uint32_t)s[2] << 16 | (uint32_t)s[3] << 24;
	read_make(data, out->make);
	find_text(data, TAG_NAME, out->model);
	if (!out->model[0])
		snprintf(out->model, sizeof out->model, "0x%02x%02x",
			data[AT_PRODUCT + 1], data[AT_PRODUCT]);
	find_text(data, TAG_SERIAL, out->serial);
	if (!out->serial[0] && number)
		snprintf(out->serial, sizeof out->serial, "%u", number);
	read_size(data, out);
	return 0;
}
