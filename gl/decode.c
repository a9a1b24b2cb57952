/*
 * Records are carried out as they are read. A call reads the macro's body in place, so
 * that one state serves all; deferred calls wait in a list of the scene's until the
 * stream is through. What a record may cost is bounded by its own size and by the limits
 * of opwire.h, of which OPWIRE_MAX_RECORDS ends what calls could multiply.
 */
#include "gl/decode.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "gl/decode_private.h"

struct op_kind {
	const char *name;
	uint32_t words; /* of payload */
	bool open;      /* or more */
	bool defines;   /* no macro and no sub-layer may hold it */
	int (*read)(struct decoder *d);
};

static const struct op_kind op_kinds[256] = {
	[OP_TRANSFORM_PUSH] = {"transform push", 6, .read = op_transform_push},
	[OP_TRANSFORM_MUL] = {"transform multiply", 6, .read = op_transform_mul},
	[OP_TRANSFORM_POP] = {"transform pop", 0, .read = op_transform_pop},
	[OP_CLIP_RECT] = {"clip rect", 4, .read = op_clip_rect},
	[OP_CLIP_RRECT] = {"clip rounded rect", 8, .read = op_clip_rrect},
	[OP_CLIP_ELLIPSE] = {"clip ellipse", 4, .read = op_clip_ellipse},
	[OP_CLIP_PATH] = {"clip path", 0, true, .read = op_clip_path},
	[OP_CLIP_EVEN_ODD] = {"clip even-odd", 0, true, .read = op_clip_even_odd},
	[OP_CLIP_STROKE] = {"clip stroke", OPWIRE_STROKE_WORDS, true,
		.read = op_clip_stroke},
	[OP_CLIP_BLUR] = {"clip blur", 10, .read = op_clip_blur},
	[OP_CLIP_POP] = {"clip pop", 0, .read = op_clip_pop},
	[OP_BRUSH_COLOR] = {"brush color", 1, .read = op_brush_color},
	[OP_BRUSH_LINEAR] = {"brush linear", 6, true, .read = op_brush_linear},
	[OP_BRUSH_RADIAL] = {"brush radial", 8, true, .read = op_brush_radial},
	[OP_BRUSH_IMAGE] = {"brush image", 6, .read = op_brush_image},
	[OP_BLEND] = {"blend", 1, .read = op_blend},
	[OP_PAINT] = {"paint", 0, .read = op_paint},
	[OP_GROUP_PUSH] = {"group push", 2, .read = op_group_push},
	[OP_GROUP_POP] = {"group pop", 0, .read = op_group_pop},
	[OP_GLYPHS] = {"glyphs", 3, true, .read = op_glyphs},
	[OP_PLACE] = {"place", 7, .read = op_place},
	[OP_AREA] = {"area", 2, .read = op_area},
	[OP_PASS_PUSH] = {"pass push", 0, .read = op_pass_push},
	[OP_PASS_POP] = {"pass pop", 0, .read = op_pass_pop},
	[OP_CURSOR] = {"cursor", 1, .read = op_note_cursor},
	[OP_ACTION] = {"action", 1, .read = op_note_action},
	[OP_LISTEN] = {"listen", 7, .read = op_listen},
	[OP_KEYS] = {"keys", 6, .read = op_keys},
	[OP_TRANSFER] = {"transfer", 4, true, .read = op_transfer},
	[OP_INPUT_HINT] = {"hint", 3, .read = op_note_hint},
	[OP_SELECTION] = {"selection", 8, .read = op_note_selection},
	[OP_COMPOSITION] = {"composition", 6, .read = op_note_composition},
	[OP_SNIPPET] = {"snippet", 5, true, .read = op_note_snippet},
	[OP_LABEL] = {"label", 1, true, .read = op_note_text},
	[OP_DESCRIPTION] = {"description", 1, true, .read = op_note_text},
	[OP_CLASS] = {"class", 1, .read = op_note_class},
	[OP_SELECTED] = {"selected", 1, .read = op_note_bool},
	[OP_ENABLED] = {"enabled", 1, .read = op_note_bool},
	[OP_VALUE] = {"value", 1, true, .read = op_note_text},
	[OP_RANGE] = {"range", 3, .read = op_note_range},
	[OP_SEMANTIC_DO] = {"semantic-actions", 1, .read = op_note_actions},
	[OP_MACRO] = {"macro", 1, true, true, op_macro_define},
	[OP_CALL] = {"call", 1, .read = op_macro_call},
	[OP_DEFER] = {"defer", 1, .read = op_macro_defer},
	[OP_MACRO_RETIRE] = {"macro retire", 1, false, true, op_macro_retire},
	[OP_SUBLAYER] = {"sublayer", 4, true, true, op_sublayer_define},
	[OP_SUBLAYER_RETIRE] = {"sublayer retire", 1, false, true, op_sublayer_retire},
	[OP_IMAGE] = {"image", 3, true, true, op_image_define},
	[OP_IMAGE_UPDATE] = {"image update", 5, true, true, op_image_update},
	[OP_IMAGE_RETIRE] = {"image retire", 1, false, true, op_image_retire},
	[OP_FONT_QUERY] = {"font query", 4, true, true, op_font_query},
	[OP_FONT_BYTES] = {"font bytes", 3, true, true, op_font_bytes},
	[OP_FONT_RETIRE] = {"font retire", 1, false, true, op_font_retire},
};

