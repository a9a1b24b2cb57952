/*
 * osaas_decode.h: the protocol of "audio.decode": files of sound become samples as
 * osaas_audio.h wants them: WAV, AIFF, FLAC, Ogg Vorbis, Opus and MP3. What most plugins
 * want of it is easier by osaas_decoder.h.
 *
 * The bytes may lie anywhere: a file, a store, the net, the plugin's memory. The host asks for the
 * piece that it needs next (OSAAS_DECODE_WANT), so that a seek reads what it needs and no more.
 * A helper process decodes, which has no files and no network, and little memory: what a broken
 * or hostile file does there harms nobody. It takes its time: decode ahead of what is played.
 *
 * One request at a time is under way on a decoder's channel. Closing the channel ends it.
 * Errors, of INFO first of all:
 *
 *	OSAAS_EINVAL     no sound of a known kind; broken; or a request that makes no sense
 *	OSAAS_E2BIG      more channels, or a higher rate, than osaas_audio.h has
 *	OSAAS_ENOENT     the session lacks the library for it: its log says which
 *	OSAAS_EIO        it broke off in the middle, or the plugin said so of its bytes
 *	OSAAS_ETIMEDOUT  it computed for seconds and nothing came of it (5 to open, and one for
 *	                 each 32 MiB of the file, 60 at most; 3 after that, asked or not)
 *	OSAAS_ENOMEM     it takes too much memory
 *	OSAAS_EBUSY      the request before is still under way
 *
 * After OSAAS_EIO and OSAAS_ETIMEDOUT the decoder is over: each request gives that.
 */
#ifndef OSAAS_DECODE_H
#define OSAAS_DECODE_H

#include <osaas_audio.h>
#include <osaas_request.h>

#define OSAAS_DECODE_MAX   4                    /* decoders of one grant, at once */
#define OSAAS_DECODE_PIECE (UINT32_C(64) << 10) /* bytes of a WANT, at most */
#define OSAAS_DECODE_TAGS  4096                 /* bytes of all tags */

enum osaas_decode_type {
	/*
	 * On the capability's channel. u64[0]: how many bytes there are. The answer carries the
	 * channel of a decoder, at once. OSAAS_EMFILE, OSAAS_ENOMEM, OSAAS_EIO: no process. Fifty
	 * times a second at most: what comes sooner is answered later.
	 */
	OSAAS_DECODE_OPEN = 1,

	/*
	 * On a decoder's, first: the answer has struct osaas_decode_info; buf, len: what is
	 * known of it: "title=...", "artist=...", "album=...", "track=...", "date=...", those that
	 * there are, in UTF-8, each with its zero byte.
	 */
	OSAAS_DECODE_INFO = 1,
	/*
	 * u32[0]: frames, at most OSAAS_AUDIO_MAX_FRAMES. buf: one that has room for them, or NULL:
	 * the host makes one. The result is how many there are: fewer, also before the end; at the end 0.
	 * u64[1]: which one of all the first is. buf, len: interleaved f32, as of OSAAS_AUDIO_BLOCK.
	 * Those of WAV, AIFF and FLAC are within -1..1, but for floats; these, and what Vorbis, Opus
	 * and MP3 make of a loud sound, are what they are, numbers though. What is broken in the middle
	 * of FLAC is silent, with a block more at most, and of Opus, with a page more; the rest is in
	 * its place. Vorbis and MP3 leave it out.
	 */
	OSAAS_DECODE_READ = 2,
	/*
	 * u64[0]: the frame that is read next, exactly; the result is 0. Beyond the end: OSAAS_EINVAL;
	 * but OSAAS_EIO where frames of INFO is more than the file has, and it is beyond what there is.
	 */
	OSAAS_DECODE_SEEK = 3,
	/*
	 * The answer to a WANT; has none itself. u64[0]: the same offset; i64[1]: 0, or OSAAS_E*: the
	 * bytes cannot be had. buf, len: at least one byte, at most as many as are wanted.
	 */
	OSAAS_DECODE_FEED = 4,

	/* Host to plugin, while a request is under way: struct osaas_decode_want. */
	OSAAS_DECODE_WANT = 16,
};

enum osaas_decode_kind {
	OSAAS_DECODE_WAV = 1,
	OSAAS_DECODE_AIFF = 2,
	OSAAS_DECODE_FLAC = 3,
	OSAAS_DECODE_VORBIS = 4,
	OSAAS_DECODE_OPUS = 5,
	OSAAS_DECODE_MP3 = 6,
};

struct osaas_decode_info {
	int64_t result;
	uint64_t
		frames; /* without what encoders add at the ends; UINT64_MAX: not known */
	uint32_t rate;  /* as OSAAS_AUDIO_FORMAT takes them */
	uint8_t channels;
	uint8_t kind;  /* enum osaas_decode_kind */
	uint8_t bits;  /* of a sample, where that is known: 8, 16, 24, 32; else 0 */
	uint8_t seeks; /* 1: OSAAS_DECODE_SEEK can be done */
	uint8_t places
		[OSAAS_AUDIO_MAX_CHANNELS]; /* enum osaas_audio_place; all 0: the usual */
};

struct osaas_decode_want {
	uint64_t offset; /* of the first byte; within what OPEN said */
	uint32_t size;   /* bytes, at most OSAAS_DECODE_PIECE */
	uint32_t reserved;
};

_Static_assert(sizeof(struct osaas_decode_info) <= OSAAS_MSG_BYTES, "fits a message");

#endif
