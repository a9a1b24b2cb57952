/*
 * One table for each kind of thing: open addressing, id to value. What a frame changes
 * is noted in a journal: the value that was there, or the pixels. To commit is to let go of
 * what the journal holds, to roll back is to put it back, last first.
 *
 * A slot, once given to an id, stays its own until the next frame begins, so that putting
 * back needs no memory.
 */
#include "gl/resource.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "gl/rect.h"
#include "gl/scene.h"
#include "gl/sublayer.h"
#include "util/opwire.h"

struct slot {
	uint32_t id;
	bool taken;
	void *value; /* NULL: retired */
};

struct table {
	struct slot *slots;
	size_t n_slots, n_taken, n; /* n: with a value */
	size_t bytes;               /* of all values */
};

struct macro {
	size_t size;
	uint8_t body[];
};

struct gl_kept_font {
	unsigned refs;
	uint32_t host;
	size_t bytes;
	uint64_t counted;            /* kept_font_count's */
	struct resource_fonts fonts; /* whose it is */
};

struct change {
	enum resource_kind kind;
	uint32_t id;
	void *old; /* what the id meant; NULL: nothing */

	/* Set: not that, but pixels of an image, held here. */
	struct gl_image *image;
	struct gl_rect rect;
	uint8_t *pixels;
	uint64_t serial;
	bool opaque;
};

struct gl_resources {
	struct table tables[RESOURCE_KINDS];
	struct table lent; /* fonts by the host's ids, as long as a scene shows them */
	struct change *changes;
	size_t n_changes, cap_changes;
	uint64_t frame;
	size_t copied; /* bytes of images, in this frame, since updates must not show */
	struct resource_fonts fonts;
	uint64_t owner; /* of the fonts that may be lent */
};

static const size_t max_count[RESOURCE_KINDS] = {
	[RESOURCE_MACRO] = OPWIRE_MAX_MACROS,
	[RESOURCE_IMAGE] = OPWIRE_MAX_IMAGES,
	[RESOURCE_SUBLAYER] = OPWIRE_MAX_SUBLAYERS,
	[RESOURCE_FONT] = OPWIRE_MAX_FONTS,
};

static const size_t max_bytes[RESOURCE_KINDS] = {
	[RESOURCE_MACRO] = OPWIRE_MAX_MACRO_BYTES,
	[RESOURCE_IMAGE] = OPWIRE_MAX_IMAGE_BYTES,
	[RESOURCE_SUBLAYER] = OPWIRE_MAX_SUBLAYER_BYTES,
	[RESOURCE_FONT] = OPWIRE_MAX_FONT_BYTES,
};

/* values */

static size_t value_bytes(enum resource_kind kind, const void *value)
{
	const struct gl_image *image = value;
	if (!value)
		return 0;
	switch (kind) {
	case RESOURCE_MACRO:
		return ((const struct macro *)value)->size;
	case RESOURCE_IMAGE:
		return (size_t)image->width * (size_t)image->height * 4;
	case RESOURCE_FONT:
		return ((const struct gl_kept_font *)value)->bytes;
	case RESOURCE_SUBLAYER:
		return ((const struct gl_sublayer *)value)->bytes;
	case RESOURCE_KINDS:
		break;
	}
	return 0;
}

static void drop_value(enum resource_kind kind, void *value)
{
	if (!value)
		return;
	switch (kind) {
	case RESOURCE_IMAGE:
		image_release(value);
		break;
	case RESOURCE_SUBLAYER:
		sublayer_release(value);
		break;
	case RESOURCE_FONT:
		kept_font_release(value);
		break;
	case RESOURCE_MACRO:
	case RESOURCE_KINDS:
		free(value);
		break;
	}
}

size_t kept_font_count(struct gl_kept_font *font, uint64_t serial)
{
	if (!font || font->counted == serial)
		return 0;
	font->counted = serial;
	return font->bytes;
}

/* tables */

