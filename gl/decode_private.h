/*
 * decode_private: what the parts of the decoder share. decode.c reads records and
 * keeps the state of a frame; each other part carries out the ops of one kind.
 */
#ifndef OSAAS_GL_DECODE_PRIVATE_H
#define OSAAS_GL_DECODE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "gl/decode.h"
#include "gl/resource.h"
#include "util/bytes.h"
#include "util/opwire.h"

/* A call that waits for the end of the frame. */
struct gl_deferred {
	const void *body; /* borrowed from the resources, which keep it that long */
	size_t size;
	uint32_t macro, offset;
	struct gl_affine transform;
};

/* Where a record stands, as errors tell it. */
struct place {
	uint32_t offset;  /* in the stream: of the outermost call or defer, in a macro */
	uint32_t macro;   /* id, when code_via is set */
	uint32_t at;      /* and where in its body */
	uint8_t code;     /* enum op_code; 0: not known yet */
	uint8_t code_via; /* 0: the stream itself; else OP_CALL or OP_DEFER */
};

struct brush_state {
	enum brush_kind kind;
	uint32_t color;
	uint8_t spread, filter;
	double v[6]; /* the numbers of the op */
	uint32_t stop, n_stops;
	struct gl_image *image; /* borrowed from the resources */
};

/* What all scenes of one frame count together, sub-layers' included. */
struct budget {
	uint32_t records, sublayers, fonts;
	size_t sublayer_bytes;
};

struct decoder {
	struct gl_scene *scene;
	const struct scene_context *context;
	struct gl_resources *resources;
	struct budget *budget;
	struct gl_op_error *err;
	bool content; /* of a sub-layer */
	struct place place;
	struct bytes in; /* the payload */
	unsigned depth;  /* of calls */

	struct gl_affine transform;
	struct gl_affine transforms[OPWIRE_MAX_TRANSFORMS];
	struct place transform_places[OPWIRE_MAX_TRANSFORMS];
	size_t n_transforms;

	uint32_t clip; /* innermost; SCENE_NONE */
	uint32_t area; /* the one that a new area's events also go to; SCENE_NONE */
	uint32_t clip_areas[OPWIRE_MAX_CLIPS]; /* area when the clip was pushed */
	struct place clip_places[OPWIRE_MAX_CLIPS];
	size_t n_clips;

	struct brush_state brush;
	uint8_t blend;
	uint32_t resolved; /* the brush as the last paint used it; SCENE_NONE */
	struct gl_affine resolved_transform;

	uint32_t groups[OPWIRE_MAX_GROUPS]; /* items */
	struct place group_places[OPWIRE_MAX_GROUPS];
	size_t n_groups;

	struct place pass_places[OPWIRE_MAX_PASSES];
	size_t n_passes;

	size_t n_paints, n_strings; /* carried out; bytes */
	uint64_t frame;             /* no two have the same; 0: not said yet */
};

/* refuse fills the error: "op: reason", with the record under way; gives rc. */
int refuse(struct decoder *d, int rc, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int refuse_memory(struct decoder *d);

int check_number(struct decoder *d, double v, double limit);
/* Finite and within OPWIRE_MAX_COORD, from `in`. */
int read_numbers(struct decoder *d, struct bytes *in, double *out, size_t n);
/* One of 0 .. kinds - 1; "WHAT N is unknown". */
int read_choice(struct decoder *d, struct bytes *in, uint32_t kinds, const char *what,
	uint8_t *out);
/* The payload must end here. */
int check_words(struct decoder *d, size_t words);
/* To device space, within OPWIRE_MAX_DEVICE. */
int to_device(struct decoder *d, double x, double y, struct gl_point *out);

/*
 * run_records carries out records one after the other; macro: `data` is the body of
 * that one, else the stream from byte `start` on.
 */
int run_records(struct decoder *d, const void *data, size_t size, size_t start);

/* check_body checks framing and opcodes of a macro's body. */
int check_body(struct decoder *d, const void *data, size_t size);
/* check_balance: whatever was pushed is popped. */
int check_balance(struct decoder *d);
/* decoder_begin sets what a frame and a deferred call start with; T stays. */
void decoder_begin(struct decoder *d);

/* read_string: the rest of the payload, valid UTF-8 without zeros; borrowed. */
int read_string(struct decoder *d, const char **text, uint32_t *n);

/* check_resources refuses where the caller gave none. */
int check_resources(struct decoder *d);
/* refuse_definition words what a function of resource.h gave; 0 for 0. */
int refuse_definition(struct decoder *d, enum resource_kind kind, uint32_t id, int rc);

/* 64 bits of hash, chained; words at a time. */
static inline uint64_t hash_mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return hash ^ hash >> 29;
}

