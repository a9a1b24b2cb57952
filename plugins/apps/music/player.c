#include "player.h"

#include "music.h"
#include "songs.h"

#define BLOCK      2048    /* frames */
#define LATENCY_US 100000  /* no hurry, but a press of a button is heard soon */
#define LOOK_US    1000000 /* till the end is looked for again while all sound is held */
#define RAMP       1000    /* frames over which the volume moves */
#define AHEAD      2       /* blocks that are there before the first is heard */
#define NS_PER_US  UINT64_C(1000)

static struct player {
	osaas_chan window;         /* to the window's coroutine */
	osaas_chan audio, control; /* of the voice; audio below 0: there is none */
	uint32_t asked;            /* on control, not yet answered */
	struct osaas_audio_position position; /* the last answer */

	uint32_t song; /* or NO_SONG */
	struct opened opened;
	bool paused;
	uint32_t ahead;  /* blocks to be sent before it may be heard; 0: it may */
	bool over;       /* nothing more comes; heard to the end: */
	uint64_t end_ns; /* then; UINT64_MAX: not known yet */

	struct osaas_audio_format format; /* of the song */
	bool format_due;                  /* it is to be sent before the block */
	struct osaas_msg block;           /* buf NULL: none is ready */
	uint64_t sent;                    /* frames of the voice, as far as we know */
} player;

/* ---- Telling ------------------------------------------------------------ */

static void tell(uint32_t type, const void *what, size_t size)
{
	struct osaas_msg msg = {.type = type};
	memcpy(msg.u.bytes, what, size);
	osaas_send(player.window, &msg);
}

static void tell_error(uint32_t type, int64_t error)
{
	tell(type, &error, sizeof error);
}

/* A picture more or less: the window may be slow. */
static void tell_level(const float *samples, uint32_t frames, uint32_t channels)
{
	struct level level = {.frame = player.sent};
	struct osaas_msg msg = {.type = TELL_LEVEL};
	struct osaas_alt alt = {.chan = player.window, .op = OSAAS_SEND, .msg = &msg};
	float sum = 0;
	for (uint32_t i = 0; i < frames * channels; i++)
		sum += samples[i] * samples[i];
	level.loud = sqrtf(sum / (float)(frames * channels));
	memcpy(msg.u.bytes, &level, sizeof level);
	osaas_alt(&alt, 1, OSAAS_NOW);
}

static void tell_segment(bool cut)
{
	struct segment segment = {.at = player.sent,
		.from = player.opened.decoder.position,
		.song = player.song,
		.rate = player.format.rate,
		.cut = cut};
	tell(TELL_SEGMENT, &segment, sizeof segment);
}

static void tell_heard(void)
{
	const struct osaas_audio_position *p = &player.position;
	struct heard heard = {.frame = p->frame,
		.time_ns = p->time_ns,
		.given = p->given,
		.moves = !(p->flags & OSAAS_AUDIO_PAUSED) && !player.paused};
	tell(TELL_HEARD, &heard, sizeof heard);
}

/* ---- The voice ---------------------------------------------------------- */

/* What waited in a pause is not heard at the times that were told before it. */
static uint64_t end_of(const struct osaas_audio_position *p)
{
	uint64_t now = osaas_now();
	/* Some of it may not have been taken yet. */
	uint64_t left = player.sent - p->frame;
	uint64_t left_ns = left * UINT64_C(1000000000) / player.format.rate;
	if (player.paused)
		return UINT64_MAX;
	if (p->flags & OSAAS_AUDIO_PAUSED)
		return now + LOOK_US * NS_PER_US;
	if (left > 0 && p->time_ns < now)
		return now + LATENCY_US * NS_PER_US + left_ns;
	return p->time_ns + left_ns;
}

static void handle_position(const struct osaas_msg *msg)
{
	if (msg->type != OSAAS_AUDIO_POSITION)
		return;
	memcpy(&player.position, msg->u.bytes, sizeof player.position);
	player.asked -= player.asked > 0;
	tell_heard();
	if (player.over && player.format.rate)
		player.end_ns = end_of(&player.position);
}

static void ask(uint32_t type, uint32_t value)
{
	struct osaas_msg msg = {.type = type};
	msg.u.u32[0] = value;
	if (player.control > 0 && osaas_send(player.control, &msg) == 0)
		player.asked++;
}

static void wait_for_answers(void)
{
	struct osaas_msg msg;
	while (player.asked > 0 && osaas_recv(player.control, &msg) == 0)
		handle_position(&msg);
	player.asked = 0;
}

