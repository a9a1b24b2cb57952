/* decode_format: the libraries, alike; the insides of decode. */
#ifndef OSAAS_SESSION_DECODE_FORMAT_H
#define OSAAS_SESSION_DECODE_FORMAT_H

#include "session/decode.h"
#include "session/decode_libraries.h"

struct decode_format {
	/*
	 * As decode's. open fills frames, rate, channels, kind, bits, seeks, places of info, and sets
	 * handle where there is something to close.
	 */
	int (*open)(struct decode *d, struct osaas_decode_info *info);
	void (*close)(struct decode *d);
	int64_t (*read)(struct decode *d, float *to, uint32_t frames);
	int64_t (*seek)(struct decode *d, uint64_t frame); /* where it is now */
	/* The next tag from *i = 0 on; false: no more. Text as the file has it, NULL: skip it. */
	bool (*tag)(struct decode *d, int *i, const char **name, const char **text);
};

extern const struct decode_format decode_sndfile, decode_vorbis, decode_opus,
	decode_mpg123;

struct decode {
	const struct decode_format *format;
	struct decode_source source;
	void *handle;    /* the format's */
	uint64_t offset; /* of the source: the next byte */
	uint64_t
		quota; /* bytes of it that a seek may look through; it has an end there */
	uint64_t position, frames;
	uint64_t sound_from; /* what is before, from position on, is broken, and silent */
	uint64_t end;        /* no sound was found from there on; else frames */
	uint32_t channels;
	bool seeks;
	bool sticks; /* the library is over with the first that is broken */
	int error;   /* of the source, the first */
};

/*
 * decode_hole: what is there from frame from on cannot be had, and the library is at frame until
 * now: silence comes first. False: there is nothing in between.
 */
bool decode_hole(struct decode *d, uint64_t from, int64_t until);

/* decode_vorbis_places: of info->channels, 1 to 8, in Vorbis's order. */
void decode_vorbis_places(struct osaas_decode_info *info);
/* decode_vorbis_tag: the field of Vorbis's comments that has the tag; NULL: no more. i, name: of tag. */
const char *decode_vorbis_tag(int *i, const char **name);

/* What all libraries want of a source. */
int64_t decode_source_read(struct decode *d, void *to, size_t size); /* bytes; 0: end */
int64_t decode_source_seek(struct decode *d, int64_t offset, int whence);

#endif
