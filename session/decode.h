/*
 * decode: a file of sound as frames, by libsndfile, libvorbisfile, libopusfile and libmpg123, which
 * are loaded before (decode_load). It blocks while its source does, so the session's process does
 * none of it: helper_decode does.
 *
 * The bytes are nobody's friends. What is read of them is in bounds: rate, channels, tags.
 */
#ifndef OSAAS_SESSION_DECODE_H
#define OSAAS_SESSION_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plugins/include/osaas_decode.h"

struct decode;

struct decode_source {
	/* Bytes from offset, which with size lies within size below; fewer or none: -errno, never 0. */
	int64_t (*read)(void *data, uint64_t offset, void *to, size_t size);
	void *data;
	uint64_t size;
};

/* decode_load: 0; -ENOENT, logged: one is missing, and what it is for gives that. */
int decode_load(void);

/*
 * decode_open: the source is borrowed until decode_close. info->result is 0. tags:
 * OSAAS_DECODE_TAGS bytes as of OSAAS_DECODE_INFO, *tags_size of them. 0, or -EINVAL, -E2BIG,
 * -ENOENT, -ENOMEM as osaas_decode.h says, or what the source said.
 */
int decode_open(const struct decode_source *source, struct decode **out,
	struct osaas_decode_info *info, char *tags, size_t *tags_size);
void decode_close(struct decode *d); /* takes NULL */

/* decode_read: frames, 0: the end, -EIO: no more can be had, or what the source said. */
int64_t decode_read(struct decode *d, float *to, uint32_t frames);
/* decode_seek: 0, -EINVAL: there is no such frame, or it cannot be done; -EIO: there should be, but it
 * cannot be had; else as decode_read. It goes on where it was, unless that cannot be had either. */
int decode_seek(struct decode *d, uint64_t frame);

/* decode_position: the frame that is read next. */
uint64_t decode_position(const struct decode *d);

#endif
