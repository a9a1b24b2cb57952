/* decode: what was encoded comes back, whole, and from any frame on; what is broken is refused. */
#include "session/decode.h"

#include <errno.h>
#include <math.h>
#include <ogg/ogg.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/session/encoded.h"
#include "util/log.h"

enum {
	PCM16 = SF_FORMAT_PCM_16,
	FRAMES = 50000
};

/* Exact: bit for bit. Else the noise, in dB below the signal, that the encoder may make. */
static const struct kind {
	const char *name;
	int format, bits;
	uint32_t rate, channels;
	uint8_t kind;
	bool exact;
	double snr;
} kinds[] = {
	{"WAV 8", SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 8, 22050, 1, OSAAS_DECODE_WAV, true,
		0},
	{"WAV 16", SF_FORMAT_WAV | PCM16, 16, 44100, 2, OSAAS_DECODE_WAV, true, 0},
	{"WAV 24", SF_FORMAT_WAV | SF_FORMAT_PCM_24, 24, 96000, 2, OSAAS_DECODE_WAV, true,
		0},
	{"WAV 32", SF_FORMAT_WAV | SF_FORMAT_PCM_32, 24, 48000, 2, OSAAS_DECODE_WAV, true,
		0},
	{"WAV float", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 24, 48000, 6, OSAAS_DECODE_WAV,
		true, 0},
	{"WAVEX", SF_FORMAT_WAVEX | PCM16, 16, 48000, 8, OSAAS_DECODE_WAV, true, 0},
	{"RF64", SF_FORMAT_RF64 | PCM16, 16, 48000, 2, OSAAS_DECODE_WAV, true, 0},
	{"AIFF", SF_FORMAT_AIFF | PCM16, 16, 44100, 2, OSAAS_DECODE_AIFF, true, 0},
	{"FLAC 16", SF_FORMAT_FLAC | PCM16, 16, 44100, 2, OSAAS_DECODE_FLAC, true, 0},
	{"FLAC 24", SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 24, 96000, 1, OSAAS_DECODE_FLAC,
		true, 0},
	{"Vorbis", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 0, 44100, 2, OSAAS_DECODE_VORBIS,
		false, 15},
	{"Vorbis mono", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 0, 48000, 1,
		OSAAS_DECODE_VORBIS, false, 15},
	{"Opus", SF_FORMAT_OGG | SF_FORMAT_OPUS, 0, 48000, 2, OSAAS_DECODE_OPUS, false,
		15},
	{"MP3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 0, 44100, 2, OSAAS_DECODE_MP3,
		false, 20},
	{"MP3 mono", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 0, 48000, 1,
		OSAAS_DECODE_MP3, false, 20},
};
#define KINDS (sizeof kinds / sizeof *kinds)

static struct encoded files[KINDS];

struct opened {
	struct decode *decode;
	struct osaas_decode_info info;
	char tags[OSAAS_DECODE_TAGS];
	size_t tags_size;
	uint64_t asked; /* bytes of the source */
	uint64_t fails; /* a read beyond it does */
	struct encoded file;
};

static int64_t read_source(void *data, uint64_t offset, void *to, size_t size)
{
	struct opened *o = data;
	assert_true(offset + size <= o->file.size && size > 0);
	if (offset + size > o->fails)
		return -EACCES;
	memcpy(to, o->file.bytes + offset, size);
	o->asked += size;
	return (int64_t)size;
}

static int open_file(struct opened *o, struct encoded file)
{
	uint64_t fails = o->fails ? o->fails : UINT64_MAX;
	*o = (struct opened){.file = file, .fails = fails};
	struct decode_source source = {read_source, o, file.size};
	return decode_open(&source, &o->decode, &o->info, o->tags, &o->tags_size);
}

/* All of it from where it is, in pieces of odd sizes. */
static uint64_t read_all(struct opened *o, float *to, uint64_t most)
{
	static const uint32_t sizes[] = {1, 1000, 8192, 63, 4096};
	uint64_t got = 0;
	int64_t n = 1;
	for (size_t i = 0; n > 0; i++) {
		uint32_t size = sizes[i % (sizeof sizes / sizeof *sizes)];
		assert_true(got + size <= most);
		assert_int_equal(decode_position(o->decode), got);
		n = decode_read(o->decode, to + got * o->info.channels, size);
		got += n > 0 ? (uint64_t)n : 0;
	}
	assert_int_equal(n, 0);
	return got;
}

