#include "routing_model.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Gio's numbers, and ours behind them. */
enum {
	CANCEL = 1,
	PRESS = 2,
	RELEASE = 4,
	MOVE = 8,
	DRAG = 16,
	ENTER = 32,
	LEAVE = 64,
	SCROLL = 128,
	ANYTHING = 255,
	FOCUS = 256
};

/* The scene as a list. */

struct place {
	float scale, x, y;
};

struct node { /* a clip */
	int parent;
	struct place place;
	bool circle;
	float v[4];
};

struct entry {
	int node;
	uint64_t tag; /* 0: a clip's */
	bool pass;
	int next;
	struct place place;
};

struct list {
	struct node nodes[MODEL_OPS];
	struct entry entries[2 * MODEL_OPS];
	int n_nodes, n_entries;
};

static struct place times(struct place a, const float v[4])
{
	return (struct place){a.scale * v[2], a.scale * v[0] + a.x, a.scale * v[1] + a.y};
}

static int add_entry(struct list *list, struct entry entry)
{
	list->entries[list->n_entries] = entry;
	return list->n_entries++;
}

static int add_node(
	struct list *list, int parent, struct place place, bool circle, const float v[4])
{
	struct node *node = &list->nodes[list->n_nodes];
	*node = (struct node){parent, place, circle, {v[0], v[1], v[2], v[3]}};
	return list->n_nodes++;
}

struct state {
	struct place place, places[MODEL_OPS];
	int current, currents[MODEL_OPS]; /* entries, -1: the root */
	int n_places, n_currents, passes;
};

static int node_of(const struct list *list, int current)
{
	return current < 0 ? -1 : list->entries[current].node;
}

static void push_clip(struct list *list, struct state *s, bool circle, const float v[4])
{
	int node = add_node(list, node_of(list, s->current), s->place, circle, v);
	s->currents[s->n_currents++] = s->current;
	s->current = add_entry(list, (struct entry){node, 0, true, s->current, s->place});
}

static void put_area(struct list *list, struct state *s, uint64_t tag)
{
	s->current = add_entry(list, (struct entry){node_of(list, s->current), tag,
					     s->passes > 0, s->current, s->place});
}

static void flatten(const struct model_scene *scene, struct list *list)
{
	struct state s = {.place = {1, 0, 0}, .current = -1};
	struct place saved[MODEL_OPS];
	list->n_nodes = list->n_entries = 0;
	for (int i = 0; i < scene->n; i++) {
		const float *v = scene->ops[i].v;
		saved[i] = s.place;
		switch (scene->ops[i].op) {
		case MODEL_RECT:
		case MODEL_CIRCLE:
			push_clip(list, &s, scene->ops[i].op == MODEL_CIRCLE, v);
			break;
		case MODEL_CLIP_POP:
			s.current = s.currents[--s.n_currents];
			break;
		case MODEL_TRANSFORM:
			s.places[s.n_places++] = s.place;
			s.place = times(s.place, v);
			break;
		case MODEL_TRANSFORM_POP:
			s.place = s.places[--s.n_places];
			break;
		case MODEL_PASS:
			s.passes++;
			break;
		case MODEL_PASS_POP:
			s.passes--;
			break;
		case MODEL_AREA:
			put_area(list, &s, scene->ops[i].tag);
			break;
		case MODEL_DEFER:
			break;
		}
	}
	for (int i = 0; i < scene->n; i++) {
		struct state d = {.place = saved[i], .current = -1};
		if (scene->ops[i].op != MODEL_DEFER)
			continue;
		push_clip(list, &d, false, scene->ops[i].v);
		put_area(list, &d, scene->ops[i].tag);
	}
}

static bool inside(const struct list *list, int node, float x, float y)
{
	for (; node >= 0; node = list->nodes[node].parent) {
		const struct node *n = &list->nodes[node];
		double lx = (double)(x - n->place.x) / (double)n->place.scale;
		double ly = (double)(y - n->place.y) / (double)n->place.scale;
		double x0 = (double)n->v[0], y0 = (double)n->v[1],
		       r = (double)n->v[2] / 2;
		double dx = lx - x0 - r, dy = ly - y0 - r;
		if (n->circle && !(dx * dx + dy * dy < r * r))
			return false;
		if (!n->circle && !(lx >= x0 && lx < (double)n->v[2] && ly >= y0 &&
					  ly < (double)n->v[3]))
			return false;
	}
	return true;
}

