#include "session/control_output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kms/kms.h"
#include "plugins/endpoint.h"
#include "session/backlight.h"
#include "session/control.h"
#include "session/control_reply.h"
#include "session/output_db.h"
#include "session/output_rows.h"
#include "session/outputs.h"
#include "session/screen.h"
#include "session/session.h"
#include "session/store.h"
#include "util/xalloc.h"

#define KMS_KEYS   (1u << OUTPUT_STATE | 1u << OUTPUT_MODE | 1u << OUTPUT_VRR)
#define COLOR_KEYS (1u << OUTPUT_NIGHT | 1u << OUTPUT_GAMMA)

/* Which one. */

struct target {
	char connector[OUTPUT_NAME_MAX]; /* "": it is not here */
	char name[OUTPUT_NAME_MAX];      /* that it is kept by */
};

static bool find_target(struct session *session, const char *word, struct target *out,
	struct reply *reply)
{
	struct output_search s = {.name = word};
	int r = outputs_find(session->outputs, word, out->connector, out->name);
	if (r == 0)
		return true;
	if (r == -EEXIST) {
		reply_refuse(reply, REPLY_FAILED,
			"several displays here are '%.90s': name one by its connector, "
			"as 'osaas ctl output' lists them",
			word);
		return false;
	}
	*out = (struct target){{0}, {0}};
	output_each(session, output_look, &s);
	if (strlen(word) < OUTPUT_NAME_MAX)
		memcpy(out->name, word, strlen(word) + 1);
	if (s.found)
		memcpy(out->connector, out->name, sizeof out->connector);
	if (s.found || outputs_kept(session->outputs, out->name))
		return true;
	reply_refuse(reply, REPLY_FAILED,
		"there is no display '%.90s': there are %s; 'osaas ctl output' lists "
		"them",
		word, s.names[0] ? s.names : "none");
	return false;
}

/* Changes. */

struct change {
	struct store_ask ask;
	struct session *session;
	uint64_t ticket; /* of who asked for it */
	struct target target;
	bool reset;
};

static void handle_kept(
	struct store_ask *ask, const struct store_head *answer, struct buffer *payload)
{
	struct change *change = container_of(ask, struct change, ask);
	struct control *control = change->session->control;
	struct reply *reply = control_waiting(control, change->ticket);
	int r = answer->result;
	buffer_destroy(payload);
	if (r == -ENOENT && change->reset)
		r = 0;
	if (reply && r < 0)
		reply_refuse(reply, REPLY_FAILED,
			"it is so, but cannot be kept on disk: %s; see the session's log",
			strerror(-r));
	else if (reply)
		output_rows_one(change->session, change->target.connector,
			change->target.name, reply);
	if (reply)
		control_finish(control, change->ticket);
	free(change);
}

static void keep(struct session *session, const struct target *target,
	const struct output_config *config, struct reply *reply)
{
	struct output_kept kept = {{0}, {0}};
	memcpy(kept.name, target->name, sizeof kept.name);
	struct change *change = xcalloc(1, sizeof *change);
	change->session = session;
	change->target = *target;
	change->reset = !config;
	change->ask.done = handle_kept;
	change->ask.head.op = config ? STORE_OUTPUT_PUT : STORE_OUTPUT_REMOVE;
	change->ask.head.len = sizeof kept;
	change->ask.payload = buffer_create(sizeof kept);
	if (!change->ask.payload ||
		(config && output_config_write(config, kept.text) < 0)) {
		buffer_destroy(change->ask.payload);
		free(change);
		reply_refuse(reply, REPLY_FAILED,
			"it is so, but cannot be kept: out of memory, or too much was "
			"said");
		return;
	}
	memcpy(buffer_data(change->ask.payload), &kept, sizeof kept);
	change->ticket = control_defer(session->control, reply);
	store_ask(session->store, &change->ask);
}

static void apply(struct session *session, unsigned keys)
{
	outputs_settings(session->outputs);
	if (keys & KMS_KEYS && session->backend_ops->reconfigure)
		session->backend_ops->reconfigure(session);
	session_layout(session);
	outputs_turn_now(session->outputs);
}

struct can {
	const char *connector;
	bool vrr;
};

static void look_what_it_can(void *data, const struct kms_connector_info *info)
{
	struct can *can = data;
	if (info->output && strcmp(info->name, can->connector) == 0)
		can->vrr = kms_output_can(info->output) & KMS_CAN_VRR;
}

/* What need not be tried; NULL: nothing speaks against it. */
static const char *objection(struct session *session, const struct target *target,
	const struct output_config *said)
{
	const struct screen *screen = output_screen(session, target->connector);
	char connector[OUTPUT_NAME_MAX], name[OUTPUT_NAME_MAX];
	struct can can = {.connector = target->connector};
	if (said->set & KMS_KEYS && !session->backend_ops->reconfigure)
		return "state, mode and vrr are for displays of a card, and this session "
		       "has none";
	if (said->set & 1u << OUTPUT_STATE && said->kms.off && screen &&
		session->screens.next == session->screens.prev)
		return "it is the only display that is on: let another one be on first";
	if (said->mirror[0] && strcmp(said->mirror, target->connector) == 0)
		return "it cannot mirror itself: name another one, or none";
	if (said->mirror[0] &&
		outputs_find(session->outputs, said->mirror, connector, name) == -ENOENT)
		return "what it is to mirror is not here: name one that 'osaas ctl "
		       "output' "
		       "lists, or none";
	if (said->kms.vrr && screen) {
		output_each(session, look_what_it_can, &can);
		return can.vrr ? NULL : "card or display have no variable refresh";
	}
	return NULL;
}

