/*
 * osaas_field.h: a text field: what was typed, the caret, the selection, undo, the
 * clipboard, input methods, and how it looks. It hears the window's messages, and writes
 * what it shows into a frame: the box around it is the author's.
 *
 *	static char room[OSAAS_FIELD_ROOM(100)];
 *	static struct osaas_field name = {.tag = 7, .label = "Name",
 *		.style = {.size = 16, .text = {0, 0, 0, 255}, ...}};
 *
 *	name.window = osaas_cap("gui.window");
 *	name.gui_text = osaas_cap("gui.text");
 *	osaas_field_init(&name, room, 100);
 *
 *	for each message of the window:
 *		uint32_t what = osaas_field_event(&name, &msg);
 *		if (what & OSAAS_FIELD_DRAW)
 *			draw a frame anew
 *	in each frame:
 *		osaas_field_draw(&name, &ops, 10, 10, 210, 42);
 *
 * The text is UTF-8 without control characters: of what comes in, line ends become '\n', or
 * blanks in a field of one line, tabs stay in a field of many, others are left out, as is
 * what is no UTF-8 or does not fit. All places are bytes, at the boundaries of characters.
 *
 * KEYS: text; arrows, Home, End, Page Up and Down, with Ctrl by words, or to the ends of the
 * text, with Shift selecting; Backspace, Delete, with Ctrl a word; Ctrl with A, C, X, V, Z,
 * Y, Shift+Ctrl+Z; Shift+Delete, Ctrl+Insert, Shift+Insert. Tab is the window's. THE POINTER:
 * a press places the caret, two select a word, three a paragraph, a drag selects;
 * a finger does so when it is lifted, and held half a second it selects a word. What is
 * selected is the primary selection, which the middle button pastes. Text that is dragged
 * there is put where it is dropped.
 *
 * There are no wake-ups: the caret does not blink.
 */
#ifndef OSAAS_FIELD_H
#define OSAAS_FIELD_H

#include <osaas.h>
#include <osaas_ops.h>
#include <osaas_text.h>

#include <stdbool.h>

#define OSAAS_FIELD_MAX OSAAS_TEXT_MAX /* bytes of a text, at most */
/* Of OSAAS_FIELD_PASSWORD: each character is shown as three bytes. */
#define OSAAS_FIELD_PASSWORD_MAX 1024

/* Bytes that a field of at most max bytes of text needs: the text, and what undo knows. */
#define OSAAS_FIELD_ROOM(max) (3 * (size_t)(max) + 512)

enum osaas_field_flag {
	OSAAS_FIELD_MULTI = 1,     /* several lines, broken between words */
	OSAAS_FIELD_PASSWORD = 2,  /* shown as dots; not told to anybody, nor copied */
	OSAAS_FIELD_READ_ONLY = 4, /* can be selected and copied */
};

/* What came of an event: bits. */
enum osaas_field_result {
	OSAAS_FIELD_HEARD = 1,   /* it was for this field */
	OSAAS_FIELD_DRAW = 2,    /* it looks otherwise now */
	OSAAS_FIELD_CHANGED = 4, /* its text did */
	OSAAS_FIELD_SUBMIT = 8,  /* Return, in a field of one line */
};

struct osaas_field_color { /* sRGB, not premultiplied */
	uint8_t r, g, b, a;
};

struct osaas_field_style {
	float size;           /* px per em */
	float pad_x, pad_y;   /* px between the box and the text */
	float line_height;    /* px; 0: what the fonts ask for */
	float caret;          /* its width, px; 0: 1 */
	const char *families; /* NULL: sans-serif */
	struct osaas_field_color text, placeholder, caret_color;
	struct osaas_field_color selection; /* behind the text, while it has the keys; */
	struct osaas_field_color faded;     /* and while it has not */
};

struct osaas_field {
	/*
	 * The author's: set before osaas_field_init. All but tag, channels and
	 * OSAAS_FIELD_MULTI may change later.
	 */
	uint64_t tag;
	osaas_chan window, gui_text;
	/* OSAAS_NONE, or below: nothing is copied or pasted, nor by the middle button. */
	osaas_chan clipboard;
	uint32_t flags; /* enum osaas_field_flag */
	enum osaas_hint hint;
	const char *label;          /* its name, for who does not see it; NULL: none */
	const char *description;    /* NULL: none */
	const char *placeholder;    /* shown while it is empty; NULL: nothing */
	bool (*accept)(uint32_t c); /* NULL, or: may that character be in it? */
	struct osaas_field_style style;

	/* To be read. */
	char *text; /* len bytes, and a zero */
	uint32_t len;
	uint32_t anchor, caret; /* selected is what lies between, if they differ */
	bool focused;           /* it has the keys */

	/* The SDK's. */
	uint32_t max;
	uint32_t compose_start, compose_end; /* equal: nothing is under composition */
	uint8_t *undo;                       /* steps: see sdk/field_undo.c */
	uint32_t undo_size, done, known;     /* bytes of it: to be undone; and all */
	bool joins, upstream, reveal, has_goal, stale;
	bool dropping;                   /* something is dragged over it: */
	uint32_t drop;                   /* where it would be put */
	float goal_x;                    /* where Up and Down want to go */
	uint32_t ask_start, ask_end;     /* characters of SNIPPET */
	struct osaas_text layout, ghost; /* of the text; of the placeholder */
	float layout_width, layout_size, ghost_width, ghost_size;
	uint32_t layout_flags;
	float x0, y0, x1, y1;     /* the box, as it was drawn last */
	float scroll_x, scroll_y; /* px of the text that are left and above of it */
	struct {
		uint64_t time_ns; /* of the last press */
		float x, y;
		uint32_t count;      /* presses, one right after the other */
		uint32_t start, end; /* what it took */
		bool down, touch, moved;
	} press;
};

/*
 * osaas_field_init makes it empty. room: OSAAS_FIELD_ROOM(max) bytes that live as long; max:
 * 1 to OSAAS_FIELD_MAX. osaas_field_finish frees what it keeps.
 */
void osaas_field_init(struct osaas_field *field, void *room, uint32_t max);
void osaas_field_finish(struct osaas_field *field);

/* osaas_field_set gives it another text, as if it had never been another: no undo. */
void osaas_field_set(struct osaas_field *field, const char *text, size_t len);
/* osaas_field_insert does as if that were typed. Returns whether anything changed. */
bool osaas_field_insert(struct osaas_field *field, const char *text, size_t len);
void osaas_field_select(struct osaas_field *field, uint32_t anchor, uint32_t caret);
/* Returns whether there was anything to undo, to do again. */
bool osaas_field_undo(struct osaas_field *field);
bool osaas_field_redo(struct osaas_field *field);

/*
 * osaas_field_event takes any message of the window; what is not for this field it leaves
 * alone. YIELDS (layout, clipboard). Bits of enum osaas_field_result. msg.buf stays the
 * caller's to free.
 */
uint32_t osaas_field_event(struct osaas_field *field, const struct osaas_msg *msg);

/*
 * osaas_field_draw writes the field into a box: its area, what it listens to, its text and
 * what input methods and screen readers want to know. Call it again only for the next
 * frame. YIELDS (layout). 0, or OSAAS_E* of osaas_text_layout: then the text is not seen.
 */
int osaas_field_draw(struct osaas_field *field, struct osaas_ops *ops, float x0, float y0,
	float x1, float y1);

/* osaas_field_height: px that a box of that many lines needs, with its pads. YIELDS. */
float osaas_field_height(struct osaas_field *field, uint32_t lines);

#endif
