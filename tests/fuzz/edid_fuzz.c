/* Any bytes as an EDID, as they are and with a right checksum: texts stay printable. */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kms/edid.h"
#include "kms/kms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text, size_t size)
{
	size_t n = strnlen(text, size);
	if (n == size || (n > 0 && (text[0] == ' ' || text[n - 1] == ' ')))
		abort();
	for (size_t i = 0; i < n; i++) {
		if (text[i] < 0x20 || text[i] > 0x7e)
			abort();
	}
}

static void check(const uint8_t *data, size_t size)
{
	static const struct kms_identity nobody;
	struct kms_identity id;
	memset(&id, 0x55, sizeof id);
	if (kms_edid_parse(data, size, &id) < 0 && memcmp(&id, &nobody, sizeof id) != 0)
		abort();
	for (size_t i = 0; id.make[i]; i++) {
		if (!isupper((unsigned char)id.make[i]))
			abort();
	}
	check_text(id.make, sizeof id.make);
	check_text(id.model, sizeof id.model);
	check_text(id.serial, sizeof id.serial);
	if (id.mm_width < 0 || id.mm_height < 0 || !id.mm_width != !id.mm_height)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check(data, size);
	if (size < EDID_BLOCK)
		return 0;
	uint8_t block[EDID_BLOCK], sum = 0;
	memcpy(block, data, sizeof block);
	for (size_t i = 0; i < EDID_BLOCK - 1; i++)
		sum = (uint8_t)(sum + block[i]);
	block[EDID_BLOCK - 1] = (uint8_t)-sum;
	check(block, sizeof block);
	return 0;
}