/* So many from where it is, in whatever pieces they come; fewer: what there is. */
static uint32_t take(struct opened *o, float *to, uint32_t n)
{
	uint32_t got = 0;
	int64_t r = 1;
	while (got < n && r > 0) {
		r = decode_read(o->decode, to + (size_t)got * o->info.channels, n - got);
		got += r > 0 ? (uint32_t)r : 0;
	}
	return got;
}

static float *room(uint64_t frames, uint32_t channels)
{
	float *all = calloc((size_t)frames * channels, sizeof *all);
	assert_non_null(all);
	return all;
}

static float *room_for(const struct opened *o)
{
	return room(FRAMES + 10000, o->info.channels);
}

static void compare(const struct kind *k, const float *all)
{
	double signal = 0, noise = 0;
	for (uint64_t i = 0; i < (uint64_t)FRAMES * k->channels; i++) {
		float v = encoded_sample(
			i / k->channels, (uint32_t)(i % k->channels), k->rate, k->bits);
		if (k->exact && all[i] != v)
			fail_msg("%s: sample %lu is %.9g, not %.9g", k->name,
				(unsigned long)i, (double)all[i], (double)v);
		signal += (double)v * v;
		noise += ((double)all[i] - v) * ((double)all[i] - v);
	}
	if (!k->exact && 10 * log10(signal / noise) < k->snr)
		fail_msg("%s: %.1f dB", k->name, 10 * log10(signal / noise));
}

static void check_whole(const struct kind *k, struct encoded file)
{
	struct opened o = {0};
	assert_int_equal(open_file(&o, file), 0);
	assert_int_equal(o.info.result, 0);
	assert_int_equal(o.info.kind, k->kind);
	assert_int_equal(o.info.rate, k->rate);
	assert_int_equal(o.info.channels, k->channels);
	assert_int_equal(o.info.frames, FRAMES);
	assert_int_equal(o.info.seeks, 1);
	float *all = room_for(&o);
	assert_int_equal(read_all(&o, all, FRAMES + 10000), FRAMES);
	compare(k, all);
	free(all);
	decode_close(o.decode);
}

static void test_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		if (files[i].bytes)
			check_whole(&kinds[i], files[i]);
	}
}

static void check_same(
	const struct kind *k, uint64_t to, const float *was, const float *is, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double d = fabs((double)was[i] - (double)is[i]);
		if (d > (k->exact ? 0 : 1e-6))
			fail_msg("%s: sample %zu after a seek to %lu differs by %g",
				k->name, i, (unsigned long)to, d);
	}
}

static void check_seeks(const struct kind *k, struct encoded file)
{
	static const uint64_t to[] = {FRAMES - 1, 0, 12345, 1, 12344, FRAMES - 700, 30000,
		30001, FRAMES, FRAMES - 200, FRAMES - 20, 4607, 4608, 4609};
	struct opened o = {0};
	assert_int_equal(open_file(&o, file), 0);
	float *all = room_for(&o), part[1000 * 8];
	read_all(&o, all, FRAMES + 10000);
	for (size_t i = 0; i < sizeof to / sizeof *to; i++) {
		uint32_t n = FRAMES - to[i] < 1000 ? (uint32_t)(FRAMES - to[i]) : 1000;
		assert_int_equal(decode_seek(o.decode, to[i]), 0);
		assert_int_equal(decode_position(o.decode), to[i]);
		uint32_t got = take(&o, part, n);
		if (got != n)
			fail_msg("%s: %u of %u frames from %lu", k->name, got, n,
				(unsigned long)to[i]);
		check_same(k, to[i], all + to[i] * k->channels, part,
			(size_t)n * k->channels);
	}
	assert_int_equal(decode_seek(o.decode, FRAMES + 1), -EINVAL);
	assert_int_equal(decode_seek(o.decode, UINT64_MAX), -EINVAL);
	free(all);
	decode_close(o.decode);
}

static void test_seeks(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		if (files[i].bytes)
			check_seeks(&kinds[i], files[i]);
	}
}

static const char *tag(const struct opened *o, const char *name)
{
	for (size_t at = 0; at < o->tags_size; at += strlen(o->tags + at) + 1) {
		if (strncmp(o->tags + at, name, strlen(name)) == 0)
			return o->tags + at + strlen(name);
	}
	return NULL;
}

