/*
 * Any bytes as what plugins send to their voices, in any order, while time passes, devices go and
 * come, sleep and fail, and the session is held. The engine never goes round without time
 * passing, no frame is heard twice, positions are true to what was given, and a voice that plays
 * its numbers beside all that has no gap that is not the device's.
 */
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sched/sched.h"
#include "tests/unit/session/audio_rig.h"
#include "util/clock.h"
#include "util/log.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BAD 3

struct bytes {
	const uint8_t *at;
	size_t left;
};

static struct {
	struct fake_card *card[2];
	struct player *good, *bad[BAD];
	struct osaas_audio_position last[BAD];
	bool held, troubled; /* something was lost that is not a voice's fault */
} all;

/* Which one it was is worth knowing; what aborts looks all the same. */
static void must_at(bool ok, int line)
{
	if (ok)
		return;
	fprintf(stderr, "voice_fuzz.c:%d\n", line);
	abort();
}
#define must(ok) must_at(ok, __LINE__)

static uint8_t byte(struct bytes *in)
{
	if (in->left == 0)
		return 0;
	in->left--;
	return *in->at++;
}

static void fill(struct bytes *in, void *to, size_t n)
{
	uint8_t *at = to;
	while (n-- > 0)
		*at++ = byte(in);
}

static void post(struct endpoint *end, struct message *msg)
{
	if (!end || endpoint_try_send(end, msg) < 0)
		message_drop(msg);
}

static uint64_t some_time(struct bytes *in)
{
	uint64_t ns;
	switch (byte(in) % 4) {
	case 0:
		return 0;
	case 1:
		return clock_now_ns() + byte(in) * NS_PER_MS;
	case 2:
		return clock_now_ns() - byte(in) * NS_PER_MS;
	default:
		fill(in, &ns, sizeof ns);
		return ns;
	}
}

static void send_block(struct bytes *in, struct player *p)
{
	struct message msg = {.type = OSAAS_AUDIO_BLOCK};
	size_t size = (size_t)byte(in) * (byte(in) % 4 == 0 ? 512 : 4) + byte(in) % 5;
	uint64_t at_ns = some_time(in);
	msg.buffer = buffer_create(size + 1);
	msg.len = size;
	/* Some bytes, over and over. */
	uint8_t some[16], *at = buffer_data(msg.buffer);
	fill(in, some, sizeof some);
	for (size_t i = 0; i < size; i++)
		at[i] = some[i % sizeof some];
	memcpy(msg.bytes, &at_ns, sizeof at_ns);
	post(p->end, &msg);
}

static void send_format(struct bytes *in, struct player *p)
{
	static const uint32_t rates[] = {
		48000, 44100, 4000, 384000, 96000, 8000, 3999, 47999};
	struct osaas_audio_format format = {
		.rate = rates[byte(in) % 8], .channels = byte(in) % 10};
	for (size_t i = 0; i < sizeof format.places; i++)
		format.places[i] = byte(in) % 4 ? 0 : byte(in) % 11;
	format.latency_us = byte(in) % 2 ? 0 : 1000u << byte(in) % 10;
	if (p->end)
		rig_say(p->end, OSAAS_AUDIO_FORMAT, &format, sizeof format);
}

static void send_any(struct bytes *in, struct endpoint *end)
{
	struct message msg = {.type = byte(in) % 24};
	fill(in, msg.bytes, sizeof msg.bytes);
	if (byte(in) % 4 == 0) {
		msg.buffer = buffer_create(64);
		msg.len = byte(in);
	}
	if (byte(in) % 8 == 0) {
		struct endpoint *ends[2];
		must(endpoint_pair(ends, 1) == 0);
		msg.endpoint = ends[0];
		endpoint_close(ends[1]);
	}
	post(end, &msg);
}

static void hear_answers(size_t i)
{
	struct osaas_audio_position at;
	struct message msg;
	while (all.bad[i]->control && endpoint_try_recv(all.bad[i]->control, &msg) == 0) {
		must(msg.type == OSAAS_AUDIO_POSITION);
		memcpy(&at, msg.bytes, sizeof at);
		must(at.frame <= at.given && at.frame + 1 >= all.last[i].frame);
		must(at.gaps >= all.last[i].gaps && at.late >= all.last[i].late);
		all.last[i] = at;
	}
}