static struct slot *probe(const struct table *t, uint32_t id)
{
	size_t at = id * UINT32_C(0x9e3779b1) & (t->n_slots - 1);
	while (t->slots[at].taken && t->slots[at].id != id)
		at = (at + 1) & (t->n_slots - 1);
	return &t->slots[at];
}

static void *find(const struct table *t, uint32_t id)
{
	return t->n_slots ? probe(t, id)->value : NULL;
}

/* At least twice as many slots as are taken; retired: those without a value are kept too. */
static bool resize(struct table *t, size_t n, bool retired)
{
	struct table next = {.slots = calloc(n, sizeof *next.slots), .n_slots = n};
	if (!next.slots)
		return false;
	for (size_t i = 0; i < t->n_slots; i++) {
		const struct slot *from = &t->slots[i];
		if (!from->taken || (!from->value && !retired))
			continue;
		*probe(&next, from->id) = *from;
		next.n_taken++;
	}
	free(t->slots);
	t->slots = next.slots;
	t->n_slots = n;
	t->n_taken = next.n_taken;
	return true;
}

static void sweep(struct table *t)
{
	size_t n = 16;
	while (n < 4 * t->n)
		n *= 2;
	if (t->n_taken > 2 * t->n && t->n_taken > 16)
		resize(t, n, false); /* else it stays as it is */
}

static struct slot *slot_of(struct table *t, uint32_t id)
{
	if (2 * (t->n_taken + 1) > t->n_slots &&
		!resize(t, t->n_slots ? 2 * t->n_slots : 16, true))
		return NULL;
	struct slot *slot = probe(t, id);
	if (!slot->taken) {
		*slot = (struct slot){.id = id, .taken = true};
		t->n_taken++;
	}
	return slot;
}

static void put(struct table *t, enum resource_kind kind, struct slot *slot, void *value)
{
	t->n = t->n - (slot->value != NULL) + (value != NULL);
	t->bytes = t->bytes - value_bytes(kind, slot->value) + value_bytes(kind, value);
	slot->value = value;
}

/* changes */

static int note(struct gl_resources *r, const struct change *change)
{
	if (!scene_reserve(r, changes, 1))
		return -ENOMEM;
	r->changes[r->n_changes++] = *change;
	return 0;
}

static int check_room(
	const struct gl_resources *r, enum resource_kind kind, uint32_t id, size_t bytes)
{
	const struct table *t = &r->tables[kind];
	const void *old = find(t, id);
	if (!old && t->n == max_count[kind])
		return -EMFILE;
	size_t others = t->bytes - value_bytes(kind, old);
	return bytes > max_bytes[kind] - others ? -E2BIG : 0;
}

/* The value is the table's when this succeeds. */
static int define(
	struct gl_resources *r, enum resource_kind kind, uint32_t id, void *value)
{
	struct table *t = &r->tables[kind];
	struct slot *slot = slot_of(t, id);
	if (!slot)
		return -ENOMEM;
	int rc = note(r, &(struct change){.kind = kind, .id = id, .old = slot->value});
	if (!rc)
		put(t, kind, slot, value);
	return rc;
}

static void restore_pixels(const struct change *c)
{
	struct gl_image *image = c->image;
	size_t row = (size_t)(c->rect.x1 - c->rect.x0) * 4;
	for (int32_t y = c->rect.y0; y < c->rect.y1; y++)
		memcpy(&image->pixels[4 * ((size_t)y * (size_t)image->width +
						  (size_t)c->rect.x0)],
			&c->pixels[row * (size_t)(y - c->rect.y0)], row);
	image_touch(image, c->rect);
	image->serial = c->serial;
	image->opaque = c->opaque;
	image->updated_frame = 0;
}

static void forget(struct change *c)
{
	if (c->image) {
		image_release(c->image);
		free(c->pixels);
	} else {
		drop_value(c->kind, c->old);
	}
}

/* A frame that defined very much does not keep the memory for noting it. */
static void end_changes(struct gl_resources *r)
{
	r->n_changes = 0;
	if (r->cap_changes <= 4096)
		return;
	free(r->changes);
	r->changes = NULL;
	r->cap_changes = 0;
}

