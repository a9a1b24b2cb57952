/*
 * For tests/bench/input: takes a mouse's moves and says at the end how late they came,
 * and whether all did. Move i is at x = i % 1000, y = i / 1000. With AREAS, its window has that many
 * in a square, and it takes what comes and says nothing. With MERGE moves may be merged. With
 * SLOW it computes for LONG, a tenth of a second, after each SLOWth, or 500th.
 */
#include <osaas.h>
#include <osaas_ops.h>
#include <osaas_std.h>
#include <osaas_window.h>

OSAAS_MANIFEST("id = org.osaas.bench.mouse\n"
	       "name = Mouse\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = mouse_main\n"
	       "want = gui.window required: to be pointed at\n")

#ifndef AREAS
#define AREAS 1
#endif
#define SIDE 1000
#ifndef LONG
#define LONG UINT64_C(100000000) /* ns */
#endif
#define MOST 65536

static uint32_t late[MOST]; /* ns */
static size_t n;
static uint64_t missing, reordered, lost, last_ns;
static uint32_t next;

static void draw(osaas_chan window)
{
	unsigned rows = 1;
	struct osaas_ops ops;
	while (rows * rows < AREAS)
		rows++;
	float side = (float)SIDE / (float)rows;
	osaas_ops_begin(&ops);
	for (unsigned i = 0; i < AREAS; i++) {
		float x = side * (float)(i % rows), y = side * (float)(i / rows);
		osaas_ops_clip_rect(&ops, x, y, x + side, y + side);
		osaas_ops_area(&ops, i + 1);
		osaas_ops_clip_pop(&ops);
	}
#ifdef MERGE
	osaas_ops_listen(&ops, 1, OSAAS_POINTER_MOVE | OSAAS_LISTEN_MERGE, 0, 0, 0, 0);
#endif
	if (osaas_ops_send(window, &ops, 1) != 0)
		osaas_printf(OSAAS_LOG_ERROR, "the frame was not sent");
}

static void take(const struct osaas_msg *msg)
{
	struct osaas_window_pointer p;
	uint64_t now = osaas_now();
	memcpy(&p, msg->u.bytes, sizeof p);
	if (p.kind != OSAAS_POINTER_MOVE)
		return;
	uint32_t i = (uint32_t)p.y * SIDE + (uint32_t)p.x;
	if (i < next || p.time_ns < last_ns)
		reordered++;
	else
		missing += i - next;
	next = i + 1;
	last_ns = p.time_ns;
#ifdef SLOW
	if (i % (SLOW > 1 ? SLOW : 500) == 0) {
		while (osaas_now() < now + LONG)
			;
	}
#endif
	if (n < MOST)
		late[n++] = (uint32_t)(now - p.time_ns);
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static void say(void)
{
	if (n == 0)
		return;
	qsort(late, n, sizeof *late, compare);
	osaas_printf(OSAAS_LOG_INFO,
		"figures n %lu p50 %u p90 %u p99 %u worst %u missing %lu reordered %lu "
		"lost "
		"%lu",
		(unsigned long)n, late[n / 2], late[n * 9 / 10], late[n * 99 / 100],
		late[n - 1], (unsigned long)missing, (unsigned long)reordered,
		(unsigned long)lost);
}

OSAAS_EXPORT void mouse_main(void);
void mouse_main(void)
{
	struct osaas_msg msg;
	osaas_chan window = osaas_cap("gui.window");
	while (osaas_recv(window, &msg) == 0) {
		if (msg.type == OSAAS_WINDOW_CONFIG)
			draw(window);
		else if (msg.type == OSAAS_WINDOW_POINTER)
			take(&msg);
		else if (msg.type == OSAAS_WINDOW_LOST)
			lost++;
		else if (msg.type == OSAAS_WINDOW_CLOSE)
			break;
	}
	if (AREAS == 1)
		say();
}
