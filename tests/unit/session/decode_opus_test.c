/* Opus: any frame is found, across pages and songs, and what is broken is silent in its place. */
#include <math.h>
#include <ogg/ogg.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/unit/session/opened.h"
#include "util/log.h"

enum {
	FRAMES = 50000,
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
	assert_int_equal(opened_take(o, part, 500), 500);
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
	assert_int_equal(opened_open(&o, make_song()), 0);
	assert_in_range(continued(o.file), 4, 100);
	assert_int_equal(o.info.frames, SONG);
	float *all = opened_room(SONG + 10000, 2);
	assert_int_equal(opened_read_all(&o, all, SONG + 10000), SONG);
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
	assert_int_equal(opened_open(&o, both), 0);
	assert_int_equal(o.info.frames, SONG + FRAMES);
	float *all = opened_room(SONG + FRAMES + 10000, 2);
	assert_int_equal(opened_read_all(&o, all, SONG + FRAMES + 10000), SONG + FRAMES);
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
	assert_int_equal(opened_open(&o, first), -EINVAL);
	free(first.bytes);
	free(second.bytes);
}

/* What is broken is silent, and all else where it was, read on or after a seek. */
static void test_opus_hole(void **state)
{
	struct opened whole = {0}, o = {0};
	struct encoded file = make_song();
	(void)state;
	assert_int_equal(opened_open(&whole, make_song()), 0);
	memset(file.bytes + file.size / 2, 0, file.size / 5);
	assert_int_equal(opened_open(&o, file), 0);
	float *all = opened_room(SONG + 10000, 2), *was = opened_room(SONG + 10000, 2);
	opened_read_all(&whole, was, SONG + 10000);
	assert_int_equal(opened_read_all(&o, all, SONG + 10000), SONG);
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
		assert_int_equal(opened_take(&o, part, 500), 500);
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
	assert_int_equal(opened_open(&o, make_spoiled(100)), 0);
	float *all = opened_room(SONG + 10000, 2);
	assert_int_equal(opened_read_all(&o, all, SONG + 10000), SONG);
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
		assert_int_equal(opened_take(&o, part, 500), 500);
	}
	free(all);
	decode_close(o.decode);
	free(o.file.bytes);
}

static int setup(void **state)
{
	(void)state;
	log_set_level(LOG_SILENT);
	return decode_load();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_opus_continued),
		cmocka_unit_test(test_opus_chained),
		cmocka_unit_test(test_opus_hole),
		cmocka_unit_test(test_opus_spoiled),
	};
	return cmocka_run_group_tests(tests, setup, NULL);
}