/* What was sent and is not heard yet is taken back. */
static void flush(void)
{
	osaas_buf_free(player.block.buf);
	player.block.buf = NULL;
	/* It may have been among that. */
	player.format_due = true;
	if (player.control <= 0)
		return;
	ask(OSAAS_AUDIO_FLUSH, 0);
	wait_for_answers();
	player.sent = player.position.given;
}

/* The first blocks wait for each other: the disk may be slow at the start. */
static void hold_back(void)
{
	player.ahead = AHEAD;
	ask(OSAAS_AUDIO_PAUSE, 1);
}

static void let_go(void)
{
	if (player.ahead == 0)
		return;
	player.ahead = 0;
	if (!player.paused)
		ask(OSAAS_AUDIO_PAUSE, 0);
}

static void open_voice(void)
{
	struct osaas_msg msg;
	player.audio = osaas_cap("audio.out");
	if (player.audio >= 0 && osaas_recv(player.audio, &msg) == 0 &&
		msg.type == OSAAS_AUDIO_CONFIG) {
		player.control = msg.chan;
		return;
	}
	tell_error(TELL_NO_VOICE, player.audio < 0 ? player.audio : OSAAS_EPIPE);
	player.audio = OSAAS_EBADF;
}

/* ---- Songs -------------------------------------------------------------- */

static void take_format(void)
{
	const struct osaas_decode_info *info = &player.opened.decoder.info;
	struct osaas_audio_format format = {
		.rate = info->rate, .channels = info->channels, .latency_us = LATENCY_US};
	memcpy(format.places, info->places, sizeof format.places);
	player.format_due |= memcmp(&format, &player.format, sizeof format) != 0;
	player.format = format;
}

static bool open_song(uint32_t song, bool cut)
{
	song_close(&player.opened);
	player.song = song;
	player.over = false;
	player.end_ns = UINT64_MAX;
	bool good = song_open(song, &player.opened) == 0;
	tell(TELL_SONG, &song, sizeof song);
	if (!good)
		return false;
	osaas_printf(OSAAS_LOG_INFO, "plays %.200s", songs[song].path);
	take_format();
	tell_segment(cut);
	return true;
}

static void stop(void)
{
	let_go();
	player.over = true;
	player.end_ns = player.control > 0 ? UINT64_MAX : osaas_now();
	ask(OSAAS_AUDIO_WHERE, 0);
}

/* The next one that can be played, right behind the last frame of this one. */
static void go_on(bool cut)
{
	for (uint32_t next = player.song + 1; next < n_songs; next++) {
		if (open_song(next, cut))
			return;
	}
	stop();
}

static void play(uint32_t song)
{
	flush();
	player.paused = false;
	hold_back();
	if (!open_song(song, true))
		go_on(true);
}

static void fetch(void)
{
	float *samples;
	int64_t n = osaas_decoder_read(&player.opened.decoder, BLOCK, &samples);
	if (n <= 0) {
		go_on(false);
		return;
	}
	uint32_t channels = player.format.channels;
	tell_level(samples, (uint32_t)n, channels);
	player.block = (struct osaas_msg){.type = OSAAS_AUDIO_BLOCK,
		.buf = samples,
		.len = (uint64_t)n * channels * sizeof *samples};
}

static void seek(uint64_t frame)
{
	struct osaas_decoder *decoder = &player.opened.decoder;
	if (player.song == NO_SONG || decoder->chan == OSAAS_NONE || !decoder->info.seeks)
		return;
	int r = osaas_decoder_seek(decoder, frame);
	/* It goes on where it was. Ahead of that, where the end is not known, is the end. */
	if (r == OSAAS_EINVAL && frame <= decoder->position)
		return;
	flush();
	hold_back();
	player.over = false;
	player.end_ns = UINT64_MAX;
	if (r == 0)
		tell_segment(true);
	else
		go_on(true);
}

static void pause(bool paused)
{
	player.paused = paused;
	if (player.ahead == 0)
		ask(OSAAS_AUDIO_PAUSE, paused);
	osaas_printf(OSAAS_LOG_INFO, paused ? "pauses" : "goes on");
}

static void set_gain(float gain)
{
	struct osaas_audio_gain to = {gain, RAMP};
	struct osaas_msg msg = {.type = OSAAS_AUDIO_GAIN};
	memcpy(msg.u.bytes, &to, sizeof to);
	if (player.control > 0)
		osaas_send(player.control, &msg);
}

