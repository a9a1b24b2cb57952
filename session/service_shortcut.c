/* The other end of osaas_shortcut.h. */
#include "session/service_shortcut.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "plugins/include/osaas_request.h"
#include "plugins/include/osaas_shortcut.h"
#include "session/keys.h"
#include "session/service_table.h"
#include "session/session.h"
#include "session/settings.h"
#include "session/shortcut.h"
#include "session/window.h"

struct held {
	struct service service;
	struct list link; /* keys.shortcuts */
	struct shortcut_chord chord;
	uint32_t code; /* the key of which it was told as pressed; 0: none */
	bool owes;     /* its release found no room */
	struct osaas_shortcut_event release;
};

static struct held *held_of(struct service *service)
{
	return container_of(service, struct held, service);
}

static int start(struct service *service, char *why, size_t why_size)
{
	struct held *held = held_of(service);
	struct keys *keys = service->session->keys;
	char wrong[SHORTCUT_WHY_MAX];
	list_init(&held->link);
	int r = shortcut_chord_parse(service->scope, &held->chord, wrong);
	if (r == 0 && shortcut_is_secure(&held->chord)) {
		snprintf(wrong, sizeof wrong,
			"%.60s is the user's way out of any session, and no plugin's: "
			"write other keys",
			service->scope);
		r = -EINVAL;
	}
	if (r < 0)
		snprintf(why, why_size, "%s", wrong);
	else if (keys)
		list_push_back(&keys->shortcuts, &held->link);
	return r;
}

static void stop(struct service *service)
{
	list_remove(&held_of(service)->link);
}

static struct held *first_of(struct session *session, const struct shortcut_chord *chord)
{
	list_for_each (held, &session->keys->shortcuts, struct held, link) {
		if (shortcut_chord_equal(&held->chord, chord))
			return held;
	}
	return NULL;
}

static void receive(struct service *service, struct message *msg)
{
	struct session *session = service->session;
	struct held *held = held_of(service);
	if (msg->type != OSAAS_SHORTCUT_STATUS) {
		service_unknown(service, msg);
		return;
	}
	bool taken = shortcut_find(&session->settings->shortcuts, &held->chord) ||
		     !session->keys || first_of(session, &held->chord) != held;
	message_drop(msg);
	service_result(service, OSAAS_SHORTCUT_STATUS, taken ? OSAAS_EBUSY : 0);
}

static struct osaas_shortcut_event event_of(const struct input_key *key)
{
	return (struct osaas_shortcut_event){.time_ns = key->time_ns,
		.keysym = key->keysym,
		.mods = window_mods(key->mods)};
}

static int post(
	struct held *held, uint32_t type, const struct osaas_shortcut_event *event)
{
	struct message msg = {.type = type};
	memcpy(msg.bytes, event, sizeof *event);
	return service_post(&held->service, &msg);
}

static void handle_room(struct service *service)
{
	struct held *held = held_of(service);
	held->owes = post(held, OSAAS_SHORTCUT_RELEASED, &held->release) == -EAGAIN;
	if (held->owes)
		service_wake_with_room(service);
}

static void tell_release(struct held *held, const struct input_key *key)
{
	held->code = 0;
	held->release = event_of(key);
	handle_room(&held->service);
}

bool service_shortcut_press(struct session *session, const struct input_key *key)
{
	if (!session->keys)
		return false;
	list_for_each (held, &session->keys->shortcuts, struct held, link) {
		struct osaas_shortcut_event event = event_of(key);
		if (!shortcut_chord_matches(&held->chord, key))
			continue;
		/* What it cannot be told is nobody's all the same. */
		if (!held->owes && !held->code &&
			post(held, OSAAS_SHORTCUT_PRESSED, &event) == 0)
			held->code = key->code;
		return true;
	}
	return false;
}

void service_shortcut_release(struct session *session, const struct input_key *key)
{
	if (!session->keys)
		return;
	list_for_each (held, &session->keys->shortcuts, struct held, link) {
		if (held->code == key->code && held->code)
			tell_release(held, key);
	}
}

const struct service_ops service_shortcut = {
	.cap = "input.shortcut",
	.scope = "a combination of keys",
	.size = sizeof(struct held),
	.start = start,
	.receive = receive,
	.stop = stop,
	.wake = handle_room,
};
