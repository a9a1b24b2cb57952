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
#include "session/outputs.h"
#include "session/screen.h"
#include "session/session.h"
#include "session/store.h"
#include "util/clock.h"
#include "util/xalloc.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define KMS_KEYS     (1u << OUTPUT_STATE | 1u << OUTPUT_MODE | 1u << OUTPUT_VRR)
#define COLOR_KEYS   (1u << OUTPUT_NIGHT | 1u << OUTPUT_GAMMA)

static const struct reply_column columns[] = {
	{"output", "output", REPLY_TEXT},
	{"make", "make", REPLY_TEXT},
	{"model", "model", REPLY_TEXT},
	{"serial", "serial", REPLY_TEXT},
	{"connected", "connected", REPLY_TEXT},
	{"state", "state", REPLY_TEXT},
	{"mode", "mode", REPLY_TEXT},
	{"position", "position", REPLY_TEXT},
	{"scale", "scale", REPLY_TEXT},
	{"transform", "transform", REPLY_TEXT},
	{"mirror", "mirror", REPLY_TEXT},
	{"vrr", "vrr", REPLY_TEXT},
	{"refusal", "refused", REPLY_TEXT},
};

static const struct reply_column setting_columns[] = {
	{"key", "setting", REPLY_TEXT},
	{"value", "is to be", REPLY_TEXT},
	{"by", "by", REPLY_TEXT},
};

static const struct reply_column mode_columns[] = {
	{"mode", "mode", REPLY_TEXT},
	{"preferred", "preferred", REPLY_TEXT},
};

/* Connectors. */

static struct screen *find_screen(struct session *session, const char *name)
{
	list_for_each (screen, &session->screens, struct screen, link) {
		if (strcmp(screen->name, name) == 0)
			return screen;
	}
	return NULL;
}

static void each_connector(struct session *session,
	void (*tell)(void *data, const struct kms_connector_info *info), void *data)
{
	if (session->backend_ops->connectors) {
		session->backend_ops->connectors(session, tell, data);
		return;
	}
	list_for_each (screen, &session->screens, struct screen, link) {
		struct kms_connector_info info = {
			.name = screen->name, .connected = true};
		tell(data, &info);
	}
}

struct search {
	const char *name;
	bool found, connected;
	size_t n_modes;
	char names[300]; /* all of them, for the user */
};

static void look_at(void *data, const struct kms_connector_info *info)
{
	struct search *s = data;
	size_t len = strlen(s->names);
	snprintf(s->names + len, sizeof s->names - len, "%s%s", len ? ", " : "",
		info->name);
	if (strcmp(info->name, s->name) != 0)
		return;
	s->found = true;
	s->connected = info->connected;
	s->n_modes = info->n_modes;
}

static const char *refusal(struct session *session, const char *connector)
{
	const char *text = session->backend_ops->refusal
				   ? session->backend_ops->refusal(session, connector)
				   : NULL;
	if (!text && outputs_color_error(session->outputs, connector) < 0)
		text = "the card does not change its colours";
	return text;
}

/* Rows. */

struct lister {
	struct session *session;
	struct reply *reply;
	const char *only; /* NULL: all */
	bool modes;       /* of that one */
};

static const char *state_of(
	const struct kms_connector_info *info, const struct screen *screen)
{
	static const char *const names[] = {
		[SCREEN_IDLE] = "on",
		[SCREEN_FLIGHT] = "on",
		[SCREEN_PAUSED] = "away",
		[SCREEN_ASLEEP] = "asleep",
	};
	if (screen)
		return names[screen->state];
	return info->connected ? "off" : NULL;
}

static void put_mode(struct reply *reply, const struct kms_connector_info *info,
	const struct screen *screen)
{
	struct kms_mode mode = {0};
	char text[48];
	if (info->output) {
		kms_output_mode(info->output, &mode);
	} else if (screen) {
		bool turns = transform_turns(screen->transform);
		mode.width = turns ? screen->height : screen->width;
		mode.height = turns ? screen->width : screen->height;
		mode.refresh_mhz = (uint32_t)((NS_PER_S * 1000 + screen->refresh_ns / 2) /
					      screen->refresh_ns);
	}
	output_mode_text(&mode, text);
	reply_text(reply, mode.width ? text : NULL);
}

static void put_place(struct reply *reply, const struct screen *screen)
{
	char text[64];
	if (!screen) {
		for (int i = 0; i < 4; i++)
			reply_text(reply, NULL);
		return;
	}
	snprintf(text, sizeof text, "%.6g,%.6g", screen->x, screen->y);
	reply_text(reply, screen->mirrors ? NULL : text);
	snprintf(text, sizeof text, "%.6g", screen->scale);
	reply_text(reply, text);
	reply_text(reply, transform_name(screen->transform));
	reply_text(reply, screen->mirrors ? screen->mirrors->name : NULL);
}

static const char *vrr_of(const struct lister *l, const struct kms_connector_info *info)
{
	const struct output_config *config =
		outputs_config(l->session->outputs, info->name);
	if (!info->output || !(kms_output_can(info->output) & KMS_CAN_VRR))
		return NULL;
	return config && config->kms.vrr ? "on" : "off";
}

