#include "sched/sim/plot.h"

#include <inttypes.h>
#include <string.h>

#include "sched/sim/model.h"
#include "sched/sim/report.h"

#define WIDTH       960
#define HEIGHT      470
#define LEFT        76
#define RIGHT       576
#define TOP         92
#define BOTTOM      372
#define DECADES     6 /* of latency: 1 us to 1 s */
#define BARS        706
#define BARS_MAX    160
#define LOG10_Q16   217706 /* log2 of 10 */
#define STEPS       20     /* of the curve, in each decade of percentiles */
#define STEPS_TOTAL (3 * STEPS)

static const struct look {
	const char *colour, *dashes;
	int width10;
} looks[MODELS] = {
	{"#0072b2", "none", 32},
	{"#d55e00", "9 3", 20},
	{"#009e73", "2 3", 20},
	{"#cc79a7", "9 3 2 3", 20},
	{"#8a6d00", "4 4", 20},
};

static const struct look *look_of(const struct result *result)
{
	for (int i = 0; i < MODELS; i++) {
		if (strcmp(models[i]->name, result->model) == 0)
			return &looks[i];
	}
	return &looks[0];
}

static void text(FILE *out, int x, int y, const char *attributes, const char *s)
{
	fprintf(out, "<text x=\"%d\" y=\"%d\"%s%s>", x, y, *attributes ? " " : "",
		attributes);
	for (; *s; s++) {
		if (*s == '<' || *s == '>' || *s == '&')
			fprintf(out, "&#%d;", *s);
		else
			fputc(*s, out);
	}
	fprintf(out, "</text>\n");
}

static void line(FILE *out, int x1, int y1, int x2, int y2, const char *colour)
{
	fprintf(out, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\"/>\n",
		x1, y1, x2, y2, colour);
}

/* In tenths of a pixel. */
static int y_of(uint64_t ns)
{
	int height = (BOTTOM - TOP) * 10;
	uint64_t least = ns < 1000 ? 1000 : ns > 1000000000 ? 1000000000 : ns;
	int64_t log = (int64_t)log2_q16(least) - log2_q16(1000);
	return BOTTOM * 10 - (int)(log * height / (DECADES * LOG10_Q16));
}

static int x_of(int step)
{
	return LEFT * 10 + step * (RIGHT - LEFT) * 10 / STEPS_TOTAL;
}

/* Parts in a million that lie beyond: 10 to the power of -step / 20. */
static uint32_t beyond_ppm(int step)
{
	static const uint32_t powers[STEPS] = {1000000, 891251, 794328, 707946, 630957,
		562341, 501187, 446684, 398107, 354813, 316228, 281838, 251189, 223872,
		199526, 177828, 158489, 141254, 125893, 112202};
	uint32_t ppm = powers[step % STEPS];
	for (int i = 0; i < step / STEPS; i++)
		ppm /= 10;
	return ppm;
}

static void draw_axes(FILE *out, const char *what)
{
	static const char *const times[DECADES + 1] = {
		"1 us", "10 us", "100 us", "1 ms", "10 ms", "100 ms", "1 s"};
	static const struct {
		int step;
		const char *name;
	} ticks[] = {{0, "0"}, {6, "50"}, {20, "90"}, {40, "99"}, {60, "99.9"}};
	for (int i = 0; i <= DECADES; i++) {
		int y = BOTTOM - (BOTTOM - TOP) * i / DECADES;
		line(out, LEFT, y, RIGHT, y, i ? "#dddddd" : "#444444");
		text(out, LEFT - 8, y + 4, "text-anchor=\"end\"", times[i]);
	}
	for (size_t i = 0; i < sizeof ticks / sizeof *ticks; i++) {
		int x = x_of(ticks[i].step) / 10;
		line(out, x, TOP, x, BOTTOM, i ? "#dddddd" : "#444444");
		text(out, x, BOTTOM + 18, "text-anchor=\"middle\"", ticks[i].name);
	}
	text(out, (LEFT + RIGHT) / 2, BOTTOM + 38, "text-anchor=\"middle\"",
		"percent of wake-ups, the slowest to the right");
	text(out, LEFT, TOP - 14, "font-weight=\"bold\"", what);
}

/* As far as there are samples to tell. */
static void draw_curve(
	FILE *out, const struct result *result, const struct samples *samples)
{
	const struct look *look = look_of(result);
	fprintf(out,
		"<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"%d.%d\" "
		"stroke-dasharray=\"%s\" stroke-linejoin=\"round\" points=\"",
		look->colour, look->width10 / 10, look->width10 % 10, look->dashes);
	for (int step = 0; step <= STEPS_TOTAL; step++) {
		uint32_t beyond = beyond_ppm(step);
		if ((uint64_t)beyond * samples->n < 1000000)
			break;
		int x = x_of(step);
		int y = y_of(samples_percentile(samples, 1000000 - beyond));
		fprintf(out, "%s%d.%d,%d.%d", step ? " " : "", x / 10, x % 10, y / 10,
			y % 10);
	}
	fprintf(out, "\"/>\n");
}