/* errors */

static const char *op_name(const struct place *place)
{
	return place->code ? op_kinds[place->code].name : "record";
}

static int name_place(const struct place *place, char *out, size_t size)
{
	if (!place->code_via)
		return snprintf(out, size, "%s: ", op_name(place));
	return snprintf(out, size,
		"%s: macro %u at %u: %s: ", op_kinds[place->code_via].name, place->macro,
		place->at, op_name(place));
}

int refuse(struct decoder *d, int rc, const char *fmt, ...)
{
	struct gl_op_error *err = d->err;
	int n = name_place(&d->place, err->reason, sizeof err->reason);
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(err->reason + n, sizeof err->reason - (size_t)n, fmt, ap);
	va_end(ap);
	err->offset = d->place.offset;
	return rc;
}

int refuse_memory(struct decoder *d)
{
	return refuse(d, -ENOMEM, "out of memory");
}

/* numbers */

int check_number(struct decoder *d, double v, double limit)
{
	if (!isfinite(v))
		return refuse(d, -EINVAL, "a number is not finite");
	if (fabs(v) > limit)
		return refuse(d, -E2BIG, "%g is beyond the limit of %g", v, limit);
	return 0;
}

int read_numbers(struct decoder *d, struct bytes *in, double *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		out[i] = (double)bytes_f32(in);
		int rc = check_number(d, out[i], (double)OPWIRE_MAX_COORD);
		if (rc)
			return rc;
	}
	return 0;
}

int read_choice(struct decoder *d, struct bytes *in, uint32_t kinds, const char *what,
	uint8_t *out)
{
	uint32_t v = bytes_u32(in);
	if (v >= kinds)
		return refuse(d, -EINVAL, "%s %u is unknown", what, v);
	*out = (uint8_t)v;
	return 0;
}

int check_words(struct decoder *d, size_t words)
{
	if (d->in.size != words * 4)
		return refuse(d, -EINVAL, "the payload has %zu words instead of %zu",
			d->in.size / 4, words);
	return 0;
}

int to_device(struct decoder *d, double x, double y, struct gl_point *out)
{
	*out = affine_apply(&d->transform, x, y);
	int rc = check_number(d, out->x, (double)OPWIRE_MAX_DEVICE);
	return rc ? rc : check_number(d, out->y, (double)OPWIRE_MAX_DEVICE);
}

/* transforms */

int op_transform_mul(struct decoder *d)
{
	double m[6];
	int rc = read_numbers(d, &d->in, m, 6);
	if (rc)
		return rc;
	struct gl_affine by = {m[0], m[1], m[2], m[3], m[4], m[5]};
	struct gl_affine t = affine_mul(&d->transform, &by);
	const double product[6] = {t.sx, t.hx, t.ox, t.hy, t.sy, t.oy};
	for (int i = 0; i < 6 && !rc; i++)
		rc = check_number(d, product[i], (double)OPWIRE_MAX_DEVICE);
	if (!rc)
		d->transform = t;
	return rc;
}

int op_transform_push(struct decoder *d)
{
	if (d->n_transforms == OPWIRE_MAX_TRANSFORMS)
		return refuse(d, -E2BIG, "more than %u pushed", OPWIRE_MAX_TRANSFORMS);
	d->transforms[d->n_transforms] = d->transform;
	d->transform_places[d->n_transforms++] = d->place;
	return op_transform_mul(d);
}

int op_transform_pop(struct decoder *d)
{
	if (d->n_transforms == 0)
		return refuse(d, -EINVAL, "nothing is pushed");
	d->transform = d->transforms[--d->n_transforms];
	return 0;
}

/* records */

static int check_length(struct decoder *d, const struct op_kind *kind, uint32_t words)
{
	if (words == kind->words || (kind->open && words > kind->words))
		return 0;
	return refuse(d, -EINVAL, "the payload has %u words instead of %s%u", words,
		kind->open ? "at least " : "", kind->words);
}

/* Head and payload of the next record; where it stands is told by the caller. */
static int read_head(struct decoder *d, struct bytes *from, const struct op_kind **kind)
{
	d->place.code = 0;
	uint32_t head = bytes_u32(from), code = head & 0xff, words = head >> 8;
	*kind = &op_kinds[code];
	if (!(*kind)->name)
		return refuse(d, -EINVAL, "opcode 0x%02x is unknown", code);
	d->place.code = (uint8_t)code;
	int rc = check_length(d, *kind, words);
	if (rc)
		return rc;
	size_t size = (size_t)words * 4, left = bytes_left(from);
	if (size > left)
		return refuse(d, -EINVAL, "the payload of %zu bytes is cut off after %zu",
			size, left);
	d->in = bytes_of(bytes_take(from, size), size);
	return 0;
}

