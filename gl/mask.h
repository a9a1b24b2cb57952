/*
 * mask: the coverage of a chain of clips, pixel by pixel, as spans; and the cache
 * that keeps masks over frames.
 *
 * A mask knows no place: shapes that differ by a whole-pixel translation share one.
 * It is immutable once made, and counted: scenes hold references, and what no scene
 * holds stays in the cache until MASK_CACHE_BYTES are exceeded (least recently used
 * first). Rectangles on whole pixels make no mask: they are a scene clip's `box`.
 */
#ifndef OSAAS_GL_MASK_H
#define OSAAS_GL_MASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/list.h"

/* Coverage in 1/65535: a white pixel on black shows 1/65535 as little, 1/255 as 13. */
#define COVER_FULL 65535u
#define COVER_NONE UINT32_MAX

/* A run of pixels of one row. */
struct gl_span {
	uint16_t x, len; /* from the mask's left side */
	uint16_t value;  /* coverage of all of them, when cover is COVER_NONE */
	uint16_t zero;
	uint32_t cover; /* else the first of len values in gl_mask.cover */
};

/* One allocation. Row y's spans are spans[rows[y]] up to before spans[rows[y + 1]], by x. */
struct gl_mask {
	int32_t width, height; /* both may be 0: nothing is covered */
	int32_t dx,
		dy; /* of its top left, from the whole pixel that its key is seen from */
	const uint32_t *rows; /* height + 1 of them */
	const struct gl_span *spans;
	const uint16_t *cover;
	uint64_t pixels; /* with any coverage */
	uint64_t
		work; /* units that making it costs: OPS.md "Work", also when it was found */

	uint64_t
		ring; /* where cover lies in the GL painter's gl/cover_ring.h; 0: nowhere */

	/* the cache's */
	uint64_t key[2];
	size_t bytes;
	unsigned refs;
	struct list link;     /* least recently used first; of those without refs */
	struct gl_mask *next; /* of the hash's bucket */
};

/*
 * Masks that no scene holds may take this much; those that scenes hold, together, as much
 * as mask_make allows: beyond that it gives none, as without memory, but MASK_SHARE_BYTES
 * of new ones to each frame, so that one window cannot take the masks of all others. A unit of work makes
 * at most 40 bytes of mask, a frame of 1,000 rounded rectangles of 40 x 36 px that all differ
 * 3 MiB. Memory of masks that went is kept for the next ones.
 */
#define MASK_CACHE_BYTES ((size_t)16 << 20)
#define MASK_HELD_BYTES  ((size_t)256 << 20)
#define MASK_SHARE_BYTES ((size_t)8 << 20)
#define MASK_SPARE_BYTES ((size_t)4 << 20)
#define MASK_SIZES       160

/* Spans under construction; reused from mask to mask. */
struct mask_scratch {
	struct gl_span *spans;
	uint16_t *cover;
	uint32_t *rows;
	size_t n_spans, n_cover, n_rows, cap_spans, cap_cover, cap_rows;
};

struct mask_cache {
	struct gl_mask **buckets;
	size_t n_buckets, n;
	struct list unused;
	size_t bytes, unused_bytes; /* of all; of those without refs */
	size_t frame_bytes;         /* made since mask_frame */
	uint64_t hits, misses, evicted;
	struct gl_mask *spare[MASK_SIZES]; /* memory by size, see mask_size */
	size_t spare_bytes;
	struct mask_scratch scratch[2];
};

/*
 * A mask is written row by row, from left to right: mask_begin, then for each row mask_row
 * and what it covers, then mask_end. mask_row makes room for that many spans and values;
 * false: out of memory. Runs of value 0 are left out.
 */
void mask_begin(struct mask_scratch *scratch);
bool mask_row(struct mask_scratch *scratch, size_t spans, size_t values);
bool mask_end(struct mask_scratch *scratch);
void mask_put_run(struct mask_scratch *scratch, int32_t x, int32_t len, uint16_t value);
/*
 * mask_put_values gives the place of len values. mask_trim_values looks over the last len
 * put: zeros at the ends go and long stretches of one value become runs; mask_split_values
 * makes runs of all stretches of one value that are as long as `run`.
 */
uint16_t *mask_put_values(struct mask_scratch *scratch, int32_t x, int32_t len);
void mask_trim_values(struct mask_scratch *scratch, int32_t len);
void mask_split_values(struct mask_scratch *scratch, int32_t len, int32_t run);

int mask_cache_init(struct mask_cache *cache); /* 0 or -ENOMEM */
void mask_cache_finish(struct mask_cache *cache);

/* mask_frame begins another frame: its masks count from now on. */
void mask_frame(struct mask_cache *cache);

/* mask_find gives a reference to be released, or NULL. */
struct gl_mask *mask_find(struct mask_cache *cache, const uint64_t key[2]);

/*
 * mask_make makes an immutable one, of no key and refs 1, from scratch: rows holds
 * height + 1 entries. It is to be added. NULL: out of memory, or MASK_HELD_BYTES are held
 * and the frame has had its MASK_SHARE_BYTES.
 * mask_build makes one apart from any cache, for mask_free.
 */
struct gl_mask *mask_make(struct mask_cache *cache, const struct mask_scratch *scratch,
	int32_t width, int32_t height);
struct gl_mask *mask_build(
	const struct mask_scratch *scratch, int32_t width, int32_t height);

void mask_free(struct gl_mask *mask); /* of one that was never added; takes NULL */

/* mask_add puts a new mask (refs 1, key set) into the cache. */
void mask_add(struct mask_cache *cache, struct gl_mask *mask);

void mask_hold(struct mask_cache *cache, struct gl_mask *mask);
void mask_release(struct mask_cache *cache, struct gl_mask *mask); /* takes NULL */

#endif
