/* Definitions: what the window keeps over frames. */
#include <errno.h>

#include "gl/decode_private.h"
#include "gl/resource.h"
#include "gl/sublayer.h"

struct limits {
	uint32_t count, bytes;
};

static const struct limits limits[RESOURCE_KINDS] = {
	[RESOURCE_MACRO] = {OPWIRE_MAX_MACROS, OPWIRE_MAX_MACRO_BYTES},
	[RESOURCE_IMAGE] = {OPWIRE_MAX_IMAGES, OPWIRE_MAX_IMAGE_BYTES},
	[RESOURCE_SUBLAYER] = {OPWIRE_MAX_SUBLAYERS, OPWIRE_MAX_SUBLAYER_BYTES},
	[RESOURCE_FONT] = {OPWIRE_MAX_FONTS, OPWIRE_MAX_FONT_BYTES},
};

static const char *const kind_names[RESOURCE_KINDS] = {
	[RESOURCE_MACRO] = "macro",
	[RESOURCE_IMAGE] = "image",
	[RESOURCE_SUBLAYER] = "sub-layer",
	[RESOURCE_FONT] = "font",
};

int refuse_definition(struct decoder *d, enum resource_kind kind, uint32_t id, int rc)
{
	const char *name = kind_names[kind];
	switch (rc) {
	case 0:
		return 0;
	case -ENOMEM:
		return refuse_memory(d);
	case -ENOENT:
		return refuse(d, -EINVAL, "%s %u is not defined", name, id);
	case -EMFILE:
		return refuse(
			d, -E2BIG, "more than %u %ss kept", limits[kind].count, name);
	case -E2BIG:
		return refuse(d, -E2BIG, "more than %u bytes of %ss kept",
			limits[kind].bytes, name);
	case -ENOSPC:
		return refuse(d, -E2BIG, "%s %u: the host knows no more faces", name, id);
	case -EFBIG:
		return refuse(d, -E2BIG, "more than %u bytes of %ss copied in a frame",
			limits[kind].bytes, name);
	}
	return refuse(d, -EINVAL, "%s %u cannot be made", name, id);
}

int check_resources(struct decoder *d)
{
	return d->resources ? 0 : refuse(d, -EINVAL, "nothing can be kept here");
}

static int retire(struct decoder *d, enum resource_kind kind)
{
	uint32_t id = bytes_u32(&d->in);
	int rc = check_resources(d);
	return rc ? rc
		  : refuse_definition(
			    d, kind, id, resource_retire(d->resources, kind, id));
}

int op_macro_retire(struct decoder *d)
{
	return retire(d, RESOURCE_MACRO);
}

int op_sublayer_retire(struct decoder *d)
{
	return retire(d, RESOURCE_SUBLAYER);
}

int op_image_retire(struct decoder *d)
{
	return retire(d, RESOURCE_IMAGE);
}

int op_font_retire(struct decoder *d)
{
	return retire(d, RESOURCE_FONT);
}

/* images */

static int check_side(struct decoder *d, uint32_t side)
{
	if (side == 0)
		return refuse(d, -EINVAL, "a side is 0");
	if (side > OPWIRE_MAX_IMAGE_SIDE)
		return refuse(d, -E2BIG, "a side of %u; at most %u", side,
			OPWIRE_MAX_IMAGE_SIDE);
	return 0;
}

int op_image_define(struct decoder *d)
{
	uint32_t id = bytes_u32(&d->in), w = bytes_u32(&d->in), h = bytes_u32(&d->in);
	int rc = check_resources(d);
	if (!rc)
		rc = check_side(d, w);
	if (!rc)
		rc = check_side(d, h);
	if (!rc)
		rc = check_words(d, 3 + (size_t)w * h);
	if (rc)
		return rc;
	return refuse_definition(d, RESOURCE_IMAGE, id,
		resource_define_image(d->resources, id, (int32_t)w, (int32_t)h,
			bytes_take(&d->in, (size_t)w * h * 4)));
}

static int check_update(
	struct decoder *d, uint32_t id, const uint32_t at[4], struct gl_rect *rect)
{
	const struct gl_image *image = resource_peek_image(d->resources, id);
	if (!image)
		return refuse(d, -EINVAL, "image %u is not defined", id);
	uint32_t w = (uint32_t)image->width, h = (uint32_t)image->height;
	if (at[2] == 0 || at[3] == 0)
		return refuse(d, -EINVAL, "a side is 0");
	if (at[0] > w || at[2] > w - at[0] || at[1] > h || at[3] > h - at[1])
		return refuse(
			d, -EINVAL, "the part is not within the image of %ux%u", w, h);
	*rect = (struct gl_rect){(int32_t)at[0], (int32_t)at[1], (int32_t)(at[0] + at[2]),
		(int32_t)(at[1] + at[3])};
	return check_words(d, 5 + (size_t)at[2] * at[3]);
}

int op_image_update(struct decoder *d)
{
	uint32_t id = bytes_u32(&d->in), at[4];
	struct gl_rect rect;
	int rc = check_resources(d);
	for (int i = 0; i < 4; i++)
		at[i] = bytes_u32(&d->in);
	if (!rc)
		rc = check_update(d, id, at, &rect);
	if (rc)
		return rc;
	return refuse_definition(d, RESOURCE_IMAGE, id,
		resource_update_image(
			d->resources, id, rect, bytes_take(&d->in, bytes_left(&d->in))));
}

/* fonts */

static int check_font_id(struct decoder *d, uint32_t id)
{
	if (id >= OPWIRE_HOST_FONTS)
		return refuse(
			d, -EINVAL, "ids from %u on are the host's", OPWIRE_HOST_FONTS);
	return check_resources(d);
}

