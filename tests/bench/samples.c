#include "samples.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cases.h"
#include "measure.h"
#include "util/clock.h"

#define DISTURBED_NS (50 * NS_PER_US) /* a wake-up on an idle CPU waits for some 5 us */

void samples_init(struct samples *s, size_t max)
{
	*s = (struct samples){.values = calloc(max, sizeof *s->values), .max = max};
	if (!s->values)
		bench_die("no memory for samples; close something");
}

void samples_finish(struct samples *s)
{
	free(s->values);
	*s = (struct samples){0};
}

/* Time this thread was ready and did not run: proc(5), schedstat, the second number. */
static uint64_t waited_ns(void)
{
	static int fd = -2;
	char text[96];
	unsigned long long ran, waited;
	if (fd == -2) {
		fd = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			fprintf(stderr, "bench: this kernel has no schedstat: what other "
					"processes delay is in the tail\n");
	}
	ssize_t n = fd < 0 ? -1 : pread(fd, text, sizeof text - 1, 0);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	return sscanf(text, "%llu %llu", &ran, &waited) == 2 ? waited : 0;
}

void samples_begin(struct samples *s)
{
	s->waited_ns = waited_ns();
}

void samples_add(struct samples *s, uint64_t from_ns, uint64_t to_ns)
{
	uint64_t waited = waited_ns();
	if (waited - s->waited_ns > DISTURBED_NS)
		s->disturbed_ns = clock_now_ns();
	s->waited_ns = waited;
	if (from_ns <= s->disturbed_ns || s->n == s->max)
		s->left_out++;
	else
		s->values[s->n++] = (double)(to_ns - from_ns);
}

static const char *note_of(const struct samples *ours, const struct samples *peer)
{
	static char note[96];
	snprintf(note, sizeof note,
		"of %zu and %zu, %zu and %zu left out: another process had the CPU",
		ours->max, peer->max, ours->left_out, peer->left_out);
	return note;
}

void samples_print(const char *name, struct samples *ours, struct samples *peer,
	const char *peer_name, double (*bound_of)(double peer_ns))
{
	static const struct {
		const char *detail;
		double p;
	} points[] = {{", p50", 0.5}, {", p99", 0.99}, {", p99.9", 0.999}};
	for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
		double theirs = quantile(peer->values, peer->n, points[i].p);
		print_result(&(struct result){
			.name = name,
			.unit = "ns",
			.detail = points[i].detail,
			.ours = quantile(ours->values, ours->n, points[i].p),
			.peer = theirs,
			.peer_name = peer_name,
			.bound = points[i].p == 0.99 ? bound_of(theirs) : NAN,
			.note = note_of(ours, peer),
		});
	}
}