/* Lists of tags. */

static bool in(const struct model_list *list, uint64_t tag)
{
	for (int i = 0; i < list->n; i++) {
		if (list->tags[i] == tag)
			return true;
	}
	return false;
}

static void append(struct model_list *list, uint64_t tag)
{
	if (!in(list, tag))
		list->tags[list->n++] = tag;
}

static void without(struct model_list *list, uint64_t tag)
{
	struct model_list left = {.n = 0};
	for (int i = 0; i < list->n; i++) {
		if (list->tags[i] != tag)
			append(&left, list->tags[i]);
	}
	*list = left;
}

static struct model_list query(const struct model *m, float x, float y)
{
	struct list list;
	struct model_list hits = {.n = 0};
	bool pass = true;
	flatten(&m->scene, &list);
	if (x < 0 || y < 0 || x >= m->width || y >= m->height)
		return hits;
	for (int i = list.n_entries - 1; i >= 0;) {
		const struct entry *e = &list.entries[i];
		if (!inside(&list, e->node, x, y)) {
			i--;
			continue;
		}
		pass = pass && e->pass;
		i = pass ? i - 1 : e->next;
		if (e->tag)
			append(&hits, e->tag);
	}
	return hits;
}

/* The last area of the tag; false: it has none. */
static bool locate(const struct model *m, uint64_t tag, struct place *place)
{
	struct list list;
	flatten(&m->scene, &list);
	for (int i = list.n_entries - 1; i >= 0; i--) {
		if (list.entries[i].tag != tag)
			continue;
		*place = list.entries[i].place;
		return true;
	}
	return false;
}

/* What is heard. */

__attribute__((format(printf, 2, 3))) static void say(
	struct model *m, const char *format, ...)
{
	size_t n = strlen(m->trace);
	va_list args;
	if (n > 0)
		n += (size_t)snprintf(&m->trace[n], sizeof m->trace - n, " ");
	va_start(args, format);
	vsnprintf(&m->trace[n], sizeof m->trace - n, format, args);
	va_end(args);
}

static uint32_t kinds_of(const struct model *m, uint64_t tag)
{
	return m->scene.listens[tag].said ? m->scene.listens[tag].kinds : ANYTHING;
}

static void hear(
	struct model *m, int pointer, uint64_t tag, uint32_t kind, const char *more)
{
	struct place place = {1, 0, 0};
	char id[8] = "", letter = '?';
	bool sole = m->pointers[pointer].pressed && m->pointers[pointer].grabbed.n == 1;
	if (!(kinds_of(m, tag) & kind))
		return;
	switch (kind) {
	case CANCEL:
		letter = 'C';
		break;
	case PRESS:
		letter = 'P';
		break;
	case RELEASE:
		letter = 'R';
		break;
	case MOVE:
		letter = 'M';
		break;
	case DRAG:
		letter = 'D';
		break;
	case ENTER:
		letter = 'E';
		break;
	case LEAVE:
		letter = 'L';
		break;
	case SCROLL:
		letter = 'S';
		break;
	}
	locate(m, tag, &place);
	if (pointer != MODEL_MOUSE && kind != SCROLL)
		snprintf(id, sizeof id, "'%d", pointer);
	say(m, "%c%s%s:%d@%g,%g%s", letter,
		sole && (kind & (PRESS | RELEASE | DRAG)) ? "!" : "", id, (int)tag,
		(double)((m->pointers[pointer].x - place.x) / place.scale),
		(double)((m->pointers[pointer].y - place.y) / place.scale), more);
}

static void hear_all(
	struct model *m, int pointer, const struct model_list *who, uint32_t kind)
{
	struct model_list list = *who;
	for (int i = 0; i < list.n; i++)
		hear(m, pointer, list.tags[i], kind, "");
}

