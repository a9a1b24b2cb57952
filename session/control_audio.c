#include "session/control_audio.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "session/audio.h"
#include "session/audio_config.h"
#include "session/audio_devices.h"
#include "session/audio_rule.h"
#include "session/audio_volume.h"
#include "session/control_reply.h"
#include "session/nearest.h"
#include "session/session.h"
#include "session/sound.h"
#include "util/clock.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const direction_names[] = {
	[PCM_PLAYBACK] = "output",
	[PCM_CAPTURE] = "input",
};

/* What there is. */

static const struct reply_column engine_columns[] = {
	{"state", "state", REPLY_TEXT},
	{"device", "device", REPLY_TEXT},
	{"trouble", "trouble", REPLY_TEXT},
	{"format", "format", REPLY_TEXT},
	{"rate", "rate", REPLY_COUNT},
	{"channels", "channels", REPLY_COUNT},
	{"period", "period", REPLY_COUNT},
	{"buffer", "buffer", REPLY_COUNT},
	{"ahead_ns", "ahead ms", REPLY_TIME},
	{"late_ns", "late ms", REPLY_TIME},
	{"underruns", "underruns", REPLY_COUNT},
};

static void put_if(struct reply *reply, bool known, uint64_t number)
{
	if (known)
		reply_number(reply, number);
	else
		reply_text(reply, NULL);
}

static void put_engine(struct session *session, struct reply *reply)
{
	static const char *const states[] = {
		[AUDIO_CLOSED] = "closed",
		[AUDIO_FILLING] = "ready",
		[AUDIO_RUNNING] = "plays",
		[AUDIO_DRAINING] = "plays out",
		[AUDIO_HELD] = "held",
	};
	static const char *const formats[] = {
		[PCM_S16] = "16 bit",
		[PCM_S24_3] = "24 bit in 3 bytes",
		[PCM_S24] = "24 bit",
		[PCM_S32] = "32 bit",
		[PCM_FLOAT] = "float",
	};
	struct audio_status s;
	audio_status(session->audio, &s);
	const struct pcm_config *c = &s.config;
	bool open = c->rate != 0;
	reply_record(reply, "audio", engine_columns, COUNT(engine_columns));
	reply_text(reply, states[s.state]);
	reply_text(reply, s.device && s.device[0] ? s.device : NULL);
	reply_text(reply, s.why);
	reply_text(reply, open ? formats[c->format] : NULL);
	put_if(reply, open, c->rate);
	put_if(reply, open, c->channels);
	put_if(reply, open, c->period);
	put_if(reply, open, c->buffer);
	put_if(reply, open, open ? s.target * NS_PER_S / c->rate : 0);
	reply_number(reply, s.late_ns);
	reply_number(reply, s.xruns);
	reply_end(reply);
}

static const struct reply_column level_columns[] = {
	{"direction", "sound", REPLY_TEXT},
	{"rule", "rule", REPLY_TEXT},
	{"device", "device", REPLY_TEXT},
	{"volume_percent", "volume %", REPLY_COUNT},
	{"mute", "mute", REPLY_TEXT},
	{"by", "by", REPLY_TEXT},
	{"trouble", "trouble", REPLY_TEXT},
};

static void put_level(struct sound *sound, enum pcm_direction d, struct reply *reply)
{
	struct sound_level level;
	const char *rule = sound_rule(sound, d);
	sound_level(sound, d, &level);
	reply_text(reply, direction_names[d]);
	reply_text(reply, rule ? rule : "default");
	reply_text(reply, level.device ? level.pcm : NULL);
	put_if(reply, level.device && level.volume, audio_volume_percent(level.loud));
	reply_text(reply, !level.device || !level.mute ? NULL
			  : level.muted                ? "on"
						       : "off");
	reply_text(reply, !level.device || !level.volume ? NULL
			  : level.own                    ? "card"
							 : "mix");
	reply_text(reply, level.excluded[0] ? level.excluded : NULL);
}

static const struct reply_column voice_columns[] = {
	{"plugin", "plugin", REPLY_TEXT},
	{"state", "state", REPLY_TEXT},
	{"rate", "rate", REPLY_COUNT},
	{"channels", "channels", REPLY_COUNT},
	{"gain", "gain", REPLY_TEXT},
	{"frames", "frames", REPLY_COUNT},
	{"gaps", "gaps", REPLY_COUNT},
	{"late_frames", "late", REPLY_COUNT},
};

