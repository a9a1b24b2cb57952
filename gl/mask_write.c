/* Masks under construction. */
#include <stdlib.h>

#include "gl/mask.h"
#include "gl/scene.h"

/* A run of equal pixels shorter than this joins its neighbours' values: a quad costs more. */
#define SHORT_RUN 8
/* Values of which so many are alike become a run. */
#define LONG_RUN 32

void mask_begin(struct mask_scratch *s)
{
	s->n_spans = s->n_cover = s->n_rows = 0;
}

bool mask_end(struct mask_scratch *s)
{
	if (!scene_reserve(s, rows, 1))
		return false;
	s->rows[s->n_rows++] = (uint32_t)s->n_spans;
	return true;
}

bool mask_row(struct mask_scratch *s, size_t spans, size_t values)
{
	/* Each run may be split in two by values, and short runs become values. */
	return mask_end(s) && scene_reserve(s, spans, 2 * spans + values / 4 + 2) &&
	       scene_reserve(s, cover, values + spans * SHORT_RUN);
}

static struct gl_span *last_span(struct mask_scratch *s, int32_t x)
{
	if (s->n_spans == s->rows[s->n_rows - 1])
		return NULL;
	struct gl_span *last = &s->spans[s->n_spans - 1];
	return last->x + last->len == x ? last : NULL;
}

static void put_span(
	struct mask_scratch *s, int32_t x, int32_t len, uint16_t value, uint32_t cover)
{
	s->spans[s->n_spans++] = (struct gl_span){
		.x = (uint16_t)x,
		.len = (uint16_t)len,
		.value = value,
		.cover = cover,
	};
}

uint16_t *mask_put_values(struct mask_scratch *s, int32_t x, int32_t len)
{
	struct gl_span *last = last_span(s, x);
	if (last && last->cover != COVER_NONE)
		last->len = (uint16_t)(last->len + len);
	else if (len > 0)
		put_span(s, x, len, 0, (uint32_t)s->n_cover);
	s->n_cover += (size_t)len;
	return &s->cover[s->n_cover - (size_t)len];
}

void mask_put_run(struct mask_scratch *s, int32_t x, int32_t len, uint16_t value)
{
	if (value == 0 || len <= 0)
		return;
	struct gl_span *last = last_span(s, x);
	if (last && last->cover == COVER_NONE && last->value == value) {
		last->len = (uint16_t)(last->len + len);
	} else if (len < SHORT_RUN && (len == 1 || (last && last->cover != COVER_NONE))) {
		uint16_t *values = mask_put_values(s, x, len);
		for (int32_t i = 0; i < len; i++)
			values[i] = value;
	} else {
		put_span(s, x, len, value, COVER_NONE);
	}
}

static size_t alike(const uint16_t *values, size_t from, size_t n)
{
	size_t i = from;
	while (i < n && values[i] == values[from])
		i++;
	return i - from;
}

/* The last len values are taken back and put again in parts; what is kept moves down. */
void mask_split_values(struct mask_scratch *s, int32_t len, int32_t run)
{
	size_t n = (size_t)len, base = s->n_cover - n;
	if (n == 0)
		return;
	struct gl_span *span = &s->spans[s->n_spans - 1];
	const uint16_t *values = &s->cover[base];
	int32_t x = span->x + span->len - len;
	span->len = (uint16_t)(span->len - n);
	if (span->len == 0)
		s->n_spans--;
	s->n_cover = base;
	for (size_t i = 0, same; i < n; i += same) {
		uint16_t value = values[i];
		same = alike(values, i, n);
		bool end = value == 0 && (i == 0 || i + same == n);
		if (end || same >= (size_t)run) {
			mask_put_run(s, x + (int32_t)i, (int32_t)same, value);
			continue;
		}
		uint16_t *to = mask_put_values(s, x + (int32_t)i, (int32_t)same);
		for (size_t k = 0; k < same; k++)
			to[k] = value;
	}
}

void mask_trim_values(struct mask_scratch *s, int32_t len)
{
	size_t n = (size_t)len;
	const uint16_t *values = &s->cover[s->n_cover - n];
	if (n == 0)
		return;
	bool split = values[0] == 0 || values[n - 1] == 0;
	for (size_t i = LONG_RUN - 1; i < n && !split; i += LONG_RUN / 2)
		split = values[i] == values[i - LONG_RUN / 2];
	if (split)
		mask_split_values(s, len, SHORT_RUN);
}
