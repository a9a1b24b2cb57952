/* One call of the SDK's memset takes a long time: a C library's could not be interrupted. */
#include <osaas_std.h>

#include "hog.h"

HOG("1088M")

#define SIZE ((size_t)1 << 30)

void hog_main(void)
{
	void *buf = osaas_buf_alloc(SIZE);
	if (!buf)
		osaas_exit(1);
	memset(buf, 1, SIZE); /* no page faults later */
	hog_ready();
	for (int i = 0;; i++)
		memset(buf, i, SIZE);
}
