#include "session/service.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/include/osaas_request.h"
#include "plugins/plugin.h"
#include "sched/chan.h"
#include "session/service_table.h"
#include "session/session.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

const struct service_ops *const services[] = {
	&service_clipboard,
	&service_decode,
	&service_link,
	&service_link_offer,
	&service_log,
	&service_store,
	&service_text,
	&service_timer,
	&service_fs_read,
	&service_fs_write,
	&service_method,
	&service_net,
	&service_process,
	&service_shortcut,
	&service_capture,
	&service_audio_in,
	NULL,
};

const struct service_ops *service_find(const char *cap)
{
	for (const struct service_ops *const *s = services; *s; s++) {
		if (strcmp((*s)->cap, cap) == 0)
			return *s;
	}
	return NULL;
}

static void note_dirty(void *data)
{
	struct service *service = data;
	if (list_empty(&service->dirty))
		list_push_back(&service->session->dirty_services, &service->dirty);
}

static int check_scope(
	const struct service_ops *ops, const char *scope, char *why, size_t why_size)
{
	if (ops->scope && !scope[0] && !ops->scope_optional) {
		snprintf(why, why_size, "%s needs %s: write %s:SCOPE in the manifest",
			ops->cap, ops->scope, ops->cap);
		return -EINVAL;
	}
	if (!ops->scope && scope[0]) {
		snprintf(why, why_size,
			"%s has no scope: leave ':%.64s' out of the "
			"manifest",
			ops->cap, scope);
		return -EINVAL;
	}
	return 0;
}

int service_open(struct session *session, struct plugin *plugin, const char *cap,
	const char *scope, struct service **out, struct endpoint **plugin_end, char *why,
	size_t why_size)
{
	const struct service_ops *ops = service_find(cap);
	struct endpoint *ends[2];
	if (!ops)
		return -ENOENT;
	int r = check_scope(ops, scope, why, why_size);
	if (r < 0)
		return r;
	if (endpoint_pair(ends, SERVICE_DEPTH) < 0) {
		snprintf(why, why_size, "no memory for the channel of %s", cap);
		return -ENOMEM;
	}
	struct service *service = xcalloc(1, ops->size);
	service->ops = ops;
	service->session = session;
	service->plugin = plugin;
	service->scope = xstrdup(scope);
	service->end = ends[0];
	list_init(&service->link);
	list_init(&service->dirty);
	list_init(&service->timed);
	list_init(&service->full);
	service->wake_ns = UINT64_MAX;
	endpoint_set_hook(service->end, note_dirty, service);
	r = ops->start ? ops->start(service, why, why_size) : 0;
	if (r < 0) {
		endpoint_close(ends[1]);
		service->ops = NULL;
		service_close(service);
		return r;
	}
	*out = service;
	*plugin_end = ends[1];
	return 0;
}

void service_close(struct service *service)
{
	if (!service)
		return;
	if (service->ops && service->ops->stop)
		service->ops->stop(service);
	list_remove(&service->link);
	list_remove(&service->dirty);
	list_remove(&service->timed);
	list_remove(&service->full);
	endpoint_close(service->end);
	free(service->scope);
	free(service);
}

static size_t room(const struct service *service)
{
	size_t used = chan_pending(endpoint_tx(service->end)) + service->busy;
	if (service->ops->width && service->busy >= service->ops->width)
		return 0;
	return used < SERVICE_DEPTH ? SERVICE_DEPTH - used : 0;
}

void service_answer(struct service *service, const struct message *msg)
{
	struct message copy = *msg;
	if (endpoint_try_send(service->end, msg) < 0)
		message_drop(&copy);
}

void service_result(struct service *service, uint32_t type, int64_t result)
{
	struct message msg = {.type = type | OSAAS_ANSWER};
	memcpy(msg.bytes, &result, sizeof result);
	service_answer(service, &msg);
}

void service_refuse(
	struct service *service, struct message *request, int error, const char *fmt, ...)
{
	char why[256];
	if (log_worth(++service->refused)) {
		va_list ap;
		va_start(ap, fmt);
		vsnprintf(why, sizeof why, fmt, ap);
		va_end(ap);
		log_info("%s: %s%s%s refuses request %u: %s (%" PRIu64 " so far)",
			plugin_manifest(service->plugin)->name, service->ops->cap,
			service->scope[0] ? ":" : "", service->scope, request->type, why,
			service->refused);
	}
	message_drop(request);
	service_result(service, request->type, error);
}

void service_unknown(struct service *service, struct message *request)
{
	service_refuse(service, request, OSAAS_ENOSYS, "it is not of the protocol");
}

int service_post(struct service *service, const struct message *msg)
{
	return room(service) ? endpoint_try_send(service->end, msg) : -EAGAIN;
}

/* Returns whether it is to be looked at again: there may be more than has room now. */
static bool receive(struct service *service)
{
	struct message msg;
	while (room(service)) {
		int r = endpoint_try_recv(service->end, &msg);
		if (r < 0)
			return false;
		service->ops->receive(service, &msg);
	}
	return true;
}

void service_wake_at(struct service *service, uint64_t ns)
{
	struct list *timed = &service->session->timed_services;
	list_remove(&service->timed);
	service->wake_ns = ns;
	if (ns == UINT64_MAX)
		return;
	struct list *after = timed->prev;
	while (after != timed && container_of(after, struct service, timed)->wake_ns > ns)
		after = after->prev;
	list_insert_between(after, &service->timed, after->next);
}

void service_wake_with_room(struct service *service)
{
	list_remove(&service->full);
	list_push_back(&service->session->full_services, &service->full);
}

uint64_t service_next_ns(const struct session *session)
{
	const struct list *timed = &session->timed_services;
	if (list_empty(timed))
		return UINT64_MAX;
	return container_of(timed->next, struct service, timed)->wake_ns;
}

static void wake_due(struct session *session)
{
	uint64_t now = service_next_ns(session) == UINT64_MAX ? 0 : clock_now_ns();
	while (service_next_ns(session) <= now) {
		struct service *service =
			container_of(session->timed_services.next, struct service, timed);
		service_wake_at(service, UINT64_MAX);
		service->ops->wake(service);
	}
}

/* A plugin that made room has run, so this turn comes: nobody need be woken for it. */
static void wake_with_room(struct session *session)
{
	struct list ready, *link;
	list_init(&ready);
	list_for_each_safe (service, &session->full_services, struct service, full) {
		if (!room(service))
			continue;
		list_remove(&service->full);
		list_push_back(&ready, &service->full);
	}
	while ((link = list_pop_front(&ready))) {
		struct service *service = container_of(link, struct service, full);
		service->ops->wake(service);
	}
}

void service_turn(struct session *session)
{
	wake_due(session);
	wake_with_room(session);
	struct list again, *link;
	list_init(&again);
	while ((link = list_pop_front(&session->dirty_services))) {
		struct service *service = container_of(link, struct service, dirty);
		if (receive(service) && list_empty(&service->dirty))
			list_push_back(&again, &service->dirty);
	}
	while ((link = list_pop_front(&again)))
		list_push_back(&session->dirty_services, link);
}
