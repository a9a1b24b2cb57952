#include <osaas_decoder.h>
#include <osaas_std.h>

/* ---- What it wants ------------------------------------------------------ */

static void fill(struct osaas_decoder *d, const struct osaas_decode_want *want,
	struct osaas_msg *feed)
{
	size_t got = 0;
	int64_t r = OSAAS_ENOMEM;
	feed->buf = osaas_buf_alloc(want->size);
	while (feed->buf && got < want->size) {
		r = d->source(d->data, want->offset + got, (char *)feed->buf + got,
			want->size - got);
		if (r <= 0 || (uint64_t)r > want->size - got)
			break;
		got += (size_t)r;
	}
	feed->len = got;
	feed->u.i64[1] = got > 0 ? 0 : r < 0 ? r : OSAAS_EIO;
}

/* Who asks waits for the answer, and reads meanwhile what is wanted for it. */
static void handle_event(void *data, struct osaas_msg *msg)
{
	struct osaas_decoder *d = data;
	struct osaas_decode_want want;
	memcpy(&want, msg->u.bytes, sizeof want);
	osaas_buf_free(msg->buf);
	if (msg->chan != OSAAS_NONE)
		osaas_close(msg->chan);
	if (msg->type != OSAAS_DECODE_WANT)
		return;
	struct osaas_msg feed = {.type = OSAAS_DECODE_FEED, .chan = OSAAS_NONE};
	feed.u.u64[0] = want.offset;
	fill(d, &want, &feed);
	if (osaas_send(d->chan, &feed) < 0)
		osaas_buf_free(feed.buf);
}

static int64_t ask(struct osaas_decoder *d, struct osaas_msg *msg)
{
	return osaas_request_with(d->chan, msg, handle_event, d);
}

/* ---- Open and close ----------------------------------------------------- */

static int ask_info(struct osaas_decoder *d)
{
	struct osaas_msg msg = {.type = OSAAS_DECODE_INFO, .chan = OSAAS_NONE};
	int64_t r = ask(d, &msg);
	if (r < 0)
		return (int)r;
	memcpy(&d->info, msg.u.bytes, sizeof d->info);
	d->tags = msg.buf;
	d->tags_size = msg.len;
	return 0;
}

/* out has its source already. */
static int open_source(osaas_chan decode, uint64_t size, struct osaas_decoder *out)
{
	struct osaas_msg msg = {.type = OSAAS_DECODE_OPEN, .chan = OSAAS_NONE};
	msg.u.u64[0] = size;
	int64_t r = osaas_request(decode, &msg);
	if (r >= 0) {
		out->chan = msg.chan;
		r = ask_info(out);
	}
	if (r < 0)
		osaas_decoder_close(out);
	return (int)r;
}

int osaas_decoder_open(osaas_chan decode, uint64_t size, osaas_decoder_source source,
	void *data, struct osaas_decoder *out)
{
	*out = (struct osaas_decoder){
		.chan = OSAAS_NONE, .source = source, .data = data, .fs = OSAAS_NONE};
	return open_source(decode, size, out);
}

static int64_t read_file(void *data, uint64_t offset, void *to, size_t size)
{
	struct osaas_decoder *d = data;
	return osaas_fs_read(d->fs, d->file, offset, to, size);
}

int osaas_decoder_open_file(
	osaas_chan decode, osaas_chan fs, const char *path, struct osaas_decoder *out)
{
	struct osaas_fs_answer answer;
	int file = osaas_fs_open(fs, path, OSAAS_FS_FOR_READING);
	*out = (struct osaas_decoder){.chan = OSAAS_NONE, .fs = OSAAS_NONE};
	if (file < 0)
		return file;
	out->source = read_file;
	out->data = out;
	out->fs = fs;
	out->file = file;
	int r = osaas_fs_stat(fs, path, &answer);
	if (r >= 0)
		return open_source(decode, answer.size, out);
	osaas_decoder_close(out);
	return r;
}

void osaas_decoder_close(struct osaas_decoder *d)
{
	osaas_buf_free(d->tags);
	if (d->chan != OSAAS_NONE)
		osaas_close(d->chan);
	if (d->fs != OSAAS_NONE)
		osaas_fs_close(d->fs, d->file);
	*d = (struct osaas_decoder){.chan = OSAAS_NONE, .fs = OSAAS_NONE};
}

/* ---- What it has -------------------------------------------------------- */

int64_t osaas_decoder_read(struct osaas_decoder *d, uint32_t frames, float **out)
{
	struct osaas_msg msg = {.type = OSAAS_DECODE_READ, .chan = OSAAS_NONE};
	*out = NULL;
	msg.buf = osaas_buf_alloc((size_t)frames * d->info.channels * sizeof(float));
	if (!msg.buf)
		return OSAAS_ENOMEM;
	msg.len = (uint64_t)frames * d->info.channels * sizeof(float);
	msg.u.u32[0] = frames;
	int64_t r = ask(d, &msg);
	if (r <= 0) {
		if (r == 0)
			osaas_buf_free(msg.buf);
		return r;
	}
	d->position = msg.u.u64[1] + (uint64_t)r;
	*out = msg.buf;
	return r;
}

int osaas_decoder_seek(struct osaas_decoder *d, uint64_t frame)
{
	struct osaas_msg msg = {.type = OSAAS_DECODE_SEEK, .chan = OSAAS_NONE};
	msg.u.u64[0] = frame;
	int64_t r = ask(d, &msg);
	if (r < 0)
		return (int)r;
	d->position = frame;
	return 0;
}

const char *osaas_decoder_tag(const struct osaas_decoder *d, const char *name)
{
	size_t n = strlen(name);
	for (size_t at = 0; at < d->tags_size; at += strlen(d->tags + at) + 1) {
		const char *tag = d->tags + at;
		if (strncmp(tag, name, n) == 0 && tag[n] == '=')
			return tag + n + 1;
	}
	return NULL;
}
