/*
 * form: what its files share. All lengths are pixels; dp() makes them from what the design
 * says. The page is everything there is, from its top; the window shows a part of it.
 */
#ifndef FORM_H
#define FORM_H

#include <osaas.h>
#include <osaas_field.h>
#include <osaas_ops.h>
#include <osaas_std.h>
#include <osaas_window.h>
#include <osaas_words.h>

#include <stdbool.h>

/* Areas. Their order here means nothing; that in which they are drawn is that of Tab. */
enum tag {
	TAG_PAGE = 1,
	TAG_NAME,
	TAG_EMAIL,
	TAG_PASSWORD,
	TAG_AGE,
	TAG_NOTE,
	TAG_NEWS,
	TAG_REMEMBER,
	TAG_REPLY, /* and two more */
	TAG_VOLUME = TAG_REPLY + 3,
	TAG_CLEAR,
	TAG_SAVE,
	TAG_LIST,      /* and one more */
	TAG_ITEM = 32, /* and one for each item */
};

enum {
	FIELDS = 5,
	REPLIES = 3,
	LISTS = 2,
	ITEMS_MAX = 12,
	ITEM_BYTES = 48,
	VOLUME_STEP = 5,
};

struct rect {
	float x0, y0, x1, y1;
};

struct color {
	uint8_t r, g, b, a;
};

/* Where things are on the page. */
struct layout {
	float scale, width, height; /* of the window */
	float page;                 /* height of all */
	struct rect card, title, intro, status;
	struct rect about, taste, interests, interests_hint; /* headings */
	struct rect label[FIELDS], field[FIELDS];
	struct rect news, remember;
	struct rect reply_label, reply_group, reply[REPLIES];
	struct rect volume_label, volume;
	struct rect list_label[LISTS], list[LISTS];
	struct rect clear, save;
};

/* Things of which each is in one list. */
struct lists {
	char name[ITEMS_MAX][ITEM_BYTES];
	uint32_t items;                /* how many names there are */
	uint32_t at[LISTS][ITEMS_MAX]; /* which, in their order */
	uint32_t count[LISTS];
	uint32_t current[LISTS]; /* the one that can have the keys: a place in at */
};

/* A drag, from the first that is heard of it to its end. */
struct drag {
	bool open; /* something is dragged that could be dropped here */
	bool ours; /* and comes from here: item */
	uint32_t item;
	bool after;    /* in its lower half: behind it */
	uint64_t over; /* the tag it would be dropped on; 0: none */
	float x, y;    /* of the pointer, on the page; of ours */
	bool seen;     /* it moved: x and y are known */
};

struct form {
	osaas_chan window;
	struct osaas_words_store words;
	struct osaas_window_config config; /* width 0: none yet */
	struct layout layout;
	float scroll;   /* px of the page above the window */
	uint64_t focus; /* tag that has the keys; 0: none */
	uint64_t hover, pressed;
	uint64_t
		next_focus; /* tag that is to have them with the next frame; 0: as it is */
	bool reveal;        /* what has them is to be seen, once nothing is held down */
	bool held;          /* a button or finger is: the page stays under it */
	bool changed, under_way;
	uint64_t serial;
	struct { /* a finger that moves the page */
		bool down, moves;
		float y;
	} finger;

	struct osaas_field fields[FIELDS];
	bool news, remember;
	uint32_t reply; /* which */
	uint32_t volume;
	struct lists lists;
	struct drag drag;
	char status[96];
};

extern struct form form;

/* What it is at the start, and after Clear. */
void form_reset(void);
void form_save(void);

/* layout.c */
float dp(float length);
void layout_make(void);
/* layout_scroll keeps the scroll within the page, and what is to be seen in the window. */
void layout_scroll(void);
/* Where the thing with that tag is on the page; an empty one: there is none such. */
struct rect layout_of(uint64_t tag);
static inline bool rect_empty(struct rect r)
{
	return r.x1 <= r.x0 || r.y1 <= r.y0;
}

/* draw.c. YIELDS. */
void form_draw(void);
void form_note_failure(int error);

/*
 * paint.c: shapes, and words that are set once. Words are cut with dots where they are too long for the box,
 * and stand in its middle from top to bottom.
 */
extern const struct color color_page, color_card, color_ink, color_soft, color_line,
	color_accent, color_white, color_ring, color_wash, color_error;
void paint_round(struct osaas_ops *ops, struct rect r, float radius, struct color c);
/* A box with a line around it; focused: the line in another colour, and a ring. */
void paint_box(struct osaas_ops *ops, struct rect r, float radius, struct color inside,
	struct color line, bool focused);
void paint_shadow(struct osaas_ops *ops, struct rect r, float radius, float sigma);
struct words {
	const char *text;
	float size; /* dp */
	uint32_t weight;
	struct color color;
	enum osaas_words_align align;
};
void paint_words(struct osaas_ops *ops, struct words words, struct rect r);
float words_width(struct words words);

/* control.c: what is pressed and chosen by pointer, key, or action. */

void control_draw(struct osaas_ops *ops);
void control_draw_buttons(struct osaas_ops *ops);
bool is_control(uint64_t tag);
extern const char *const replies[REPLIES];
void control_act(uint64_t tag, uint32_t action);
/* Whether the key was one of the control's. */
bool control_key(const struct osaas_window_key *key);
void control_pointer(const struct osaas_window_pointer *pointer);

/* lists.c */
void lists_init(void);
void lists_draw(struct osaas_ops *ops);
void lists_draw_dragged(struct osaas_ops *ops);
bool lists_key(const struct osaas_window_key *key);
void lists_pointer(const struct osaas_window_pointer *pointer);
void lists_act(uint64_t tag, uint32_t action);
void lists_drag(const struct osaas_window_drag *drag, const struct osaas_msg *msg);
bool is_list_tag(uint64_t tag);
/* Places that a list has rows for. */
uint32_t lists_rows(uint32_t list);

#define KEY_SPACE     0x20 /* X11's keysyms */
#define KEY_ENTER     0xff0d
#define KEY_HOME      0xff50
#define KEY_LEFT      0xff51
#define KEY_UP        0xff52
#define KEY_RIGHT     0xff53
#define KEY_DOWN      0xff54
#define KEY_PAGE_UP   0xff55
#define KEY_PAGE_DOWN 0xff56
#define KEY_END       0xff57

#define BUTTON_LEFT   0x110 /* of evdev */

#endif
