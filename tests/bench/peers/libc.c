/* The C library and the kernel: swapcontext, pipes between threads, threads. */
#include <gnu/libc-version.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <ucontext.h>
#include <unistd.h>

#include "peer.h"
#include "../resident.h"

#define ROUNDS   50000
#define MESSAGES 3000
#define THREADS  10000
#define STACK    (256 * 1024)

static ucontext_t here, inside;

static void pong(void)
{
	for (;;)
		swapcontext(&inside, &here);
}

static double switch_ns(void)
{
	static char stack[65536];
	getcontext(&inside);
	inside.uc_stack.ss_sp = stack;
	inside.uc_stack.ss_size = sizeof stack;
	makecontext(&inside, pong, 0);
	double start = now_ns();
	for (int i = 0; i < ROUNDS; i++)
		swapcontext(&here, &inside);
	return (now_ns() - start) / (2.0 * ROUNDS);
}

static int there[2], back[2];

static void *receiver(void *receipts)
{
	uint64_t v;
	for (int i = 0; i < MESSAGES; i++) {
		if (read(there[0], &v, sizeof v) != sizeof v)
			abort();
		if (receipts && write(back[1], &v, sizeof v) != sizeof v)
			abort();
	}
	return NULL;
}

static double messages_ns(int receipts)
{
	pthread_t thread;
	if (pipe(there) < 0 || pipe(back) < 0)
		return NAN;
	double start = now_ns();
	if (pthread_create(&thread, NULL, receiver, receipts ? &receipts : NULL) != 0)
		return NAN;
	for (uint64_t i = 0; i < MESSAGES; i++) {
		if (write(there[1], &i, sizeof i) != sizeof i)
			abort();
		if (receipts && read(back[0], &i, sizeof i) != sizeof i)
			abort();
	}
	pthread_join(thread, NULL);
	double ns = (now_ns() - start) / MESSAGES;
	for (int i = 0; i < 2; i++) {
		close(there[i]);
		close(back[i]);
	}
	return ns;
}

static double handoff_ns(void)
{
	return messages_ns(1);
}

/* Three pipes into one poll; a message is a hand-off: its sender waits for the receipt. */
static int any[3][2], receipt[3][2];

static void *pipe_sender(void *arg)
{
	size_t k = (size_t)arg;
	for (uint64_t i = 0, v; i < MESSAGES; i++) {
		if (write(any[k][1], &i, sizeof i) != sizeof i ||
			read(receipt[k][0], &v, sizeof v) != sizeof v)
			abort();
	}
	return NULL;
}

static void take_any(void)
{
	struct pollfd fds[3];
	uint64_t v;
	for (int k = 0; k < 3; k++)
		fds[k] = (struct pollfd){.fd = any[k][0], .events = POLLIN};
	if (poll(fds, 3, -1) < 1)
		abort();
	for (int k = 0; k < 3; k++) {
		if (!(fds[k].revents & POLLIN))
			continue;
		if (read(any[k][0], &v, sizeof v) != sizeof v ||
			write(receipt[k][1], &v, sizeof v) != sizeof v)
			abort();
		return;
	}
}

static double alt_ns(void)
{
	pthread_t senders[3];
	for (int k = 0; k < 3; k++) {
		if (pipe(any[k]) < 0 || pipe(receipt[k]) < 0)
			return NAN;
	}
	double start = now_ns();
	for (size_t k = 0; k < 3; k++) {
		if (pthread_create(&senders[k], NULL, pipe_sender, (void *)k) != 0)
			abort();
	}
	for (int i = 0; i < 3 * MESSAGES; i++)
		take_any();
	double ns = (now_ns() - start) / (3.0 * MESSAGES);
	for (int k = 0; k < 3; k++) {
		pthread_join(senders[k], NULL);
		for (int i = 0; i < 2; i++) {
			close(any[k][i]);
			close(receipt[k][i]);
		}
	}
	return ns;
}

static double buffered_ns(void)
{
	return messages_ns(0);
}

static pthread_t threads[THREADS];
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void *nothing(void *arg)
{
	return arg;
}

static void *wait_at_gate(void *arg)
{
	pthread_mutex_lock(&gate);
	pthread_mutex_unlock(&gate);
	return arg;
}

/* How many there are: the system may refuse some. */
static int start_all(void *(*fn)(void *))
{
	pthread_attr_t attr;
	int n = 0;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	while (n < THREADS && pthread_create(&threads[n], &attr, fn, NULL) == 0)
		n++;
	pthread_attr_destroy(&attr);
	return n;
}

static void join_all(int n)
{
	for (int i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
}

static double create_ns(void)
{
	double start = now_ns();
	int n = start_all(nothing);
	join_all(n);
	return n > 0 ? (now_ns() - start) / n : NAN;
}

static double memory_bytes(void)
{
	double before = resident_bytes();
	pthread_mutex_lock(&gate);
	int n = start_all(wait_at_gate);
	usleep(300000); /* until each has run up to the gate */
	double bytes = resident_bytes() - before;
	pthread_mutex_unlock(&gate);
	join_all(n);
	return n > 0 ? bytes / n : NAN;
}

int main(void)
{
	static const struct peer_case table[] = {
		{"switch", switch_ns},
		{"handoff", handoff_ns},
		{"alt", alt_ns},
		{"buffered", buffered_ns},
		{"create", create_ns},
		{"memory", memory_bytes},
		{NULL, NULL},
	};
	char version[64];
	snprintf(version, sizeof version, "glibc %s", gnu_get_libc_version());
	return peer_main(version, table);
}
