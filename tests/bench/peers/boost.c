/* boost.context by its C entry points: libs/context/src/asm, as boost/context/fcontext.hpp has them. */
#include <stddef.h>

#include "peer.h"

#define ROUNDS 1000000

typedef void *fcontext;
struct transfer {
	fcontext from;
	void *data;
};
struct transfer jump_fcontext(fcontext to, void *data);
fcontext make_fcontext(void *top, size_t size, void (*fn)(struct transfer));

static void pong(struct transfer t)
{
	for (;;)
		t = jump_fcontext(t.from, NULL);
}

static double switch_ns(void)
{
	static _Alignas(64) char stack[65536];
	struct transfer t = {
		make_fcontext(stack + sizeof stack, sizeof stack, pong), NULL};
	double start = now_ns();
	for (int i = 0; i < ROUNDS; i++)
		t = jump_fcontext(t.from, NULL);
	return (now_ns() - start) / (2.0 * ROUNDS);
}

int main(void)
{
	static const struct peer_case table[] = {{"switch", switch_ns}, {NULL, NULL}};
	return peer_main("boost.context " BOOST_VERSION, table);
}