int run_records(struct decoder *d, const void *data, size_t size, size_t start)
{
	struct bytes from = bytes_of(data, size);
	int rc = 0;
	while (!rc && bytes_left(&from) > 0) {
		const struct op_kind *kind;
		if (d->place.code_via)
			d->place.at = (uint32_t)from.pos;
		else
			d->place.offset = (uint32_t)(start + from.pos);
		rc = read_head(d, &from, &kind);
		if (!rc && ++d->budget->records > OPWIRE_MAX_RECORDS)
			rc = refuse(d, -E2BIG, "more than %u records carried out",
				OPWIRE_MAX_RECORDS);
		if (!rc && d->content && kind->defines)
			rc = refuse(d, -EINVAL, "not inside a sub-layer");
		if (!rc)
			rc = kind->read(d);
	}
	return rc;
}

int check_body(struct decoder *d, const void *data, size_t size)
{
	struct bytes from = bytes_of(data, size);
	const struct place place = d->place;
	struct gl_op_error inner = {0}, *err = d->err;
	size_t at = 0;
	int rc = 0;
	d->err = &inner;
	while (!rc && bytes_left(&from) > 0) {
		const struct op_kind *kind;
		at = from.pos;
		rc = read_head(d, &from, &kind);
		if (!rc && kind->defines)
			rc = refuse(d, -EINVAL, "not inside a macro");
	}
	d->err = err;
	d->place = place;
	return rc ? refuse(d, rc, "at %zu: %s", at, inner.reason) : 0;
}

/* the frame */

static int refuse_header(struct decoder *d, int rc, size_t offset, const char *reason)
{
	d->err->offset = offset;
	snprintf(d->err->reason, sizeof d->err->reason, "%s", reason);
	return rc;
}

static int read_header(struct decoder *d, struct bytes *stream)
{
	if (stream->size > OPWIRE_MAX_STREAM) {
		snprintf(d->err->reason, sizeof d->err->reason,
			"a stream of %zu bytes; at most %u", stream->size,
			OPWIRE_MAX_STREAM);
		d->err->offset = 0;
		return -E2BIG;
	}
	if (stream->size < OPWIRE_HEADER_SIZE)
		return refuse_header(
			d, -EINVAL, 0, "shorter than the header of 16 bytes");
	if (bytes_u32(stream) != OPWIRE_MAGIC)
		return refuse_header(d, -EINVAL, 0, "does not start with OSop");
	if (bytes_u16(stream) != OPWIRE_MAJOR)
		return refuse_header(d, -EINVAL, 4, "the major version is not 1");
	bytes_u16(
		stream); /* a later minor only adds ops, and those are refused by themselves */
	if (bytes_u32(stream) != stream->size)
		return refuse_header(
			d, -EINVAL, 8, "the size field is not the stream's size");
	if (bytes_u32(stream) != 0)
		return refuse_header(
			d, -EINVAL, 12, "the last word of the header is not zero");
	if (stream->size % 4 != 0)
		return refuse_header(d, -EINVAL, 8, "the size is not a multiple of four");
	return 0;
}

static int check_popped(struct decoder *d, const struct place *places, size_t n)
{
	if (n == 0)
		return 0;
	d->place = places[n - 1];
	return refuse(d, -EINVAL, "is never popped");
}

int check_balance(struct decoder *d)
{
	int rc = check_popped(d, d->transform_places, d->n_transforms);
	if (!rc)
		rc = check_popped(d, d->clip_places, d->n_clips);
	if (!rc)
		rc = check_popped(d, d->group_places, d->n_groups);
	return rc ? rc : check_popped(d, d->pass_places, d->n_passes);
}

void decoder_begin(struct decoder *d)
{
	d->clip = d->area = d->resolved = SCENE_NONE;
	d->brush = (struct brush_state){.kind = BRUSH_COLOR, .color = 0xff000000};
	d->blend = BLEND_OVER;
}

/* Records of a whole frame: the stream's, or a sub-layer's. */
int decode_frame(struct decoder *d, const void *data, size_t size, size_t start)
{
	d->transform = GL_AFFINE_IDENTITY;
	d->scene->area = SCENE_NONE;
	decoder_begin(d);
	int rc = run_records(d, data, size, start);
	if (!rc)
		rc = check_balance(d);
	if (!rc)
		rc = run_deferred(d);
	return rc ? rc : add_up_filters(d);
}

int scene_decode(struct gl_scene *scene, const struct scene_context *context,
	struct gl_resources *resources, const void *data, size_t size,
	struct gl_op_error *err)
{
	scene_reset(scene, context);
	struct budget budget = {0};
	struct decoder d = {
		.scene = scene,
		.context = context,
		.resources = resources,
		.budget = &budget,
		.err = err,
	};
	struct bytes stream = bytes_of(data, size);
	int rc = read_header(&d, &stream);
	if (rc)
		return rc;
	return decode_frame(
		&d, stream.data + stream.pos, bytes_left(&stream), stream.pos);
}
