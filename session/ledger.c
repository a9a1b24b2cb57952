#include "session/ledger.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "util/xalloc.h"

const struct ledger_stage ledger_stages[LEDGER_STAGES] = {
	{"route", LEDGER_INPUT, LEDGER_ROUTED},
	{"wake", LEDGER_ROUTED, LEDGER_RAN},
	{"plugin", LEDGER_RAN, LEDGER_RECEIVED},
	{"wait", LEDGER_RECEIVED, LEDGER_PAINT},
	{"paint", LEDGER_PAINT, LEDGER_PAINTED},
	{"commit", LEDGER_PAINTED, LEDGER_COMMITTED},
	{"flip", LEDGER_COMMITTED, LEDGER_FLIPPED},
	{"frame to flip", LEDGER_RECEIVED, LEDGER_FLIPPED},
	{"input to flip", LEDGER_INPUT, LEDGER_FLIPPED},
};

struct ledger {
	uint64_t total; /* the next one's place in the ring, and serial - 1 */
	size_t n_names;
	char names[LEDGER_NAMES][LEDGER_NAME_MAX]; /* the last one is for all others */
	struct ledger_frame frames[LEDGER_FRAMES];
};

struct ledger *ledger_create(void)
{
	return xcalloc(1, sizeof(struct ledger));
}

void ledger_destroy(struct ledger *ledger)
{
	free(ledger);
}

void ledger_reset(struct ledger *ledger)
{
	ledger->total = 0;
	ledger->n_names = 0;
}

size_t ledger_kept(const struct ledger *ledger)
{
	return ledger->total < LEDGER_FRAMES ? (size_t)ledger->total : LEDGER_FRAMES;
}

uint64_t ledger_total(const struct ledger *ledger)
{
	return ledger->total;
}

/* Names come back within a reset: those of frames must stay what they are. */
static uint16_t name_of(struct ledger *ledger, const char *name)
{
	size_t i = 0;
	while (i < ledger->n_names &&
		strncmp(ledger->names[i], name, LEDGER_NAME_MAX - 1) != 0)
		i++;
	if (i < ledger->n_names)
		return (uint16_t)i;
	if (i == LEDGER_NAMES)
		return LEDGER_NAMES - 1;
	snprintf(ledger->names[i], LEDGER_NAME_MAX, "%s",
		i == LEDGER_NAMES - 1 ? "others" : name);
	ledger->n_names++;
	return (uint16_t)i;
}

/* A frame's way. */

bool ledger_routed(struct ledger_window *window, uint64_t input_ns, uint64_t now_ns)
{
	if (window->routed_ns && !window->idle_ns)
		return false;
	window->input_ns = input_ns;
	window->routed_ns = now_ns;
	window->idle_ns = 0;
	return true;
}

void ledger_idle(struct ledger_window *window, uint64_t now_ns)
{
	if (window->routed_ns && !window->idle_ns)
		window->idle_ns = now_ns;
}

static bool answers(const struct ledger_window *window, uint64_t now_ns)
{
	return window->routed_ns &&
	       (!window->idle_ns || now_ns - window->idle_ns <= LEDGER_LATE_NS);
}

void ledger_received(struct ledger_window *window, uint64_t ran_ns, uint64_t now_ns)
{
	uint64_t *at = window->next.at;
	at[LEDGER_RECEIVED] = now_ns;
	/* What the one that is replaced answered is older. */
	if (answers(window, now_ns) && !at[LEDGER_ROUTED]) {
		at[LEDGER_INPUT] = window->input_ns;
		at[LEDGER_ROUTED] = window->routed_ns;
		at[LEDGER_RAN] = ran_ns;
	}
	window->input_ns = window->routed_ns = window->idle_ns = 0;
}

void ledger_unchanged(struct ledger_window *window)
{
	window->next = (struct ledger_frame){0};
}

void ledger_committed(struct ledger *ledger, struct ledger_window *window,
	const char *screen, uint64_t paint_ns, uint64_t painted_ns, uint64_t now_ns)
{
	uint64_t *at = window->next.at;
	if (at[LEDGER_RECEIVED] > paint_ns)
		ledger_unchanged(window);
	if (!at[LEDGER_RECEIVED])
		return;
	at[LEDGER_PAINT] = paint_ns;
	at[LEDGER_PAINTED] = painted_ns;
	at[LEDGER_COMMITTED] = now_ns;
	window->flight = window->next;
	window->flight.screen = name_of(ledger, screen);
	window->next = (struct ledger_frame){0};
}

void ledger_flipped(struct ledger *ledger, struct ledger_window *window,
	const char *window_name, const char *screen, uint64_t present_ns)
{
	struct ledger_frame *frame = &window->flight;
	if (!frame->at[LEDGER_COMMITTED] || frame->screen != name_of(ledger, screen))
		return;
	frame->at[LEDGER_FLIPPED] = present_ns;
	frame->window = name_of(ledger, window_name);
	frame->serial = (uint32_t)ledger->total + 1;
	ledger->frames[ledger->total++ % LEDGER_FRAMES] = *frame;
	*frame = (struct ledger_frame){0};
}

/* Figures. */

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return x < y ? -1 : x > y;
}

static size_t collect(
	const struct ledger *ledger, const struct ledger_stage *stage, uint64_t *out)
{
	size_t n = 0;
	for (size_t i = 0; i < ledger_kept(ledger); i++) {
		const uint64_t *at = ledger->frames[i].at;
		uint64_t from = at[stage->from], to = at[stage->to];
		if (from && to)
			out[n++] = to > from ? to - from : 0;
	}
	qsort(out, n, sizeof *out, compare);
	return n;
}

static uint64_t percentile(const uint64_t *sorted, size_t n, unsigned percent)
{
	return n ? sorted[(n * percent + 99) / 100 - 1] : 0;
}

void ledger_measure(
	const struct ledger *ledger, struct ledger_figures figures[static LEDGER_STAGES])
{
	uint64_t *times = xcalloc(LEDGER_FRAMES, sizeof *times);
	for (int i = 0; i < LEDGER_STAGES; i++) {
		size_t n = collect(ledger, &ledger_stages[i], times);
		figures[i] = (struct ledger_figures){
			.n = n,
			.p50 = percentile(times, n, 50),
			.p90 = percentile(times, n, 90),
			.p99 = percentile(times, n, 99),
			.max = percentile(times, n, 100),
		};
	}
	free(times);
}

int ledger_write(const struct ledger *ledger, int fd)
{
	size_t kept = ledger_kept(ledger),
	       first = ledger->total > kept ? (size_t)(ledger->total % LEDGER_FRAMES) : 0;
	struct ledger_head head = {.magic = LEDGER_MAGIC,
		.frame_size = sizeof *ledger->frames,
		.n_frames = (uint32_t)kept,
		.n_names = (uint32_t)ledger->n_names};
	const struct iovec parts[] = {
		{&head, sizeof head},
		{(void *)(uintptr_t)ledger->names,
			ledger->n_names * sizeof *ledger->names},
		{(void *)(uintptr_t)(ledger->frames + first),
			(kept - first) * sizeof *ledger->frames},
		{(void *)(uintptr_t)ledger->frames, first * sizeof *ledger->frames},
	};
	size_t size = 0;
	for (int i = 0; i < 4; i++)
		size += parts[i].iov_len;
	ssize_t n = writev(fd, parts, 4);
	return n < 0 ? -errno : (size_t)n == size ? 0 : -ENOSPC;
}
