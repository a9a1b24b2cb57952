/* emoji.h: those that are typed most, in a few categories. */
#ifndef KEYBOARD_EMOJI_H
#define KEYBOARD_EMOJI_H

#define EMOJI_CATEGORIES 4
#define EMOJI_EACH       24 /* of a category: 8 by 3, or 12 by 2 */

struct emoji {
	const char *text;
	const char *name; /* by Unicode's, shortened: for those who do not see it */
};

struct emoji_category {
	const char *name;
	struct emoji emoji[EMOJI_EACH];
};
extern const struct emoji_category emoji_categories[EMOJI_CATEGORIES];

#endif