static void add_voice(void *data, const struct audio_voice_status *voice)
{
	struct reply *reply = data;
	char gain[32];
	snprintf(gain, sizeof gain, "%.3g", voice->gain);
	reply_text(reply, voice->name);
	reply_text(reply, voice->paused ? "paused" : voice->sounds ? "sounds" : "silent");
	reply_number(reply, voice->rate);
	reply_number(reply, voice->channels);
	reply_text(reply, gain);
	reply_number(reply, voice->frames);
	reply_number(reply, voice->gaps);
	reply_number(reply, voice->late);
}

static const struct reply_column device_columns[] = {
	{"device", "device", REPLY_TEXT},
	{"card", "card", REPLY_TEXT},
	{"id", "id", REPLY_TEXT},
	{"name", "stream", REPLY_TEXT},
	{"kind", "kind", REPLY_TEXT},
	{"does", "does", REPLY_TEXT},
	{"jack", "jack", REPLY_TEXT},
	{"use_case", "use case", REPLY_TEXT},
	{"route", "goes to", REPLY_TEXT},
	{"enabled", "enabled", REPLY_TEXT},
};

static void put_device(const struct audio_device *d, struct reply *reply)
{
	reply_text(reply, d->pcm);
	reply_text(reply, d->card);
	reply_text(reply, d->id);
	reply_text(reply, d->name);
	reply_text(reply, audio_rule_kind(d));
	reply_text(reply, d->plays && d->hears ? "plays, hears"
			  : d->plays           ? "plays"
					       : "hears");
	reply_text(reply, d->jack == AUDIO_JACK_IN    ? "plugged"
			  : d->jack == AUDIO_JACK_OUT ? "empty"
						      : NULL);
	bool routed = d->routed[PCM_PLAYBACK] || d->routed[PCM_CAPTURE];
	reply_text(reply, d->verb[0] ? d->verb : NULL);
	reply_text(reply, d->route[0] ? d->route : NULL);
	reply_text(reply, !d->route[0] ? NULL : routed ? "yes" : "no");
}

static void put_levels(struct session *session, struct reply *reply)
{
	reply_table(reply, "levels", level_columns, COUNT(level_columns));
	put_level(session->sound, PCM_PLAYBACK, reply);
	put_level(session->sound, PCM_CAPTURE, reply);
	reply_end(reply);
}

static void put_all(struct session *session, struct reply *reply)
{
	const struct audio_device *list;
	put_engine(session, reply);
	put_levels(session, reply);
	reply_table(reply, "voices", voice_columns, COUNT(voice_columns));
	audio_each_voice(session->audio, add_voice, reply);
	reply_end(reply);
	size_t n = audio_devices_list(sound_devices(session->sound), &list);
	reply_table(reply, "devices", device_columns, COUNT(device_columns));
	for (size_t i = 0; i < n; i++)
		put_device(&list[i], reply);
	reply_end(reply);
}

/* Volume and mute. */

static void say_failed(const char *what, enum pcm_direction d, int r, struct reply *reply)
{
	if (r == -ENODEV)
		reply_refuse(reply, REPLY_FAILED,
			"there is no sound %s: 'osaas ctl audio' lists devices, 'osaas "
			"doctor' says what is missing",
			direction_names[d]);
	else if (r == -ENOTSUP)
		reply_refuse(reply, REPLY_FAILED,
			"the %s's %s cannot be set: the card has no control for it",
			direction_names[d], what);
	else
		reply_refuse(reply, REPLY_FAILED,
			"the %s's %s cannot be set: %s; is it still plugged in?",
			direction_names[d], what, strerror(-r));
}

static void answer_volume(struct session *session, enum pcm_direction d, const char *word,
	struct reply *reply)
{
	struct sound_level level;
	double volume;
	sound_level(session->sound, d, &level);
	if (word && audio_volume_parse(level.loud, word, &volume) < 0) {
		reply_refuse(reply, REPLY_USAGE, "'%.60s' is no volume: write %s", word,
			AUDIO_VOLUME_HINT);
		return;
	}
	int r = !level.device   ? -ENODEV
		: !level.volume ? -ENOTSUP
		: word          ? sound_set_volume(session->sound, d, volume)
				: 0;
	if (r < 0)
		say_failed("volume", d, r, reply);
	else
		put_levels(session, reply);
}

