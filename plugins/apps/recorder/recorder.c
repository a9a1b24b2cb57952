/*
 * recorder: hears, shows how loud it is, keeps five minutes of it, and plays them. What it
 * shows is how a plugin listens: "audio.in" must be granted by name, and as long as it is
 * used the user sees that, whatever this window draws. hello is the plugin to read first.
 */
#include "recorder.h"

#include <osaas_request.h>

OSAAS_MANIFEST("id = org.osaas.recorder\n"
	       "name = Recorder\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = recorder_main\n"
	       "want = gui.window required: shows what is heard\n"
	       "want = gui.text optional: sets its words\n"
	       "want = audio.in optional: records what you say\n"
	       "want = audio.out optional: plays what was recorded\n")

struct recorder recorder;

enum {
	PLAY_FRAMES = 1024
};

/* ---- Recording ---------------------------------------------------------- */

static void say(const char *what)
{
	recorder.wrong = what;
	recorder.changed = true;
}

static void ask(uint32_t type)
{
	const struct osaas_audio_listen want = {
		.rate = TAPE_RATE, .channels = 1, .frames = TAPE_STEP};
	struct osaas_msg msg = {.type = type};
	if (type == OSAAS_AUDIO_LISTEN)
		memcpy(msg.u.bytes, &want, sizeof want);
	if (osaas_send(recorder.in, &msg) < 0)
		say("The microphone was taken back");
}

static void stop(void)
{
	if (recorder.doing == RECORDING || recorder.doing == ASKING)
		ask(OSAAS_AUDIO_DEAF);
	recorder.doing = NOTHING;
	recorder.level = recorder.held = 0;
	recorder.at = 0;
	recorder.changed = true;
}

static void record(void)
{
	if (!recorder.in) {
		say("It may not listen: grant it audio.in");
		return;
	}
	stop();
	tape_clear(&recorder.tape);
	recorder.missed = 0;
	say(NULL);
	recorder.doing = ASKING;
	ask(OSAAS_AUDIO_LISTEN);
}

static void handle_answer_to_listen(const struct osaas_msg *msg)
{
	if (recorder.doing != ASKING)
		return;
	recorder.doing = msg->u.i64[0] < 0 ? NOTHING : RECORDING;
	recorder.changed = true;
	if (msg->u.i64[0] == OSAAS_EBUSY)
		say("Another program uses the microphone");
	else if (msg->u.i64[0] == OSAAS_ENOENT)
		say("There is no microphone");
	else if (msg->u.i64[0] < 0)
		say("The microphone does not work");
}

static void note_level(float peak)
{
	recorder.level = peak > recorder.level * 0.8f ? peak : recorder.level * 0.8f;
	recorder.held = peak > recorder.held * 0.985f ? peak : recorder.held * 0.985f;
}

static void handle_heard(const struct osaas_msg *msg)
{
	struct osaas_audio_heard heard;
	uint32_t n = (uint32_t)(msg->len / sizeof(float));
	const float *samples = msg->buf;
	float peak = 0;
	memcpy(&heard, msg->u.bytes, sizeof heard);
	if (recorder.doing != RECORDING || !samples)
		return;
	/* What was lost is silence: what comes stays where it was in time. */
	uint32_t missed =
		heard.missed < TAPE_FRAMES ? (uint32_t)heard.missed : TAPE_FRAMES;
	recorder.missed += heard.missed;
	tape_write(&recorder.tape, NULL, missed);
	for (uint32_t i = 0; i < n; i++)
		peak = fabsf(samples[i]) > peak ? fabsf(samples[i]) : peak;
	note_level(peak);
	recorder.changed = true;
	if (tape_write(&recorder.tape, samples, n) < n) {
		stop();
		say("The tape is full");
	}
}

static void handle_in(const struct osaas_msg *msg)
{
	if (msg->type == (OSAAS_AUDIO_LISTEN | OSAAS_ANSWER))
		handle_answer_to_listen(msg);
	else if (msg->type == OSAAS_AUDIO_HEARD)
		handle_heard(msg);
}

/* ---- Playing ------------------------------------------------------------ */

static void play(void)
{
	if (!recorder.voice) {
		say("It may not play: grant it audio.out");
		return;
	}
	if (recorder.tape.frames == 0)
		return;
	if (recorder.at >= recorder.tape.frames)
		recorder.at = 0;
	recorder.doing = PLAYING;
	say(NULL);
}

