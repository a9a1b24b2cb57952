#include "popup.h"

#include <osaas_string.h>
#include <osaas_utf8.h>

/* As wide as the key, or what is good to touch; a little less if all fit beside each other then. */
static int32_t width_of(const struct offers *offers, const struct layout *layout,
	int32_t face, int32_t room)
{
	float widest = 42 * layout->scale;
	for (uint32_t i = 0; i < offers->n; i++) {
		size_t n = osaas_utf8_length(offers->text[i], strlen(offers->text[i]));
		float width = (12 * (float)n + 16) * layout->scale;
		if (width > widest && n > 1)
			widest = width;
	}
	float most = 60 * layout->scale;
	if ((float)face > widest)
		widest = (float)face < most ? (float)face : most;
	float share = (float)room / (float)offers->n;
	if (share < widest && share >= 30 * layout->scale)
		widest = share;
	return (int32_t)widest;
}

static void move(struct box *box, int32_t x, int32_t y)
{
	box->x1 += x - box->x0;
	box->y1 += y - box->y0;
	box->x0 = x;
	box->y0 = y;
}

static int32_t within(int32_t at, int32_t size, int32_t margin, int32_t room)
{
	if (at + size > room - margin)
		at = room - margin - size;
	return at < margin ? margin : at;
}

/* Above the key; its first one over the key, if there is room to the right. */
static void lay(struct popup *popup, const struct layout *layout, const struct box *face)
{
	int32_t margin = (int32_t)(3 * layout->scale), gap = (int32_t)(6 * layout->scale);
	int32_t w = popup->box.x1, h = popup->box.y1;
	int32_t x = (face->x0 + face->x1 - popup->width) / 2, y = face->y0 - gap - h;
	if (y < margin)
		y = margin;
	if (y + h > face->y0 + (face->y1 - face->y0) / 3) {
		bool right = face->x1 + gap + w <= layout->width - margin;
		x = right ? face->x1 + gap : face->x0 - gap - w;
		y = face->y0 + (face->y1 - face->y0 - h) / 2;
	}
	move(&popup->box, within(x, w, margin, layout->width),
		within(y, h, margin, layout->height));
}

/* The most wanted one comes to where the finger is; those before it move to its place. */
static void bring_first(struct popup *popup)
{
	struct offers *offers = &popup->offers;
	if (popup->chosen <= 0)
		return;
	struct offers was = *offers;
	for (int i = 0; i < popup->chosen; i++)
		memcpy(offers->text[i], was.text[i + 1], sizeof offers->text[i]);
	memcpy(offers->text[popup->chosen], was.text[0], sizeof was.text[0]);
}

void popup_open(struct popup *popup, const struct layout *layout, int key, float x,
	float y, bool stays)
{
	const struct box *face = &layout->keys[key].face;
	int32_t room = layout->width - 2 * (int32_t)(3 * layout->scale);
	popup->open = true;
	popup->stays = stays;
	popup->key = key;
	popup->width = width_of(&popup->offers, layout, face->x1 - face->x0, room);
	popup->height = (int32_t)(44 * layout->scale);
	uint32_t fit = room > popup->width ? (uint32_t)(room / popup->width) : 1;
	popup->columns = popup->offers.n < fit ? popup->offers.n : fit;
	uint32_t rows = (popup->offers.n + popup->columns - 1) / popup->columns;
	popup->box = (struct box){0, 0, (int32_t)popup->columns * popup->width,
		(int32_t)rows * popup->height};
	lay(popup, layout, face);
	popup->chosen = -1;
	if (!stays) {
		popup_point(popup, x, y);
		bring_first(popup);
	}
}

struct box popup_box(const struct popup *popup, uint32_t i)
{
	int32_t x = popup->box.x0 + (int32_t)(i % popup->columns) * popup->width;
	int32_t y = popup->box.y0 + (int32_t)(i / popup->columns) * popup->height;
	return (struct box){x, y, x + popup->width, y + popup->height};
}

static float beyond(float v, int32_t lo, int32_t hi)
{
	if (v < (float)lo)
		return (float)lo - v;
	return v > (float)hi ? v - (float)hi : 0;
}

bool popup_point(struct popup *popup, float x, float y)
{
	int chosen = -1;
	float reach = 2 * (float)popup->height, nearest = reach * reach;
	for (uint32_t i = 0; i < popup->offers.n; i++) {
		struct box b = popup_box(popup, i);
		float dx = beyond(x, b.x0, b.x1), dy = beyond(y, b.y0, b.y1);
		if (dx * dx + dy * dy >= nearest)
			continue;
		nearest = dx * dx + dy * dy;
		chosen = (int)i;
	}
	bool other = chosen != popup->chosen;
	popup->chosen = chosen;
	return other;
}
