/* Notes of a scene, and those of sub-layers at the places where they are shown. */
#include <math.h>

#include "gl/rect.h"
#include "gl/scene.h"
#include "gl/sublayer.h"

/* Places of sub-layers could make it billions. */
#define MOST_TOLD (4 * OPWIRE_MAX_NOTES)

struct teller {
	void (*note)(void *data, const struct gl_layer_note *note);
	void *data;
	struct gl_affine to_layer; /* of the scene */
	struct gl_rect within;     /* of the layer */
	size_t *left;              /* to be told */
	uint64_t base,
		outer; /* node numbers of the scene's window, and of what it is in */
};

static uint64_t node_of(const struct teller *t, uint32_t clip)
{
	return clip == SCENE_NONE ? t->base : t->base + clip + 1;
}

/* What it lies in: the nearest around it that is somebody's; else what the scene lies in. */
static uint64_t around(const struct teller *t, const struct gl_scene *s, uint32_t clip)
{
	while (clip != SCENE_NONE && !s->clips[clip].noted)
		clip = s->clips[clip].parent;
	return clip == SCENE_NONE && !s->noted ? t->outer : node_of(t, clip);
}

static struct gl_rect box_of(
	const struct teller *t, double x0, double y0, double x1, double y1)
{
	double left = INFINITY, top = INFINITY, right = -INFINITY, bottom = -INFINITY;
	for (int i = 0; i < 4; i++) {
		struct gl_point p =
			affine_apply(&t->to_layer, i & 1 ? x1 : x0, i & 2 ? y1 : y0);
		left = fmin(left, p.x), right = fmax(right, p.x);
		top = fmin(top, p.y), bottom = fmax(bottom, p.y);
	}
	const struct gl_rect *w = &t->within;
	if (!(left < w->x1 && top < w->y1 && right > w->x0 && bottom > w->y0))
		return (struct gl_rect){0};
	return (struct gl_rect){
		.x0 = (int32_t)fmax(floor(left), w->x0),
		.y0 = (int32_t)fmax(floor(top), w->y0),
		.x1 = (int32_t)fmin(ceil(right), w->x1),
		.y1 = (int32_t)fmin(ceil(bottom), w->y1),
	};
}

static struct gl_rect bounds_of(
	const struct teller *t, const struct gl_scene *s, uint32_t clip)
{
	struct gl_rect all = t->within;
	for (; clip != SCENE_NONE; clip = s->clips[clip].parent) {
		const struct gl_clip *c = &s->clips[clip];
		struct gl_rect box = {0};
		if (!c->flat && c->dx1 >= c->dx0)
			box = box_of(t, c->dx0, c->dy0, c->dx1, c->dy1);
		all = rect_intersect(all, box);
	}
	return rect_empty(&all) ? (struct gl_rect){0} : all;
}

static const struct gl_area *last_area(const struct gl_scene *s, uint32_t clip)
{
	uint32_t area = clip == SCENE_NONE ? s->area : s->clips[clip].area;
	return area == SCENE_NONE ? NULL : &s->areas[area];
}

static void tell(
	const struct teller *t, const struct gl_scene *s, const struct gl_note *note)
{
	const struct gl_area *area = last_area(s, note->clip);
	bool window = note->clip == SCENE_NONE;
	struct gl_affine m = affine_mul(&t->to_layer, &note->to_device);
	struct gl_layer_note out = {
		.op = note->op,
		.node = node_of(t, note->clip),
		.parent = window ? t->outer : around(t, s, s->clips[note->clip].parent),
		.bounds = bounds_of(t, s, note->clip),
		.has_area = area != NULL,
		.area = area ? area->tag : 0,
		.tag = note->tag,
		.value = {note->value[0], note->value[1]},
		.number = {note->number[0], note->number[1], note->number[2],
			note->number[3]},
		.text = note->n_text ? &s->text[note->text] : "",
		.n_text = note->n_text,
		.to_layer = {m.sx, m.hx, m.ox, m.hy, m.sy, m.oy},
	};
	t->note(t->data, &out);
	--*t->left;
}

static void tell_all(const struct teller *t, const struct gl_scene *s);

static void tell_place(const struct teller *t, const struct gl_scene *s, size_t index)
{
	const struct gl_area *area = &s->areas[index];
	struct gl_affine from_content;
	if (!affine_invert(&area->to_local, &from_content))
		return;
	const struct teller inner = {
		.note = t->note,
		.data = t->data,
		.left = t->left,
		.to_layer = affine_mul(&t->to_layer, &from_content),
		.within = bounds_of(t, s, area->clip),
		.base = ((uint64_t)index + 1) << 32,
		.outer = around(t, s, s->clips[area->clip].parent),
	};
	tell_all(&inner, &area->sublayer->scene);
}

/* Places come in between, by the number of areas that a note had before it. */
static void tell_all(const struct teller *t, const struct gl_scene *s)
{
	size_t area = 0;
	for (size_t i = 0; i <= s->n_notes && *t->left > 0; i++) {
		size_t until = i < s->n_notes ? s->notes[i].area : s->n_areas;
		for (; area<until && * t->left> 0; area++)
			if (s->areas[area].sublayer)
				tell_place(t, s, area);
		if (i<s->n_notes && * t->left> 0 && s->notes[i].op != OP_CURSOR &&
			s->notes[i].op != OP_ACTION)
			tell(t, s, &s->notes[i]);
	}
}

void scene_notes(const struct gl_scene *scene,
	void (*note)(void *data, const struct gl_layer_note *note), void *data)
{
	size_t left = MOST_TOLD;
	const struct teller t = {
		.note = note,
		.data = data,
		.left = &left,
		.to_layer = GL_AFFINE_IDENTITY,
		.within = {0, 0, scene->width, scene->height},
	};
	tell_all(&t, scene);
}