static const char *refused(
	struct session *session, const struct target *target, unsigned keys)
{
	if (keys & KMS_KEYS && session->backend_ops->refusal)
		return session->backend_ops->refusal(session, target->connector);
	return keys & COLOR_KEYS ? output_color_refusal(session, target->connector)
				 : NULL;
}

static void change(struct session *session, const struct target *target,
	const struct output_config *said, struct reply *reply)
{
	char text[256], name[OUTPUT_NAME_MAX];
	const struct output_config nothing = output_config_default(),
				   *kept = outputs_kept(session->outputs, target->name),
				   *before = outputs_said(
					   session->outputs, target->connector, name);
	/* What is not said now stays, by whatever name it was said. */
	struct output_config old = kept ? *kept : nothing, new = kept     ? *kept
								 : before ? *before
									  : nothing;
	const char *why = objection(session, target, said);
	if (why) {
		reply_refuse(reply, REPLY_FAILED, "%s: %s", target->name, why);
		return;
	}
	output_config_merge(&new, said);
	outputs_keep(session->outputs, target->name, &new);
	apply(session, said->set);
	why = refused(session, target, said->set);
	if (!why) {
		keep(session, target, &new, reply);
		return;
	}
	snprintf(text, sizeof text, "%s", why);
	outputs_keep(session->outputs, target->name, old.set ? &old : NULL);
	apply(session, said->set);
	reply_refuse(reply, REPLY_FAILED, "%s: %s; it is as it was", target->name, text);
}

static void reset(struct session *session, struct target *target, const char *word,
	struct reply *reply)
{
	char counts[OUTPUT_NAME_MAX];
	const char *const names[] = {counts, target->name, word, target->connector};
	size_t i = 0;
	outputs_said(session->outputs, target->connector, counts);
	while (i < 4 && !outputs_kept(session->outputs, names[i]))
		i++;
	if (i == 4) {
		reply_refuse(reply, REPLY_FAILED,
			"nothing was said of %s by 'osaas ctl output': what counts is "
			"the configuration",
			target->name);
		return;
	}
	if (i != 1)
		snprintf(target->name, sizeof target->name, "%s", names[i]);
	outputs_keep(session->outputs, target->name, NULL);
	apply(session, KMS_KEYS);
	keep(session, target, NULL, reply);
}

static bool read_words(const struct control_request *request, struct output_config *said,
	struct reply *reply)
{
	char why[OUTPUT_WHY_MAX];
	*said = output_config_default();
	for (size_t i = 2; i < request->n_words; i++) {
		if (output_config_word(said, request->words[i], why) == 0)
			continue;
		reply_refuse(reply, REPLY_USAGE, "%s", why);
		return false;
	}
	return true;
}

void control_output_answer(struct session *session, const struct control_request *request,
	struct reply *reply)
{
	const char *const *words = request->words;
	struct target target;
	struct output_config said;
	if (request->n_words == 1)
		output_rows_all(session, reply);
	else if (!find_target(session, words[1], &target, reply))
		return;
	else if (request->n_words == 2)
		output_rows_one(session, target.connector, target.name, reply);
	else if (request->n_words == 3 && strcmp(words[2], "reset") == 0)
		reset(session, &target, words[1], reply);
	else if (read_words(request, &said, reply))
		change(session, &target, &said, reply);
}

/* Brightness. */

static const char *panel_of(struct session *session)
{
	list_for_each (screen, &session->screens, struct screen, link) {
		if (screen->panel)
			return screen->name;
	}
	return NULL;
}

static void set_brightness(
	struct backlight *backlight, const char *word, struct reply *reply)
{
	long value;
	if (backlight_parse(backlight, word, &value) < 0) {
		reply_refuse(reply, REPLY_USAGE, "'%.60s' is no brightness: write %s",
			word, BACKLIGHT_HINT);
		return;
	}
	int r = backlight_write(backlight, value);
	if (r == -EACCES || r == -EPERM)
		reply_refuse(reply, REPLY_FAILED,
			"this user may not write %s/brightness: let a udev rule give it "
			"to the group video (SUBSYSTEM==\"backlight\", "
			"RUN+=\"/bin/chgrp video %%S%%p/brightness\", "
			"RUN+=\"/bin/chmod g+w %%S%%p/brightness\"), and be of that "
			"group",
			backlight->path);
	else if (r < 0)
		reply_refuse(reply, REPLY_FAILED, "%s/brightness: %s", backlight->path,
			strerror(-r));
	else
		reply_say(reply, "brightness", "%s: %u%%", backlight->name,
			backlight_percent(backlight));
}

void control_brightness_answer(struct session *session,
	const struct control_request *request, struct reply *reply)
{
	struct backlight backlight;
	if (backlight_find(BACKLIGHT_ROOT, panel_of(session), &backlight) < 0)
		reply_refuse(reply, REPLY_FAILED,
			"no panel here has a backlight (none in " BACKLIGHT_ROOT "): "
			"monitors have buttons for it");
	else if (request->n_words == 1)
		reply_say(reply, "brightness", "%s: %u%%", backlight.name,
			backlight_percent(&backlight));
	else
		set_brightness(&backlight, request->words[1], reply);
}