static void test_tags(void **state)
{
	char title[400];
	(void)state;
	memset(title, 'x', sizeof title);
	memcpy(title + 254, "\xc3\xa9", 2); /* would be cut in two */
	title[399] = '\0';
	for (size_t i = 0; i < KINDS; i++) {
		struct opened o = {0};
		if (!files[i].bytes)
			continue;
		assert_int_equal(open_file(&o, files[i]), 0);
		const char *artist = tag(&o, "artist=");
		if (kinds[i].kind == OSAAS_DECODE_FLAC ||
			kinds[i].kind == OSAAS_DECODE_VORBIS ||
			kinds[i].kind == OSAAS_DECODE_OPUS ||
			kinds[i].kind == OSAAS_DECODE_MP3) {
			assert_string_equal(tag(&o, "title="), kinds[i].name);
			assert_string_equal(artist, "Some body");
		}
		decode_close(o.decode);
	}
	struct encoded file;
	struct opened o = {0};
	assert_true(encoded_make(&file, SF_FORMAT_FLAC | PCM16, 8000, 1, 100, 16, title));
	assert_int_equal(open_file(&o, file), 0);
	assert_int_equal(strlen(tag(&o, "title=")), 254);
	decode_close(o.decode);
	free(file.bytes);
}

static void test_no_sound(void **state)
{
	static const char *const texts[] = {"", "R", "RIFF", "RIFF\xff\xff\xff\xffWAVE",
		"fLaC", "OggS", "FORM", "ID3\x04\x00\x00\x7f\x7f\x7f\x7f",
		"ID3\x04\x00\x10\x00\x00\x00\x01x", "\xff\xfb", "\xff\xfb\x90\x64",
		"this is a text, and a longer one than any header of sound is"};
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct opened o = {0};
		struct encoded file = {.bytes = (uint8_t *)(uintptr_t)texts[i],
			.size = strlen(texts[i])};
		assert_int_equal(open_file(&o, file), -EINVAL);
	}
	uint8_t *zeros = calloc(1, 300000);
	struct opened o = {0};
	assert_int_equal(
		open_file(&o, (struct encoded){.bytes = zeros, .size = 300000}), -EINVAL);
	free(zeros);
}

static void test_limits(void **state)
{
	static const struct {
		uint32_t rate, channels;
		int expect;
	} cases[] = {{4000, 1, 0}, {3999, 1, -E2BIG}, {384000, 8, 0}, {384001, 1, -E2BIG},
		{48000, 9, -E2BIG}};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct encoded file;
		struct opened o = {0};
		assert_true(encoded_make(&file, SF_FORMAT_WAV | PCM16, cases[i].rate,
			cases[i].channels, 100, 16, NULL));
		assert_int_equal(open_file(&o, file), cases[i].expect);
		if (cases[i].expect == 0)
			decode_close(o.decode);
		free(file.bytes);
	}
}

/* Each kind has an order of its own; three channels are left, right and centre in none but Vorbis's. */
static void test_places(void **state)
{
#define P(x) OSAAS_AUDIO_##x
	static const struct {
		int format;
		uint32_t channels;
		uint8_t places[OSAAS_AUDIO_MAX_CHANNELS];
	} cases[] = {
		{SF_FORMAT_WAV | PCM16, 3, {P(FL), P(FR), P(FC)}},
		{SF_FORMAT_AIFF | PCM16, 3, {P(FL), P(FR), P(FC)}},
		{SF_FORMAT_FLAC | PCM16, 3, {P(FL), P(FR), P(FC)}},
		{SF_FORMAT_FLAC | PCM16, 6, {P(FL), P(FR), P(FC), P(LFE), P(RL), P(RR)}},
		{SF_FORMAT_FLAC | PCM16, 7,
			{P(FL), P(FR), P(FC), P(LFE), P(RL), P(SL), P(SR)}},
		{SF_FORMAT_OGG | SF_FORMAT_OPUS, 2, {P(FL), P(FR)}},
		{SF_FORMAT_OGG | SF_FORMAT_OPUS, 3, {P(FL), P(FC), P(FR)}},
		{SF_FORMAT_OGG | SF_FORMAT_OPUS, 6,
			{P(FL), P(FC), P(FR), P(RL), P(RR), P(LFE)}},
	};
#undef P
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct encoded file;
		struct opened o = {0};
		assert_true(encoded_make(&file, cases[i].format, 48000, cases[i].channels,
			10000, 16, NULL));
		assert_int_equal(open_file(&o, file), 0);
		assert_memory_equal(
			o.info.places, cases[i].places, sizeof cases[i].places);
		decode_close(o.decode);
		free(file.bytes);
	}
}

