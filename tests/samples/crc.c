/* CRC-32 by table, byte by byte, of more than a cache holds: still arithmetic. */
#include "sample.h"

SAMPLE("CRC", "")

static uint32_t table[256];
static volatile uint32_t result;

void sample_main(void)
{
	size_t size = 8 << 20;
	uint8_t *data = osaas_buf_alloc(8 << 20);
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;
		for (int k = 0; k < 8; k++)
			c = c & 1 ? 0xedb88320 ^ c >> 1 : c >> 1;
		table[i] = c;
	}
	for (;;) {
		uint32_t c = ~0u;
		for (size_t i = 0; i < size; i++)
			c = table[(c ^ data[i]) & 255] ^ c >> 8;
		result = c;
	}
}
