/*
 * field: what the files of osaas_field.h share. Places in the text are bytes, at the
 * boundaries of characters.
 */
#ifndef OSAAS_SDK_FIELD_H
#define OSAAS_SDK_FIELD_H

#include <osaas_field.h>
#include <osaas_window.h>

/* What an edit is: edits of a kind, one right after the other, are undone as one. */
enum field_edit {
	FIELD_EDIT_ALONE,
	FIELD_EDIT_TYPE,      /* text at the caret */
	FIELD_EDIT_BACKSPACE, /* what is before it goes */
	FIELD_EDIT_DELETE,    /* what is behind it goes */
	FIELD_EDIT_COMPOSE,   /* a composition in place of that before */
};

/* field_text.c. sdk_field_replace sanitizes, cuts what does not fit, and notes it for undo. */
bool sdk_field_replace(struct osaas_field *field, uint32_t start, uint32_t end,
	const char *text, size_t n, enum field_edit edit);
/* The same with what is known to be good and to fit, and is not to be undone. */
void sdk_field_splice(struct osaas_field *field, uint32_t start, uint32_t end,
	const char *text, uint32_t n);
/* The boundary of characters at a byte, or before it. */
uint32_t sdk_field_boundary(const struct osaas_field *field, uint32_t at);
/* Characters before a byte, and the other way round; beyond the text: its end. */
uint32_t sdk_field_chars(const struct osaas_field *field, uint32_t at);
uint32_t sdk_field_byte(const struct osaas_field *field, uint32_t chars);
uint32_t sdk_field_start(const struct osaas_field *field); /* of the selection */
uint32_t sdk_field_end(const struct osaas_field *field);

/*
 * field_undo.c. sdk_field_note is told of an edit before it is done; what it returns is
 * where the n bytes that are put in belong as well.
 */
char *sdk_field_note(struct osaas_field *field, uint32_t start, uint32_t removed,
	uint32_t added, bool blank, enum field_edit edit);

/* field_move.c. YIELDS. sdk_field_lay: 0 when the layout is that of the text. */
int sdk_field_lay(struct osaas_field *field);
uint32_t sdk_field_to_layout(const struct osaas_field *field, uint32_t at);
uint32_t sdk_field_from_layout(const struct osaas_field *field, uint32_t index);
enum field_step {
	FIELD_STEP_LINE_UP = OSAAS_TEXT_LINE_END + 1,
	FIELD_STEP_LINE_DOWN,
	FIELD_STEP_PAGE_UP,
	FIELD_STEP_PAGE_DOWN,
	FIELD_STEP_TEXT_START,
	FIELD_STEP_TEXT_END,
};
/* Where enum osaas_text_motion or enum field_step leads to from the caret. */
uint32_t sdk_field_target(struct osaas_field *field, int step, bool *upstream);
void sdk_field_move(struct osaas_field *field, int step, bool extend);
/* What is at a point of the window: the boundary; or the word, paragraph around it. */
uint32_t sdk_field_hit(struct osaas_field *field, float x, float y, bool *upstream);
void sdk_field_unit(struct osaas_field *field, float x, float y, uint32_t count,
	uint32_t *start, uint32_t *end);
/* The caret was put somewhere: it is to be seen, and what is typed now is another step. */
void sdk_field_placed(struct osaas_field *field);
void sdk_field_place(struct osaas_field *field, uint32_t caret, bool extend);

/* Where the text's layout begins, in the coordinates of the box. */
float sdk_field_origin_x(const struct osaas_field *field);
float sdk_field_origin_y(const struct osaas_field *field);

/* field_key.c, field_pointer.c, field_clip.c: enum osaas_field_result. YIELD. */
uint32_t sdk_field_key(struct osaas_field *field, const struct osaas_window_key *key);
uint32_t sdk_field_pointer(
	struct osaas_field *field, const struct osaas_window_pointer *pointer);
uint32_t sdk_field_copy(struct osaas_field *field, bool cut);
uint32_t sdk_field_paste(struct osaas_field *field);
/* The primary selection: what is selected becomes it; it is pasted at the caret. */
void sdk_field_set_primary(struct osaas_field *field);
uint32_t sdk_field_paste_primary(struct osaas_field *field);

#endif
