/*
 * serving: a session of which there is only what services need (a loop, a disk, and a
 * plugin that was loaded and never runs), and the plugin's end of one service.
 */
#ifndef OSAAS_TESTS_UNIT_SESSION_SERVING_H
#define OSAAS_TESTS_UNIT_SESSION_SERVING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plugins/endpoint.h"
#include "plugins/include/osaas_request.h"
#include "plugins/plugin.h"
#include "session/aio.h"
#include "session/child.h"
#include "session/loop.h"
#include "session/service.h"
#include "session/session.h"
#include "tests/unit/session/turns.h"
#include "util/log.h"

struct serving {
	struct session session;
	struct plugin *plugin;
	struct service *service;
	struct endpoint *end;
};

static inline void serving_init(struct serving *s)
{
	struct plugin_error err;
	*s = (struct serving){0};
	list_init(&s->session.dirty_services);
	list_init(&s->session.timed_services);
	list_init(&s->session.dirty_streams);
	list_init(&s->session.full_services);
	s->session.loop = loop_create();
	s->session.aio = aio_create(s->session.loop);
	assert_int_equal(plugin_load(HELLO, &s->plugin, &err), 0);
}

static inline int serving_open(struct serving *s, const char *cap, const char *scope)
{
	char why[256] = "";
	int r = service_open(&s->session, s->plugin, cap, scope, &s->service, &s->end,
		why, sizeof why);
	assert_true(r == 0 || why[0]);
	return r;
}

/* As revoking a grant does. */
static inline void serving_close(struct serving *s)
{
	service_close(s->service);
	endpoint_close(s->end);
	s->service = NULL;
	s->end = NULL;
}

static inline void serving_finish(struct serving *s)
{
	serving_close(s);
	plugin_destroy(s->plugin);
	aio_destroy(s->session.aio);
	child_finish();
	loop_destroy(s->session.loop);
	buffer_trim();
}

static inline uint64_t serving_wake(struct serving *s, uint64_t end)
{
	uint64_t next = service_next_ns(&s->session);
	return next < end ? next : end;
}

/* One turn of the session, waiting until something happens. */
static inline void serving_turn(struct serving *s, uint64_t end)
{
	service_turn(&s->session);
	poll_loop(s->session.loop, serving_wake(s, end));
}

static inline struct message serving_receive(struct serving *s)
{
	struct message msg;
	uint64_t end = deadline();
	for (;;) {
		service_turn(&s->session);
		if (endpoint_try_recv(s->end, &msg) == 0)
			return msg;
		poll_loop(s->session.loop, serving_wake(s, end));
	}
}

static inline int64_t serving_result(const struct message *msg)
{
	int64_t result;
	memcpy(&result, msg->bytes, sizeof result);
	return result;
}

/* Sends the request, gives its answer. */
static inline struct message serving_ask(struct serving *s, const struct message *request)
{
	assert_int_equal(endpoint_try_send(s->end, request), 0);
	struct message answer = serving_receive(s);
	assert_int_equal(answer.type, request->type | OSAAS_ANSWER);
	return answer;
}

static inline struct buffer *text_buffer(const char *text, size_t len)
{
	struct buffer *buffer = buffer_create(len ? len : 1);
	memcpy(buffer_data(buffer), text, len);
	return buffer;
}

/* A small generator: runs can be repeated. SEED in the environment tries another one. */
static inline uint64_t first_seed(uint64_t usual)
{
	const char *seed = getenv("SEED");
	return seed ? strtoull(seed, NULL, 10) : usual;
}

static inline uint32_t next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33);
}

/* What the log says meanwhile goes to a file, and is read back. */
static inline int log_begin(void)
{
	int kept = dup(2);
	FILE *f = tmpfile();
	dup2(fileno(f), 2);
	fclose(f);
	log_set_level(LOG_INFO);
	return kept;
}

static inline void log_end(int kept, char *text, size_t size)
{
	lseek(2, 0, SEEK_SET);
	ssize_t n = read(2, text, size - 1);
	text[n > 0 ? n : 0] = '\0';
	dup2(kept, 2);
	close(kept);
	log_set_level(LOG_SILENT);
}

#endif
