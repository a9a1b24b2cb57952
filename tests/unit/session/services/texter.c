/* For services_test.py: what osaas_text.h promises. */
#include "check.h"

#include <osaas_text.h>

#define W (10 * 1233.0f / 2048) /* of a letter of DejaVu Sans Mono */

static osaas_chan chan;
static struct osaas_text text;

static bool is_near(float a, float b)
{
	return a - b < 0.02f && b - a < 0.02f;
}

static void lay(const char *s, float width)
{
	struct osaas_text_style style = {.size = 10, .families = "DejaVu Sans Mono"};
	struct osaas_text_params params = {.text = s,
		.len = strlen(s),
		.styles = &style,
		.style_count = 1,
		.width = width};
	osaas_text_free(&text);
	CHECK(osaas_text_layout(chan, &params, &text) > 0);
}

static void check_lines(void)
{
	lay("ab cd\nef", 4 * W);
	CHECK_IS(text.head->lines, 3);
	CHECK(text.lines[1].start == 3 && text.lines[1].end == 5 &&
		text.lines[1].next == 6);
	CHECK(text.lines[1].flags == OSAAS_TEXT_LINE_HARD);
	CHECK(is_near(text.head->min_width, 2 * W) &&
		is_near(text.head->max_width, 5 * W));
	CHECK(text.cells[0].flags & OSAAS_TEXT_CELL_WORD_START);
}

static void check_questions(void)
{
	struct osaas_text_rect rects[4];
	lay("ab\u05d0\u05d1", 0);
	struct osaas_text_caret caret = osaas_text_caret(&text, 2, false);
	CHECK(is_near(caret.strong, 2 * W) && caret.weak > caret.strong);
	struct osaas_text_hit hit = osaas_text_hit(&text, W * 0.7f, 2);
	CHECK(hit.index == 1 && hit.cell == 0 && hit.inside);
	CHECK_IS(osaas_text_rects(&text, 1, 4, rects, 4), 2);
	CHECK(is_near(rects[0].x0, W) && is_near(rects[0].x1, 2 * W));
	CHECK_IS(osaas_text_move(&text, 2, OSAAS_TEXT_NEXT), 4);
	CHECK_IS(osaas_text_move(&text, 6, OSAAS_TEXT_PREVIOUS_WORD), 0);
}

static void check_styles(void)
{
	static const struct osaas_text_feature off = {OSAAS_TEXT_TAG("liga"), 0};
	static const float tabs[] = {50};
	struct osaas_text_style styles[] = {
		{.end = 2, .size = 10, .families = "DejaVu Sans Mono", .lang = "en"},
		{.size = 20,
			.weight = 700,
			.families = "DejaVu Sans",
			.features = &off,
			.feature_count = 1},
	};
	struct osaas_text_params params = {.text = "a\toffice",
		.len = 8,
		.styles = styles,
		.style_count = 2,
		.tabs = tabs,
		.tab_count = 1};
	osaas_text_free(&text);
	CHECK_IS(osaas_text_layout(chan, &params, &text), 1);
	const struct osaas_text_run *last = &text.runs[text.head->runs - 1];
	CHECK(last->style == 1 && last->glyphs == 6 && is_near(last->x0, 50));
	styles[0].size = -1;
	CHECK_IS(osaas_text_layout(chan, &params, &text), OSAAS_EINVAL);
	CHECK(!text.block);
	params.style_count = 0;
	CHECK_IS(osaas_text_layout(chan, &params, &text), OSAAS_EINVAL);
	params.len = OSAAS_TEXT_MAX + 1;
	CHECK_IS(osaas_text_layout(chan, &params, &text), OSAAS_E2BIG);
	CHECK_IS(osaas_text_font(chan, "no font", 7, 0), OSAAS_EINVAL);
	CHECK_IS(osaas_text_forget(chan, 0x80000000u), OSAAS_ENOENT);
}

static void check_paint(void)
{
	static const uint32_t colour = 0xff0000ff;
	struct osaas_ops ops;
	lay("a long line of more than sixty four letters, which are painted in two runs",
		0);
	osaas_ops_begin(&ops);
	osaas_text_paint(&text, &ops, 5, 7, &colour, 1);
	CHECK_IS(ops.error, 0);
	CHECK(ops.len > text.head->glyphs * 12);
	osaas_ops_drop(&ops);
}

TEST_PLUGIN("texter", "want = gui.text required: to set text\n")
{
	chan = osaas_cap("gui.text");
	CHECK(chan >= 0);
	check_lines();
	check_questions();
	check_styles();
	check_paint();
	osaas_text_free(&text);
	CHECK_IS(ask_nonsense(chan), OSAAS_ENOSYS);
}
