#include "session/mkv.h"

#include <string.h>

#define UNKNOWN         UINT64_MAX /* the size of what never ends */

#define ID_EBML         0x1a45dfa3u
#define ID_READ_VERSION 0x42f7u
#define ID_DOC_TYPE     0x4282u
#define ID_DOC_VERSION  0x4287u
#define ID_DOC_READ     0x4285u
#define ID_SEGMENT      0x18538067u
#define ID_INFO         0x1549a966u
#define ID_SCALE        0x2ad7b1u
#define ID_MUXING_APP   0x4d80u
#define ID_WRITING_APP  0x5741u
#define ID_TRACKS       0x1654ae6bu
#define ID_TRACK        0xaeu
#define ID_TRACK_NUMBER 0xd7u
#define ID_TRACK_UID    0x73c5u
#define ID_TRACK_TYPE   0x83u
#define ID_CODEC        0x86u
#define ID_VIDEO        0xe0u
#define ID_WIDTH        0xb0u
#define ID_HEIGHT       0xbau
#define ID_FOURCC       0x2eb524u
#define ID_CLUSTER      0x1f43b675u
#define ID_TIMESTAMP    0xe7u
#define ID_SIMPLE_BLOCK 0xa3u
#define TICK_NS         1000u
#define VIDEO           1u
#define BLOCK_HEAD      4u  /* track, time since the cluster's, flags */
#define CLUSTER_TIME    17u /* bytes of a timestamp element */
#define BLOCK_ELEMENT   9u  /* ... and of a block's id and size */

struct out {
	uint8_t *bytes;
	size_t n;
};

static void put(struct out *out, uint64_t value, unsigned bytes)
{
	while (bytes-- > 0)
		out->bytes[out->n++] = (uint8_t)(value >> bytes * 8);
}

static void put_id(struct out *out, uint32_t id)
{
	put(out, id, id > 0xffffff ? 4 : id > 0xffff ? 3 : id > 0xff ? 2 : 1);
}

/* Eight bytes always: the first says so. */
static void put_size(struct out *out, uint64_t size)
{
	put(out,
		size == UNKNOWN ? UINT64_C(0x01ffffffffffffff) : size | UINT64_C(1) << 56,
		8);
}

static void put_number(struct out *out, uint32_t id, uint64_t value)
{
	put_id(out, id);
	put_size(out, 8);
	put(out, value, 8);
}

static void put_text(struct out *out, uint32_t id, const char *text)
{
	size_t n = strlen(text);
	put_id(out, id);
	put_size(out, n);
	memcpy(out->bytes + out->n, text, n);
	out->n += n;
}

/* An element of others: its size is known when they are written. */
static size_t open_element(struct out *out, uint32_t id)
{
	put_id(out, id);
	put_size(out, 0);
	return out->n;
}

static void close_element(struct out *out, size_t from)
{
	struct out size = {out->bytes + from - 8, 0};
	put_size(&size, out->n - from);
}

static void put_track(struct out *out, int32_t width, int32_t height)
{
	size_t track = open_element(out, ID_TRACK);
	put_number(out, ID_TRACK_NUMBER, 1);
	put_number(out, ID_TRACK_UID, 1);
	put_number(out, ID_TRACK_TYPE, VIDEO);
	put_text(out, ID_CODEC, "V_UNCOMPRESSED");
	size_t video = open_element(out, ID_VIDEO);
	put_number(out, ID_WIDTH, (uint64_t)width);
	put_number(out, ID_HEIGHT, (uint64_t)height);
	put_text(out, ID_FOURCC, "RGBA");
	close_element(out, video);
	close_element(out, track);
}

size_t mkv_begin(uint8_t out[static MKV_HEAD_MAX], int32_t width, int32_t height)
{
	struct out o = {out, 0};
	size_t at = open_element(&o, ID_EBML);
	put_number(&o, ID_READ_VERSION, 1);
	put_text(&o, ID_DOC_TYPE, "matroska");
	put_number(&o, ID_DOC_VERSION, 4);
	put_number(&o, ID_DOC_READ, 2);
	close_element(&o, at);
	put_id(&o, ID_SEGMENT);
	put_size(&o, UNKNOWN);
	at = open_element(&o, ID_INFO);
	put_number(&o, ID_SCALE, TICK_NS);
	put_text(&o, ID_MUXING_APP, "osaas");
	put_text(&o, ID_WRITING_APP, "osaas");
	close_element(&o, at);
	at = open_element(&o, ID_TRACKS);
	put_track(&o, width, height);
	close_element(&o, at);
	return o.n;
}

size_t mkv_frame(uint8_t out[static MKV_HEAD_MAX], uint64_t ns, uint64_t size)
{
	struct out o = {out, 0};
	put_id(&o, ID_CLUSTER);
	put_size(&o, CLUSTER_TIME + BLOCK_ELEMENT + BLOCK_HEAD + size);
	put_number(&o, ID_TIMESTAMP, ns / TICK_NS);
	put_id(&o, ID_SIMPLE_BLOCK);
	put_size(&o, BLOCK_HEAD + size);
	put(&o, 0x81, 1); /* track 1 */
	put(&o, 0, 2);    /* at the cluster's time */
	put(&o, 0x80, 1); /* a key frame */
	return o.n;
}
