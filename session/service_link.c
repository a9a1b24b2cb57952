/*
 * The other end of osaas_link.h. The session has neither end of a link; it has a hold on
 * each, so that it can end it.
 */
#include "plugins/include/osaas_link.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/include/osaas_request.h"
#include "plugins/plugin.h"
#include "sched/sched.h"
#include "session/service_table.h"
#include "session/session.h"
#include "util/xalloc.h"

/* Either side of a name. */
struct side {
	struct service service;
	struct list link;   /* session.link_offers: who offers */
	struct list joints; /* joint.sides[0] of who offers, [1] of who asked */
};

/* A channel between two plugins. */
struct joint {
	struct list sides[2];
	struct pair *pair;
};

static struct side *side_of(struct service *service)
{
	return container_of(service, struct side, service);
}

static void joint_end(struct joint *joint)
{
	list_remove(&joint->sides[0]);
	list_remove(&joint->sides[1]);
	pair_sever(joint->pair);
	pair_release(joint->pair);
	free(joint);
}

static void end_joints(struct side *side, int which, bool all)
{
	struct list *next;
	for (struct list *l = side->joints.next; l != &side->joints; l = next) {
		struct joint *joint = container_of(l - which, struct joint, sides);
		next = l->next;
		if (all || pair_is_over(joint->pair))
			joint_end(joint);
	}
}

/* Its plugin is held while another version has its place (reload.h): that one offers. */
static bool is_held(const struct side *side)
{
	const struct group *group = plugin_group(side->service.plugin);
	return group->frozen && !group->unfrozen;
}

static struct side *find_offer(const struct session *session, const char *name)
{
	list_for_each (side, &session->link_offers, struct side, link) {
		if (strcmp(side->service.scope, name) == 0 && !is_held(side))
			return side;
	}
	return NULL;
}

static int check_name(const char *name, char *why, size_t why_size)
{
	size_t n = strlen(name);
	if (n < 64 && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-.") == n)
		return 0;
	snprintf(why, why_size,
		"'%.70s' is no name of a link: write 1 to 63 of a-z, 0-9, '-' and '.'",
		name);
	return -EINVAL;
}

static int start_offer(struct service *service, char *why, size_t why_size)
{
	struct side *side = side_of(service);
	const struct side *other = find_offer(service->session, service->scope);
	int r = check_name(service->scope, why, why_size);
	list_init(&side->link);
	list_init(&side->joints);
	if (r < 0)
		return r;
	if (other) {
		snprintf(why, why_size, "%s offers it already: end that first",
			plugin_manifest(other->service.plugin)->name);
		return -EBUSY;
	}
	list_push_back(&service->session->link_offers, &side->link);
	return 0;
}

static void stop_offer(struct service *service)
{
	struct side *side = side_of(service);
	list_remove(&side->link);
	end_joints(side, 0, true);
}

static int start_ask(struct service *service, char *why, size_t why_size)
{
	list_init(&side_of(service)->link);
	list_init(&side_of(service)->joints);
	return check_name(service->scope, why, why_size);
}

static void stop_ask(struct service *service)
{
	end_joints(side_of(service), 1, true);
}

/* Tells who offers; the end is its own then. 0 or -errno. */
static int tell_offer(struct side *offer, const struct side *asker, struct endpoint *end)
{
	const char *id = plugin_manifest(asker->service.plugin)->id;
	struct message msg = {
		.type = OSAAS_LINK_PEER, .endpoint = end, .len = strlen(id)};
	msg.buffer = buffer_create(strlen(id));
	if (!msg.buffer)
		return -ENOMEM;
	memcpy(buffer_data(msg.buffer), id, strlen(id));
	int r = service_post(&offer->service, &msg);
	if (r < 0)
		buffer_destroy(msg.buffer);
	return r;
}

static int join(struct side *offer, struct side *asker, struct endpoint **end)
{
	struct endpoint *ends[2];
	/* Those that are over are looked for when others come: else nobody would. */
	end_joints(asker, 1, false);
	end_joints(offer, 0, false);
	if (endpoint_pair(ends, OSAAS_LINK_DEPTH) < 0)
		return -ENOMEM;
	struct pair *pair = endpoint_hold(ends[0]);
	int r = tell_offer(offer, asker, ends[0]);
	if (r < 0) {
		endpoint_close(ends[0]);
		endpoint_close(ends[1]);
		pair_release(pair);
		return r;
	}
	struct joint *joint = xcalloc(1, sizeof *joint);
	joint->pair = pair;
	for (int i = 0; i < 2; i++)
		list_init(&joint->sides[i]);
	list_push_back(&offer->joints, &joint->sides[0]);
	list_push_back(&asker->joints, &joint->sides[1]);
	*end = ends[1];
	return 0;
}

static void connect_asker(struct side *asker, struct message *msg)
{
	struct side *offer = find_offer(asker->service.session, asker->service.scope);
	struct message answer = {.type = OSAAS_LINK_CONNECT | OSAAS_ANSWER};
	int r = offer ? join(offer, asker, &answer.endpoint) : -ENOENT;
	if (r < 0) {
		/* -EPIPE: it closed its offer. */
		service_refuse(&asker->service, msg, r == -EPIPE ? OSAAS_ENOENT : r, "%s",
			r == -EAGAIN   ? "who offers it is not listening"
			: r == -ENOMEM ? "out of memory"
				       : "nobody offers it");
		return;
	}
	message_drop(msg);
	service_answer(&asker->service, &answer);
}

static void receive_ask(struct service *service, struct message *msg)
{
	if (msg->type == OSAAS_LINK_CONNECT)
		connect_asker(side_of(service), msg);
	else
		service_unknown(service, msg);
}

const struct service_ops service_link = {
	.cap = "link",
	.scope = "a name",
	.size = sizeof(struct side),
	.start = start_ask,
	.receive = receive_ask,
	.stop = stop_ask,
};

const struct service_ops service_link_offer = {
	.cap = "link.offer",
	.scope = "a name",
	.size = sizeof(struct side),
	.start = start_offer,
	.receive = service_unknown,
	.stop = stop_offer,
};
