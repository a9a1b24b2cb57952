/* For outside_test.py: what osaas_decoder.h promises. ~/in has saw.wav: 100000 frames of 44100 Hz. */
#include "check.h"

#include <osaas_decoder.h>

#define FRAMES UINT64_C(100000)

static osaas_chan fs, decode;

static float sample(uint64_t frame, uint32_t channel)
{
	int v = (int)(frame % 20000);
	return (float)(channel ? -v : v) / 32768;
}

static void check_block(const float *block, uint64_t first, int64_t n)
{
	for (int64_t i = 0; i < 2 * n; i++)
		CHECK(block[i] == sample(first + (uint64_t)i / 2, (uint32_t)i % 2));
}

static void check_rest(struct osaas_decoder *d)
{
	float *block;
	int64_t n;
	uint64_t at = d->position;
	while ((n = osaas_decoder_read(d, 5000, &block)) > 0) {
		check_block(block, at, n);
		at += (uint64_t)n;
		CHECK(d->position == at);
		osaas_buf_free(block);
	}
	CHECK_IS(n, 0);
	CHECK(!block);
	CHECK_IS(at, FRAMES);
}

static void check_file(void)
{
	struct osaas_decoder d;
	CHECK_IS(osaas_decoder_open_file(decode, fs, "saw.wav", &d), 0);
	CHECK_IS(d.info.frames, FRAMES);
	CHECK_IS(d.info.rate, 44100);
	CHECK_IS(d.info.channels, 2);
	CHECK_IS(d.info.kind, OSAAS_DECODE_WAV);
	CHECK_IS(d.info.bits, 16);
	CHECK(!osaas_decoder_tag(&d, "title"));
	check_rest(&d);
	CHECK_IS(osaas_decoder_seek(&d, 54321), 0);
	check_rest(&d);
	CHECK_IS(osaas_decoder_seek(&d, FRAMES + 1), OSAAS_EINVAL);
	osaas_decoder_close(&d);
	CHECK_IS(osaas_decoder_open_file(decode, fs, "port", &d), OSAAS_EINVAL);
	CHECK_IS(osaas_decoder_open_file(decode, fs, "none.wav", &d), OSAAS_ENOENT);
	osaas_decoder_close(&d);
}

/* From memory, a little at a time; then it can be read no more. */
struct memory {
	const uint8_t *bytes;
	uint64_t most;
};

static int64_t read_memory(void *data, uint64_t offset, void *to, size_t size)
{
	const struct memory *m = data;
	if (offset + size > m->most)
		return OSAAS_EACCES;
	size_t n = size < 777 ? size : 777;
	memcpy(to, m->bytes + offset, n);
	return (int64_t)n;
}

static void check_memory(void)
{
	struct osaas_decoder d;
	void *buf;
	float *block;
	int64_t size = osaas_fs_load(fs, "saw.wav", &buf), n;
	CHECK(size > 0);
	struct memory m = {buf, (uint64_t)size};
	CHECK_IS(osaas_decoder_open(decode, (uint64_t)size, read_memory, &m, &d), 0);
	check_rest(&d);
	osaas_decoder_close(&d);
	m.most = 200000;
	CHECK_IS(osaas_decoder_open(decode, (uint64_t)size, read_memory, &m, &d), 0);
	while ((n = osaas_decoder_read(&d, 8192, &block)) > 0)
		osaas_buf_free(block);
	CHECK_IS(n, OSAAS_EIO);
	CHECK_IS(osaas_decoder_seek(&d, 0), OSAAS_EIO);
	osaas_decoder_close(&d);
	osaas_buf_free(buf);
}

static void check_many(void)
{
	struct osaas_decoder d[OSAAS_DECODE_MAX], more;
	for (int i = 0; i < OSAAS_DECODE_MAX; i++)
		CHECK_IS(osaas_decoder_open_file(decode, fs, "saw.wav", &d[i]), 0);
	CHECK_IS(osaas_decoder_open_file(decode, fs, "saw.wav", &more), OSAAS_EMFILE);
	for (int i = 0; i < OSAAS_DECODE_MAX; i++) {
		check_rest(&d[i]);
		osaas_decoder_close(&d[i]);
	}
	CHECK_IS(ask_nonsense(decode), OSAAS_ENOSYS);
}

TEST_PLUGIN("decoded", "want = audio.decode required: to decode\n"
		       "want = fs.read:~/in required: files of sound\n")
{
	decode = osaas_cap("audio.decode");
	fs = osaas_cap("fs.read:~/in");
	check_file();
	check_memory();
	check_many();
}