/* Enter and leave. */
static void cross(struct model *m, int pointer, struct model_list under)
{
	struct model_list was = m->pointers[pointer].entered, now = {.n = 0};
	for (int i = 0; i < under.n; i++) {
		if (!m->pointers[pointer].pressed ||
			in(&m->pointers[pointer].grabbed, under.tags[i]))
			append(&now, under.tags[i]);
	}
	m->pointers[pointer].entered = now;
	for (int i = 0; i < was.n; i++) {
		if (!in(&now, was.tags[i]))
			hear(m, pointer, was.tags[i], LEAVE, "");
	}
	for (int i = 0; i < now.n; i++) {
		if (!in(&was, now.tags[i]))
			hear(m, pointer, now.tags[i], ENTER, "");
	}
}

static struct model_list under(const struct model *m, int pointer)
{
	return query(m, m->pointers[pointer].x, m->pointers[pointer].y);
}

static const struct model_list nothing;

/* Drags. */

static void hear_of(struct model *m, const struct model_drag *d, char what, uint64_t tag,
	const char *more)
{
	struct place place = {1, 0, 0};
	locate(m, tag, &place);
	if (what == 'E' || what == 'M' || what == 'D')
		say(m, "*%c:%d@%g,%g%s", what, (int)tag,
			(double)((d->x - place.x) / place.scale),
			(double)((d->y - place.y) / place.scale), more);
	else
		say(m, "*%c:%d%s", what, (int)tag, more);
}

static void ends(struct model *m, struct model_drag *d)
{
	hear_of(m, d, 'C', d->source, "");
	for (int i = 0; i < d->told.n; i++)
		hear_of(m, d, 'C', d->told.tags[i], "");
	d->carried = d->asked = false;
}

static bool has_filter(const struct model *m, uint64_t tag, bool target)
{
	for (int i = 0; i < m->scene.n_moves; i++) {
		if (m->scene.moves[i].tag == tag && m->scene.moves[i].target == target)
			return true;
	}
	return false;
}

/* The first type that it takes of what is carried; -1: it takes none. */
static int takes_of(const struct model *m, const struct model_drag *d, uint64_t tag)
{
	for (int i = 0; i < m->scene.n_moves; i++) {
		int type = m->scene.moves[i].type;
		if (m->scene.moves[i].tag == tag && m->scene.moves[i].target &&
			d->has[type])
			return type;
	}
	return -1;
}

static struct model_list targets_of(const struct model *m, const struct model_drag *d)
{
	struct model_list list = {.n = 0};
	struct place place;
	for (int i = 0; i < m->scene.n_moves; i++) {
		uint64_t tag = m->scene.moves[i].tag;
		if (m->scene.moves[i].target && d->has[m->scene.moves[i].type] &&
			tag != d->source && locate(m, tag, &place))
			append(&list, tag);
	}
	return list;
}

static void tells_targets(struct model *m, struct model_drag *d)
{
	struct model_list now = targets_of(m, d), were = d->told;
	for (int i = 0; i < were.n; i++) {
		if (in(&now, were.tags[i]))
			continue;
		without(&d->told, were.tags[i]);
		if (d->target == were.tags[i])
			d->target = 0;
		hear_of(m, d, 'C', were.tags[i], "");
	}
	for (int i = 0; i < now.n; i++) {
		if (in(&were, now.tags[i]))
			continue;
		append(&d->told, now.tags[i]);
		hear_of(m, d, 'I', now.tags[i], "");
	}
}

static struct model_drag *carried_by(struct model *m, int pointer)
{
	for (int i = 0; i < MODEL_DRAGS; i++) {
		if (m->drags[i].carried && m->drags[i].pointer == pointer)
			return &m->drags[i];
	}
	return NULL;
}

static void is_over(
	struct model *m, int pointer, const struct model_list *under, bool moved)
{
	struct model_drag *d = carried_by(m, pointer);
	if (!d)
		return;
	uint64_t was = d->target;
	d->target = 0;
	for (int i = under->n - 1; i >= 0; i--) {
		if (in(&d->told, under->tags[i]))
			d->target = under->tags[i];
	}
	if (was && was != d->target)
		hear_of(m, d, 'L', was, "");
	if (d->target && (moved || was != d->target))
		hear_of(m, d, was == d->target ? 'M' : 'E', d->target, "");
}