void resource_begin(struct gl_resources *r)
{
	r->frame++;
	r->copied = 0;
	for (int i = 0; i < RESOURCE_KINDS; i++)
		sweep(&r->tables[i]);
	sweep(&r->lent);
}

/* Those that no scene has. */
static void return_fonts(struct gl_resources *r, unsigned refs)
{
	for (size_t i = 0; i < r->lent.n_slots; i++) {
		struct slot *slot = &r->lent.slots[i];
		struct gl_kept_font *font = slot->value;
		if (!font || font->refs > refs)
			continue;
		put(&r->lent, RESOURCE_FONT, slot, NULL);
		kept_font_release(font);
	}
}

void resource_commit(struct gl_resources *r)
{
	return_fonts(r, 1);
	for (size_t i = 0; i < r->n_changes; i++)
		forget(&r->changes[i]);
	end_changes(r);
}

void resource_rollback(struct gl_resources *r)
{
	for (size_t i = r->n_changes; i-- > 0;) {
		struct change *c = &r->changes[i];
		if (c->image) {
			restore_pixels(c);
			forget(c);
			continue;
		}
		struct table *t = &r->tables[c->kind];
		struct slot *slot = probe(t, c->id);
		void *made = slot->value;
		put(t, c->kind, slot, c->old);
		drop_value(c->kind, made);
	}
	end_changes(r);
}

/* the room */

int resources_create(struct gl_resources **out)
{
	*out = calloc(1, sizeof **out);
	return *out ? 0 : -ENOMEM;
}

void resources_destroy(struct gl_resources *r)
{
	if (!r)
		return;
	for (int kind = 0; kind < RESOURCE_KINDS; kind++) {
		struct table *t = &r->tables[kind];
		for (size_t i = 0; i < t->n_slots; i++)
			drop_value((enum resource_kind)kind, t->slots[i].value);
		free(t->slots);
	}
	return_fonts(r, UINT_MAX);
	free(r->lent.slots);
	free(r->changes);
	free(r);
}

void resources_stats(const struct gl_resources *r, struct resource_stats *out)
{
	for (int i = 0; i < RESOURCE_KINDS; i++) {
		out->n[i] = r->tables[i].n;
		out->bytes[i] = r->tables[i].bytes;
	}
}

int resource_retire(struct gl_resources *r, enum resource_kind kind, uint32_t id)
{
	return find(&r->tables[kind], id) ? define(r, kind, id, NULL) : -ENOENT;
}

/* macros */

const void *resource_macro(struct gl_resources *r, uint32_t id, size_t *size)
{
	const struct macro *macro = find(&r->tables[RESOURCE_MACRO], id);
	*size = macro ? macro->size : 0;
	return macro ? macro->body : NULL;
}

int resource_define_macro(
	struct gl_resources *r, uint32_t id, const void *body, size_t size)
{
	int rc = check_room(r, RESOURCE_MACRO, id, size);
	if (rc)
		return rc;
	struct macro *macro = malloc(sizeof *macro + size);
	if (!macro)
		return -ENOMEM;
	macro->size = size;
	if (size > 0)
		memcpy(macro->body, body, size);
	rc = define(r, RESOURCE_MACRO, id, macro);
	if (rc)
		free(macro);
	return rc;
}

/* images */

const struct gl_image *resource_peek_image(const struct gl_resources *r, uint32_t id)
{
	return find(&r->tables[RESOURCE_IMAGE], id);
}

struct gl_image *resource_image(struct gl_resources *r, uint32_t id)
{
	struct gl_image *image = find(&r->tables[RESOURCE_IMAGE], id);
	if (image && image->pin < r->frame)
		image->pin = r->frame;
	return image;
}

static void copy_rect(struct gl_image *image, struct gl_rect rect, const uint8_t *pixels)
{
	size_t row = (size_t)(rect.x1 - rect.x0) * 4;
	for (int32_t y = rect.y0; y < rect.y1; y++, pixels += row)
		memcpy(&image->pixels[4 * ((size_t)y * (size_t)image->width +
						  (size_t)rect.x0)],
			pixels, row);
	image_touch(image, rect);
}