/* Cut off in the middle it has what is there, and a seek behind that is refused. */
static void check_cut(struct encoded file, uint64_t least, uint64_t most)
{
	struct opened o = {0};
	float part[1000 * 2], again[1000 * 2];
	assert_int_equal(open_file(&o, file), 0);
	float *all = room_for(&o);
	assert_in_range(read_all(&o, all, FRAMES + 10000), least, most);
	assert_int_equal(decode_seek(o.decode, 5000), 0);
	assert_int_equal(take(&o, part, 500), 500);
	static const uint64_t beyond[] = {FRAMES + 1, 1000000, UINT64_C(1) << 40,
		UINT64_C(1) << 63, UINT64_MAX - 1};
	for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++)
		assert_int_equal(decode_seek(o.decode, beyond[i]), -EINVAL);
	/* It goes on where it was. */
	assert_int_equal(decode_position(o.decode), 5500);
	assert_int_equal(take(&o, again, 500), 500);
	assert_int_equal(decode_seek(o.decode, 5500), 0);
	assert_int_equal(take(&o, part, 500), 500);
	for (size_t i = 0; i < 500 * o.info.channels; i++)
		assert_true(fabsf(part[i] - again[i]) < 1e-5f);
	free(all);
	decode_close(o.decode);
}

static void test_cut_off(void **state)
{
	(void)state;
	struct encoded file;
	assert_true(encoded_make(
		&file, SF_FORMAT_OGG | SF_FORMAT_OPUS, 48000, 2, FRAMES, 0, NULL));
	file.size -= 100; /* of the last page */
	check_cut(file, 20000, FRAMES - 1);
	free(file.bytes);
	/* As an encoder writes it that does not know how long it will be. */
	assert_true(
		encoded_make(&file, SF_FORMAT_FLAC | PCM16, 48000, 2, FRAMES, 16, NULL));
	file.bytes[21] &= 0xf0;
	memset(file.bytes + 22, 0, 4);
	check_cut(file, FRAMES, FRAMES);
	free(file.bytes);
}

/* Its head says more than it has: a seek behind that fails, and it goes on where it was. */
static void test_short(void **state)
{
	struct encoded file;
	struct opened o = {0};
	float part[500 * 2], again[500 * 2];
	(void)state;
	assert_true(
		encoded_make(&file, SF_FORMAT_FLAC | PCM16, 48000, 2, FRAMES, 16, NULL));
	file.size /= 2;
	assert_int_equal(open_file(&o, file), 0);
	assert_int_equal(o.info.frames, FRAMES);
	assert_int_equal(decode_seek(o.decode, 5500), 0);
	assert_int_equal(decode_read(o.decode, part, 500), 500);
	assert_int_equal(decode_seek(o.decode, 5500), 0);
	assert_int_equal(decode_seek(o.decode, FRAMES - 100), -EIO);
	assert_int_equal(decode_position(o.decode), 5500);
	assert_int_equal(decode_read(o.decode, again, 500), 500);
	assert_memory_equal(part, again, sizeof part);
	decode_close(o.decode);
	free(file.bytes);
}

/* A download that broke off: the rest is zeros. It has what is there, and an end. */
static void test_filled_up(void **state)
{
	static const size_t zeros[] = {1000, 100000, 140000, 300000};
	(void)state;
	for (size_t i = 0; i < sizeof zeros / sizeof *zeros; i++) {
		struct encoded file;
		struct opened o = {0};
		assert_true(encoded_make(&file, SF_FORMAT_OGG | SF_FORMAT_OPUS, 48000, 2,
			FRAMES, 0, NULL));
		size_t size = file.size - 100;
		file.size = size + zeros[i];
		file.bytes = realloc(file.bytes, file.size);
		assert_non_null(file.bytes);
		memset(file.bytes + size, 0, zeros[i]);
		assert_int_equal(open_file(&o, file), 0);
		float *all = room_for(&o);
		assert_in_range(read_all(&o, all, FRAMES + 10000), 20000, FRAMES - 1);
		assert_int_equal(o.info.seeks, 1);
		assert_int_equal(decode_seek(o.decode, 5000), 0);
		free(all);
		decode_close(o.decode);
		free(file.bytes);
	}
}

/* From the middle on so much of it is zeros: percent. The bytes of them. */
static size_t open_broken(struct opened *o, size_t percent)
{
	struct encoded file;
	assert_true(
		encoded_make(&file, SF_FORMAT_FLAC | PCM16, 48000, 1, FRAMES, 16, NULL));
	size_t zeros = file.size * percent / 100;
	memset(file.bytes + file.size / 2, 0, zeros);
	assert_int_equal(open_file(o, file), 0);
	return zeros;
}