static void begins(struct model *m, int pointer)
{
	const struct model_list *grabbed = &m->pointers[pointer].grabbed;
	struct model_drag *d = m->drags;
	int i = 0;
	while (i < grabbed->n && !has_filter(m, grabbed->tags[i], false))
		i++;
	while (d < &m->drags[MODEL_DRAGS] && (d->carried || d->asked))
		d++;
	if (i == grabbed->n || d == &m->drags[MODEL_DRAGS])
		return;
	*d = (struct model_drag){.carried = true,
		.pointer = pointer,
		.serial = ++m->serial,
		.source = grabbed->tags[i]};
	for (i = 0; i < m->scene.n_moves; i++) {
		if (m->scene.moves[i].tag == d->source && !m->scene.moves[i].target)
			d->has[m->scene.moves[i].type] = true;
	}
	m->pointers[pointer].dragged = true;
	tells_targets(m, d);
}

static void drags(struct model *m, int pointer)
{
	struct model_list list = under(m, pointer);
	if (!carried_by(m, pointer) && m->pointers[pointer].pressed &&
		!m->pointers[pointer].dragged)
		begins(m, pointer);
	struct model_drag *d = carried_by(m, pointer);
	if (!d)
		return;
	d->x = m->pointers[pointer].x;
	d->y = m->pointers[pointer].y;
	is_over(m, pointer, &list, true);
}

static void drops(struct model *m, int pointer)
{
	struct model_list list = under(m, pointer);
	struct model_drag *d = carried_by(m, pointer);
	char text[16];
	m->pointers[pointer].dragged = false;
	if (!d)
		return;
	d->x = m->pointers[pointer].x;
	d->y = m->pointers[pointer].y;
	is_over(m, pointer, &list, false);
	if (!d->target) {
		ends(m, d);
		return;
	}
	d->carried = false;
	d->asked = true;
	d->type = takes_of(m, d, d->target);
	snprintf(text, sizeof text, "=a/%d", d->type);
	hear_of(m, d, 'R', d->source, text);
}

/* Whose press is another's, or over. */
static void drags_lost(struct model *m)
{
	for (int i = 0; i <= MODEL_FINGERS; i++)
		m->pointers[i].dragged &= m->pointers[i].pressed;
	for (int i = 0; i < MODEL_DRAGS; i++) {
		struct model_drag *d = &m->drags[i];
		if (d->carried &&
			(!m->pointers[d->pointer].pressed ||
				!in(&m->pointers[d->pointer].grabbed, d->source)))
			ends(m, d);
	}
}

static void drags_check(struct model *m)
{
	drags_lost(m);
	for (int i = 0; i < MODEL_DRAGS; i++) {
		struct model_drag *d = &m->drags[i];
		if (d->carried && !has_filter(m, d->source, false)) {
			ends(m, d);
			continue;
		}
		if (d->carried || d->asked)
			tells_targets(m, d);
		if (d->asked && !d->target)
			ends(m, d);
	}
}

bool model_offer(struct model *m, unsigned nth, bool right, struct model_drag *was)
{
	struct model_drag *all[MODEL_DRAGS];
	unsigned n = 0;
	for (int i = 0; i < MODEL_DRAGS; i++) {
		if (m->drags[i].asked)
			all[n++] = &m->drags[i];
	}
	if (n == 0)
		return false;
	struct model_drag *d = all[nth % n];
	bool takes = false;
	char text[32];
	*was = *d;
	for (int i = 0; i < m->scene.n_moves; i++)
		takes |= m->scene.moves[i].tag == d->target && m->scene.moves[i].target &&
			 m->scene.moves[i].type == d->type;
	snprintf(text, sizeof text, "=a/%d,%u", d->type, d->serial);
	if (right && takes)
		hear_of(m, d, 'D', d->target, text);
	ends(m, d);
	return true;
}

bool model_escape(struct model *m)
{
	bool any = false;
	for (int i = 0; i < MODEL_DRAGS; i++) {
		if (!m->drags[i].carried)
			continue;
		ends(m, &m->drags[i]);
		any = true;
	}
	return any;
}

