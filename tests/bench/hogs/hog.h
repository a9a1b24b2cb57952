/* What the hogs share: a manifest, and the word that preparations are over. */
#ifndef TESTS_BENCH_HOGS_HOG_H
#define TESTS_BENCH_HOGS_HOG_H

#include <osaas.h>

#define HOG(memory)                                                                      \
	OSAAS_MANIFEST("id = org.osaas.bench.hog\n"                                      \
		       "name = Hog of the bench\n"                                       \
		       "version = 1.0\n"                                                 \
		       "abi = 1.0\n"                                                     \
		       "entry = hog_main\n"                                              \
		       "memory = " memory "\n"                                           \
		       "want = bench.ready required: to say that it computes now\n")     \
	OSAAS_EXPORT void hog_main(void);

static inline void hog_ready(void)
{
	struct osaas_msg msg = {.type = 1};
	osaas_send(osaas_cap("bench.ready"), &msg);
}

#endif