static struct player *bad_player(size_t i)
{
	if (!all.bad[i] || (!all.bad[i]->voice && rig.n < 64)) {
		all.bad[i] = rig_player();
		all.bad[i]->until = 0;
	}
	return all.bad[i];
}

static void end_bad(size_t i)
{
	if (!all.bad[i]->voice)
		return;
	rig_player_end(all.bad[i]);
	all.last[i] = (struct osaas_audio_position){0};
}

static void change_device(struct bytes *in)
{
	struct fake_card *card = all.card[byte(in) % 2];
	all.troubled = true;
	switch (byte(in) % 7) {
	case 0:
		card->gone = !card->gone;
		break;
	case 1:
		card->open_result = card->open_result ? 0 : -EBUSY;
		break;
	case 2:
		card->asleep = true;
		break;
	case 3:
		card->prepare_result = card->prepare_result ? 0 : -EAGAIN;
		break;
	case 4:
		card->prepare_result = card->prepare_result ? 0 : -EIO;
		break;
	case 5:
		rig_devices_remove(card->name);
		break;
	default:
		rig_devices_remove(card->name);
		rig_devices_add(card->name);
	}
	if (byte(in) % 2)
		audio_devices_changed(rig.audio);
}

static void step(struct bytes *in)
{
	size_t i = byte(in) % BAD;
	struct player *p = bad_player(i);
	switch (byte(in) % 12) {
	case 0:
	case 1:
	case 2:
		send_block(in, p);
		break;
	case 3:
		send_format(in, p);
		break;
	case 4:
		send_any(in, p->end);
		break;
	case 5:
		send_any(in, p->control);
		break;
	case 6:
		hear_answers(i);
		break;
	case 7:
		change_device(in);
		break;
	case 8:
		all.held = !all.held;
		audio_hold(rig.audio, all.held);
		break;
	case 9:
		if (byte(in) % 4 == 0)
			end_bad(i);
		else
			audio_set_gain(rig.audio, byte(in) % 2);
		break;
	default:
		rig.late_ns = byte(in) % 8 ? 0 : byte(in) * NS_PER_MS / 4;
		rig_run(byte(in) * NS_PER_MS / 8);
		rig.late_ns = 0;
	}
	/* It does not go round and round. */
	rig_turn();
	must(audio_next_ns(rig.audio) > clock_now_ns());
}

static void begin(void)
{
	static bool ready;
	log_set_level(LOG_SILENT);
	/* For its policy: nothing runs, so nothing need be preempted. */
	if (!ready)
		(void)sched_init();
	ready = true;
	memset(&all, 0, sizeof all);
	rig_begin("hw:0", NULL);
	all.card[0] = fake_card_find("hw:0");
	all.card[1] = fake_card_add("hw:1");
	all.card[1]->offers = (struct pcm_config){.rate = 44100, .buffer = 4096};
	rig_devices_add("hw:0");
	rig_devices_add("hw:1");
	rig_with_devices();
	all.good = rig_mono(OSAAS_AUDIO_FR);
	for (size_t i = 0; i < BAD; i++)
		bad_player(i);
}

static void finish(void)
{
	if (!all.troubled && !all.held) {
		struct osaas_audio_position at = rig_ask(all.good, OSAAS_AUDIO_WHERE, 0);
		must(at.gaps == 0 && at.late == 0);
	}
	for (size_t i = 0; i < BAD; i++)
		end_bad(i);
	for (size_t i = 0; i < 2; i++)
		all.card[i]->open_result = all.card[i]->prepare_result = 0;
	all.good->lazy = true;
	audio_hold(rig.audio, false);
	rig_run(10 * NS_PER_S);
	struct audio_status status;
	audio_status(rig.audio, &status);
	must(status.state == AUDIO_CLOSED);
	must(audio_next_ns(rig.audio) == UINT64_MAX);
	for (size_t i = 0; i < 2; i++)
		must(all.card[i]->opened == all.card[i]->closed);
	rig_end();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = {data, size};
	begin();
	while (in.left > 0)
		step(&in);
	finish();
	return 0;
}
