#include "tests/unit/session/audio_rig.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sched/sched.h"
#include "session/audio_devices.h"
#include "util/clock.h"

struct rig rig;

static void must(bool ok)
{
	if (!ok)
		abort();
}

/* Cards, in the order in which they were added, that are there. */
struct audio_devices {
	size_t n;
	struct audio_device list[8];
	char awaited[64]; /* "": nothing is */
	char routed[64];
	char excluded[64]; /* by what hears; "": nothing is */
};
static struct audio_devices devices;

const struct audio_device *audio_devices_pick(struct audio_devices *all,
	enum pcm_direction direction, const char *rule, size_t n)
{
	static const struct audio_device none = {.pcm = "none"};
	(void)direction;
	if (rule)
		return n == 0 && strcmp(rule, "none") == 0 ? &none : NULL;
	return n < all->n ? &all->list[n] : NULL;
}

/* The stream's way is set before it is opened. */
int audio_devices_route(struct audio_devices *all, const struct audio_device *device,
	enum pcm_direction direction)
{
	must(all == &devices && direction == PCM_PLAYBACK);
	if (strcmp(device->pcm, all->excluded) == 0)
		return -EBUSY;
	snprintf(all->routed, sizeof all->routed, "%s", device->pcm);
	return 0;
}

bool audio_devices_excluded(const struct audio_devices *all,
	const struct audio_device *device, enum pcm_direction direction,
	char why[static PCM_WHY_MAX])
{
	must(direction == PCM_PLAYBACK);
	snprintf(why, PCM_WHY_MAX, "%s is excluded", device->pcm);
	return strcmp(device->pcm, all->excluded) == 0;
}

void rig_exclude(const char *name)
{
	snprintf(devices.excluded, sizeof devices.excluded, "%s", name ? name : "");
}

const char *rig_routed(void)
{
	return devices.routed;
}

void rig_devices_doubt(void)
{
	devices.routed[0] = '\0';
}

void audio_devices_await(struct audio_devices *all, const char *pcm)
{
	snprintf(all->awaited, sizeof all->awaited, "%s", pcm ? pcm : "");
}

const char *audio_devices_why(const struct audio_devices *all)
{
	return all->n ? NULL : "there is no sound card";
}

void rig_freed(void)
{
	devices.awaited[0] = '\0';
	audio_devices_changed(rig.audio);
}

const char *rig_awaited(void)
{
	return devices.awaited;
}

void rig_devices_add(const char *name)
{
	struct audio_device *device = &devices.list[devices.n++];
	*device = (struct audio_device){.plays = true};
	snprintf(device->pcm, sizeof device->pcm, "%s", name);
}

void rig_devices_route(const char *name, int card, const char *route)
{
	for (size_t i = 0; i < devices.n; i++) {
		struct audio_device *device = &devices.list[i];
		if (strcmp(device->pcm, name) != 0)
			continue;
		device->number = card;
		snprintf(device->route, sizeof device->route, "%s", route);
	}
}

void rig_devices_remove(const char *name)
{
	size_t n = 0;
	for (size_t i = 0; i < devices.n; i++) {
		if (strcmp(devices.list[i].pcm, name) != 0)
			devices.list[n++] = devices.list[i];
	}
	devices.n = n;
}

void rig_with_devices(void)
{
	audio_configure(rig.audio,
		&(struct audio_options){.open = fake_pcm_open, .devices = &devices});
}

int pcm_open(struct loop *loop, const char *name, enum pcm_direction direction,
	const struct pcm_config *wish, void (*ready)(void *data), void *data,
	struct pcm **out, char why[static PCM_WHY_MAX])
{
	return fake_pcm_open(loop, name, direction, wish, ready, data, out, why);
}

void rig_begin(const char *card, const struct pcm_config *offers)
{
	fake_cards_clear();
	devices = (struct audio_devices){0};
	struct fake_card *fake = fake_card_add(card);
	fake->offers = offers ? *offers : (struct pcm_config){.buffer = 8192};
	rig = (struct rig){
		.audio = audio_create(NULL,
			&(struct audio_options){.output = card, .open = fake_pcm_open}),
	};
}

void rig_player_end(struct player *player)
{
	audio_voice_destroy(player->voice);
	player->voice = NULL;
	endpoint_close(player->end);
	endpoint_close(player->control);
	player->end = player->control = NULL;
}

void rig_end(void)
{
	for (size_t i = 0; i < rig.n; i++) {
		if (rig.players[i].voice)
			rig_player_end(&rig.players[i]);
	}
	audio_destroy(rig.audio);
	fake_cards_clear();
}

static void hear_config(struct player *player)
{
	struct message msg;
	while (endpoint_try_recv(player->end, &msg) == 0) {
		must(msg.type == OSAAS_AUDIO_CONFIG);
		memcpy(&player->config, msg.bytes, sizeof player->config);
		must((player->configs++ == 0) == (msg.endpoint != NULL));
		if (msg.endpoint)
			player->control = msg.endpoint;
	}
}

struct player *rig_player(void)
{
	struct player *player = &rig.players[rig.n++];
	*player = (struct player){.channels = 2,
		.block = 256,
		.until = UINT64_MAX,
		.steps = PLAYER_STEPS,
		.unit = PLAYER_UNIT};
	must(audio_voice_create(rig.audio, "player", &player->voice, &player->end) == 0);
	hear_config(player);
	return player;
}