static void moves(struct model *m, int pointer)
{
	cross(m, pointer, under(m, pointer));
	if (m->pointers[pointer].pressed)
		hear_all(m, pointer, &m->pointers[pointer].grabbed, DRAG);
	else
		hear_all(m, pointer, &m->pointers[pointer].entered, MOVE);
	drags(m, pointer);
}

static void takes_focus(struct model *m, uint64_t tag)
{
	uint64_t was = m->focus;
	m->focus = tag;
	if (was == tag)
		return;
	if (was)
		say(m, "-%d", (int)was);
	if (tag)
		say(m, "+%d", (int)tag);
}

static void presses(struct model *m, int pointer)
{
	struct model_list hits = under(m, pointer);
	bool first = !m->pointers[pointer].pressed;
	for (int i = 0; first && i < hits.n; i++) {
		if (!(kinds_of(m, hits.tags[i]) & FOCUS))
			continue;
		takes_focus(m, hits.tags[i]);
		break;
	}
	cross(m, pointer, hits);
	if (first)
		m->pointers[pointer].grabbed = m->pointers[pointer].entered;
	m->pointers[pointer].pressed = true;
	hear_all(m, pointer, &m->pointers[pointer].grabbed, PRESS);
}

static void forgets(struct model *m, int pointer)
{
	m->pointers[pointer].entered = m->pointers[pointer].grabbed = nothing;
	m->pointers[pointer].pressed = m->pointers[pointer].down = false;
}

/* Those of the grab, then the others it is in. */
static struct model_list all_of(const struct model *m, int pointer)
{
	struct model_list all = m->pointers[pointer].grabbed;
	for (int i = 0; i < m->pointers[pointer].entered.n; i++)
		append(&all, m->pointers[pointer].entered.tags[i]);
	return all;
}

static void cancels(struct model *m, int pointer)
{
	struct model_list all = all_of(m, pointer);
	forgets(m, pointer);
	hear_all(m, pointer, &all, CANCEL);
}

static void loses(struct model *m, int pointer, uint64_t tag)
{
	struct model_list all = all_of(m, pointer);
	without(&m->pointers[pointer].entered, tag);
	without(&m->pointers[pointer].grabbed, tag);
	if (in(&all, tag))
		hear(m, pointer, tag, CANCEL, "");
}

/* What is done. */

/* The mouse is the first of the pointers where all are gone through. */
static int nth(int i)
{
	return i == 0 ? MODEL_MOUSE : i - 1;
}

static void lies_under(struct model *m, int pointer)
{
	struct model_list list = under(m, pointer);
	cross(m, pointer, list);
	is_over(m, pointer, &list, false);
}

static void leaves(struct model *m)
{
	cross(m, MODEL_MOUSE, nothing);
	is_over(m, MODEL_MOUSE, &nothing, false);
}

void model_frame(struct model *m, const struct model_scene *scene)
{
	struct place place;
	m->scene = *scene;
	for (int i = 0; i <= MODEL_FINGERS; i++) {
		struct model_list all = all_of(m, nth(i));
		for (int k = 0; k < all.n; k++) {
			if (!locate(m, all.tags[k], &place))
				loses(m, nth(i), all.tags[k]);
		}
	}
	if (m->focus &&
		(!(kinds_of(m, m->focus) & FOCUS) || !locate(m, m->focus, &place)))
		takes_focus(m, 0);
	drags_check(m);
	bool there = m->seen || m->pointers[MODEL_MOUSE].pressed ||
		     m->pointers[MODEL_MOUSE].entered.n > 0;
	if (m->moved && there)
		lies_under(m, MODEL_MOUSE);
	for (int i = 0; i < MODEL_FINGERS; i++) {
		if (m->pointers[i].down)
			lies_under(m, i);
	}
}

void model_move(struct model *m, float x, float y)
{
	m->seen = m->moved = true;
	m->pointers[MODEL_MOUSE].x = x;
	m->pointers[MODEL_MOUSE].y = y;
	moves(m, MODEL_MOUSE);
}

