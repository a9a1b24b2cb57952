#include "session/cursor_theme.h"

#include <X11/Xcursor/Xcursor.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/library.h"
#include "util/log.h"
#include "util/opwire.h"
#include "util/sonames.h"
#include "util/xalloc.h"

#define XCURSOR(X)                                                                       \
	X(XcursorImageDestroy)                                                           \
	X(XcursorLibraryLoadImage)
LIBRARY(xcursor, "the pointer's pictures", SONAME_XCURSOR, "libxcursor1", XCURSOR)

#define SIZE_MIN    8
#define SIZE_MAX_PX 256 /* asked for; what comes may be larger, up to CURSOR_SIDE */

struct kept {
	unsigned shape;
	int size;
	uint64_t asked; /* when, last: theme.asks; 0: free */
	uint32_t *argb;
	struct pointer_image image;
};

struct cursor_theme {
	char name[128];
	int size;
	uint64_t asks;
	bool told;            /* that the theme is not there */
	bool looked, library; /* for libXcursor; it is loaded */
	struct kept kept[CURSOR_KEPT];
};

static uint64_t last_serial; /* of all themes: a new one is not taken for the old */

static int size_of_environment(void)
{
	const char *text = getenv("XCURSOR_SIZE");
	return text ? atoi(text) : 0;
}

struct cursor_theme *cursor_theme_create(const char *name, int size)
{
	struct cursor_theme *theme = xcalloc(1, sizeof *theme);
	if (!name)
		name = getenv("XCURSOR_THEME");
	if (size <= 0)
		size = size_of_environment();
	snprintf(theme->name, sizeof theme->name, "%s", name && *name ? name : "default");
	theme->size = size > 0 && size <= SIZE_MAX_PX ? size : CURSOR_DEFAULT_SIZE;
	return theme;
}

void cursor_theme_destroy(struct cursor_theme *theme)
{
	if (!theme)
		return;
	for (int i = 0; i < CURSOR_KEPT; i++)
		free(theme->kept[i].argb);
	if (theme->library)
		library_unload(&library_xcursor);
	free(theme);
}

static struct kept *find(struct cursor_theme *theme, unsigned shape, int size)
{
	for (int i = 0; i < CURSOR_KEPT; i++) {
		struct kept *k = &theme->kept[i];
		if (k->asked && k->shape == shape && k->size == size)
			return k;
	}
	return NULL;
}

static struct kept *oldest(struct cursor_theme *theme)
{
	struct kept *old = &theme->kept[0];
	for (int i = 1; i < CURSOR_KEPT; i++) {
		if (theme->kept[i].asked < old->asked)
			old = &theme->kept[i];
	}
	return old;
}

static bool usable(const XcursorImage *image)
{
	return image->width > 0 && image->height > 0 && image->width <= CURSOR_SIDE &&
	       image->height <= CURSOR_SIDE && image->xhot < image->width &&
	       image->yhot < image->height;
}

/* A theme of small pictures on a fine display: pixels become squares. */
static uint32_t *enlarge(const XcursorImage *image, unsigned by)
{
	size_t width = (size_t)image->width * by, height = (size_t)image->height * by;
	uint32_t *argb = xcalloc(width * height, sizeof *argb);
	for (size_t i = 0; i < width * height; i++)
		argb[i] = image->pixels[i / width / by * image->width + i % width / by];
	return argb;
}

static unsigned factor(const XcursorImage *image, int size)
{
	unsigned by = image->size ? (unsigned)size / image->size : 1;
	unsigned side = image->width > image->height ? image->width : image->height;
	while (by > 1 && side * by > CURSOR_SIDE)
		by--;
	return by ? by : 1;
}

static void take(struct kept *k, const XcursorImage *image)
{
	unsigned by = factor(image, k->size);
	k->argb = enlarge(image, by);
	k->image = (struct pointer_image){
		.width = (int32_t)(image->width * by),
		.height = (int32_t)(image->height * by),
		.hot_x = (int32_t)(image->xhot * by),
		.hot_y = (int32_t)(image->yhot * by),
	};
}

/* Of an animation the first picture alone is read: a small file may tell of very many. */
static bool load_named(struct cursor_theme *theme, struct kept *k, const char *name)
{
	XcursorImage *image = XcursorLibraryLoadImage(name, theme->name, k->size);
	if (!image)
		return false;
	bool ok = usable(image);
	if (ok)
		take(k, image);
	else
		log_debug("cursor theme %s: %s: no size that can be shown", theme->name,
			name);
	XcursorImageDestroy(image);
	return ok;
}

static bool load_shape(struct cursor_theme *theme, struct kept *k, unsigned shape)
{
	for (const char *const *name = cursor_names(shape); *name; name++) {
		if (load_named(theme, k, *name))
			return true;
	}
	return false;
}

static void draw(struct cursor_theme *theme, struct kept *k)
{
	if (!theme->told)
		log_debug("there are no pictures of a pointer in theme '%s': ours is "
			  "shown",
			theme->name);
	theme->told = true;
	k->argb = xcalloc((size_t)k->size * (size_t)k->size, sizeof *k->argb);
	cursor_arrow(k->argb, k->size);
	k->image = (struct pointer_image){.width = k->size, .height = k->size};
}

/* Once: it stays with the theme, and one that is not there is not looked for with each shape. */
static bool has_library(struct cursor_theme *theme)
{
	if (!theme->looked)
		theme->library = library_load(&library_xcursor) == 0;
	theme->looked = true;
	return theme->library;
}

static void load(struct cursor_theme *theme, struct kept *k)
{
	free(k->argb);
	if (!has_library(theme) || (!load_shape(theme, k, k->shape) &&
					   !load_shape(theme, k, CURSOR_DEFAULT)))
		draw(theme, k);
	k->image.argb = k->argb;
	k->image.serial = ++last_serial;
}

static int pixels(const struct cursor_theme *theme, double scale)
{
	double size = theme->size * scale;
	return !(size > SIZE_MIN)   ? SIZE_MIN
	       : size > SIZE_MAX_PX ? SIZE_MAX_PX
				    : (int)lround(size);
}

const struct pointer_image *cursor_theme_image(
	struct cursor_theme *theme, unsigned shape, double scale)
{
	int size = pixels(theme, scale);
	if (shape == CURSOR_NONE)
		return NULL;
	struct kept *k = find(theme, shape, size);
	if (!k) {
		k = oldest(theme);
		k->shape = shape;
		k->size = size;
		load(theme, k);
	}
	k->asked = ++theme->asks;
	return &k->image;
}
