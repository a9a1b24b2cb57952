/*
 * routing_model: who hears what, said as directly as can be: of the scene a list of what was
 * declared, asked anew for each point from its end to its beginning, and of the pointers plain
 * lists of tags. After the pseudocode of Gio's hit test and its rules (as gl/OPS.md and
 * input/README.md have them), without a line of what it is compared with. Slow.
 *
 * Transforms are a scale and a move; shapes are rectangles and circles.
 */
#ifndef OSAAS_TESTS_ROUTING_MODEL_H
#define OSAAS_TESTS_ROUTING_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define MODEL_OPS     64
#define MODEL_TAGS    8 /* tags are 1 .. 7 */
#define MODEL_FINGERS 4
#define MODEL_MOUSE   MODEL_FINGERS /* the last of the pointers */
#define MODEL_KEYS    3
#define MODEL_TYPES   3 /* "a/0" .. "a/2" */
#define MODEL_MOVES   6 /* filters of drags */
#define MODEL_DRAGS   34

enum model_op {
	MODEL_RECT,
	MODEL_CIRCLE, /* in the square of its first three numbers: x y side */
	MODEL_CLIP_POP,
	MODEL_TRANSFORM, /* x y scale */
	MODEL_TRANSFORM_POP,
	MODEL_PASS,
	MODEL_PASS_POP,
	MODEL_AREA,
	MODEL_DEFER, /* a rectangle with an area, after all */
};

struct model_scene {
	struct {
		enum model_op op;
		float v[4];
		uint64_t tag;
	} ops[MODEL_OPS];
	int n;
	struct {
		bool said;
		uint32_t kinds; /* as on the wire */
		float range[4]; /* x min max, y min max */
	} listens[MODEL_TAGS];
	struct {
		uint64_t tag;
		uint32_t required, optional, keysym;
		bool focused;
	} keys[MODEL_KEYS];
	int n_keys;
	struct {
		uint64_t tag;
		bool target;
		int type;
	} moves[MODEL_MOVES];
	int n_moves;
};

struct model_list {
	uint64_t tags[MODEL_TAGS];
	int n;
};

struct model_drag {
	bool carried, asked; /* neither: there is none */
	int pointer, type;   /* that was asked for */
	unsigned serial;
	uint64_t source, target; /* target 0: over none */
	struct model_list told;
	bool has[MODEL_TYPES];
	float x, y; /* where it is, or was dropped */
};

struct model {
	struct model_scene scene;
	float width, height;
	struct {
		struct model_list entered, grabbed;
		bool pressed, down;
		bool dragged; /* its press has begun a drag */
		float x, y;
	} pointers[MODEL_FINGERS + 1];
	unsigned buttons; /* of the mouse */
	bool seen;        /* the mouse's pointer */
	bool moved;       /* it is somewhere */
	uint64_t focus;
	struct model_drag drags[MODEL_DRAGS];
	unsigned serial; /* of the last one */
	char trace[8192];
};

void model_frame(struct model *model, const struct model_scene *scene);
void model_move(struct model *model, float x, float y);
void model_press(struct model *model, unsigned button);
void model_release(struct model *model, unsigned button);
void model_scroll(struct model *model, float dx, float dy);
void model_leave(struct model *model);
void model_cancel(struct model *model);
void model_down(struct model *model, int finger, float x, float y);
void model_drag(struct model *model, int finger, float x, float y);
void model_up(struct model *model, int finger);
void model_grab(struct model *model, int pointer, uint64_t tag);
void model_focus(struct model *model, uint64_t tag);
/* Of the nth drag that was asked for, counted round; false: of none. right: of its type. */
bool model_offer(struct model *model, unsigned nth, bool right, struct model_drag *was);
bool model_escape(struct model *model); /* false: nothing was carried */
void model_key(struct model *model, uint32_t keysym, uint32_t mods);

#endif
