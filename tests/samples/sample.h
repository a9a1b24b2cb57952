/*
 * What the samples share: small plugins of a known nature, each as somebody might write
 * it. class_test runs them and compares what they do with what analysis said.
 *
 * The services that they ask are played by the test: a request, then its answer, which
 * has ANSWER added to its type and begins with a result.
 */
#ifndef TESTS_SAMPLES_SAMPLE_H
#define TESTS_SAMPLES_SAMPLE_H

#include <osaas.h>
#include <osaas_std.h>

#define SAMPLE(name, wants)                                                              \
	OSAAS_MANIFEST("id = org.osaas.sample\n"                                         \
		       "name = " name "\n"                                               \
		       "version = 1.0\n"                                                 \
		       "abi = 1.0\n"                                                     \
		       "entry = sample_main\n"                                           \
		       "memory = 128M\n" wants)                                          \
	OSAAS_EXPORT void sample_main(void);

#define ANSWER UINT32_C(0x80000000)
enum ask {
	ASK_OPEN = 1,
	ASK_READ = 2,  /* u32[4]: how many bytes; the answer carries them */
	ASK_WRITE = 3, /* buf, len */
};

/* The answer's result; what it carries is the caller's. */
static inline int64_t ask(osaas_chan chan, struct osaas_msg *msg)
{
	int r = osaas_send(chan, msg);
	if (r == 0)
		r = osaas_recv(chan, msg);
	return r < 0 ? r : msg->u.i64[0];
}

static inline uint32_t xorshift(uint32_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 17;
	*x ^= *x << 5;
	return *x;
}

#endif
