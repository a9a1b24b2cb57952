/*
 * osaas_decoder.h: files of sound as samples, over osaas_decode.h.
 *
 *	struct osaas_decoder d;
 *	if (osaas_decoder_open_file(osaas_cap("audio.decode"), fs, "song.flac", &d) == 0) {
 *		while ((n = osaas_decoder_read(&d, 4096, &block)) > 0)
 *			... block has n frames of d.info.channels, interleaved: a BLOCK ...
 *		osaas_decoder_close(&d);
 *	}
 *
 * All of these YIELD; one coroutine at a time uses a decoder, and whatever its source reads from.
 */
#ifndef OSAAS_DECODER_H
#define OSAAS_DECODER_H

#include <osaas_decode.h>
#include <osaas_fs.h>

#include <stdbool.h>

/*
 * osaas_decoder_source reads size bytes from offset, which are there. Bytes, at least one, or
 * OSAAS_E*: then the decoder is over.
 */
typedef int64_t (*osaas_decoder_source)(
	void *data, uint64_t offset, void *to, size_t size);

struct osaas_decoder {
	struct osaas_decode_info info;
	uint64_t position; /* the frame that is read next */
	/* The rest is its own. */
	osaas_chan chan;
	osaas_decoder_source source;
	void *data;
	char *tags; /* a buffer, or NULL */
	uint64_t tags_size;
	osaas_chan fs; /* of open_file */
	int file;
};

/*
 * osaas_decoder_open opens what has size bytes and begins with them; data is source's. 0, and info
 * is known; or OSAAS_E* of osaas_decode.h, and there is nothing to close.
 */
int osaas_decoder_open(osaas_chan decode, uint64_t size, osaas_decoder_source source,
	void *data, struct osaas_decoder *out);

/*
 * osaas_decoder_open_file: a file of osaas_fs.h, which it opens and closes. OSAAS_E* of both. out
 * stays where it is as long as it is open.
 */
int osaas_decoder_open_file(
	osaas_chan decode, osaas_chan fs, const char *path, struct osaas_decoder *out);

/*
 * osaas_decoder_read gives up to so many frames (OSAAS_AUDIO_MAX_FRAMES at most) in a buffer
 * that is the caller's: to be sent as a BLOCK, or osaas_buf_free. How many there are; 0: the
 * end, without a buffer; or OSAAS_E*.
 */
int64_t osaas_decoder_read(struct osaas_decoder *d, uint32_t frames, float **out);

/* osaas_decoder_seek: 0 or OSAAS_E*. */
int osaas_decoder_seek(struct osaas_decoder *d, uint64_t frame);

/* osaas_decoder_tag gives "title", "artist", ... of osaas_decode.h, or NULL. Does not yield. */
const char *osaas_decoder_tag(const struct osaas_decoder *d, const char *name);

void osaas_decoder_close(struct osaas_decoder *d);

#endif