static void draw_legend(FILE *out, const struct result *results, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct look *look = look_of(&results[i]);
		int x = LEFT + (int)i * 102, y = HEIGHT - 24;
		fprintf(out,
			"<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" "
			"stroke-width=\"%d.%d\" stroke-dasharray=\"%s\"/>\n",
			x, y, x + 24, y, look->colour, look->width10 / 10,
			look->width10 % 10, look->dashes);
		text(out, x + 30, y + 4, "", results[i].model);
	}
}

static void draw_bar(
	FILE *out, const struct result *result, int y, int length, const char *value)
{
	text(out, BARS - 8, y + 11, "text-anchor=\"end\"", result->model);
	fprintf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"12\" fill=\"%s\"/>\n",
		BARS, y, length, look_of(result)->colour);
	text(out, BARS + length + 6, y + 11, "", value);
}

static void bar_jain(FILE *out, const struct result *r, int y)
{
	char value[16];
	snprintf(value, sizeof value, "%u.%04u", r->jain / 10000, r->jain % 10000);
	draw_bar(out, r, y, (int)(BARS_MAX * r->jain / 10000), value);
}

/* Logarithmic, 100 us to 1 s. */
static void bar_starved(FILE *out, const struct result *r, int y)
{
	uint64_t ns = r->starved_ns < 100000 ? 100000 : r->starved_ns;
	uint64_t log = log2_q16(ns) - log2_q16(100000);
	uint64_t length = log * BARS_MAX / ((uint64_t)4 * LOG10_Q16);
	draw_bar(out, r, y, length > BARS_MAX ? BARS_MAX : (int)length,
		duration_text(r->starved_ns).s);
}

static void bar_misses(FILE *out, const struct result *r, int y)
{
	char value[32];
	uint64_t parts = r->jobs ? r->misses * 10000 / r->jobs : 0;
	snprintf(value, sizeof value, "%" PRIu64 ".%02u %%", parts / 100,
		(unsigned)(parts % 100));
	draw_bar(out, r, y, (int)(parts * BARS_MAX / 10000), r->misses ? value : "none");
}

static void bar_work(FILE *out, const struct result *r, int y)
{
	char value[32];
	uint64_t tenths = r->work_ns * 1000 / r->duration_ns;
	snprintf(value, sizeof value, "%" PRIu64 ".%u %%", tenths / 10,
		(unsigned)(tenths % 10));
	draw_bar(out, r, y, (int)(tenths * BARS_MAX / 1000), value);
}

static void draw_bars(FILE *out, const struct result *results, size_t n)
{
	bool deadlines = n && results->jobs;
	const struct {
		const char *title;
		void (*draw)(FILE *out, const struct result *r, int y);
	} groups[] = {
		{"Fairness among plugins (Jain's index)", bar_jain},
		{"Longest starvation (log scale)", bar_starved},
		{deadlines ? "Admitted deadlines missed" : "Useful work, of all time",
			deadlines ? bar_misses : bar_work},
	};
	for (int g = 0; g < 3; g++) {
		int y = TOP + g * 118;
		text(out, BARS - 80, y - 14, "font-weight=\"bold\"", groups[g].title);
		for (size_t i = 0; i < n; i++)
			groups[g].draw(out, &results[i], y - 4 + (int)i * 17);
	}
}

/* The most urgent class that was woken often enough to draw. */
static int class_to_draw(const struct result *results)
{
	if (results->wake[TASK_LATENCY].n >= 50)
		return TASK_LATENCY;
	return results->wake[TASK_DEADLINE].n ? TASK_DEADLINE : TASK_NORMAL;
}

void plot_svg(FILE *out, const struct workload *w, const struct result *results, size_t n)
{
	static const char *const what[] = {
		[TASK_DEADLINE] = "Wake-up latency under a reservation",
		[TASK_LATENCY] = "Wake-up latency after input",
		[TASK_NORMAL] = "Wake-up latency",
	};
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		"viewBox=\"0 0 %d %d\" font-family=\"DejaVu Sans, sans-serif\" "
		"font-size=\"12\" fill=\"#222222\">\n",
		WIDTH, HEIGHT, WIDTH, HEIGHT);
	fprintf(out, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>\n", WIDTH,
		HEIGHT);
	text(out, 24, 38, "font-size=\"20\" font-weight=\"bold\"", w->title);
	int cls = class_to_draw(results);
	draw_axes(out, what[cls]);
	for (size_t i = n; i-- > 0;)
		draw_curve(out, &results[i], &results[i].wake[cls]);
	draw_bars(out, results, n);
	draw_legend(out, results, n);
	fprintf(out, "</svg>\n");
}