/* Within one frame, updates add up. */
static void note_update(struct gl_resources *r, struct gl_image *image,
	const struct gl_image *was, uint64_t serial, struct gl_rect rect)
{
	bool again = was->updated_frame == r->frame;
	image->updated = again ? rect_union(was->updated, rect) : rect;
	image->updated_from = again ? was->updated_from : serial;
	image->updated_frame = r->frame;
}

static struct gl_rect whole(const struct gl_image *image)
{
	return (struct gl_rect){0, 0, image->width, image->height};
}

int resource_define_image(struct gl_resources *r, uint32_t id, int32_t width,
	int32_t height, const void *pixels)
{
	int rc = check_room(r, RESOURCE_IMAGE, id, (size_t)width * (size_t)height * 4);
	if (rc)
		return rc;
	struct gl_image *image = image_create(width, height);
	if (!image)
		return -ENOMEM;
	copy_rect(image, whole(image), pixels);
	rc = define(r, RESOURCE_IMAGE, id, image);
	if (rc)
		image_release(image);
	return rc;
}

/* The same pixels in an image of their own. */
static int replace(struct gl_resources *r, uint32_t id, const struct gl_image *old,
	struct gl_rect rect, const void *pixels)
{
	size_t bytes = value_bytes(RESOURCE_IMAGE, old);
	if (bytes > OPWIRE_MAX_IMAGE_BYTES - r->copied)
		return -EFBIG;
	r->copied += bytes;
	struct gl_image *image = image_create(old->width, old->height);
	if (!image)
		return -ENOMEM;
	struct gl_rect all = whole(image);
	if (!rect_contains(&rect, &all))
		memcpy(image->pixels, old->pixels, bytes);
	image->opaque = old->opaque;
	copy_rect(image, rect, pixels);
	image->changed = all;
	note_update(r, image, old, old->serial, rect);
	int rc = define(r, RESOURCE_IMAGE, id, image);
	if (rc)
		image_release(image);
	return rc;
}

int resource_update_image(
	struct gl_resources *r, uint32_t id, struct gl_rect rect, const void *pixels)
{
	struct gl_image *image = find(&r->tables[RESOURCE_IMAGE], id);
	size_t row = (size_t)(rect.x1 - rect.x0) * 4;
	if (!image)
		return -ENOENT;
	if (image->pin >= r->frame || image->release)
		return replace(r, id, image, rect, pixels);
	struct change change = {
		.image = image,
		.rect = rect,
		.pixels = malloc(row * (size_t)(rect.y1 - rect.y0)),
		.serial = image->serial,
		.opaque = image->opaque,
	};
	if (!change.pixels)
		return -ENOMEM;
	for (int32_t y = rect.y0; y < rect.y1; y++)
		memcpy(&change.pixels[row * (size_t)(y - rect.y0)],
			&image->pixels[4 * ((size_t)y * (size_t)image->width +
						   (size_t)rect.x0)],
			row);
	if (note(r, &change)) {
		free(change.pixels);
		return -ENOMEM;
	}
	image_hold(image);
	note_update(r, image, image, image->serial, rect);
	copy_rect(image, rect, pixels);
	return 0;
}

int resource_image_adopt(struct gl_resources *r, uint32_t id, int32_t width,
	int32_t height, void *pixels, void (*release)(void *owner, void *pixels),
	void *owner)
{
	if (width < 1 || height < 1 || width > (int32_t)OPWIRE_MAX_IMAGE_SIDE ||
		height > (int32_t)OPWIRE_MAX_IMAGE_SIDE)
		return -EINVAL;
	int rc = check_room(r, RESOURCE_IMAGE, id, (size_t)width * (size_t)height * 4);
	if (rc)
		return rc;
	struct gl_image *image = calloc(1, sizeof *image);
	if (!image)
		return -ENOMEM;
	*image = (struct gl_image){
		.refs = 1,
		.width = width,
		.height = height,
		.pixels = pixels,
		.release = release,
		.owner = owner,
	};
	rc = define(r, RESOURCE_IMAGE, id, image);
	if (rc) {
		free(image);
		return rc;
	}
	image_touch(image, whole(image));
	resource_commit(r);
	return 0;
}