/* Into it, out of it, and beyond: never another sound, and sound where there is some. */
static void check_seeks_about(
	struct opened *o, const float *all, uint64_t first, uint64_t last)
{
	float part[5000];
	for (uint64_t at = first - 6000; at < last + 3000 && at + 5000 <= FRAMES;
		at += 1000) {
		assert_int_equal(decode_seek(o->decode, at), 0);
		assert_int_equal(decode_position(o->decode), at);
		assert_int_equal(take(o, part, 5000), 5000);
		for (uint64_t i = 0; i < 5000; i++)
			assert_true(part[i] == all[at + i] ||
				    (part[i] == 0 && at + i > first &&
					    at + i < last + 2 * 4096));
	}
}

/* Blocks of FLAC are silent, no more than one too many, and all else is where it was. */
static void test_hole(void **state)
{
	static const size_t percents[] = {1, 20, 40};
	(void)state;
	for (size_t p = 0; p < sizeof percents / sizeof *percents; p++) {
		struct opened o = {0};
		uint64_t silent = 0, first = 0, last = 0;
		size_t zeros = open_broken(&o, percents[p]);
		float *all = room_for(&o);
		assert_int_equal(read_all(&o, all, FRAMES + 10000), FRAMES);
		for (uint64_t i = 0; i < FRAMES; i++) {
			if (all[i] == encoded_sample(i, 0, 48000, 16))
				continue;
			assert_true(all[i] == 0);
			first = silent++ ? first : i;
			last = i;
		}
		uint64_t most = zeros * FRAMES / o.file.size + 3 * 4096;
		assert_in_range(last - first, 2000, most);
		check_seeks_about(&o, all, first, last);
		free(all);
		decode_close(o.decode);
		free(o.file.bytes);
	}
}

/* Nothing but zeros follow, and many: it is not looked through again and again. */
static void test_nothing_follows(void **state)
{
	const size_t zeros = 3 << 20;
	struct encoded file;
	struct opened o = {0};
	(void)state;
	assert_true(
		encoded_make(&file, SF_FORMAT_FLAC | PCM16, 48000, 1, FRAMES, 16, NULL));
	size_t half = file.size / 2;
	file.size = half + zeros;
	file.bytes = realloc(file.bytes, file.size);
	assert_non_null(file.bytes);
	memset(file.bytes + half, 0, zeros);
	assert_int_equal(open_file(&o, file), 0);
	float *all = room_for(&o);
	uint64_t end = read_all(&o, all, FRAMES + 10000);
	assert_in_range(end, FRAMES / 4, FRAMES * 3 / 4);
	assert_in_range(o.asked, 1, 200 << 20);
	o.asked = 0;
	assert_int_equal(decode_seek(o.decode, FRAMES - 100), -EIO);
	assert_in_range(o.asked, 1, 300 << 20);
	assert_int_equal(decode_position(o.decode), end);
	assert_int_equal(decode_read(o.decode, all, 1000), 0);
	assert_int_equal(decode_seek(o.decode, 100), 0);
	assert_int_equal(decode_read(o.decode, all, 1000), 1000);
	assert_true(all[0] == encoded_sample(100, 0, 48000, 16));
	free(all);
	decode_close(o.decode);
	free(file.bytes);
}

/* ---- Opus --------------------------------------------------------------- */

enum {
	PACKET = 960,
	SONG = 6 * 48000
};

static void tune_large(SNDFILE *file)
{
	double level = 0;
	sf_command(file, SFC_SET_COMPRESSION_LEVEL, &level, sizeof level);
}

/* Two frames of half the size: there is no half of what is odd (RFC 6716, 3.2.3). */
static void spoil(ogg_packet *packet)
{
	packet->packet[0] = (unsigned char)((packet->packet[0] & ~3) | 1);
	packet->bytes -= packet->bytes % 2;
}

/*
 * The two pages of its head are as they were, the others as full as can be. Packet n cannot be
 * decoded; -1: all can.
 */
