/* What is different between two trees: the second half of a11y_tree.h. */
#include <string.h>

#include "session/a11y_role.h"
#include "session/a11y_tree.h"

static bool same_text(const struct a11y_diff *d, uint32_t was, uint32_t is)
{
	return strcmp(&d->was->text[was], &d->is->text[is]) == 0;
}

static const struct a11y_node *was_of(
	const struct a11y_diff *d, const struct a11y_node *is)
{
	return is->was ? &d->was->nodes[is->was - 1] : NULL;
}

static bool other_parent(const struct a11y_diff *d, const struct a11y_node *was,
	const struct a11y_node *is)
{
	return d->was->nodes[was->parent].id != d->is->nodes[is->parent].id;
}

/* Among its siblings, one that stood before it stands after it now. */
static bool fell_back(const struct a11y_diff *d, struct a11y_node *is)
{
	const struct a11y_node *was = was_of(d, is);
	struct a11y_node *parent = &d->is->nodes[is->parent];
	is->fell_back = was->index + 1 < parent->furthest;
	if (!is->fell_back)
		parent->furthest = was->index + 1;
	return is->fell_back;
}

static void step_removed(struct a11y_diff *d)
{
	const struct a11y_node *was = &d->was->nodes[--d->at];
	if (!was->kept && d->was->nodes[was->parent].kept)
		d->tell(d->data, A11Y_REMOVED, was, NULL);
}

static void step_left(struct a11y_diff *d)
{
	struct a11y_node *is = &d->is->nodes[d->at++];
	const struct a11y_node *was = was_of(d, is);
	if (was && (other_parent(d, was, is) || fell_back(d, is)))
		d->tell(d->data, A11Y_REMOVED, was, is);
}

/* Siblings from the first on, when none is left that goes elsewhere: each comes to its place. */
static void step_added(struct a11y_diff *d)
{
	const struct a11y_node *is = &d->is->nodes[d->at++], *was = was_of(d, is);
	if (was && (is->fell_back || other_parent(d, was, is)))
		d->tell(d->data, A11Y_ADDED, was, is);
	else if (!was && d->is->nodes[is->parent].was)
		d->tell(d->data, A11Y_ADDED, NULL, is);
}

static bool same_content(const struct a11y_diff *d, const struct a11y_node *was,
	const struct a11y_node *is)
{
	size_t n_was, n_is;
	uint32_t before_was, before_is;
	const char *a = a11y_tree_text(d->was, was, &n_was, &before_was);
	const char *b = a11y_tree_text(d->is, is, &n_is, &before_is);
	return n_was == n_is && before_was == before_is && memcmp(a, b, n_is) == 0;
}

static bool same_float(float a, float b)
{
	return memcmp(&a, &b, sizeof a) == 0;
}

static void tell_field(const struct a11y_diff *d, const struct a11y_node *was,
	const struct a11y_node *is)
{
	const struct a11y_field *a = a11y_tree_field(d->was, was),
				*b = a11y_tree_field(d->is, is);
	if (a11y_is_text(was) && a11y_is_text(is) && !same_content(d, was, is))
		d->tell(d->data, A11Y_TEXT, was, is);
	if (!a || !b)
		return;
	if (a->end != b->end)
		d->tell(d->data, A11Y_CARET, was, is);
	if ((a->start != b->start || a->end != b->end) &&
		(a->start != a->end || b->start != b->end))
		d->tell(d->data, A11Y_SELECTION, was, is);
}

static void tell_one(const struct a11y_diff *d, const struct a11y_node *was,
	const struct a11y_node *is)
{
	bool other[A11Y_CHANGES] = {
		[A11Y_NAME] = !same_text(d, was->name, is->name),
		[A11Y_DESCRIPTION] = !same_text(d, was->description, is->description),
		[A11Y_ROLE] = was->role != is->role,
		[A11Y_VALUE] =
			was->has_range != is->has_range ||
			!same_float(was->now, is->now) ||
			(!a11y_is_text(is) && !same_text(d, was->value, is->value)),
		[A11Y_STATES] = was->states != is->states,
		[A11Y_BOUNDS] = memcmp(&was->bounds, &is->bounds, sizeof is->bounds) != 0,
	};
	for (int i = 0; i < A11Y_CHANGES; i++) {
		if (other[i])
			d->tell(d->data, (enum a11y_change)i, was, is);
	}
	tell_field(d, was, is);
}

static void step_changed(struct a11y_diff *d)
{
	const struct a11y_node *is = &d->is->nodes[d->at++], *was = was_of(d, is);
	if (was)
		tell_one(d, was, is);
}

void a11y_diff_begin(struct a11y_diff *d, const struct a11y_tree *was,
	struct a11y_tree *is,
	void (*tell)(void *data, enum a11y_change change, const struct a11y_node *was,
		const struct a11y_node *is),
	void *data)
{
	*d = (struct a11y_diff){
		.was = was, .is = is, .tell = tell, .data = data, .at = was->n};
}

static void enter(struct a11y_diff *d, int stage, size_t at)
{
	d->stage = stage;
	d->at = at;
}

bool a11y_diff_step(struct a11y_diff *d)
{
	if (d->stage == DIFF_REMOVED && d->at <= 1)
		enter(d, DIFF_LEFT, 1);
	if (d->stage == DIFF_LEFT && d->at >= d->is->n)
		enter(d, DIFF_ADDED, 1);
	if (d->stage == DIFF_ADDED && d->at >= d->is->n)
		enter(d, DIFF_CHANGED, 0);
	if (d->stage == DIFF_CHANGED && d->at >= d->is->n)
		enter(d, DIFF_OVER, 0);
	if (d->stage == DIFF_REMOVED)
		step_removed(d);
	else if (d->stage == DIFF_LEFT)
		step_left(d);
	else if (d->stage == DIFF_ADDED)
		step_added(d);
	else if (d->stage == DIFF_CHANGED)
		step_changed(d);
	return d->stage != DIFF_OVER;
}