void model_press(struct model *m, unsigned button)
{
	m->seen = m->moved = true;
	m->buttons |= button;
	presses(m, MODEL_MOUSE);
}

void model_release(struct model *m, unsigned button)
{
	m->seen = m->moved = true;
	m->buttons &= ~button;
	hear_all(m, MODEL_MOUSE, &m->pointers[MODEL_MOUSE].grabbed, RELEASE);
	if (m->buttons == 0) {
		m->pointers[MODEL_MOUSE].pressed = false;
		m->pointers[MODEL_MOUSE].grabbed = nothing;
	}
	cross(m, MODEL_MOUSE, under(m, MODEL_MOUSE));
	if (m->buttons == 0)
		drops(m, MODEL_MOUSE);
}

static float clamp(float v, float min, float max)
{
	return v < min ? min : v > max ? max : v;
}

void model_scroll(struct model *m, float dx, float dy)
{
	struct model_list hits = under(m, MODEL_MOUSE);
	m->seen = true;
	for (int i = 0; i < hits.n; i++) {
		const float *range = m->scene.listens[hits.tags[i]].range;
		float x = dx, y = dy;
		char text[64];
		if (!(kinds_of(m, hits.tags[i]) & SCROLL))
			continue;
		if (dx == 0 && dy == 0)
			break;
		if (m->scene.listens[hits.tags[i]].said) {
			x = clamp(dx, range[0], range[1]);
			y = clamp(dy, range[2], range[3]);
			dx -= x;
			dy -= y;
		}
		snprintf(text, sizeof text, "(%g,%g)", (double)x, (double)y);
		hear(m, MODEL_MOUSE, hits.tags[i], SCROLL, text);
	}
}

void model_leave(struct model *m)
{
	leaves(m);
	m->seen = m->moved = false;
}

void model_cancel(struct model *m)
{
	for (int i = 0; i <= MODEL_FINGERS; i++)
		cancels(m, i);
	drags_lost(m);
	m->moved = false;
}

void model_down(struct model *m, int finger, float x, float y)
{
	m->seen = false;
	leaves(m);
	m->pointers[finger].down = true;
	m->pointers[finger].x = x;
	m->pointers[finger].y = y;
	presses(m, finger);
}

void model_drag(struct model *m, int finger, float x, float y)
{
	m->seen = false;
	m->pointers[finger].x = x;
	m->pointers[finger].y = y;
	moves(m, finger);
}

void model_up(struct model *m, int finger)
{
	m->seen = false;
	hear_all(m, finger, &m->pointers[finger].grabbed, RELEASE);
	cross(m, finger, nothing);
	forgets(m, finger);
	drops(m, finger);
}

void model_grab(struct model *m, int pointer, uint64_t tag)
{
	struct model_list members = m->pointers[pointer].grabbed;
	if (!m->pointers[pointer].pressed || !in(&members, tag))
		return;
	for (int i = members.n - 1; i >= 0; i--) {
		if (members.tags[i] == tag)
			continue;
		loses(m, pointer, members.tags[i]);
		for (int k = 0; k <= MODEL_FINGERS; k++)
			loses(m, nth(k), members.tags[i]);
	}
	drags_lost(m);
}

void model_focus(struct model *m, uint64_t tag)
{
	struct place place;
	if (!tag || ((kinds_of(m, tag) & FOCUS) && locate(m, tag, &place)))
		takes_focus(m, tag);
}

/* Modifiers: 1 ctrl, 4 shift. */
void model_key(struct model *m, uint32_t keysym, uint32_t mods)
{
	uint64_t tag = m->focus;
	for (int i = 0; i < m->scene.n_keys; i++) {
		uint32_t required = m->scene.keys[i].required;
		uint32_t may = required | m->scene.keys[i].optional;
		uint32_t wants = m->scene.keys[i].keysym;
		if (m->scene.keys[i].focused && m->scene.keys[i].tag != m->focus)
			continue;
		if ((wants && wants != keysym) || (required & ~mods) || (mods & ~may))
			continue;
		tag = m->scene.keys[i].tag;
		break;
	}
	say(m, "K:%d=%c", (int)tag, (int)keysym);
}
