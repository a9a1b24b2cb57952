/* Sums of columns where rows lie one after the other: a stride of a row. */
#include "sample.h"

SAMPLE("Columns", "")

#define ROWS    16384
#define COLUMNS 256

static uint32_t table[ROWS][COLUMNS], sums[COLUMNS];

void sample_main(void)
{
	for (;;) {
		for (int c = 0; c < COLUMNS; c++) {
			uint32_t s = 0;
			for (int r = 0; r < ROWS; r++)
				s += table[r][c];
			sums[c] = s;
		}
		table[sums[3] % ROWS][0]++;
	}
}
