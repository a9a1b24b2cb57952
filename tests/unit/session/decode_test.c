/* decode: what was encoded comes back, whole, and from any frame on; what is broken is refused. */
#include "session/decode.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/session/opened.h"
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

static float *room_for(const struct opened *o)
{
	return opened_room(FRAMES + 10000, o->info.channels);
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
	assert_int_equal(opened_open(&o, file), 0);
	assert_int_equal(o.info.result, 0);
	assert_int_equal(o.info.kind, k->kind);
	assert_int_equal(o.info.rate, k->rate);
	assert_int_equal(o.info.channels, k->channels);
	assert_int_equal(o.info.frames, FRAMES);
	assert_int_equal(o.info.seeks, 1);
	float *all = room_for(&o);
	assert_int_equal(opened_read_all(&o, all, FRAMES + 10000), FRAMES);
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
	assert_int_equal(opened_open(&o, file), 0);
	float *all = room_for(&o), part[1000 * 8];
	opened_read_all(&o, all, FRAMES + 10000);
	for (size_t i = 0; i < sizeof to / sizeof *to; i++) {
		uint32_t n = FRAMES - to[i] < 1000 ? (uint32_t)(FRAMES - to[i]) : 1000;
		assert_int_equal(decode_seek(o.decode, to[i]), 0);
		assert_int_equal(decode_position(o.decode), to[i]);
		uint32_t got = opened_take(&o, part, n);
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
		assert_int_equal(opened_open(&o, files[i]), 0);
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
	assert_int_equal(opened_open(&o, file), 0);
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
		assert_int_equal(opened_open(&o, file), -EINVAL);
	}
	uint8_t *zeros = calloc(1, 300000);
	struct opened o = {0};
	assert_int_equal(
		opened_open(&o, (struct encoded){.bytes = zeros, .size = 300000}),
		-EINVAL);
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
		assert_int_equal(opened_open(&o, file), cases[i].expect);
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
		assert_int_equal(opened_open(&o, file), 0);
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
	assert_int_equal(opened_open(&o, file), 0);
	float *all = room_for(&o);
	assert_in_range(opened_read_all(&o, all, FRAMES + 10000), least, most);
	assert_int_equal(decode_seek(o.decode, 5000), 0);
	assert_int_equal(opened_take(&o, part, 500), 500);
	static const uint64_t beyond[] = {FRAMES + 1, 1000000, UINT64_C(1) << 40,
		UINT64_C(1) << 63, UINT64_MAX - 1};
	for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++)
		assert_int_equal(decode_seek(o.decode, beyond[i]), -EINVAL);
	/* It goes on where it was. */
	assert_int_equal(decode_position(o.decode), 5500);
	assert_int_equal(opened_take(&o, again, 500), 500);
	assert_int_equal(decode_seek(o.decode, 5500), 0);
	assert_int_equal(opened_take(&o, part, 500), 500);
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
	assert_int_equal(opened_open(&o, file), 0);
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
		assert_int_equal(opened_open(&o, file), 0);
		float *all = room_for(&o);
		assert_in_range(
			opened_read_all(&o, all, FRAMES + 10000), 20000, FRAMES - 1);
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
	assert_int_equal(opened_open(o, file), 0);
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
		assert_int_equal(opened_take(o, part, 5000), 5000);
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
		assert_int_equal(opened_read_all(&o, all, FRAMES + 10000), FRAMES);
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
	assert_int_equal(opened_open(&o, file), 0);
	float *all = room_for(&o);
	uint64_t end = opened_read_all(&o, all, FRAMES + 10000);
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
	assert_int_equal(opened_open(&o, file), 0);
	assert_int_equal(opened_read_all(&o, (float[9000]){0}, 9000), 300);
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
			int64_t r = opened_open(&o, files[i]);
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
	if (opened_open(&o, file) < 0)
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
		cmocka_unit_test(test_not_finite),
		cmocka_unit_test(test_source_fails),
		cmocka_unit_test(test_broken),
	};
	return cmocka_run_group_tests(tests, setup, teardown);
}
