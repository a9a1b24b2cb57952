#include "layout.h"

#include "rows.h"

/* A millimetre is 6.3 dp: a row of 57 is 9 mm high. */
#define ROW_DP      57
#define ROW_MIN_DP  44  /* of FULL: a row less, rather than less than this */
#define WIDE_MIN_DP 600 /* of the panel */

/* 40 % of the screen; where its height is not known it is that of a usual one. */
static int32_t limit_of(int32_t width, int32_t most, float scale)
{
	if (most > 0)
		return (int32_t)((int64_t)most * 4 / 5);
	bool wide = (float)width >= WIDE_MIN_DP * scale;
	return (int32_t)((float)width * (wide ? 0.25f : 0.7f));
}

static int32_t height_of(enum form form, bool tall, float scale, float row_dp)
{
	static const int32_t rows[] = {
		[FORM_NARROW] = 4, [FORM_SHORT] = 4, [FORM_FULL] = 5};
	struct rows_frame f = rows_frame_of(form, scale);
	int32_t n = rows[form] + (tall && form == FORM_NARROW);
	return f.top + f.bottom + f.strip + n * (int32_t)(row_dp * scale);
}

int32_t layout_height(
	int32_t width, int32_t most, float scale, bool tall, enum form *form)
{
	int32_t limit = limit_of(width, most, scale);
	if ((float)width < WIDE_MIN_DP * scale)
		*form = FORM_NARROW;
	else if (tall || height_of(FORM_FULL, tall, scale, ROW_MIN_DP) <= limit)
		*form = FORM_FULL;
	else
		*form = FORM_SHORT;
	int32_t wanted = height_of(*form, tall, scale, ROW_DP);
	return wanted < limit ? wanted : limit;
}

void layout_build(struct layout *layout, const struct layout_ask *ask)
{
	layout->width = ask->width;
	layout->height = ask->height;
	layout->scale = ask->scale;
	layout->form = ask->form;
	layout->n = 0;
	if (ask->form == FORM_NARROW)
		rows_narrow(layout, ask);
	else
		rows_wide(layout, ask);
}

int layout_find(const struct layout *layout, enum key_does does, uint32_t what)
{
	for (uint32_t i = 0; i < layout->n; i++) {
		const struct key *key = &layout->keys[i];
		bool by_place = does == KEY_TYPES_PLACE || does == KEY_PRESSES;
		if (key->does == does && (by_place ? key->place : key->arg) == what)
			return (int)i;
	}
	return -1;
}