static void fill_pages(struct encoded from, struct encoded *to, int64_t n)
{
	ogg_sync_state sync;
	ogg_stream_state in, out;
	ogg_page page;
	ogg_packet packet;
	int64_t end = 0;
	ogg_sync_init(&sync);
	memcpy(ogg_sync_buffer(&sync, (long)from.size), from.bytes, from.size);
	ogg_sync_wrote(&sync, (long)from.size);
	for (int64_t pages = 0; ogg_sync_pageout(&sync, &page) == 1; pages++) {
		if (pages == 0) {
			ogg_stream_init(&in, ogg_page_serialno(&page));
			ogg_stream_init(&out, ogg_page_serialno(&page));
		}
		ogg_stream_pagein(&in, &page);
		while (ogg_stream_packetout(&in, &packet) == 1) {
			/* Only the last one of a page was told. */
			if (packet.granulepos < 0)
				packet.granulepos = end + PACKET;
			end = packet.granulepos;
			if (pages >= 2 && n-- == 0)
				spoil(&packet);
			ogg_stream_packetin(&out, &packet);
		}
		while (pages < 2 ? ogg_stream_flush(&out, &page)
				 : ogg_stream_pageout_fill(&out, &page, 1 << 20)) {
			encoded_write(page.header, page.header_len, to);
			encoded_write(page.body, page.body_len, to);
		}
	}
	ogg_stream_clear(&in);
	ogg_stream_clear(&out);
	ogg_sync_clear(&sync);
}

/* Packets of 1.3 KB, and pages of 255 parts of them: they continue on the next. */
static struct encoded make_spoiled(int64_t n)
{
	struct encoded file, filled = {0};
	assert_true(encoded_make_tuned(&file, SF_FORMAT_OGG | SF_FORMAT_OPUS, 48000, 2,
		SONG, 0, NULL, tune_large));
	fill_pages(file, &filled, n);
	free(file.bytes);
	return filled;
}

static struct encoded make_song(void)
{
	return make_spoiled(-1);
}

/* Ogg's pages that begin within a packet (RFC 3533, 6). */
static unsigned continued(struct encoded file)
{
	unsigned n = 0;
	for (size_t at = 0; at + 27 < file.size;) {
		const uint8_t *page = file.bytes + at;
		assert_memory_equal(page, "OggS", 4);
		n += page[5] & 1;
		at += 27 + page[26];
		for (size_t i = 0; i < page[26]; i++)
			at += page[27 + i];
	}
	return n;
}

static void check_same_from(struct opened *o, const float *all, uint64_t at)
{
	float part[500 * 2];
	assert_int_equal(decode_seek(o->decode, at), 0);
	assert_int_equal(take(o, part, 500), 500);
	for (size_t i = 0; i < 500 * 2; i++) {
		double d = fabs((double)part[i] - (double)all[at * 2 + i]);
		if (d > 1e-6)
			fail_msg("sample %zu after a seek to %lu differs by %g", i,
				(unsigned long)at, d);
	}
}

static void test_opus_continued(void **state)
{
	struct opened o = {0};
	(void)state;
	assert_int_equal(open_file(&o, make_song()), 0);
	assert_in_range(continued(o.file), 4, 100);
	assert_int_equal(o.info.frames, SONG);
	float *all = room(SONG + 10000, 2);
	assert_int_equal(read_all(&o, all, SONG + 10000), SONG);
	for (uint64_t at = 0; at + 500 <= SONG; at += 2999)
		check_same_from(&o, all, at);
	free(all);
	decode_close(o.decode);
	free(o.file.bytes);
}

/* Two songs in one file are one, and a seek finds both. */
static void test_opus_chained(void **state)
{
	struct encoded first = make_song(), second, both;
	struct opened o = {0};
	(void)state;
	assert_true(encoded_make(
		&second, SF_FORMAT_OGG | SF_FORMAT_OPUS, 48000, 2, FRAMES, 0, NULL));
	both = (struct encoded){.size = first.size + second.size};
	both.bytes = malloc(both.size);
	assert_non_null(both.bytes);
	memcpy(both.bytes, first.bytes, first.size);
	memcpy(both.bytes + first.size, second.bytes, second.size);
	assert_int_equal(open_file(&o, both), 0);
	assert_int_equal(o.info.frames, SONG + FRAMES);
	float *all = room(SONG + FRAMES + 10000, 2);
	assert_int_equal(read_all(&o, all, SONG + FRAMES + 10000), SONG + FRAMES);
	check_same_from(&o, all, SONG + FRAMES - 500);
	check_same_from(&o, all, 1000);
	check_same_from(&o, all, SONG + 2000);
	free(all);
	decode_close(o.decode);
	free(first.bytes);
	free(second.bytes);
	free(both.bytes);
	/* One of other channels does not go on. */
	first = make_song();
	assert_true(encoded_make(
		&second, SF_FORMAT_OGG | SF_FORMAT_OPUS, 48000, 1, FRAMES, 0, NULL));
	first.bytes = realloc(first.bytes, first.size + second.size);
	assert_non_null(first.bytes);
	memcpy(first.bytes + first.size, second.bytes, second.size);
	first.size += second.size;
	assert_int_equal(open_file(&o, first), -EINVAL);
	free(first.bytes);
	free(second.bytes);
}