/* Looking for a font or opening one takes time that the stream's size says nothing about. */
static int count_font(struct decoder *d)
{
	if (++d->budget->fonts > OPWIRE_MAX_FONTS)
		return refuse(d, -E2BIG, "more than %u in a stream", OPWIRE_MAX_FONTS);
	return 0;
}

static int check_families(struct decoder *d, const char *families, uint32_t n)
{
	if (n > OPWIRE_MAX_FAMILIES)
		return refuse(d, -E2BIG, "families of %u bytes; at most %u", n,
			OPWIRE_MAX_FAMILIES);
	for (uint32_t i = 0; i < n; i++)
		if ((unsigned char)families[i] < ' ')
			return refuse(d, -EINVAL, "a control character in the families");
	return count_font(d);
}

int op_font_query(struct decoder *d)
{
	uint32_t id = bytes_u32(&d->in), weight = bytes_u32(&d->in), n;
	const char *families;
	uint8_t slant;
	int rc = check_font_id(d, id);
	if (!rc && (weight < 1 || weight > 1000))
		rc = refuse(d, -EINVAL, "weight %u is not within 1 and 1000", weight);
	if (!rc)
		rc = read_choice(d, &d->in, SLANT_KINDS, "slant", &slant);
	if (!rc)
		rc = read_string(d, &families, &n);
	if (!rc)
		rc = check_families(d, families, n);
	if (rc)
		return rc;
	return refuse_definition(d, RESOURCE_FONT, id,
		resource_font_query(d->resources, id, weight, slant, families, n));
}

int op_font_bytes(struct decoder *d)
{
	uint32_t id = bytes_u32(&d->in), face = bytes_u32(&d->in),
		 size = bytes_u32(&d->in);
	int rc = check_font_id(d, id);
	if (!rc)
		rc = check_words(d, 3 + ((size_t)size + 3) / 4);
	if (!rc)
		rc = count_font(d);
	if (rc)
		return rc;
	rc = resource_font_bytes(d->resources, id, bytes_take(&d->in, size), size, face);
	if (rc == -EINVAL)
		return refuse(d, -EINVAL, "the bytes are no font, or lack face %u", face);
	return refuse_definition(d, RESOURCE_FONT, id, rc);
}

/* sub-layers */

/* What a sub-layer takes, by measures that a sender can know too: gl/OPS.md "Limits". */
static size_t content_bytes(const struct gl_sublayer *sublayer)
{
	const struct gl_scene *s = &sublayer->scene;
	size_t bytes = s->n_text;
	bytes += 256 * (s->n_clips + s->n_items + s->n_areas + s->n_notes);
	bytes += 64 * (s->n_verbs + s->n_glyphs + s->n_stops);
	bytes += 64 * (s->n_listen_tags + s->n_keys + s->n_transfers);
	for (size_t i = 0; i < s->n_brushes; i++) {
		struct gl_image *image = s->brushes[i].image;
		if (!image || image->counted == sublayer->serial)
			continue;
		image->counted = sublayer->serial;
		bytes += (size_t)image->width * (size_t)image->height * 4;
	}
	for (size_t i = 0; i < s->n_runs; i++)
		bytes += kept_font_count(s->runs[i].kept, sublayer->serial);
	return bytes;
}

/* The records as a frame of their own; what they may cost is the frame's. */
static int decode_content(
	struct decoder *d, struct gl_sublayer *sublayer, const void *data, size_t size)
{
	struct gl_op_error err = {0};
	struct decoder inner = {
		.scene = &sublayer->scene,
		.context = d->context,
		.resources = d->resources,
		.budget = d->budget,
		.err = &err,
		.content = true,
	};
	int rc = decode_frame(&inner, data, size, 0);
	if (rc)
		return refuse(d, rc, "at %zu: %s", err.offset, err.reason);
	sublayer->bytes = content_bytes(sublayer);
	d->budget->sublayer_bytes += sublayer->bytes;
	if (d->budget->sublayer_bytes > OPWIRE_MAX_SUBLAYER_BYTES)
		return refuse(d, -E2BIG, "more than %u bytes of sub-layers in a stream",
			OPWIRE_MAX_SUBLAYER_BYTES);
	return 0;
}

static int check_content(struct decoder *d, uint32_t w, uint32_t h, uint32_t zero)
{
	if (w == 0 || h == 0)
		return refuse(d, -EINVAL, "a side is 0");
	if (w > SUBLAYER_MAX_SIDE || h > SUBLAYER_MAX_SIDE)
		return refuse(d, -E2BIG, "a side of %u; at most %u", w > h ? w : h,
			SUBLAYER_MAX_SIDE);
	if (zero != 0)
		return refuse(d, -EINVAL, "the fourth word is not zero");
	if (++d->budget->sublayers > OPWIRE_MAX_SUBLAYERS)
		return refuse(
			d, -E2BIG, "more than %u in a stream", OPWIRE_MAX_SUBLAYERS);
	return check_resources(d);
}

int op_sublayer_define(struct decoder *d)
{
	uint32_t id = bytes_u32(&d->in), w = bytes_u32(&d->in), h = bytes_u32(&d->in);
	int rc = check_content(d, w, h, bytes_u32(&d->in));
	if (rc)
		return rc;
	struct gl_sublayer *sublayer =
		sublayer_create(d->context, (int32_t)w, (int32_t)h);
	if (!sublayer)
		return refuse_memory(d);
	sublayer->id = id;
	size_t size = bytes_left(&d->in);
	rc = decode_content(d, sublayer, bytes_take(&d->in, size), size);
	if (!rc)
		rc = refuse_definition(d, RESOURCE_SUBLAYER, id,
			resource_define_sublayer(d->resources, id, sublayer));
	if (rc)
		sublayer_release(sublayer);
	return rc;
}
