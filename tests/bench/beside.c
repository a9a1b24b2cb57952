/*
 * Frames, 60 a second, beside a plugin that leaks some 500 MiB a second and collects 8
 * (or 40) MiB each time its heap is full; and beside one that only works. Ours is the time
 * from "shown" to the frame, beside the collector; the peer is the same beside work.
 */
#include <stdio.h>

#include "cases.h"
#include "measure.h"
#include "tests/unit/plugins/beside.h"

#define FRAMES 600

static void print(const char *name, const char *detail, uint64_t ours, uint64_t peer,
	const char *note)
{
	print_result(&(struct result){
		.name = name,
		.detail = detail,
		.unit = "us",
		.ours = (double)ours / 1000,
		.peer = (double)peer / 1000,
		.peer_name = "beside work",
		.bound = __builtin_nan(""),
		.note = note,
	});
}

static void compare(const char *name, const char *path)
{
	char note[200];
	struct beside_result leak, work;
	if (!beside_run(path, BESIDE_WORK, FRAMES, false, &work) ||
		!beside_run(path, BESIDE_LEAK, FRAMES, false, &leak))
		bench_die("%s does not run: no memory; close something", path);
	snprintf(note, sizeof note,
		"%u frames, %u late, beside work %u; %u collections, %u us each, "
		"%u MiB leaked",
		leak.frames, leak.late, work.late, (unsigned)leak.collections,
		leak.collections ? (unsigned)(leak.frozen_ns / leak.collections / 1000)
				 : 0,
		(unsigned)(leak.leaked >> 20));
	print(name, ", p50", leak.p50_ns, work.p50_ns, NULL);
	print(name, ", p99", leak.p99_ns, work.p99_ns, NULL);
	print(name, ", max", leak.max_ns, work.max_ns, note);
}

void case_beside(void)
{
	compare("frame beside a collector of 8 MiB", BESIDE_SMALL);
	compare("frame beside a collector of 40 MiB", BESIDE_LARGE);
}
