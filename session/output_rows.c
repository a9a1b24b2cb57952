#include "session/output_rows.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "kms/kms.h"
#include "session/control_reply.h"
#include "session/outputs.h"
#include "session/screen.h"
#include "session/session.h"
#include "util/clock.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

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

static const struct reply_column size_columns[] = {
	{"width_mm", "width mm", REPLY_COUNT},
	{"height_mm", "height mm", REPLY_COUNT},
	{"dpi", "dots per inch", REPLY_COUNT},
	{"fitting_scale", "a scale that fits", REPLY_TEXT},
};

/* Connectors. */

struct screen *output_screen(struct session *session, const char *name)
{
	list_for_each (screen, &session->screens, struct screen, link) {
		if (strcmp(screen->name, name) == 0)
			return screen;
	}
	return NULL;
}

void output_each(struct session *session,
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

void output_look(void *data, const struct kms_connector_info *info)
{
	struct output_search *s = data;
	size_t len = strlen(s->names);
	snprintf(s->names + len, sizeof s->names - len, "%s%s", len ? ", " : "",
		info->name);
	if (strcmp(info->name, s->name) != 0)
		return;
	s->found = true;
	s->connected = info->connected;
	s->n_modes = info->n_modes;
}

const char *output_color_refusal(struct session *session, const char *connector)
{
	int r = outputs_color_error(session->outputs, connector);
	if (r == -ENOTSUP)
		return "the card does not change its colours: there is neither a gamma "
		       "table nor a colour matrix";
	return r < 0 ? "the card does not change its colours; the session's log says why"
		     : NULL;
}

static const char *refusal(struct session *session, const char *connector)
{
	const char *text = session->backend_ops->refusal
				   ? session->backend_ops->refusal(session, connector)
				   : NULL;
	return text ? text : output_color_refusal(session, connector);
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
	const struct screen *screen = output_screen(l->session, info->name);
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

void output_rows_all(struct session *session, struct reply *reply)
{
	struct lister l = {.session = session, .reply = reply};
	reply_table(reply, "outputs", columns, COUNT(columns));
	output_each(session, put_row, &l);
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
	char by[OUTPUT_NAME_MAX];
	const struct output_config nothing = output_config_default(),
				   *config = outputs_config(session->outputs, connector),
				   *kept = outputs_said(session->outputs, connector, by);
	kept = kept ? kept : outputs_kept(session->outputs, name);
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

/* Some tell a shape, 16 by 9, for a size: nothing follows from that. */
static bool has_size(const struct kms_identity *identity, const struct screen *screen)
{
	return identity && identity->mm_width > 200 && identity->mm_height > 100 &&
	       screen->width > 0;
}

/* At 96 dots per inch, what CSS calls a pixel is one; in quarters, 1 at least. */
static void put_size(struct reply *reply, const struct screen *screen)
{
	const struct kms_identity *identity = screen->identity;
	char text[32];
	if (!has_size(identity, screen))
		return;
	bool turns = transform_turns(screen->transform);
	double dpi = (turns ? screen->height : screen->width) * 25.4 / identity->mm_width;
	snprintf(text, sizeof text, "%.4g", fmax(1, fmin(8, round(dpi / 24) / 4)));
	reply_record(reply, "size", size_columns, COUNT(size_columns));
	reply_number(reply, (uint64_t)identity->mm_width);
	reply_number(reply, (uint64_t)identity->mm_height);
	reply_number(reply, (uint64_t)lround(dpi));
	reply_text(reply, text);
	reply_end(reply);
}

void output_rows_one(struct session *session, const char *connector, const char *name,
	struct reply *reply)
{
	struct lister l = {.session = session, .reply = reply, .only = connector};
	struct output_search s = {.name = connector};
	output_each(session, output_look, &s);
	if (s.found) {
		reply_record(reply, "output", columns, COUNT(columns));
		output_each(session, put_row, &l);
		reply_end(reply);
	}
	if (output_screen(session, connector))
		put_size(reply, output_screen(session, connector));
	put_settings(session, connector, name, reply);
	if (s.n_modes == 0)
		return;
	reply_table(reply, "modes", mode_columns, COUNT(mode_columns));
	output_each(session, put_modes, &l);
	reply_end(reply);
}