/* What is broken is silent, and all else where it was, read on or after a seek. */
static void test_opus_hole(void **state)
{
	struct opened whole = {0}, o = {0};
	struct encoded file = make_song();
	(void)state;
	assert_int_equal(open_file(&whole, make_song()), 0);
	memset(file.bytes + file.size / 2, 0, file.size / 5);
	assert_int_equal(open_file(&o, file), 0);
	float *all = room(SONG + 10000, 2), *was = room(SONG + 10000, 2);
	read_all(&whole, was, SONG + 10000);
	assert_int_equal(read_all(&o, all, SONG + 10000), SONG);
	uint64_t first = 0, last = 0;
	for (uint64_t i = 0; i + 1 < SONG; i++) {
		bool silent = all[2 * i] == 0 && all[2 * i + 2] == 0;
		first = silent && !first ? i : first;
		last = silent ? i : last;
	}
	assert_in_range(first, SONG / 2 - 48000, SONG / 2);
	assert_in_range(last, first + SONG / 5, first + SONG / 5 + 2 * 48000);
	for (uint64_t i = first; i <= last; i++)
		assert_true(all[2 * i] == 0 && all[2 * i + 1] == 0);
	assert_memory_equal(all, was, first * 2 * sizeof *all);
	for (uint64_t i = 2 * (last + 24000); i < (uint64_t)2 * SONG; i++)
		assert_true(fabsf(all[i] - was[i]) < 1e-5f);
	/* Into it, and behind it: where there is sound it is the right one. */
	for (uint64_t at = first - 30000; at < last + 60000 && at + 500 <= SONG;
		at += 7001) {
		float part[500 * 2];
		assert_int_equal(decode_seek(o.decode, at), 0);
		assert_int_equal(decode_position(o.decode), at);
		assert_int_equal(take(&o, part, 500), 500);
		if (at + 500 < first || at > last + 24000)
			for (size_t i = 0; i < 500 * 2; i++)
				assert_true(fabsf(part[i] - was[at * 2 + i]) < 1e-5f);
		if (at > first + 5000 && at + 500 < first + SONG / 5)
			for (size_t i = 0; i < 500 * 2; i++)
				assert_true(part[i] == 0);
	}
	free(all);
	free(was);
	decode_close(whole.decode);
	decode_close(o.decode);
	free(whole.file.bytes);
	free(file.bytes);
}

/* A packet that cannot be decoded is silent, and no more. */
static void test_opus_spoiled(void **state)
{
	struct opened o = {0};
	(void)state;
	assert_int_equal(open_file(&o, make_spoiled(100)), 0);
	float *all = room(SONG + 10000, 2);
	assert_int_equal(read_all(&o, all, SONG + 10000), SONG);
	uint64_t silent = 0, first = 0;
	for (uint64_t i = 1; i < SONG; i++) {
		if (all[2 * i] != 0 || all[2 * i + 1] != 0)
			continue;
		first = silent++ ? first : i;
	}
	assert_int_equal(silent, PACKET);
	assert_in_range(first, 99 * PACKET, 100 * PACKET);
	for (uint64_t at = first - 3000; at < first + 30000; at += 1501) {
		float part[500 * 2];
		assert_int_equal(decode_seek(o.decode, at), 0);
		assert_int_equal(take(&o, part, 500), 500);
	}
	free(all);
	decode_close(o.decode);
	free(o.file.bytes);
}

/* ------------------------------------------------------------------------- */

/* What is broken in the middle is sound again before it. */
static void test_back_from_broken(void **state)
{
	struct opened o = {0};
	float part[500], first[500], more[2000];
	(void)state;
	open_broken(&o, 1);
	assert_int_equal(decode_seek(o.decode, 5000), 0);
	assert_int_equal(decode_read(o.decode, first, 500), 500);
	while (decode_read(o.decode, more, 1000) > 0)
		;
	assert_int_equal(decode_position(o.decode), FRAMES);
	assert_int_equal(decode_seek(o.decode, 5000), 0);
	assert_int_equal(decode_read(o.decode, part, 500), 500);
	assert_memory_equal(part, first, sizeof part);
	/* Its source has two channels by now. */
	free(o.file.bytes);
	assert_true(encoded_make(
		&o.file, SF_FORMAT_FLAC | PCM16, 48000, 2, FRAMES, 16, NULL));
	while (decode_read(o.decode, more, 1000) > 0)
		;
	assert_int_equal(decode_read(o.decode, more, 1000), -EIO);
	assert_int_equal(decode_seek(o.decode, 5000), -EIO);
	decode_close(o.decode);
	free(o.file.bytes);
}

