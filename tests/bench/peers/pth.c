/* GNU Pth: message ports, and a yield after each message, so that it is a hand-off. */
#include <pth.h>

#include "peer.h"

#define MESSAGES 5000

static pth_msgport_t there, back;
static pth_message_t messages[2];

static void *get(pth_msgport_t port)
{
	pth_message_t *m;
	while (!(m = pth_msgport_get(port)))
		pth_yield(NULL);
	return m;
}

static void put(pth_msgport_t port, pth_message_t *m)
{
	pth_msgport_put(port, m);
	pth_yield(NULL);
}

static void *receiver(void *arg)
{
	for (int i = 0; i < MESSAGES; i++)
		get(there);
	return arg;
}

static void *server(void *arg)
{
	for (int i = 0; i < MESSAGES; i++)
		put(back, get(there));
	return arg;
}

static double timed(void *(*fn)(void *), int answers)
{
	there = pth_msgport_create("there");
	back = pth_msgport_create("back");
	pth_t other = pth_spawn(PTH_ATTR_DEFAULT, fn, NULL);
	double start = now_ns();
	for (int i = 0; i < MESSAGES; i++) {
		put(there, &messages[i & 1]);
		if (answers)
			get(back);
	}
	double ns = (now_ns() - start) / MESSAGES;
	pth_join(other, NULL);
	pth_msgport_destroy(there);
	pth_msgport_destroy(back);
	return ns;
}

/* Three ports and one that waits for any of them; each sender yields, as above. */
static pth_msgport_t ports[3];

static void *port_sender(void *arg)
{
	static pth_message_t own[3][2];
	size_t k = (size_t)arg;
	for (int i = 0; i < MESSAGES; i++)
		put(ports[k], &own[k][i & 1]);
	return arg;
}

static void get_any(pth_event_t ring)
{
	for (;;) {
		for (int k = 0; k < 3; k++) {
			if (pth_msgport_get(ports[k]))
				return;
		}
		pth_wait(ring);
	}
}

static double alt_ns(void)
{
	pth_event_t ring = NULL;
	pth_t senders[3];
	for (int k = 0; k < 3; k++) {
		ports[k] = pth_msgport_create("any");
		pth_event_t e = pth_event(PTH_EVENT_MSG, ports[k]);
		ring = ring ? pth_event_concat(ring, e, NULL) : e;
	}
	double start = now_ns();
	for (size_t k = 0; k < 3; k++)
		senders[k] = pth_spawn(PTH_ATTR_DEFAULT, port_sender, (void *)k);
	for (int i = 0; i < 3 * MESSAGES; i++)
		get_any(ring);
	double ns = (now_ns() - start) / (3.0 * MESSAGES);
	pth_event_free(ring, PTH_FREE_ALL);
	for (int k = 0; k < 3; k++) {
		pth_join(senders[k], NULL);
		pth_msgport_destroy(ports[k]);
	}
	return ns;
}

static double handoff_ns(void)
{
	return timed(receiver, 0);
}

static double pingpong_ns(void)
{
	return timed(server, 1);
}

int main(void)
{
	static const struct peer_case table[] = {{"handoff", handoff_ns},
		{"pingpong", pingpong_ns}, {"alt", alt_ns}, {NULL, NULL}};
	pth_init();
	char version[64];
	long v = pth_version();
	snprintf(version, sizeof version, "GNU Pth %lx.%lx.%lx", v >> 20, v >> 12 & 0xff,
		v & 0xff);
	return peer_main(version, table);
}