/* What is to be sent next: first, once, of what kind it is. */
static struct osaas_msg next_block(void)
{
	struct osaas_msg msg = {.type = OSAAS_AUDIO_FORMAT};
	const struct osaas_audio_format format = {
		.rate = TAPE_RATE, .channels = 1, .latency_us = 100000};
	if (!recorder.told) {
		memcpy(msg.u.bytes, &format, sizeof format);
		return msg;
	}
	uint32_t left = recorder.tape.frames - recorder.at;
	uint32_t n = left < PLAY_FRAMES ? left : PLAY_FRAMES;
	msg.type = OSAAS_AUDIO_BLOCK;
	msg.buf = osaas_buf_alloc(n * sizeof(float));
	msg.len = msg.buf ? n * sizeof(float) : 0;
	if (msg.buf)
		tape_read(&recorder.tape, recorder.at, msg.buf, n);
	return msg;
}

static void block_sent(const struct osaas_msg *msg)
{
	recorder.changed = true;
	if (msg->type == OSAAS_AUDIO_FORMAT) {
		recorder.told = true;
		return;
	}
	uint32_t n = (uint32_t)(msg->len / sizeof(float));
	note_level(tape_peak(&recorder.tape, recorder.at, recorder.at + n));
	recorder.at += n;
	if (recorder.at >= recorder.tape.frames)
		stop();
}

/* ---- Controls ----------------------------------------------------------- */

static void act(uint64_t tag)
{
	bool records = recorder.doing == RECORDING || recorder.doing == ASKING;
	switch (tag) {
	case TAG_RECORD:
		if (records)
			stop();
		else
			record();
		break;
	case TAG_PLAY:
		if (recorder.doing == PLAYING) {
			recorder.doing = NOTHING;
			recorder.level = recorder.held = 0;
		} else if (!records) {
			play();
		}
		break;
	case TAG_CLEAR:
		stop();
		tape_clear(&recorder.tape);
		say(NULL);
		break;
	}
	recorder.changed = true;
}

static void handle_config(const struct osaas_msg *msg)
{
	float scale = recorder.config.scale;
	memcpy(&recorder.config, msg->u.bytes, sizeof recorder.config);
	if (scale != recorder.config.scale)
		draw_forget();
	recorder.under_way = false;
	recorder.changed = true;
}

enum {
	KEY_SPACE = ' ',
	KEY_RETURN = 0xff0d,
	KEY_DELETE = 0xffff,
	MODS = OSAAS_MOD_CTRL | OSAAS_MOD_ALT | OSAAS_MOD_SUPER,
};

static void handle_key(const struct osaas_msg *msg)
{
	struct osaas_window_key key;
	memcpy(&key, msg->u.bytes, sizeof key);
	if (!key.pressed || key.repeat || key.mods & MODS)
		return;
	bool presses = key.keysym == KEY_SPACE || key.keysym == KEY_RETURN;
	if (presses && key.tag > TAG_WINDOW && key.tag < TAG_WAVE)
		act(key.tag);
	else if (key.keysym == 'r' || key.keysym == 'R')
		act(TAG_RECORD);
	else if (presses || key.keysym == 'p' || key.keysym == 'P')
		act(TAG_PLAY);
	else if (key.keysym == KEY_DELETE)
		act(TAG_CLEAR);
}

#define BUTTON_LEFT 0x110 /* BTN_LEFT of linux/input-event-codes.h */

/* A press on the wave goes there. */
static void seek(float x)
{
	if (recorder.doing == NOTHING || recorder.doing == PLAYING)
		recorder.at = draw_wave_frame(x);
	recorder.changed = true;
}

static void handle_pointer(const struct osaas_msg *msg)
{
	struct osaas_window_pointer p;
	memcpy(&p, msg->u.bytes, sizeof p);
	bool left = p.button == BUTTON_LEFT;
	if (p.tag == TAG_WINDOW)
		return;
	switch (p.kind) {
	case OSAAS_POINTER_ENTER:
		recorder.hover = p.tag;
		break;
	case OSAAS_POINTER_LEAVE:
	case OSAAS_POINTER_CANCEL:
		recorder.hover = recorder.hover == p.tag ? 0 : recorder.hover;
		if (p.kind == OSAAS_POINTER_CANCEL)
			recorder.pressed = 0;
		break;
	case OSAAS_POINTER_PRESS:
		if (left)
			recorder.pressed = p.tag;
		if (left && p.tag == TAG_WAVE)
			seek(p.x);
		break;
	case OSAAS_POINTER_DRAG:
		if (recorder.pressed == TAG_WAVE && p.tag == TAG_WAVE)
			seek(p.x);
		return;
	case OSAAS_POINTER_RELEASE:
		if (left && recorder.pressed == p.tag && recorder.hover == p.tag)
			act(p.tag);
		recorder.pressed = left ? 0 : recorder.pressed;
		break;
	default:
		return;
	}
	recorder.changed = true;
}