static void handle_command(const struct osaas_msg *msg)
{
	switch (msg->type) {
	case PLAY:
		if (msg->u.u32[0] < n_songs && player.audio >= 0)
			play(msg->u.u32[0]);
		break;
	case PAUSE:
		pause(msg->u.u32[0] != 0);
		break;
	case SEEK:
		seek(msg->u.u64[0]);
		break;
	case GAIN:
		set_gain(msg->u.f32[0]);
		break;
	}
}

/* ---- The loop ----------------------------------------------------------- */

static void handle_sent(void)
{
	if (player.format_due) {
		player.format_due = false;
		return;
	}
	uint32_t size = player.format.channels * (uint32_t)sizeof(float);
	player.sent += player.block.len / size;
	player.block.buf = NULL;
	if (player.ahead == 1)
		let_go();
	else if (player.ahead > 0)
		player.ahead--;
	if (player.asked == 0)
		ask(OSAAS_AUDIO_WHERE, 0);
	if (player.control > 0)
		return;
	/* Nobody says what is heard: what is sent is, about. */
	player.position = (struct osaas_audio_position){
		.frame = player.sent, .time_ns = osaas_now(), .given = player.sent};
	tell_heard();
}

static struct osaas_msg next_message(void)
{
	struct osaas_msg msg = player.block;
	if (player.format_due) {
		msg = (struct osaas_msg){.type = OSAAS_AUDIO_FORMAT};
		memcpy(msg.u.bytes, &player.format, sizeof player.format);
	}
	return msg;
}

static void handle_end(void)
{
	ask(OSAAS_AUDIO_WHERE, 0);
	wait_for_answers();
	if (player.position.flags & (OSAAS_AUDIO_SOUNDS | OSAAS_AUDIO_PAUSED) &&
		player.end_ns > osaas_now())
		return;
	player.end_ns = UINT64_MAX;
	osaas_printf(OSAAS_LOG_INFO, "is at the end: %lu frames, %u gaps",
		(unsigned long)player.position.given, player.position.gaps);
	tell(TELL_STOPPED, "", 0);
}

/* Waits for whatever comes first. False: the window's coroutine is gone, or the voice. */
static bool wait(void)
{
	struct osaas_msg command, answer, config, out = next_message();
	struct osaas_alt alts[4] = {
		{.chan = player.window, .op = OSAAS_RECV, .msg = &command}};
	uint32_t n = 1, of_control = 0, of_audio = 0, of_send = 0;
	if (player.control > 0) {
		of_control = n;
		alts[n++] = (struct osaas_alt){
			.chan = player.control, .op = OSAAS_RECV, .msg = &answer};
	}
	if (player.audio > 0) {
		of_audio = n;
		alts[n++] = (struct osaas_alt){
			.chan = player.audio, .op = OSAAS_RECV, .msg = &config};
	}
	if (player.audio > 0 && player.block.buf && !player.paused) {
		of_send = n;
		alts[n++] = (struct osaas_alt){
			.chan = player.audio, .op = OSAAS_SEND, .msg = &out};
	}
	int done = osaas_alt(alts, n, player.end_ns);
	if (done == OSAAS_EAGAIN) {
		handle_end();
		return true;
	}
	if (done < 0 || alts[done].result < 0)
		return false;
	if (done == 0)
		handle_command(&command);
	else if ((uint32_t)done == of_control)
		handle_position(&answer);
	else if ((uint32_t)done == of_send)
		handle_sent();
	else if ((uint32_t)done == of_audio && config.chan != OSAAS_NONE)
		osaas_close(config.chan);
	return true;
}

static void player_main(void *arg)
{
	(void)arg;
	int r = songs_find();
	tell_error(TELL_SONGS, r);
	if (r == 0)
		songs_start(player.window);
	open_voice();
	do {
		bool has = player.song != NO_SONG && !player.over && !player.paused;
		if (has && !player.block.buf)
			fetch();
	} while (wait());
	tell_error(TELL_NO_VOICE, OSAAS_EPIPE);
}

osaas_chan player_start(void)
{
	osaas_chan ends[2];
	int r = osaas_pair(ends, 64);
	if (r < 0)
		return r;
	player = (struct player){.window = ends[1],
		.audio = OSAAS_EBADF,
		.control = OSAAS_NONE,
		.song = NO_SONG,
		.end_ns = UINT64_MAX,
		.opened.decoder = {.chan = OSAAS_NONE, .fs = OSAAS_NONE}};
	r = osaas_spawn(player_main, NULL, 0);
	return r < 0 ? r : ends[0];
}
