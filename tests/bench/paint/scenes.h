/* scenes: the pictures of tests/bench/gl. The same in every run and for every renderer. */
#ifndef TESTS_BENCH_PAINT_SCENES_H
#define TESTS_BENCH_PAINT_SCENES_H

#include "canvas.h"

#ifdef __cplusplus
extern "C" {
#endif

enum scene_id {
	SCENE_TIGER,
	SCENE_PAGE,
	SCENE_CARDS,
	SCENE_GRADIENTS,
	SCENE_DASHES,
	SCENE_PHOTO,
	SCENE_SETTINGS,
	SCENE_LIST,
	SCENES,
};

struct scene {
	const char *name, *what;
	int width, height;
	void (*draw)(struct canvas *c);
};
extern const struct scene scenes[SCENES];

/* scenes_init finds the font and makes the photo; ends the program when it cannot. */
void scenes_init(void);

/*
 * scene_draw draws the whole picture, the frame's number telling it from the one before:
 * the ground's colour changes, so that every pixel has to be painted; of `moved` the
 * drawing also shifts by a fraction of a pixel, so that no shape is what it was.
 */
void scene_draw(const struct scene *scene, struct canvas *c, int frame, int moved);

/* The list: rows from the one that `top` pixels scroll to, on a window of the scene's size. */
#define LIST_ROWS   1000
#define LIST_ROW    32
#define LIST_SCROLL 7
void list_rows(struct canvas *c, int first, int last);
void list_draw(struct canvas *c, int top);

/* The page with a caret that is there or not. */
#define CARET_X0 400
#define CARET_Y0 226
#define CARET_X1 402
#define CARET_Y1 246
void page_draw(struct canvas *c);
void caret_draw(struct canvas *c);

#ifdef __cplusplus
}
#endif

#endif