static inline uint64_t hash_double(uint64_t hash, double v)
{
	uint64_t word;
	memcpy(&word, &v, sizeof word);
	return hash_mix(hash, word);
}

/* clip_made pushes nothing: a rectangle in local space as child of the clip in force. */
int clip_made(struct decoder *d, const double box[4], uint32_t *out);

/* resolve_brush: index of the brush under the transform in force, and the clip for it. */
int resolve_brush(struct decoder *d, uint32_t *brush, uint32_t *clip, bool *nothing);

/* one for each op_code */
int op_transform_push(struct decoder *d);
int op_transform_mul(struct decoder *d);
int op_transform_pop(struct decoder *d);
int op_clip_rect(struct decoder *d);
int op_clip_rrect(struct decoder *d);
int op_clip_ellipse(struct decoder *d);
int op_clip_path(struct decoder *d);
int op_clip_even_odd(struct decoder *d);
int op_clip_stroke(struct decoder *d);
int op_clip_blur(struct decoder *d);
int op_clip_pop(struct decoder *d);
int op_brush_color(struct decoder *d);
int op_brush_linear(struct decoder *d);
int op_brush_radial(struct decoder *d);
int op_brush_image(struct decoder *d);
int op_blend(struct decoder *d);
int op_paint(struct decoder *d);
int op_group_push(struct decoder *d);
int op_group_pop(struct decoder *d);
int op_glyphs(struct decoder *d);
int op_place(struct decoder *d);
int op_area(struct decoder *d);
int op_pass_push(struct decoder *d);
int op_pass_pop(struct decoder *d);
int op_note_cursor(struct decoder *d);
int op_note_action(struct decoder *d);
int op_listen(struct decoder *d);
int op_keys(struct decoder *d);
int op_transfer(struct decoder *d);
int op_note_hint(struct decoder *d);
int op_note_selection(struct decoder *d);
int op_note_composition(struct decoder *d);
int op_note_snippet(struct decoder *d);
int op_note_text(struct decoder *d);
int op_note_class(struct decoder *d);
int op_note_bool(struct decoder *d);
int op_note_range(struct decoder *d);
int op_note_actions(struct decoder *d);
int op_macro_define(struct decoder *d);
int op_macro_call(struct decoder *d);
int op_macro_defer(struct decoder *d);
int op_macro_retire(struct decoder *d);
int op_sublayer_define(struct decoder *d);
int op_sublayer_retire(struct decoder *d);
int op_image_define(struct decoder *d);
int op_image_update(struct decoder *d);
int op_image_retire(struct decoder *d);
int op_font_query(struct decoder *d);
int op_font_bytes(struct decoder *d);
int op_font_retire(struct decoder *d);

/* place_filters adds those of a content, where it is placed first; add_up_filters ends a frame. */
int place_filters(struct decoder *d, const struct gl_scene *content);
int add_up_filters(struct decoder *d);

/* The deferred calls, once the stream is through. */
int run_deferred(struct decoder *d);

/* The records of a whole frame, from the state that a frame starts with to its balance. */
int decode_frame(struct decoder *d, const void *data, size_t size, size_t start);

#endif
