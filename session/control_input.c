#include "session/control_input.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "input/input.h"
#include "session/control_reply.h"
#include "session/devices.h"
#include "session/nearest.h"
#include "session/outputs.h"
#include "session/session.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct reply_column columns[] = {
	{"device", "device", REPLY_TEXT},
	{"type", "type", REPLY_TEXT},
	{"id", "vendor:product", REPLY_TEXT},
	{"output", "output", REPLY_TEXT},
	{"options", "options", REPLY_TEXT},
};

static const struct reply_column option_columns[] = {
	{"device", "device", REPLY_TEXT},
	{"key", "option", REPLY_TEXT},
	{"value", "is", REPLY_TEXT},
	{"default", "by itself", REPLY_TEXT},
	{"by", "by", REPLY_TEXT},
	{"refused", "refused", REPLY_TEXT},
};

struct lister {
	struct reply *reply;
	const char *match; /* NULL: all */
	size_t n;
	uint32_t refused; /* of any of them */
	uint32_t has;
};

static bool is_listed(const struct lister *l, const struct input_device_info *info)
{
	return !l->match || input_matches(l->match, info->name, info->types);
}

static void put_options(struct reply *reply, const struct input_device_info *info)
{
	char text[DEVICE_OPTIONS * 64] = "", value[DEVICE_VALUE_MAX];
	size_t n = 0;
	for (unsigned i = 0; i < DEVICE_OPTIONS; i++) {
		if (!(info->now.set & 1u << i) || n >= sizeof text - 1)
			continue;
		device_config_value(&info->now, (enum device_option)i, value);
		n += (size_t)snprintf(text + n, sizeof text - n, "%s%s=%s", n ? " " : "",
			device_option_name((enum device_option)i), value);
	}
	reply_text(reply, text[0] ? text : NULL);
}

static void put_row(void *data, const struct input_device_info *info)
{
	struct lister *l = data;
	char types[INPUT_TYPE_TEXT], id[16];
	if (!is_listed(l, info))
		return;
	input_type_text(info->types, types);
	snprintf(id, sizeof id, "%04x:%04x", info->vendor & 0xffff,
		info->product & 0xffff);
	reply_text(l->reply, info->name);
	reply_text(l->reply, types[0] ? types : NULL);
	reply_text(l->reply, id);
	reply_text(l->reply, info->output);
	put_options(l->reply, info);
}

static void put_option(
	struct reply *reply, const struct input_device_info *info, enum device_option i)
{
	char value[DEVICE_VALUE_MAX];
	uint32_t bit = 1u << i;
	reply_text(reply, info->name);
	reply_text(reply, device_option_name(i));
	device_config_value(&info->now, i, value);
	reply_text(reply, value);
	device_config_value(&info->by_itself, i, value);
	reply_text(reply, value);
	reply_text(reply, info->over & bit   ? "osaas ctl input"
			  : info->said & bit ? "the configuration"
					     : NULL);
	reply_text(reply, info->refused & bit ? "yes" : NULL);
}

static void put_option_rows(void *data, const struct input_device_info *info)
{
	struct lister *l = data;
	if (!is_listed(l, info))
		return;
	for (unsigned i = 0; i < DEVICE_OPTIONS; i++) {
		if (info->now.set & 1u << i)
			put_option(l->reply, info, (enum device_option)i);
	}
}

static void each(struct session *session, struct lister *l,
	void (*tell)(void *data, const struct input_device_info *info))
{
	struct input *input = devices_input(session->devices);
	if (input)
		input_each_device(input, tell, l);
}

static void list(struct session *session, struct lister *l)
{
	reply_table(l->reply, "devices", columns, COUNT(columns));
	each(session, l, put_row);
	reply_end(l->reply);
	if (!l->match)
		return;
	reply_table(l->reply, "options", option_columns, COUNT(option_columns));
	each(session, l, put_option_rows);
	reply_end(l->reply);
}

static void look(void *data, const struct input_device_info *info)
{
	struct lister *l = data;
	if (!is_listed(l, info))
		return;
	l->n++;
	l->has |= info->now.set;
	l->refused |= info->refused;
}

/* Of devices that are not here something can be said by type only. */
static bool find_some(struct session *session, struct lister *l)
{
	const char *output;
	each(session, l, look);
	if (!devices_input(session->devices))
		reply_refuse(l->reply, REPLY_FAILED,
			"this session has no input devices of its own: only one on a "
			"graphics card has");
	else if (!input_match_valid(l->match))
		reply_refuse(l->reply, REPLY_USAGE,
			"'%.60s' is no device: write its name, or type: and one "
			"of " INPUT_TYPES,
			l->match);
	else if (l->n || l->match[0] == '*' || strncmp(l->match, "type:", 5) == 0 ||
		 devices_said(session->devices, l->match, &output))
		return true;
	else
		reply_refuse(l->reply, REPLY_FAILED,
			"there is no device '%.90s': 'osaas ctl input' lists them",
			l->match);
	return false;
}