static void answer_mute(struct session *session, enum pcm_direction d, const char *word,
	struct reply *reply)
{
	struct sound_level level;
	bool on = word && strcmp(word, "on") == 0;
	if (word && !on && strcmp(word, "off") != 0) {
		reply_refuse(reply, REPLY_USAGE,
			"'%.60s' is no switch: write on or off, or nothing for the other "
			"one",
			word);
		return;
	}
	sound_level(session->sound, d, &level);
	int r = !level.device ? -ENODEV
		: !level.mute
			? -ENOTSUP
			: sound_set_mute(session->sound, d, word ? on : !level.muted);
	if (r < 0)
		say_failed("mute", d, r, reply);
	else
		put_levels(session, reply);
}

/* volume and mute: [VALUE] [input|output] */
static void answer_level(struct session *session, const struct control_request *request,
	struct reply *reply)
{
	const char *const *words = request->words;
	size_t n = request->n_words;
	enum pcm_direction d = PCM_PLAYBACK;
	if (n > 2 && (strcmp(words[n - 1], "input") == 0 ||
			     strcmp(words[n - 1], "output") == 0))
		d = strcmp(words[--n], "input") == 0 ? PCM_CAPTURE : PCM_PLAYBACK;
	if (n > 3)
		reply_refuse(reply, REPLY_USAGE,
			"'%.60s' is too much: write 'audio %s VALUE', and 'input' behind "
			"it for the microphone",
			words[3], words[1]);
	else if (strcmp(words[1], "mute") == 0)
		answer_mute(session, d, n > 2 ? words[2] : NULL, reply);
	else
		answer_volume(session, d, n > 2 ? words[2] : NULL, reply);
}

/* Rules. */

static bool join(const struct control_request *request, char rule[static AUDIO_TEXT_MAX],
	char why[static AUDIO_WHY_MAX])
{
	char all[CONTROL_REQUEST_MAX] = "";
	size_t at = 0;
	for (size_t i = 2; i < request->n_words && at < sizeof all; i++)
		at += (size_t)snprintf(all + at, sizeof all - at, "%s%s",
			i > 2 ? " " : "", request->words[i]);
	if (audio_config_rule(all, why) < 0)
		return false;
	memcpy(rule, all, strlen(all) + 1);
	return true;
}

/* It is kept all the same: what it means may be plugged in some day. */
static bool fits(struct sound *sound, enum pcm_direction d, const char *rule)
{
	struct audio_device picked[AUDIO_DEVICES_MAX];
	const struct audio_device *list;
	size_t n = audio_devices_list(sound_devices(sound), &list);
	return audio_rule_pick(rule, d, list, n, picked) > 0;
}

static void answer_rule(struct session *session, enum pcm_direction d,
	const struct control_request *request, struct reply *reply)
{
	char rule[AUDIO_TEXT_MAX], why[AUDIO_WHY_MAX];
	if (request->n_words == 2) {
		put_levels(session, reply);
		return;
	}
	if (request->n_words == 3 && strcmp(request->words[2], "reset") == 0) {
		sound_say_rule(session->sound, d, NULL);
		put_levels(session, reply);
		return;
	}
	if (!join(request, rule, why)) {
		reply_refuse(reply, REPLY_USAGE, "%s", why);
		return;
	}
	sound_say_rule(session->sound, d, rule);
	if (fits(session->sound, d, rule))
		put_levels(session, reply);
	else
		reply_say(reply, direction_names[d],
			"nothing here is \"%s\": the default is taken until it is "
			"plugged in; 'osaas ctl audio' lists devices",
			rule);
}

void control_audio_answer(struct session *session, const struct control_request *request,
	struct reply *reply)
{
	static const char *const known[] = {
		"status", "volume", "mute", "output", "input"};
	char hint[NEAREST_HINT];
	const char *word = request->n_words > 1 ? request->words[1] : "status";
	if (strcmp(word, "status") == 0 && request->n_words > 2)
		reply_refuse(reply, REPLY_USAGE,
			"'%.60s' is too much: 'audio status' has no words behind it",
			request->words[2]);
	else if (strcmp(word, "status") == 0)
		put_all(session, reply);
	else if (strcmp(word, "volume") == 0 || strcmp(word, "mute") == 0)
		answer_level(session, request, reply);
	else if (strcmp(word, "output") == 0)
		answer_rule(session, PCM_PLAYBACK, request, reply);
	else if (strcmp(word, "input") == 0)
		answer_rule(session, PCM_CAPTURE, request, reply);
	else
		reply_refuse(reply, REPLY_USAGE, "'audio %.60s' says nothing%s", word,
			nearest_hint(hint, word, known, COUNT(known), "'", "osaas(1)"));
}
