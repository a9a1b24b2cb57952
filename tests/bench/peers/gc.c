/* The collector of Boehm, Demers and Weiser, on the graph that ours has. */
#include <gc.h>

#include "../graph.h"
#include "peer.h"

static struct graph_node *graph;

static void *allocate(size_t size)
{
	return GC_malloc(size);
}

static double collect_us(void)
{
	if (!graph)
		graph = graph_make(allocate);
	if (!graph)
		return NAN;
	double start = now_ns();
	GC_gcollect();
	return (now_ns() - start) / 1000;
}

int main(void)
{
	static const struct peer_case table[] = {
		{"collect", collect_us},
		{NULL, NULL},
	};
	char version[64];
	GC_INIT();
	unsigned v = GC_get_version();
	snprintf(version, sizeof version, "Boehm GC %u.%u.%u", v >> 16, v >> 8 & 0xff,
		v & 0xff);
	return peer_main(version, table);
}
