/*
 * service: what a capability gives a plugin, apart from its window and its voice: an
 * object per grant that holds the host's end of the channel. Requests come in, each
 * gets one answer; what a service does besides (events) it sends while there is room.
 *
 * A request is taken only when its answer has room (service.busy counts those under
 * way), so nothing is queued without bound and no answer is lost: a plugin that does not
 * receive is not served.
 *
 * Closing a service closes the channel: that is how a grant is revoked.
 */
#ifndef OSAAS_SESSION_SERVICE_H
#define OSAAS_SESSION_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plugins/endpoint.h"
#include "util/list.h"

struct plugin;
struct service;
struct session;

#define SERVICE_DEPTH 32 /* messages that wait in each direction */

/* One per capability; service.c has the table. */
struct service_ops {
	const char *cap; /* "fs.read" */
	const char
		*scope; /* what its scope is, in words: "a folder"; NULL: it takes none */
	size_t size;    /* of the object, which begins with struct service */
	/*
	 * start: all members of struct service are set. 0 or -errno, with why: one line
	 * for the user. May be NULL.
	 */
	int (*start)(struct service *service, char *why, size_t why_size);
	/*
	 * receive gets one request; the message's buffer and endpoint are the service's.
	 * It answers with service_answer, now or (after service.busy++) later.
	 */
	void (*receive)(struct service *service, struct message *msg);
	void (*stop)(struct service *service); /* frees its own; may be NULL */
	void (*wake)(
		struct service *service); /* service_wake_at, _with_room; may be NULL */
	bool scope_optional;              /* where it has a scope: it may be left out */
	/*
	 * Whoever starts a plugin by name grants it this; anything else (files, the
	 * network, other programs and plugins) needs a grant of its own.
	 */
	bool harmless;
	/* Somebody outside is about to answer: virtual.h. May be NULL. */
	bool (*waits)(const struct service *service);
	unsigned width; /* requests it takes before it has answered; 0: no matter */
};

struct service {
	const struct service_ops *ops;
	struct session *session;
	struct plugin *plugin; /* borrowed: it outlives its services */
	char *scope;           /* "" when it has none */
	struct endpoint *end;
	unsigned busy;     /* requests taken whose answer is still to come */
	uint64_t refused;  /* requests so far, by service_refuse */
	uint64_t wake_ns;  /* UINT64_MAX: not */
	struct list timed; /* session.timed_services, the earliest first */
	struct list full;  /* session.full_services: it waits for room */
	struct list link;  /* of who holds it: hosted.services */
	struct list dirty; /* session.dirty_services: something to receive */
};

extern const struct service_ops *const services[]; /* NULL at the end */
const struct service_ops *service_find(const char *cap);

/*
 * service_open makes the object and gives the plugin's end away. 0, -ENOENT: no such
 * capability, -EINVAL: the scope makes no sense, or -errno; why says it in one line.
 */
int service_open(struct session *session, struct plugin *plugin, const char *cap,
	const char *scope, struct service **out, struct endpoint **plugin_end, char *why,
	size_t why_size);
void service_close(struct service *service); /* takes NULL */

/* service_answer sends what always has room; a plugin that closed its end is no error. */
void service_answer(struct service *service, const struct message *msg);
/* service_result answers a request of that type with its result alone: 0 or more, or OSAAS_E*. */
void service_result(struct service *service, uint32_t type, int64_t result);
/*
 * service_refuse answers the request with an error and frees what it carries. Why is in
 * the log, but not each time: a plugin that does it for ever must not fill it.
 */
void service_refuse(struct service *service, struct message *request, int error,
	const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* service_unknown is that for a request which is not of the protocol: OSAAS_ENOSYS. */
void service_unknown(struct service *service, struct message *request);

/* service_post sends an event if there is room besides all answers: 0, -EAGAIN, -EPIPE. */
int service_post(struct service *service, const struct message *msg);

/* service_wake_at has ops->wake called at that time or soon after, once; UINT64_MAX: no more. */
void service_wake_at(struct service *service, uint64_t ns);
/* service_wake_with_room has it called once service_post has room: the plugin received. */
void service_wake_with_room(struct service *service);
/* When service_turn must be called at the latest; UINT64_MAX: no matter. */
uint64_t service_next_ns(const struct session *session);

/* service_turn lets those receive that got something; once per loop turn. */
void service_turn(struct session *session);

#endif