/* A float file that holds no numbers. */
static void test_not_finite(void **state)
{
	struct encoded file;
	struct opened o = {0};
	float got[300] = {0};
	const float bad[] = {NAN, INFINITY, -INFINITY};
	(void)state;
	assert_true(encoded_make(
		&file, SF_FORMAT_WAV | SF_FORMAT_FLOAT, 48000, 1, 300, 24, NULL));
	memcpy(file.bytes + file.size - sizeof bad, bad, sizeof bad);
	assert_int_equal(open_file(&o, file), 0);
	assert_int_equal(read_all(&o, (float[9000]){0}, 9000), 300);
	assert_int_equal(decode_seek(o.decode, 0), 0);
	assert_int_equal(decode_read(o.decode, got, 300), 300);
	for (size_t i = 297; i < 300; i++)
		assert_true(got[i] == 0);
	decode_close(o.decode);
	free(file.bytes);
}

/* What the source says is what is told; then it is over. */
static void test_source_fails(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		if (!files[i].bytes)
			continue;
		for (uint64_t at = 1; at < files[i].size; at += files[i].size / 7) {
			static float out[8192 * 8];
			struct opened o = {.fails = at};
			int64_t r = open_file(&o, files[i]);
			bool opened = r == 0;
			while (r == 0 && (r = decode_read(o.decode, out, 8192)) > 0)
				r = 0;
			/* Its end lies behind: so it must have come upon it. */
			assert_int_equal(r, -EACCES);
			if (opened) {
				assert_int_equal(decode_read(o.decode, out, 1), -EACCES);
				assert_int_equal(decode_seek(o.decode, 0), -EACCES);
				decode_close(o.decode);
			}
		}
	}
}

static uint32_t next_random(uint64_t *seed)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33);
}

/* Whatever the bytes are: an answer, within bounds, and an end. */
static void try_broken(struct encoded file)
{
	static float out[8192 * 8];
	struct opened o = {0};
	int64_t n = 1;
	if (open_file(&o, file) < 0)
		return;
	assert_true(o.info.channels >= 1 && o.info.channels <= OSAAS_AUDIO_MAX_CHANNELS);
	for (int i = 0; i < 40 && n > 0; i++) {
		n = decode_read(o.decode, out, 8192);
		assert_true(n <= 8192);
	}
	decode_seek(o.decode, o.info.frames / 2);
	decode_read(o.decode, out, 8192);
	decode_close(o.decode);
}

static void test_broken(void **state)
{
	uint64_t seed = 1;
	(void)state;
	for (size_t i = 0; i < KINDS; i++) {
		struct encoded copy = files[i];
		if (!copy.bytes)
			continue;
		copy.bytes = malloc(copy.size);
		for (int round = 0; round < 30; round++) {
			memcpy(copy.bytes, files[i].bytes, files[i].size);
			copy.size = round % 3 ? files[i].size
					      : next_random(&seed) % files[i].size;
			size_t within = round % 2 ? 200 : files[i].size;
			for (int n = 0; n < round % 8; n++)
				copy.bytes[next_random(&seed) % within] =
					(uint8_t)next_random(&seed);
			try_broken(copy);
		}
		free(copy.bytes);
	}
}

static int setup(void **state)
{
	(void)state;
	log_set_level(LOG_SILENT);
	assert_int_equal(decode_load(), 0);
	for (size_t i = 0; i < KINDS; i++) {
		const struct kind *k = &kinds[i];
		if (!encoded_make(&files[i], k->format, k->rate, k->channels, FRAMES,
			    k->bits, k->name))
			print_message("# no encoder for %s here\n", k->name);
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (size_t i = 0; i < KINDS; i++)
		free(files[i].bytes);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_seeks),
		cmocka_unit_test(test_tags),
		cmocka_unit_test(test_no_sound),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_cut_off),
		cmocka_unit_test(test_filled_up),
		cmocka_unit_test(test_short),
		cmocka_unit_test(test_hole),
		cmocka_unit_test(test_nothing_follows),
		cmocka_unit_test(test_back_from_broken),
		cmocka_unit_test(test_opus_continued),
		cmocka_unit_test(test_opus_chained),
		cmocka_unit_test(test_opus_hole),
		cmocka_unit_test(test_opus_spoiled),
		cmocka_unit_test(test_not_finite),
		cmocka_unit_test(test_source_fails),
		cmocka_unit_test(test_broken),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