/* sub-layers */

struct gl_sublayer *resource_sublayer(struct gl_resources *r, uint32_t id)
{
	return find(&r->tables[RESOURCE_SUBLAYER], id);
}

int resource_define_sublayer(
	struct gl_resources *r, uint32_t id, struct gl_sublayer *sublayer)
{
	int rc = check_room(r, RESOURCE_SUBLAYER, id, sublayer->bytes);
	return rc ? rc : define(r, RESOURCE_SUBLAYER, id, sublayer);
}

/* fonts */

void resources_set_fonts(struct gl_resources *r, const struct resource_fonts *fonts)
{
	r->fonts = *fonts;
}

void kept_font_hold(struct gl_kept_font *font)
{
	if (font)
		font->refs++;
}

void kept_font_release(struct gl_kept_font *font)
{
	if (!font || --font->refs > 0)
		return;
	font->fonts.close(font->fonts.data, font->host);
	free(font);
}

void resources_set_owner(struct gl_resources *r, uint64_t owner)
{
	r->owner = owner;
}

static struct gl_kept_font *make_font(struct gl_resources *r, uint32_t host, size_t bytes)
{
	struct gl_kept_font *font = malloc(sizeof *font);
	if (!font) {
		r->fonts.close(r->fonts.data, host);
		return NULL;
	}
	*font = (struct gl_kept_font){
		.refs = 1, .host = host, .bytes = bytes, .fonts = r->fonts};
	return font;
}

static uint32_t lent_font(
	struct gl_resources *r, uint32_t id, struct gl_kept_font **kept, int *rc)
{
	*kept = find(&r->lent, id);
	if (*kept)
		return id;
	if (!r->fonts.lend || !r->fonts.lend(r->fonts.data, r->owner, id))
		return 0;
	*kept = make_font(r, id, 0);
	struct slot *slot = *kept ? slot_of(&r->lent, id) : NULL;
	if (slot) {
		put(&r->lent, RESOURCE_FONT, slot, *kept);
		return id;
	}
	kept_font_release(*kept);
	*kept = NULL;
	*rc = -ENOMEM;
	return 0;
}

uint32_t resource_font(
	struct gl_resources *r, uint32_t id, struct gl_kept_font **kept, int *rc)
{
	*rc = 0;
	if (id >= OPWIRE_HOST_FONTS)
		return lent_font(r, id, kept, rc);
	*kept = find(&r->tables[RESOURCE_FONT], id);
	return *kept ? (*kept)->host : 0;
}

static int define_font(struct gl_resources *r, uint32_t id, uint32_t host, size_t bytes)
{
	struct gl_kept_font *font = make_font(r, host, bytes);
	if (!font)
		return -ENOMEM;
	int rc = define(r, RESOURCE_FONT, id, font);
	if (rc)
		kept_font_release(font);
	return rc;
}

int resource_font_query(struct gl_resources *r, uint32_t id, unsigned weight,
	unsigned slant, const char *families, size_t n)
{
	uint32_t host;
	int rc = r->fonts.open_query ? check_room(r, RESOURCE_FONT, id, 0) : -ENOENT;
	if (!rc)
		rc = r->fonts.open_query(
			r->fonts.data, weight, slant, families, n, &host);
	return rc ? rc : define_font(r, id, host, 0);
}

int resource_font_bytes(struct gl_resources *r, uint32_t id, const void *bytes,
	size_t size, unsigned face)
{
	uint32_t host;
	int rc = r->fonts.open_bytes ? check_room(r, RESOURCE_FONT, id, size) : -ENOENT;
	if (!rc)
		rc = r->fonts.open_bytes(r->fonts.data, bytes, size, face, &host);
	return rc ? rc : define_font(r, id, host, size);
}
