/*
 * osaas_words.h: the words of a window (labels, headings, names), each set once by osaas_text.h and
 * kept as long as it is wanted now and then: a frame that has the words of the last one asks
 * nobody and allocates nothing.
 *
 *	static struct osaas_words_store store;
 *	store.chan = osaas_cap("gui.text");
 *	osaas_words_paint(&store, &ops,
 *		&(struct osaas_words){.text = "Music", .size = 22, .weight = 700},
 *		(struct osaas_text_rect){16, 16, 200, 48});
 *
 * Words are one line. Lengths are px. A store of zeros with its channel is ready; it is large: not
 * on a stack. One coroutine at a time uses it.
 */
#ifndef OSAAS_WORDS_H
#define OSAAS_WORDS_H

#include <osaas.h>
#include <osaas_text.h>

enum {
	OSAAS_WORDS_KEPT = 64, /* at once; more than a frame has, or it asks each time */
	OSAAS_WORDS_BYTES = 256, /* of a text, with its 0; longer ones are not kept */
};

enum osaas_words_align {
	OSAAS_WORDS_LEFT, /* words from right to left: right */
	OSAAS_WORDS_CENTER,
	OSAAS_WORDS_RIGHT,
};

struct osaas_words {
	const char *text; /* ends with 0, OSAAS_TEXT_MAX at most */
	float size;       /* px per em */
	uint32_t weight;  /* as in struct osaas_text_style */
	enum osaas_words_align align;
};

struct osaas_words_store {
	osaas_chan chan; /* "gui.text" */
	/* The rest is its own. */
	uint64_t wanted;
	struct osaas_words_kept {
		char text[OSAAS_WORDS_BYTES];
		float size, width;
		uint32_t weight;
		uint64_t
			used; /* the count of wanted when it was last; 0: nothing is kept */
		int error;
		struct osaas_text set;
	} kept[OSAAS_WORDS_KEPT];
};

/*
 * osaas_words_set gives the words in a line of that width, cut with an ellipsis where they are too
 * long; width 0: as long as they are. *set is valid up to the next call with the store. 0, or
 * OSAAS_E* of osaas_text_layout, and *set has no block; what cannot be set is not asked for again
 * until it has to go. Words that are not kept are asked for (a buffer comes with the answer; it
 * YIELDS), and take the place of those that were not wanted for longest, whose buffer is freed.
 */
int osaas_words_set(struct osaas_words_store *store, const struct osaas_words *words,
	float width, const struct osaas_text **set);

/*
 * osaas_words_paint writes the words as they stand in a box, in the middle of its height, with the
 * brush that is in force; none if there is no text, or the box is less than 1 px wide. 0 or
 * OSAAS_E*, as osaas_words_set, and nothing is written. YIELDS as that does.
 */
int osaas_words_paint(struct osaas_words_store *store, struct osaas_ops *ops,
	const struct osaas_words *words, struct osaas_text_rect box);

/*
 * osaas_words_forget frees all that is kept: for another scale, or where fonts may have come.
 * Does not yield; the store is ready again.
 */
void osaas_words_forget(struct osaas_words_store *store);

#endif
