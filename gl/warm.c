/* Drivers compile a shader when a state is drawn with for the first time: not in a frame. */
#include "gl/private.h"
#include "util/opwire.h"

#define SIDE              32

#define RECORD(op, words) ((op) | (uint32_t)(words) << 8)
#define F_ONE             0x3f800000u /* 1 */
#define F_HALF            0x3f000000u /* 0.5 */
#define F_FOUR            0x40900000u /* 4.5 */
#define F_SIDE            0x42000000u /* 32 */

/*
 * All of it in one colour, and an ellipse with its edge in another, with a gradient, with
 * an image, and through a group by a mode that needs to look at what is below.
 */
static int submit(struct gl_layer *layer, uint32_t all, uint32_t ellipse)
{
	const uint32_t stream[] = {
		OPWIRE_MAGIC,
		OPWIRE_MAJOR | OPWIRE_MINOR << 16,
		54 * 4,
		0,
		RECORD(OP_CLIP_RECT, 4),
		0,
		0,
		F_SIDE,
		F_SIDE,
		RECORD(OP_BRUSH_COLOR, 1),
		all,
		OP_PAINT,
		RECORD(OP_CLIP_ELLIPSE, 4),
		F_HALF,
		F_HALF,
		F_FOUR,
		F_FOUR,
		RECORD(OP_BRUSH_COLOR, 1),
		ellipse,
		OP_PAINT,
		RECORD(OP_BRUSH_LINEAR, 10),
		0,
		0,
		F_FOUR,
		F_FOUR,
		SPREAD_PAD,
		2,
		0,
		ellipse,
		F_ONE,
		all,
		OP_PAINT,
		RECORD(OP_IMAGE, 4),
		1,
		1,
		1,
		ellipse,
		RECORD(OP_BRUSH_IMAGE, 6),
		1,
		FILTER_LINEAR,
		0,
		0,
		F_ONE,
		F_ONE,
		OP_PAINT,
		RECORD(OP_GROUP_PUSH, 2),
		F_HALF,
		BLEND_MULTIPLY,
		RECORD(OP_BRUSH_COLOR, 1),
		ellipse,
		OP_PAINT,
		OP_GROUP_POP,
		OP_CLIP_POP,
		OP_CLIP_POP,
	};
	struct gl_region damage;
	struct gl_op_error err;
	return gl_layer_submit(layer, stream, sizeof stream, &damage, &err);
}

/* A new picture whole, then one whose ellipse alone changed. */
static int draw(struct gl_target *target, struct gl_layer *layer, uint32_t all,
	const struct gl_placement *layers, size_t n)
{
	const struct gl_region whole = region_of((struct gl_rect){0, 0, SIDE, SIDE});
	const struct gl_region part = region_of((struct gl_rect){0, 0, 5, 5});
	static const uint32_t pointer = 0x80402010;
	struct gl_composition c = {.layers = layers, .n_layers = n, .damage = &whole};
	int r = submit(layer, all, 0xff336699);
	if (r == 0)
		r = gl_compose_view(target, &c);
	if (r == 0)
		r = submit(layer, all, 0x80336699);
	c.damage = &part;
	c.sprite = (struct gl_sprite){&pointer, UINT64_MAX, 1, 1, 0, 0};
	if (r == 0)
		r = gl_compose_view(target, &c);
	return r;
}

int gl_warm(struct gl_target *target)
{
	struct gl_layer *below = NULL, *above = NULL;
	if (target->gl->options.platform == GL_PLATFORM_NONE)
		return 0; /* nothing is compiled */
	int r = gl_layer_create(target->gl, SIDE, SIDE, &below);
	if (r == 0)
		r = gl_layer_create(target->gl, SIDE, SIDE, &above);
	const struct gl_placement layers[] = {{.layer = below}, {.layer = above}};
	if (r == 0)
		r = draw(target, below, 0xffffffff, layers, 1); /* opaque: copied */
	if (r == 0)
		r = draw(target, below, 0x80ffffff, layers, 1); /* over the background */
	if (r == 0)
		r = draw(target, above, 0x80ffffff, layers, 2); /* over each other */
	gl_layer_destroy(above);
	gl_layer_destroy(below);
	return r;
}
