/* What is not painted: areas, cursors, actions, text input, semantics. */
#include <errno.h>
#include <string.h>

#include "gl/decode_private.h"
#include "util/utf8.h"

int op_area(struct decoder *d)
{
	struct gl_scene *s = d->scene;
	if (s->n_areas == OPWIRE_MAX_AREAS)
		return refuse(d, -E2BIG, "more than %u in a stream", OPWIRE_MAX_AREAS);
	if (!scene_reserve(s, areas, 1))
		return refuse_memory(d);
	struct gl_area *a = &s->areas[s->n_areas];
	*a = (struct gl_area){
		.tag = bytes_u64(&d->in),
		.clip = d->clip,
		.parent = d->area,
		.pass = d->n_passes > 0,
		.clips = (uint32_t)s->n_clips,
	};
	a->flat = !affine_invert(&d->transform, &a->to_local);
	d->area = (uint32_t)s->n_areas++;
	if (d->clip == SCENE_NONE)
		s->area = d->area;
	else
		s->clips[d->clip].area = d->area;
	return 0;
}

int op_pass_push(struct decoder *d)
{
	if (d->n_passes == OPWIRE_MAX_PASSES)
		return refuse(d, -E2BIG, "more than %u pushed", OPWIRE_MAX_PASSES);
	d->pass_places[d->n_passes++] = d->place;
	return 0;
}

int op_pass_pop(struct decoder *d)
{
	if (d->n_passes == 0)
		return refuse(d, -EINVAL, "nothing is pushed");
	d->n_passes--;
	return 0;
}

/* notes */

static int new_note(struct decoder *d, struct gl_note **out)
{
	struct gl_scene *s = d->scene;
	if (s->n_notes == OPWIRE_MAX_NOTES)
		return refuse(
			d, -E2BIG, "more than %u notes in a stream", OPWIRE_MAX_NOTES);
	if (!scene_reserve(s, notes, 1))
		return refuse_memory(d);
	*out = &s->notes[s->n_notes];
	**out = (struct gl_note){
		.op = d->place.code,
		.clip = d->clip,
		.area = (uint32_t)s->n_areas,
		.to_device = d->transform,
	};
	return 0;
}

static void add_note(struct decoder *d)
{
	struct gl_scene *s = d->scene;
	bool *noted = d->clip == SCENE_NONE ? &s->noted : &s->clips[d->clip].noted;
	*noted |= s->notes[s->n_notes++].op >= OP_LABEL;
}

/* A note of one word, which has so many meanings. */
static int note_choice(
	struct decoder *d, uint32_t kinds, const char *what, uint8_t *choice)
{
	struct gl_note *note;
	int rc = new_note(d, &note);
	if (!rc)
		rc = read_choice(d, &d->in, kinds, what, choice);
	if (rc)
		return rc;
	note->value[0] = *choice;
	add_note(d);
	return 0;
}

int op_note_cursor(struct decoder *d)
{
	struct gl_scene *s = d->scene;
	return note_choice(d, CURSOR_KINDS, "cursor",
		d->clip == SCENE_NONE ? &s->cursor : &s->clips[d->clip].cursor);
}

int op_note_action(struct decoder *d)
{
	struct gl_scene *s = d->scene;
	return note_choice(d, ACTION_KINDS, "action",
		d->clip == SCENE_NONE ? &s->action : &s->clips[d->clip].action);
}

int op_note_class(struct decoder *d)
{
	uint8_t choice;
	return note_choice(d, CLASS_KINDS, "class", &choice);
}

int op_note_bool(struct decoder *d)
{
	uint8_t choice;
	return note_choice(d, 2, "truth", &choice);
}

int op_note_hint(struct decoder *d)
{
	uint64_t tag = bytes_u64(&d->in);
	uint8_t choice;
	int rc = note_choice(d, HINT_KINDS, "hint", &choice);
	if (!rc)
		d->scene->notes[d->scene->n_notes - 1].tag = tag;
	return rc;
}

int op_note_actions(struct decoder *d)
{
	struct gl_note *note;
	uint32_t bits = bytes_u32(&d->in);
	int rc = new_note(d, &note);
	if (!rc && bits & ~(uint32_t)SEMANTIC_ALL)
		rc = refuse(d, -EINVAL, "bits %u are unknown", bits);
	if (rc)
		return rc;
	note->value[0] = bits;
	add_note(d);
	return 0;
}

/* Numbers with a tag before them, perhaps two runes between. */
static int note_numbers(struct decoder *d, bool tagged, size_t words, size_t n)
{
	struct gl_note *note;
	double v[4];
	int rc = new_note(d, &note);
	if (rc)
		return rc;
	note->tag = tagged ? bytes_u64(&d->in) : 0;
	for (size_t i = 0; i < words; i++)
		note->value[i] = bytes_u32(&d->in);
	rc = read_numbers(d, &d->in, v, n);
	for (size_t i = 0; i < n && !rc; i++)
		note->number[i] = (float)v[i];
	if (!rc)
		add_note(d);
	return rc;
}

int op_note_selection(struct decoder *d)
{
	return note_numbers(d, true, 2, 4);
}

int op_note_composition(struct decoder *d)
{
	return note_numbers(d, true, 0, 4);
}

int op_note_range(struct decoder *d)
{
	return note_numbers(d, false, 0, 3);
}

/* strings */

int read_string(struct decoder *d, const char **text, uint32_t *n)
{
	uint32_t size = bytes_u32(&d->in);
	if (size > OPWIRE_MAX_STRING)
		return refuse(d, -E2BIG, "a string of %u bytes; at most %u", size,
			OPWIRE_MAX_STRING);
	size_t padded = ((size_t)size + 3) & ~(size_t)3;
	int rc = check_words(d, (d->in.pos + padded) / 4);
	if (rc)
		return rc;
	const uint8_t *p = bytes_take(&d->in, padded);
	for (size_t i = 0; i < size;) {
		uint32_t c;
		size_t step = utf8_read(&p[i], size - i, &c);
		if (step == 0 || c == 0)
			return refuse(
				d, -EINVAL, "byte %zu of the string is not UTF-8", i);
		i += step;
	}
	for (size_t i = size; i < padded; i++)
		if (p[i] != 0)
			return refuse(d, -EINVAL, "the padding is not zero");
	if (size > OPWIRE_MAX_STRINGS - d->n_strings)
		return refuse(d, -E2BIG, "more than %u bytes of strings in a stream",
			OPWIRE_MAX_STRINGS);
	d->n_strings += size;
	*text = (const char *)p;
	*n = size;
	return 0;
}

static int note_string(struct decoder *d, struct gl_note *note)
{
	struct gl_scene *s = d->scene;
	const char *text;
	uint32_t n;
	int rc = read_string(d, &text, &n);
	if (rc)
		return rc;
	if (!scene_reserve(s, text, n))
		return refuse_memory(d);
	if (n > 0)
		memcpy(&s->text[s->n_text], text, n);
	note->text = (uint32_t)s->n_text;
	note->n_text = n;
	s->n_text += n;
	add_note(d);
	return 0;
}

int op_note_text(struct decoder *d)
{
	struct gl_note *note;
	int rc = new_note(d, &note);
	return rc ? rc : note_string(d, note);
}

int op_note_snippet(struct decoder *d)
{
	struct gl_note *note;
	int rc = new_note(d, &note);
	if (rc)
		return rc;
	note->tag = bytes_u64(&d->in);
	note->value[0] = bytes_u32(&d->in);
	note->value[1] = bytes_u32(&d->in);
	return note_string(d, note);
}
