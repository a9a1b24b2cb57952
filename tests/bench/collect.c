/* One collection of 8 MB that are all in use, beside the collector of Boehm and others. */
#include "cases.h"
#include "contest.h"
#include "graph.h"
#include "heap_host.h"
#include "plugins/include/osaas_heap.h"
#include "util/clock.h"

static struct graph_node *graph;

static double collect_us(int arg)
{
	(void)arg;
	uint64_t start = clock_now_ns();
	if (osaas_gc() < 0)
		bench_die("the heap does not collect");
	return (double)(clock_now_ns() - start) / 1000;
}

void case_collect(void)
{
	graph = graph_make(sdk_malloc);
	if (!graph)
		bench_die("the heap of the bench is too small");
	heap_host_root = (struct osaas_range){&graph, &graph + 1};
	contest_run(&(struct contest){
		.name = "collection of 8 MB in use",
		.unit = "us",
		.ours = {.run = collect_us},
		.sides = {{.peer = PEER_GC, .ask = "collect", .bound = 1.2}},
	});
	graph = NULL;
}