static void handle_focus(const struct osaas_msg *msg)
{
	uint64_t tag = msg->u.u64[0];
	if (msg->u.u32[2])
		recorder.focus = tag;
	else if (recorder.focus == tag)
		recorder.focus = 0;
	recorder.changed = true;
}

/* Returns whether to go on. */
static bool handle_window(const struct osaas_msg *msg)
{
	switch (msg->type) {
	case OSAAS_WINDOW_CONFIG:
		handle_config(msg);
		break;
	case OSAAS_WINDOW_SHOWN:
	case OSAAS_WINDOW_REFUSED:
		if (msg->u.u64[0] == recorder.serial)
			recorder.under_way = false;
		break;
	case OSAAS_WINDOW_KEY:
		handle_key(msg);
		break;
	case OSAAS_WINDOW_POINTER:
		handle_pointer(msg);
		break;
	case OSAAS_WINDOW_AREA_FOCUS:
		handle_focus(msg);
		break;
	case OSAAS_WINDOW_ACT:
		if (msg->u.u32[2] == OSAAS_SEMANTIC_CLICK)
			act(msg->u.u64[0]);
		break;
	case OSAAS_WINDOW_LOST:
		recorder.hover = recorder.pressed = 0;
		recorder.under_way = false;
		recorder.changed = true;
		break;
	case OSAAS_WINDOW_CLOSE:
		return false;
	}
	return true;
}

/* ---- The loop ----------------------------------------------------------- */

/* A capability that was taken back: we go on without. */
static void lose(osaas_chan *chan)
{
	bool in = chan == &recorder.in;
	osaas_close(*chan);
	*chan = OSAAS_NONE;
	if (in == (recorder.doing == PLAYING))
		return;
	recorder.doing = NOTHING;
	recorder.level = recorder.held = 0;
	say(in ? "The microphone was taken back" : "Sound was taken back");
}

/* One message, waited for until the deadline. False: it is time to go. */
static bool handle_one(uint64_t deadline_ns, bool *got)
{
	struct osaas_msg msg, block = {0};
	osaas_chan *const chans[] = {
		&recorder.window, &recorder.in, &recorder.voice, &recorder.voice};
	struct osaas_alt alts[4];
	int which[4];
	uint32_t n = 0;
	for (int i = 0; i < 4; i++) {
		bool sends = i == 3;
		if (!*chans[i] || (sends && recorder.doing != PLAYING))
			continue;
		if (sends)
			block = next_block();
		which[n] = i;
		alts[n++] = (struct osaas_alt){.chan = *chans[i],
			.op = sends ? OSAAS_SEND : OSAAS_RECV,
			.msg = sends ? &block : &msg};
	}
	int done = osaas_alt(alts, n, deadline_ns);
	*got = done >= 0;
	bool sent = done >= 0 && which[done] == 3 && alts[done].result == 0;
	if (sent)
		block_sent(&block);
	else
		osaas_buf_free(block.buf);
	if (done == OSAAS_EAGAIN || sent)
		return true;
	if (done < 0 || (which[done] == 0 && alts[done].result < 0))
		return false;
	if (alts[done].result < 0) {
		lose(chans[which[done]]);
		return true;
	}
	bool go_on = true;
	if (which[done] == 0)
		go_on = handle_window(&msg);
	else if (which[done] == 1)
		handle_in(&msg);
	/* A voice's control is not needed here: osaas_audio.h. */
	if (msg.chan)
		osaas_close(msg.chan);
	osaas_buf_free(msg.buf);
	return go_on;
}

static osaas_chan cap(const char *name)
{
	osaas_chan chan = osaas_cap(name);
	return chan > 0 ? chan : OSAAS_NONE;
}

OSAAS_EXPORT void recorder_main(void);
void recorder_main(void)
{
	recorder.window = cap("gui.window");
	recorder.text = cap("gui.text");
	recorder.in = cap("audio.in");
	recorder.voice = cap("audio.out");
	if (!recorder.window)
		osaas_exit(1);
	if (!recorder.in)
		say("It may not listen: grant it audio.in");
	for (;;) {
		bool got;
		if (!handle_one(OSAAS_FOREVER, &got))
			return;
		do {
			if (!handle_one(OSAAS_NOW, &got))
				return;
		} while (got);
		if (recorder.changed && !recorder.under_way && recorder.config.width > 0)
			draw();
	}
}
