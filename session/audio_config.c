#include "session/audio_config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/include/osaas_audio.h"
#include "session/nearest.h"
#include "session/why.h"
#include "util/clock.h"

#define LEAST_MS         1
#define MOST_MS          1000

#define refuse(why, ...) why_not(why, AUDIO_WHY_MAX, __VA_ARGS__)

int audio_config_rule(const char *rule, char why[static AUDIO_WHY_MAX])
{
	size_t n = strlen(rule);
	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)rule[i] < ' ' || rule[i] == 0x7f)
			return refuse(why, "a device's rule has no control characters");
	}
	if (n >= AUDIO_TEXT_MAX)
		return refuse(why,
			"'%.40s...' is too long for a device: write at most "
			"%d bytes",
			rule, AUDIO_TEXT_MAX - 1);
	if (strspn(rule, " ,") == n)
		return refuse(why, "which device? write hw:0, a part of its name, usb, "
				   "hdmi, analog, default or none");
	return 0;
}

static int set_rule(
	char to[static AUDIO_TEXT_MAX], const char *value, char why[static AUDIO_WHY_MAX])
{
	int r = audio_config_rule(value, why);
	if (r == 0)
		memcpy(to, value, strlen(value) + 1);
	return r;
}

static int set_output(
	struct audio_config *config, const char *value, char why[static AUDIO_WHY_MAX])
{
	return set_rule(config->output, value, why);
}

static int set_input(
	struct audio_config *config, const char *value, char why[static AUDIO_WHY_MAX])
{
	return set_rule(config->input, value, why);
}

static int set_rate(
	struct audio_config *config, const char *value, char why[static AUDIO_WHY_MAX])
{
	size_t n = strspn(value, "0123456789");
	long rate = n > 0 && n < 7 && !value[n] ? strtol(value, NULL, 10) : 0;
	if (rate < OSAAS_AUDIO_MIN_RATE || rate > OSAAS_AUDIO_MAX_RATE)
		return refuse(why,
			"'%.40s' is no rate: write frames per second from %d to %d, as "
			"48000",
			value, OSAAS_AUDIO_MIN_RATE, OSAAS_AUDIO_MAX_RATE);
	config->rate = (unsigned)rate;
	return 0;
}

static int set_latency(
	struct audio_config *config, const char *value, char why[static AUDIO_WHY_MAX])
{
	size_t n = strspn(value, "0123456789.");
	char *end = NULL;
	double ms = n > 0 && !value[n] ? strtod(value, &end) : -1;
	if (!end || *end || ms < LEAST_MS || ms > MOST_MS)
		return refuse(why,
			"'%.40s' is no latency: write milliseconds from %d to %d", value,
			LEAST_MS, MOST_MS);
	config->latency_ns = (uint64_t)(ms * NS_PER_MS);
	return 0;
}

static int set_background(
	struct audio_config *config, const char *value, char why[static AUDIO_WHY_MAX])
{
	config->background = strcmp(value, "on") == 0;
	if (config->background || strcmp(value, "off") == 0)
		return 0;
	return refuse(why, "'%.40s' is no switch: write on or off", value);
}

static const struct {
	const char *name;
	int (*set)(struct audio_config *config, const char *value,
		char why[static AUDIO_WHY_MAX]);
} keys[AUDIO_KEYS] = {
	[AUDIO_BACKGROUND] = {"background", set_background},
	[AUDIO_INPUT] = {"input", set_input},
	[AUDIO_LATENCY] = {"latency", set_latency},
	[AUDIO_OUTPUT] = {"output", set_output},
	[AUDIO_RATE] = {"rate", set_rate},
};

int audio_config_set(struct audio_config *config, const char *name, const char *value,
	char why[static AUDIO_WHY_MAX])
{
	const char *names[AUDIO_KEYS];
	char hint[NEAREST_HINT];
	for (size_t i = 0; i < AUDIO_KEYS; i++) {
		names[i] = keys[i].name;
		if (strcmp(name, names[i]) != 0)
			continue;
		if (!value[0])
			return refuse(why,
				"'%s' has no value: write one, or leave it out", name);
		int r = keys[i].set(config, value, why);
		if (r == 0)
			config->set |= 1u << i;
		return r;
	}
	return refuse(why, "there is no key '%.60s' in [audio]%s", name,
		nearest_hint(hint, name, names, AUDIO_KEYS, "'", "osaas.ini(5)"));
}

void audio_config_merge(struct audio_config *config, const struct audio_config *over)
{
	if (over->set & 1u << AUDIO_BACKGROUND)
		config->background = over->background;
	if (over->set & 1u << AUDIO_INPUT)
		memcpy(config->input, over->input, sizeof config->input);
	if (over->set & 1u << AUDIO_LATENCY)
		config->latency_ns = over->latency_ns;
	if (over->set & 1u << AUDIO_OUTPUT)
		memcpy(config->output, over->output, sizeof config->output);
	if (over->set & 1u << AUDIO_RATE)
		config->rate = over->rate;
	config->set |= over->set;
}

bool audio_config_equal(const struct audio_config *a, const struct audio_config *b)
{
	return a->set == b->set && strcmp(a->output, b->output) == 0 &&
	       strcmp(a->input, b->input) == 0 && a->rate == b->rate &&
	       a->latency_ns == b->latency_ns && a->background == b->background;
}
