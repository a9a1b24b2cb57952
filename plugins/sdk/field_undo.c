/*
 * Undo: steps, one behind the other in field->undo, the oldest first. done bytes of them
 * are to be undone, known - done to be done again. When there is no room the oldest go;
 * OSAAS_FIELD_ROOM is such that any one step has room.
 */
#include "plugins/sdk/field.h"

#include <osaas_std.h>

struct step {
	uint32_t start, removed, added; /* bytes */
	uint32_t anchor, caret;         /* before it */
	uint32_t edit;                  /* enum field_edit */
	/* removed and added bytes; u32: all bytes of the step, in fours */
};

static uint32_t size_of(uint32_t removed, uint32_t added)
{
	return (uint32_t)(sizeof(struct step) + sizeof(uint32_t)) +
	       ((removed + added + 3) & ~3u);
}

static struct step *step_at(const struct osaas_field *field, uint32_t at)
{
	return (struct step *)(void *)(field->undo + at);
}

static uint32_t step_size(const struct step *step)
{
	return size_of(step->removed, step->added);
}

static char *removed_of(struct step *step)
{
	return (char *)(step + 1);
}

static char *added_of(struct step *step)
{
	return removed_of(step) + step->removed;
}

/* The last of the steps that are done; NULL: there is none. */
static struct step *last_step(const struct osaas_field *field)
{
	uint32_t size;
	if (field->done == 0)
		return NULL;
	memcpy(&size, field->undo + field->done - sizeof size, sizeof size);
	return step_at(field, field->done - size);
}

static void end_step(struct osaas_field *field, uint32_t at)
{
	uint32_t size = step_size(step_at(field, at));
	field->done = field->known = at + size;
	memcpy(field->undo + field->done - sizeof size, &size, sizeof size);
}

/* Room for size bytes from at on: the oldest steps before it go. Where at is then. */
static uint32_t make_room(struct osaas_field *field, uint32_t at, uint32_t size)
{
	uint32_t gone = 0, kept = field->done;
	while (at - gone + size > field->undo_size && gone < at)
		gone += step_size(step_at(field, gone));
	memmove(field->undo, field->undo + gone, kept - gone);
	field->done = field->known = kept - gone;
	return at - gone;
}

static char *add_step(struct osaas_field *field, uint32_t start, uint32_t removed,
	uint32_t added, enum field_edit edit)
{
	uint32_t at = make_room(field, field->done, size_of(removed, added));
	struct step *step = step_at(field, at);
	*step = (struct step){start, removed, added, field->anchor, field->caret, edit};
	memcpy(removed_of(step), field->text + start, removed);
	end_step(field, at);
	return added_of(step);
}

/* The last step with other numbers of bytes; those that stay are where they were. */
static struct step *resize(struct osaas_field *field, uint32_t removed, uint32_t added)
{
	struct step *step = last_step(field);
	uint32_t at = field->done - step_size(step);
	at = make_room(field, at, size_of(removed, added));
	step = step_at(field, at);
	step->removed = removed;
	step->added = added;
	end_step(field, at);
	return step;
}

static bool ends_blank(struct step *step)
{
	char c = step->added ? added_of(step)[step->added - 1] : 0;
	return c == ' ' || c == '\n' || c == '\t';
}

/* Whether an edit goes on with what the last step did. A word begins another one. */
static bool goes_on(const struct osaas_field *field, struct step *last, uint32_t start,
	uint32_t removed, uint32_t added, bool blank, enum field_edit edit)
{
	bool composes =
		edit == FIELD_EDIT_COMPOSE && last && last->edit == FIELD_EDIT_TYPE;
	if (!field->joins || !last || (last->edit != edit && !composes) ||
		field->known != field->done)
		return false;
	switch (edit) {
	case FIELD_EDIT_TYPE:
		return removed == 0 && start == last->start + last->added &&
		       (blank || !ends_blank(last));
	case FIELD_EDIT_BACKSPACE:
		return added == 0 && start + removed == last->start;
	case FIELD_EDIT_DELETE:
		return added == 0 && start == last->start;
	case FIELD_EDIT_COMPOSE:
		return start >= last->start &&
		       start + removed == last->start + last->added;
	case FIELD_EDIT_ALONE:
		break;
	}
	return false;
}

static char *add_to_step(struct osaas_field *field, struct step *last, uint32_t start,
	uint32_t removed, uint32_t added, enum field_edit edit)
{
	const char *text = field->text + start;
	uint32_t had = last->removed, kept = start - last->start;
	if (edit == FIELD_EDIT_TYPE || edit == FIELD_EDIT_COMPOSE)
		return added_of(resize(field, had, kept + added)) + kept;
	last = resize(field, had + removed, 0);
	if (edit == FIELD_EDIT_BACKSPACE)
		memmove(removed_of(last) + removed, removed_of(last), had);
	memcpy(removed_of(last) + (edit == FIELD_EDIT_BACKSPACE ? 0 : had), text,
		removed);
	last->start = start;
	return added_of(last);
}

char *sdk_field_note(struct osaas_field *field, uint32_t start, uint32_t removed,
	uint32_t added, bool blank, enum field_edit edit)
{
	struct step *last = last_step(field);
	bool joined = goes_on(field, last, start, removed, added, blank, edit);
	field->joins = edit != FIELD_EDIT_ALONE;
	return joined ? add_to_step(field, last, start, removed, added, edit)
		      : add_step(field, start, removed, added, edit);
}

static void leave(struct osaas_field *field)
{
	field->compose_start = field->compose_end = 0;
	field->joins = false;
	field->reveal = true;
}

bool osaas_field_undo(struct osaas_field *field)
{
	struct step *step = last_step(field);
	if (!step || (field->flags & OSAAS_FIELD_READ_ONLY))
		return false;
	field->done -= step_size(step);
	sdk_field_splice(field, step->start, step->start + step->added, removed_of(step),
		step->removed);
	field->anchor = step->anchor;
	field->caret = step->caret;
	leave(field);
	return true;
}

bool osaas_field_redo(struct osaas_field *field)
{
	if (field->done == field->known || (field->flags & OSAAS_FIELD_READ_ONLY))
		return false;
	struct step *step = step_at(field, field->done);
	field->done += step_size(step);
	sdk_field_splice(field, step->start, step->start + step->removed, added_of(step),
		step->added);
	field->anchor = field->caret = step->start + step->added;
	leave(field);
	return true;
}