/* The other channel's are the same ones in another order: no fade is taken for a frame. */
static uint64_t other(uint64_t number, unsigned steps)
{
	return (number * 48271 + 7) % steps;
}

double player_sample(const struct player *player, uint64_t frame, unsigned channel)
{
	if (player->wave)
		return (double)player->wave(frame, channel);
	uint64_t number = frame % player->steps;
	if (channel % 2)
		return -(1 + (double)other(number, player->steps)) * player->unit;
	return (1 + (double)number) * player->unit;
}

bool rig_send(struct player *player, size_t frames, uint64_t at_ns)
{
	struct message msg = {.type = OSAAS_AUDIO_BLOCK,
		.len = frames * player->channels * sizeof(float)};
	msg.buffer = buffer_create((size_t)msg.len);
	must(msg.buffer != NULL);
	float *to = buffer_data(msg.buffer);
	for (size_t i = 0; i < frames; i++) {
		for (unsigned c = 0; c < player->channels; c++)
			*to++ = (float)player_sample(player, player->sent + i, c);
	}
	memcpy(msg.bytes, &at_ns, sizeof at_ns);
	if (endpoint_try_send(player->end, &msg) < 0) {
		message_drop(&msg);
		return false;
	}
	player->sent += frames;
	return true;
}

bool rig_say(struct endpoint *end, uint32_t type, const void *bytes, size_t size)
{
	struct message msg = {.type = type};
	memcpy(msg.bytes, bytes, size);
	return endpoint_try_send(end, &msg) == 0;
}

void rig_format(
	struct player *player, unsigned rate, unsigned channels, uint32_t latency_us)
{
	struct osaas_audio_format format = {
		.rate = rate, .channels = channels, .latency_us = latency_us};
	must(rig_say(player->end, OSAAS_AUDIO_FORMAT, &format, sizeof format));
	player->channels = channels;
}

struct osaas_audio_position rig_ask(struct player *player, uint32_t type, uint32_t value)
{
	struct osaas_audio_position position;
	struct message msg;
	must(rig_say(player->control, type, &value, sizeof value));
	audio_turn(rig.audio);
	must(endpoint_try_recv(player->control, &msg) == 0);
	must(msg.type == OSAAS_AUDIO_POSITION);
	memcpy(&position, msg.bytes, sizeof position);
	return position;
}

static void play(struct player *player)
{
	if (!player->end)
		return;
	hear_config(player);
	while (!player->lazy && player->sent < player->until) {
		uint64_t left = player->until - player->sent;
		if (!rig_send(player, left < player->block ? (size_t)left : player->block,
			    0))
			return;
	}
}

void rig_turn(void)
{
	for (size_t i = 0; i < rig.n; i++)
		play(&rig.players[i]);
	for (int i = 0; i < 64 && (i == 0 || audio_next_ns(rig.audio) <= clock_now_ns());
		i++) {
		audio_turn(rig.audio);
		for (size_t k = 0; k < rig.n; k++)
			play(&rig.players[k]);
	}
}

void rig_run(uint64_t ns)
{
	uint64_t end = clock_now_ns() + ns;
	rig_turn();
	while (clock_now_ns() < end) {
		uint64_t now = clock_now_ns(), to = audio_next_ns(rig.audio);
		to = to < end ? to + rig.late_ns : end;
		if (!rig.late_ns && fake_next_ns() < to && fake_next_ns() > now)
			to = fake_next_ns();
		to = to < end ? to : end;
		to = to > now ? to : now + 1;
		fake_advance(to - now);
		rig_turn();
	}
}

struct player *rig_mono(uint8_t place)
{
	struct player *player = rig_player();
	const struct osaas_audio_format format = {
		.rate = 48000, .channels = 1, .places = {place}};
	must(rig_say(player->end, OSAAS_AUDIO_FORMAT, &format, sizeof format));
	player->channels = 1;
	return player;
}

uint64_t rig_first(const struct fake_card *card, unsigned channel, uint64_t from)
{
	for (uint64_t i = from; i < card->frames; i++) {
		if (fake_sample(card, i, channel) != 0)
			return i;
	}
	return UINT64_MAX;
}

int64_t rig_number(const struct fake_card *card, uint64_t frame)
{
	double v = fake_sample(card, frame, 0) / PLAYER_UNIT;
	double w = -fake_sample(card, frame, 1) / PLAYER_UNIT;
	if (v < 1 || v > PLAYER_STEPS || v != floor(v))
		return -1;
	uint64_t number = (uint64_t)v - 1;
	return w == 1 + (double)other(number, PLAYER_STEPS) ? (int64_t)number : -1;
}

bool rig_follows(const struct fake_card *card, unsigned channel, uint64_t frame,
	const struct player *player, uint64_t first, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		double is = fake_sample(card, frame + i, channel);
		double wanted = player_sample(
			player, first + i, player->channels == 1 ? 0 : channel);
		if (is == wanted)
			continue;
		printf("# channel %u, frame %llu of %llu: %.10g, not %.10g\n", channel,
			(unsigned long long)(frame + i), (unsigned long long)card->frames,
			is / player->unit, wanted / player->unit);
		return false;
	}
	return true;
}
