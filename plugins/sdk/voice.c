#include <osaas_std.h>
#include <osaas_voice.h>

#define NS INT64_C(1000000000)

/* ---- Open and close ----------------------------------------------------- */

static bool take_config(struct osaas_voice *v, const struct osaas_msg *msg)
{
	if (msg->type != OSAAS_AUDIO_CONFIG)
		return false;
	memcpy(&v->config, msg->u.bytes, sizeof v->config);
	if (v->control == OSAAS_NONE)
		v->control = msg->chan;
	return true;
}

int osaas_voice_open(osaas_chan audio, struct osaas_voice *out)
{
	struct osaas_msg msg;
	*out = (struct osaas_voice){.chan = audio, .control = OSAAS_NONE};
	do {
		int r = osaas_recv(audio, &msg);
		if (r < 0)
			return r;
	} while (!take_config(out, &msg));
	out->format.rate = out->config.rate;
	out->format.channels = out->config.channels;
	return 0;
}

void osaas_voice_close(struct osaas_voice *v)
{
	osaas_close(v->chan);
	if (v->control != OSAAS_NONE)
		osaas_close(v->control);
	v->chan = v->control = OSAAS_NONE;
}

/* ---- What is heard ------------------------------------------------------ */

static int send(struct osaas_voice *v, const struct osaas_msg *msg)
{
	struct osaas_msg heard;
	struct osaas_alt alt = {.chan = v->chan, .op = OSAAS_RECV, .msg = &heard};
	while (osaas_alt(&alt, 1, OSAAS_NOW) == 0 && alt.result == 0)
		take_config(v, &heard);
	return osaas_send(v->chan, msg);
}

static bool is_format(const struct osaas_audio_format *f)
{
	if (f->rate < OSAAS_AUDIO_MIN_RATE || f->rate > OSAAS_AUDIO_MAX_RATE ||
		f->channels < 1 || f->channels > OSAAS_AUDIO_MAX_CHANNELS)
		return false;
	for (uint32_t i = 0; i < f->channels; i++) {
		if (f->places[i] > OSAAS_AUDIO_SR)
			return false;
	}
	return true;
}

int osaas_voice_format_as(struct osaas_voice *v, const struct osaas_audio_format *format)
{
	struct osaas_msg msg = {.type = OSAAS_AUDIO_FORMAT};
	if (!is_format(format))
		return OSAAS_EINVAL;
	memcpy(msg.u.bytes, format, sizeof *format);
	int r = send(v, &msg);
	if (r == 0)
		v->format = *format;
	return r;
}

int osaas_voice_format(
	struct osaas_voice *v, uint32_t rate, uint32_t channels, uint32_t latency_us)
{
	const struct osaas_audio_format format = {
		.rate = rate,
		.channels = channels ? channels : v->format.channels,
		.latency_us = latency_us,
	};
	return osaas_voice_format_as(v, &format);
}

int osaas_voice_give(struct osaas_voice *v, float *buf, size_t frames, uint64_t at_ns)
{
	if (frames == 0 || frames > OSAAS_AUDIO_MAX_FRAMES)
		return OSAAS_EINVAL;
	struct osaas_msg msg = {.type = OSAAS_AUDIO_BLOCK, .buf = buf};
	msg.len = frames * v->format.channels * sizeof *buf;
	msg.u.u64[0] = at_ns;
	int r = send(v, &msg);
	if (r == 0)
		v->next += frames;
	return r;
}

int osaas_voice_write(
	struct osaas_voice *v, const float *samples, size_t frames, uint64_t at_ns)
{
	while (frames > 0) {
		size_t n =
			frames < OSAAS_AUDIO_MAX_FRAMES ? frames : OSAAS_AUDIO_MAX_FRAMES;
		size_t size = n * v->format.channels * sizeof *samples;
		float *buf = osaas_buf_alloc(size);
		if (!buf)
			return OSAAS_ENOMEM;
		memcpy(buf, samples, size);
		int r = osaas_voice_give(v, buf, n, at_ns);
		if (r < 0) {
			osaas_buf_free(buf);
			return r;
		}
		samples += n * v->format.channels;
		frames -= n;
		at_ns = 0;
	}
	return 0;
}

static struct osaas_msg gain_message(float gain, uint32_t frames)
{
	struct osaas_msg msg = {.type = OSAAS_AUDIO_GAIN};
	const struct osaas_audio_gain said = {gain, frames};
	memcpy(msg.u.bytes, &said, sizeof said);
	return msg;
}

int osaas_voice_gain(struct osaas_voice *v, float gain, uint32_t frames)
{
	struct osaas_msg msg = gain_message(gain, frames);
	return send(v, &msg);
}

/* ---- Control ------------------------------------------------------------ */

int osaas_voice_gain_now(struct osaas_voice *v, float gain, uint32_t frames)
{
	struct osaas_msg msg = gain_message(gain, frames);
	return osaas_send(v->control, &msg);
}

static int ask(struct osaas_voice *v, uint32_t type, uint32_t value,
	struct osaas_audio_position *out)
{
	struct osaas_msg msg = {.type = type};
	msg.u.u32[0] = value;
	int r = osaas_send(v->control, &msg);
	if (r == 0)
		r = osaas_recv(v->control, &msg);
	if (r == 0 && out)
		memcpy(out, msg.u.bytes, sizeof *out);
	return r;
}

int osaas_voice_where(struct osaas_voice *v, struct osaas_audio_position *out)
{
	return ask(v, OSAAS_AUDIO_WHERE, 0, out);
}

int osaas_voice_pause(
	struct osaas_voice *v, bool paused, struct osaas_audio_position *out)
{
	return ask(v, OSAAS_AUDIO_PAUSE, paused, out);
}

int osaas_voice_flush(struct osaas_voice *v, struct osaas_audio_position *out)
{
	struct osaas_audio_position position;
	int r = ask(v, OSAAS_AUDIO_FLUSH, 0, &position);
	if (r < 0)
		return r;
	v->next = position.given;
	if (out)
		*out = position;
	return 0;
}

/* ---- Times -------------------------------------------------------------- */

/* n * of / in, down to a whole one; of what may be some days, or as much ago. */
static int64_t part(int64_t n, int64_t of, int64_t in)
{
	int64_t rest = n % in * of;
	return n / in * of + rest / in - (rest % in < 0);
}

uint64_t osaas_voice_heard_ns(const struct osaas_voice *v,
	const struct osaas_audio_position *position, uint64_t frame)
{
	int64_t before = (int64_t)(position->frame - frame);
	return position->time_ns - (uint64_t)part(before, NS, v->format.rate);
}

uint64_t osaas_voice_frame_at(const struct osaas_voice *v,
	const struct osaas_audio_position *position, uint64_t ns)
{
	int64_t frames = part((int64_t)(ns - position->time_ns), v->format.rate, NS);
	if (frames < 0 && (uint64_t)-frames > position->frame)
		return 0;
	return position->frame + (uint64_t)frames;
}