static void put_row(void *data, const struct kms_connector_info *info)
{
	static const struct kms_identity nobody;
	const struct lister *l = data;
	const struct kms_identity *id =
		info->connected && info->identity ? info->identity : &nobody;
	const struct screen *screen = find_screen(l->session, info->name);
	if (l->only && strcmp(info->name, l->only) != 0)
		return;
	reply_text(l->reply, info->name);
	reply_text(l->reply, id->make[0] ? id->make : NULL);
	reply_text(l->reply, id->model[0] ? id->model : NULL);
	reply_text(l->reply, id->serial[0] ? id->serial : NULL);
	reply_text(l->reply, info->connected ? "yes" : "no");
	reply_text(l->reply, state_of(info, screen));
	put_mode(l->reply, info, screen);
	put_place(l->reply, screen);
	reply_text(l->reply, vrr_of(l, info));
	reply_text(l->reply, refusal(l->session, info->name));
}

static void put_table(struct session *session, const char *only, struct reply *reply)
{
	struct lister l = {.session = session, .reply = reply, .only = only};
	reply_table(reply, "outputs", columns, COUNT(columns));
	each_connector(session, put_row, &l);
	reply_end(reply);
}

static void put_modes(void *data, const struct kms_connector_info *info)
{
	const struct lister *l = data;
	if (strcmp(info->name, l->only) != 0)
		return;
	for (size_t i = 0; i < info->n_modes; i++) {
		char text[48];
		output_mode_text(&info->modes[i], text);
		reply_text(l->reply, text);
		reply_text(l->reply, info->modes[i].preferred ? "yes" : NULL);
	}
}

static void put_settings(struct session *session, const char *connector, const char *name,
	struct reply *reply)
{
	const struct output_config nothing = output_config_default(),
				   *config = outputs_config(session->outputs, connector),
				   *kept = outputs_kept(session->outputs, name);
	config = config ? config : kept ? kept : &nothing;
	reply_table(reply, "settings", setting_columns, COUNT(setting_columns));
	for (unsigned i = 0; i < OUTPUT_KEYS; i++) {
		char value[OUTPUT_VALUE_MAX];
		bool by_ctl = kept && kept->set & 1u << i;
		output_config_value(config, (enum output_key)i, value);
		reply_text(reply, output_key_name((enum output_key)i));
		reply_text(reply, value);
		reply_text(reply, by_ctl                  ? "osaas ctl output"
				  : config->set & 1u << i ? "the configuration"
							  : NULL);
	}
	reply_end(reply);
}

static void put_one(struct session *session, const char *connector, const char *name,
	struct reply *reply)
{
	struct lister l = {.session = session, .reply = reply, .only = connector};
	struct search s = {.name = connector};
	each_connector(session, look_at, &s);
	if (s.found) {
		reply_record(reply, "output", columns, COUNT(columns));
		each_connector(session, put_row, &l);
		reply_end(reply);
	}
	put_settings(session, connector, name, reply);
	if (s.n_modes == 0)
		return;
	reply_table(reply, "modes", mode_columns, COUNT(mode_columns));
	each_connector(session, put_modes, &l);
	reply_end(reply);
}

/* Which one. */

struct target {
	char connector[OUTPUT_NAME_MAX]; /* "": it is not here */
	char name[OUTPUT_NAME_MAX];      /* that it is kept by */
};

static bool find_target(struct session *session, const char *word, struct target *out,
	struct reply *reply)
{
	struct search s = {.name = word};
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
	each_connector(session, look_at, &s);
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
		put_one(change->session, change->target.connector, change->target.name,
			reply);
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
	const struct screen *screen = find_screen(session, target->connector);
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
		each_connector(session, look_what_it_can, &can);
		return can.vrr ? NULL : "card or display have no variable refresh";
	}
	return NULL;
}

static const char *refused(
	struct session *session, const struct target *target, unsigned keys)
{
	if (keys & KMS_KEYS && session->backend_ops->refusal)
		return session->backend_ops->refusal(session, target->connector);
	if (keys & COLOR_KEYS &&
		outputs_color_error(session->outputs, target->connector) < 0)
		return "the card does not change its colours";
	return NULL;
}

static void change(struct session *session, const struct target *target,
	const struct output_config *said, struct reply *reply)
{
	const struct output_config *kept = outputs_kept(session->outputs, target->name);
	struct output_config old = kept ? *kept : output_config_default(), new = old;
	const char *why = objection(session, target, said);
	char text[256];
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
	const char *const names[] = {target->name, word, target->connector};
	size_t i = 0;
	while (i < 3 && !outputs_kept(session->outputs, names[i]))
		i++;
	if (i == 3) {
		reply_refuse(reply, REPLY_FAILED,
			"nothing was said of %s by 'osaas ctl output': what counts is "
			"the configuration",
			target->name);
		return;
	}
	if (i > 0)
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
		put_table(session, NULL, reply);
	else if (!find_target(session, words[1], &target, reply))
		return;
	else if (request->n_words == 2)
		put_one(session, target.connector, target.name, reply);
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
