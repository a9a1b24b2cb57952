/*
 * form: what its files share. The page is everything there is, from its top; the window shows a part of it.
 */
#ifndef FORM_H
#define FORM_H

#include <osaas.h>
#include <osaas_field.h>
#include <osaas_ops.h>
#include <osaas_std.h>
#include <osaas_window.h>

#include <stdbool.h>

#include "paper/keys.h"
#include "paper/paint.h"

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
void layout_make(void);
/* layout_scroll keeps the scroll within the page, and what is to be seen in the window. */
void layout_scroll(void);
/* Where the thing with that tag is on the page; an empty one: there is none such. */
struct rect layout_of(uint64_t tag);

/* draw.c. YIELDS. */
void form_draw(void);

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

#endif
