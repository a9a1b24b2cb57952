#include "input/drag.h"

#include <stdlib.h>
#include <string.h>

#include "util/log.h"

static bool same(const struct input_target *a, const struct input_target *b)
{
	return a->owner == b->owner && a->tag == b->tag;
}

/* From `from` on, round: who asks in the same order finds the next one at once. */
static size_t find(const struct input_target *items, size_t n, size_t from,
	const struct input_target *t)
{
	for (size_t i = 0; i < n; i++) {
		size_t at = from + i < n ? from + i : from + i - n;
		if (same(&items[at], t))
			return at;
	}
	return n;
}

void input_drag_begin(struct input_drag *drag, const struct input_target *source)
{
	drag->state = INPUT_DRAG_CARRIED;
	drag->source = *source;
	drag->home = true;
}

void input_drag_finish(struct input_drag *drag)
{
	free(drag->told);
	*drag = (struct input_drag){0};
}

/* Who are targets. */

static bool grow(struct input_drag *drag)
{
	size_t max = drag->max_told ? 2 * drag->max_told : 16;
	void *told = realloc(drag->told, max * sizeof *drag->told);
	if (!told) {
		log_error("no memory for more than %zu targets of a drag", drag->n_told);
		return false;
	}
	drag->told = told;
	drag->max_told = max;
	return true;
}

static void leave(struct input_drag *drag)
{
	drag->target = (struct input_target){0};
}

static void drop_gone(struct input_drag *drag, const void *owner,
	const struct input_target *targets, size_t n,
	const struct input_drag_audience *to)
{
	size_t kept = 0, from = 0;
	for (size_t i = 0; i < drag->n_told; i++) {
		struct input_target t = drag->told[i];
		size_t at = t.owner == owner ? find(targets, n, from, &t) : 0;
		if (t.owner == owner && at == n) {
			if (same(&drag->target, &t))
				leave(drag);
			to->emit(to->data, &t, INPUT_DRAG_CANCEL);
			continue;
		}
		if (t.owner == owner)
			from = at + 1;
		drag->told[kept++] = t;
	}
	drag->n_told = kept;
}

static void add_new(struct input_drag *drag, const struct input_target *targets, size_t n,
	const struct input_drag_audience *to)
{
	size_t n_told = drag->n_told, from = 0;
	for (size_t i = 0; i < n; i++) {
		size_t at = find(drag->told, n_told, from, &targets[i]);
		if (at < n_told) {
			from = at + 1;
			continue;
		}
		if (drag->n_told == drag->max_told && !grow(drag))
			return;
		drag->told[drag->n_told++] = targets[i];
		to->emit(to->data, &targets[i], INPUT_DRAG_INITIATE);
	}
}

void input_drag_targets(struct input_drag *drag, const void *owner,
	const struct input_target *targets, size_t n,
	const struct input_drag_audience *to)
{
	if (drag->state == INPUT_DRAG_OVER)
		return;
	drop_gone(drag, owner, targets, n, to);
	add_new(drag, targets, n, to);
	if (drag->state == INPUT_DRAG_ASKED && !drag->target.owner)
		input_drag_cancel(drag, to);
}

/* On the way. */

static const struct input_target *topmost(
	const struct input_drag *drag, const struct input_target *under, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (find(drag->told, drag->n_told, 0, &under[i]) < drag->n_told)
			return &under[i];
	}
	return NULL;
}

void input_drag_over(struct input_drag *drag, const struct input_target *under, size_t n,
	bool moved, const struct input_drag_audience *to)
{
	const struct input_target none = {0}, was = drag->target;
	if (drag->state != INPUT_DRAG_CARRIED)
		return;
	const struct input_target *now = topmost(drag, under, n);
	drag->home = find(under, n, 0, &drag->source) < n;
	drag->target = now ? *now : none;
	if (now && same(now, &was)) {
		if (moved)
			to->emit(to->data, now, INPUT_DRAG_MOVE);
		return;
	}
	if (was.owner)
		to->emit(to->data, &was, INPUT_DRAG_LEAVE);
	if (now)
		to->emit(to->data, now, INPUT_DRAG_ENTER);
}

/* The end. */

void input_drag_cancel(struct input_drag *drag, const struct input_drag_audience *to)
{
	if (drag->state == INPUT_DRAG_OVER)
		return;
	drag->state = INPUT_DRAG_OVER;
	leave(drag);
	if (drag->source.owner)
		to->emit(to->data, &drag->source, INPUT_DRAG_CANCEL);
	for (size_t i = 0; i < drag->n_told; i++)
		to->emit(to->data, &drag->told[i], INPUT_DRAG_CANCEL);
	drag->n_told = 0;
}

void input_drag_drop(struct input_drag *drag, const struct input_drag_audience *to)
{
	if (drag->state != INPUT_DRAG_CARRIED)
		return;
	if (!drag->target.owner) {
		input_drag_cancel(drag, to);
		return;
	}
	drag->state = INPUT_DRAG_ASKED;
	to->emit(to->data, &drag->source, INPUT_DRAG_REQUEST);
}

void input_drag_data(struct input_drag *drag, const struct input_drag_audience *to)
{
	if (drag->state != INPUT_DRAG_ASKED)
		return;
	to->emit(to->data, &drag->target, INPUT_DRAG_DATA);
	input_drag_cancel(drag, to);
}

void input_drag_forget(
	struct input_drag *drag, const void *owner, const struct input_drag_audience *to)
{
	bool ends = drag->source.owner == owner;
	size_t kept = 0;
	for (size_t i = 0; i < drag->n_told; i++) {
		if (drag->told[i].owner != owner)
			drag->told[kept++] = drag->told[i];
	}
	drag->n_told = kept;
	if (drag->target.owner == owner) {
		ends |= drag->state == INPUT_DRAG_ASKED;
		leave(drag);
	}
	if (drag->source.owner == owner)
		drag->source.owner = NULL;
	if (ends)
		input_drag_cancel(drag, to);
}