/* Changes. */

struct change {
	struct device_config config;
	char output[OUTPUT_NAME_MAX];
};

static bool read_output(
	struct session *session, const char *name, struct change *to, struct reply *reply)
{
	char connector[OUTPUT_NAME_MAX], kept[OUTPUT_NAME_MAX];
	size_t n = strlen(name);
	if (n < sizeof to->output &&
		outputs_find(session->outputs, name, connector, kept) == 0) {
		memcpy(to->output, name, n + 1);
		return true;
	}
	reply_refuse(reply, REPLY_FAILED,
		"there is no display '%.90s': 'osaas ctl output' lists them", name);
	return false;
}

static void refuse_key(const char *key, const char *why, struct reply *reply)
{
	const char *names[DEVICE_OPTIONS + 1] = {"output"};
	char hint[NEAREST_HINT];
	for (unsigned i = 0; i < DEVICE_OPTIONS; i++)
		names[i + 1] = device_option_name((enum device_option)i);
	reply_refuse(reply, REPLY_USAGE, "%s%s", why,
		nearest_hint(hint, key, names, DEVICE_OPTIONS + 1, "'", "osaas.ini(5)"));
}

static bool read_word(
	struct session *session, const char *word, struct change *to, struct reply *reply)
{
	char key[64], why[DEVICE_WHY_MAX];
	size_t n = strcspn(word, "=");
	if (!word[n] || n >= sizeof key) {
		reply_refuse(reply, REPLY_USAGE,
			"'%.60s' says nothing: write KEY=VALUE, or reset", word);
		return false;
	}
	memcpy(key, word, n);
	key[n] = '\0';
	if (strcmp(key, "output") == 0)
		return read_output(session, word + n + 1, to, reply);
	int r = device_config_set(&to->config, key, word + n + 1, why);
	if (r == -ENOENT)
		refuse_key(key, why, reply);
	else if (r < 0)
		reply_refuse(reply, REPLY_USAGE, "%s", why);
	return r == 0;
}

static bool read_words(struct session *session, const struct control_request *request,
	struct change *to, struct reply *reply)
{
	for (size_t i = 2; i < request->n_words; i++) {
		if (!read_word(session, request->words[i], to, reply))
			return false;
	}
	return true;
}

static void refuse_option(
	const struct lister *l, const struct device_config *said, uint32_t refused)
{
	char value[DEVICE_VALUE_MAX];
	unsigned i = 0;
	while (!(refused & 1u << i))
		i++;
	const char *name = device_option_name((enum device_option)i);
	device_config_value(said, (enum device_option)i, value);
	if (l->has & 1u << i)
		reply_refuse(l->reply, REPLY_FAILED,
			"%s does not take %s=%s; it is as it was", l->match, name, value);
	else
		reply_refuse(l->reply, REPLY_FAILED, "%s has no '%s'; it is as it was",
			l->match, name);
}

/* What one that is named refuses changes nothing; of a type each takes what it can. */
static void change(struct session *session, struct lister *l, const struct change *said)
{
	const char *was;
	const struct device_config *before =
		devices_said(session->devices, l->match, &was);
	struct change old = {{0}, {0}}, new;
	bool any = before != NULL;
	if (any) {
		old.config = *before;
		snprintf(old.output, sizeof old.output, "%s", was);
	}
	new = old;
	device_config_merge(&new.config, &said->config);
	if (said->output[0])
		memcpy(new.output, said->output, sizeof new.output);
	if (devices_say(session->devices, l->match, &new.config, new.output) < 0) {
		reply_refuse(l->reply, REPLY_FAILED,
			"too much was said so: forget some of it with reset");
		return;
	}
	*l = (struct lister){.reply = l->reply, .match = l->match};
	each(session, l, look);
	uint32_t refused = l->refused & said->config.set;
	if (!refused || l->match[0] == '*' || strncmp(l->match, "type:", 5) == 0) {
		list(session, l);
		return;
	}
	devices_say(session->devices, l->match, any ? &old.config : NULL, old.output);
	refuse_option(l, &said->config, refused);
}

static void reset(struct session *session, struct lister *l)
{
	const char *output;
	if (!devices_said(session->devices, l->match, &output)) {
		reply_refuse(l->reply, REPLY_FAILED,
			"nothing was said of %.90s by 'osaas ctl input': what counts is "
			"the configuration",
			l->match);
		return;
	}
	devices_say(session->devices, l->match, NULL, "");
	list(session, l);
}

void control_input_answer(struct session *session, const struct control_request *request,
	struct reply *reply)
{
	struct lister l = {.reply = reply};
	struct change said = {{0}, {0}};
	if (request->n_words > 1) {
		l.match = request->words[1];
		if (!find_some(session, &l))
			return;
	}
	if (request->n_words <= 2)
		list(session, &l);
	else if (request->n_words == 3 && strcmp(request->words[2], "reset") == 0)
		reset(session, &l);
	else if (read_words(session, request, &said, reply))
		change(session, &l, &said);
}
