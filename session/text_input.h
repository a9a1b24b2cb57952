/*
 * text_input: what is known of the text in the field that has the keys: its hint, the snippet
 * around the caret, what is selected, what is under composition. Frames tell it; between an
 * edit and the frame that shows it, it is what that edit makes of it, as in Gio's app/ime.go.
 * Pure: knows no windows. Places are characters (code points) of the whole text; what comes
 * from plugins may be anything.
 */
#ifndef OSAAS_SESSION_TEXT_INPUT_H
#define OSAAS_SESSION_TEXT_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TEXT_INPUT_NO_PLACE UINT32_MAX
#define TEXT_INPUT_MAX      4096 /* bytes of a snippet; more is cut, far from the caret */

struct text_range {
	uint32_t start, end;
};

struct text_input_caret {
	float x, y, ascent, descent; /* pixels of the layer; y: the baseline */
};

/* What a frame tells of one field. */
struct text_told {
	bool editor;   /* anything of the kind */
	bool selects;  /* select, caret were told */
	bool snippets; /* snippet, text, size were */
	uint32_t hint; /* enum op_hint */
	struct text_range select, snippet;
	struct text_input_caret caret;
	const char *text; /* borrowed */
	size_t size;
};

struct text_input {
	bool editor;
	bool selects; /* it can be edited: where is known */
	bool snippets;
	uint32_t hint;
	struct text_range
		select; /* the caret is its end, which may be before its start */
	struct text_range compose; /* NO_PLACE both: nothing */
	struct text_range snippet;
	struct text_input_caret caret;
	uint32_t version; /* another one after each change */
	size_t size;      /* bytes of text */
	char text[TEXT_INPUT_MAX];
};

/* text_input_reset: another field, of which nothing is known. */
void text_input_reset(struct text_input *t);
/*
 * text_input_take: a frame told this. What is under composition stays so if its text is still
 * there. Returns whether anything is otherwise.
 */
bool text_input_take(struct text_input *t, const struct text_told *told);

/* text_range_sorted: start is not behind end. */
struct text_range text_range_sorted(struct text_range range);
bool text_range_is_none(struct text_range range);

/* text_input_replace: text (size bytes, UTF-8) is in place of that range from now on. */
void text_input_replace(
	struct text_input *t, struct text_range range, const char *text, size_t size);
void text_input_select(struct text_input *t, struct text_range select);
void text_input_compose(struct text_input *t, struct text_range compose);

/*
 * text_input_wants: the snippet does not reach as far around the selection as a method wants,
 * and asked, what was asked for last, would not either: asked is what to ask for now.
 */
bool text_input_wants(const struct text_input *t, struct text_range *asked);

/* text_characters counts them; -1: it is no UTF-8, or has a zero byte. */
int64_t text_characters(const char *text, size_t size);
/* text_shift adds to a place, within what a place can be. */
uint32_t text_shift(uint32_t place, int64_t by);

#endif
