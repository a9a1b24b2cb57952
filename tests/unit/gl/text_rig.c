#include "text_rig.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

void text_rig_reset(struct text_rig *rig)
{
	rig->run = (struct gl_text_run){
		.font = {.families = "DejaVu Sans Mono", .lang = "en"}, .size = 10};
	rig->request =
		(struct gl_text_request){.runs = &rig->run, .run_count = 1, .width = -1};
}

int text_rig_open(void **state)
{
	struct text_rig *rig = calloc(1, sizeof *rig);
	rig->fonts = gl_fonts_create(rig->why, sizeof rig->why);
	rig->text = rig->fonts ? gl_text_create(rig->fonts) : NULL;
	text_rig_reset(rig);
	*state = rig;
	return rig->text ? 0 : -1;
}

int text_rig_close(void **state)
{
	struct text_rig *rig = *state;
	gl_text_destroy(rig->text);
	gl_fonts_destroy(rig->fonts);
	free(rig);
	return 0;
}

int text_rig_lay_bytes(struct text_rig *rig, const char *text, size_t size)
{
	const void *block;
	size_t block_size;
	rig->request.text = text;
	rig->request.size = size;
	if (rig->request.runs == &rig->run)
		rig->run.end = (uint32_t)size;
	int r = gl_text_lay(
		rig->text, &rig->request, &block, &block_size, rig->why, sizeof rig->why);
	if (r == 0)
		assert_true(text_layout_open(&rig->layout, block, block_size));
	return r;
}

int text_rig_lay(struct text_rig *rig, const char *text)
{
	return text_rig_lay_bytes(rig, text, strlen(text));
}

static void check_cells(const struct text_layout *l, const struct text_line *line)
{
	const struct text_cell *cells = l->cells + line->first_cell;
	bool *seen = calloc(line->cells + 1, sizeof *seen);
	for (uint32_t i = 0; i < line->cells; i++) {
		assert_true(cells[i].index >= line->start && cells[i].index < line->end);
		assert_true(i == 0 || cells[i].index > cells[i - 1].index);
		assert_true(isfinite(cells[i].leading) && isfinite(cells[i].trailing));
		assert_true(cells[i].visual < line->cells && !seen[cells[i].visual]);
		seen[cells[i].visual] = true;
	}
	free(seen);
}

static void check_runs(const struct text_layout *l, const struct text_line *line)
{
	for (uint32_t i = line->first_run; i < line->first_run + line->runs; i++) {
		const struct text_run *run = &l->runs[i];
		assert_true(run->first_glyph + run->glyphs <= l->head->glyphs);
		assert_true(run->start <= run->end && run->end <= l->head->text_size);
		assert_true(run->start >= line->start && run->end <= line->end);
		for (uint32_t g = 0; g < run->glyphs; g++) {
			const struct text_glyph *at = &l->glyphs[run->first_glyph + g];
			assert_true(isfinite(at->x) && isfinite(at->y));
		}
	}
}

static void check_motion(const struct text_layout *l)
{
	uint32_t index = 0, steps = 0;
	for (;; steps++) {
		struct text_caret caret = text_layout_caret(l, index, false);
		assert_true(isfinite(caret.strong) && isfinite(caret.weak));
		uint32_t next = text_layout_move(l, index, TEXT_NEXT);
		if (next == index)
			break;
		assert_true(next > index);
		assert_int_equal(text_layout_move(l, next, TEXT_PREVIOUS), index);
		index = next;
	}
	const struct text_line *last = &l->lines[l->head->lines - 1];
	assert_int_equal(index, last->end);
}

void text_rig_check(const struct text_rig *rig)
{
	const struct text_layout *l = &rig->layout;
	uint32_t at = 0, cells = 0, runs = 0;
	for (uint32_t i = 0; i < l->head->lines; i++) {
		const struct text_line *line = &l->lines[i];
		assert_int_equal(line->start, at);
		assert_true(line->end >= line->start && line->next >= line->end);
		assert_int_equal(line->first_cell, cells);
		assert_int_equal(line->first_run, runs);
		assert_true(
			isfinite(line->x) && isfinite(line->width) && line->height > 0);
		at = line->next;
		cells += line->cells;
		runs += line->runs;
		check_cells(l, line);
		check_runs(l, line);
	}
	assert_true(at == l->head->text_size || l->head->flags & TEXT_CUT);
	assert_int_equal(cells, l->head->cells);
	assert_int_equal(runs, l->head->runs);
	check_motion(l);
}
