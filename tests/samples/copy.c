/* Memory copied from here to there and back. */
#include "sample.h"

SAMPLE("Copy", "")

#define SIZE (16 << 20)

void sample_main(void)
{
	char *a = osaas_buf_alloc(SIZE), *b = osaas_buf_alloc(SIZE);
	if (!a || !b)
		osaas_exit(1);
	for (int i = 0;; i++) {
		memcpy(b, a, SIZE);
		b[i & 4095]++;
		memcpy(a, b, SIZE);
	}
}
