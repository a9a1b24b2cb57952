#include "session/devices.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/outputs.h"
#include "session/session.h"
#include "session/settings.h"
#include "util/list.h"
#include "util/xalloc.h"

#define SAID_MAX 256 /* that 'osaas ctl input' can say something of */

/* As a section of the configuration, but said at run time. */
struct said {
	struct list link; /* devices.said */
	char match[INPUT_MATCH_MAX];
	struct device_config config;
	char output[OUTPUT_NAME_MAX];
};

struct devices {
	struct session *session;
	struct input *input; /* borrowed */
	struct list said;
};

struct devices *devices_create(struct session *session)
{
	struct devices *devices = xcalloc(1, sizeof *devices);
	devices->session = session;
	list_init(&devices->said);
	return devices;
}

void devices_destroy(struct devices *devices)
{
	if (!devices)
		return;
	list_for_each_safe (said, &devices->said, struct said, link)
		free(said);
	free(devices);
}

struct input *devices_input(const struct devices *devices)
{
	return devices ? devices->input : NULL;
}

/* Displays are called by any of their names; input knows connectors. */
static void put_rule(struct devices *devices, struct input_rule *rule, const char *match,
	const struct device_config *config, const char *output)
{
	char connector[OUTPUT_NAME_MAX], name[OUTPUT_NAME_MAX];
	snprintf(rule->match, sizeof rule->match, "%s", match);
	rule->config = *config;
	if (output[0] &&
		outputs_find(devices->session->outputs, output, connector, name) == 0 &&
		strlen(connector) < sizeof rule->output)
		memcpy(rule->output, connector, strlen(connector) + 1);
}

static size_t count(const struct list *list)
{
	size_t n = 0;
	for (const struct list *l = list->next; l != list; l = l->next)
		n++;
	return n;
}

void devices_apply(struct devices *devices)
{
	if (!devices || !devices->input)
		return;
	const struct list *inputs = &devices->session->settings->inputs;
	size_t n = 0, most = count(inputs) + count(&devices->said);
	struct input_rule *rules = xcalloc(most + 1, sizeof *rules);
	list_for_each (in, inputs, struct settings_input, link)
		put_rule(devices, &rules[n++], in->name, &in->config, in->output);
	list_for_each (said, &devices->said, struct said, link) {
		rules[n].over = true;
		put_rule(devices, &rules[n++], said->match, &said->config, said->output);
	}
	input_configure(devices->input, rules, n);
	free(rules);
}

void devices_attach(struct devices *devices, struct input *input)
{
	if (!devices)
		return;
	devices->input = input;
	devices_apply(devices);
}

static struct said *find(const struct devices *devices, const char *match)
{
	list_for_each (said, &devices->said, struct said, link) {
		if (strcmp(said->match, match) == 0)
			return said;
	}
	return NULL;
}

const struct device_config *devices_said(
	const struct devices *devices, const char *match, const char **output)
{
	const struct said *said = devices ? find(devices, match) : NULL;
	*output = said ? said->output : "";
	return said ? &said->config : NULL;
}

static struct said *add(struct devices *devices, const char *match)
{
	if (count(&devices->said) >= SAID_MAX)
		return NULL;
	struct said *said = xcalloc(1, sizeof *said);
	snprintf(said->match, sizeof said->match, "%s", match);
	list_push_back(&devices->said, &said->link);
	return said;
}

int devices_say(struct devices *devices, const char *match,
	const struct device_config *config, const char *output)
{
	struct said *said = find(devices, match);
	if (!config) {
		if (said)
			list_remove(&said->link);
		free(said);
	} else {
		said = said ? said : add(devices, match);
		if (!said)
			return -ENOSPC;
		said->config = *config;
		snprintf(said->output, sizeof said->output, "%s", output);
	}
	devices_apply(devices);
	return 0;
}
