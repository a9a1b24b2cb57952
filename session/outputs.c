#include "session/outputs.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "session/night.h"
#include "session/output_db.h"
#include "session/screen.h"
#include "session/session.h"
#include "session/settings.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define SEEN_MAX 64 /* displays that are remembered */

/* A display that was seen in this session. */
struct display {
	struct list link; /* outputs.displays, in the order they were first seen in */
	struct output_names names;
	unsigned order;
	bool here;
	bool panel;                  /* built in */
	struct output_config config; /* what counts */
	struct screen *screen;       /* NULL: it has none now */
	float color[4]; /* its red, green, blue and gamma, as the card has them */
	int color_error;
};

struct kept {
	struct list link; /* outputs.kept */
	char name[OUTPUT_NAME_MAX];
	struct output_config config;
};

struct outputs {
	struct session *session;
	struct list displays, kept;
	unsigned n_seen;   /* for display.order */
	bool all_on;       /* what is off by settings is on: nothing else is here */
	bool panels_off;   /* the lid is closed, and something else is on */
	uint64_t night_ns; /* the time of the day may make other colours then; 0: never */
};

static const float neutral[4] = {1, 1, 1, 1};

/* What is kept. */

static struct kept *find_kept(const struct outputs *outputs, const char *name)
{
	list_for_each (kept, &outputs->kept, struct kept, link) {
		if (name[0] && strcmp(kept->name, name) == 0)
			return kept;
	}
	return NULL;
}

static void take_loaded(void *data, const struct output_kept *row)
{
	struct outputs *outputs = data;
	struct output_config config;
	char why[OUTPUT_WHY_MAX];
	if (output_config_read(&config, row->text, why) < 0)
		log_error("what is kept of display '%s' makes no sense: %s; it does not "
			  "count: 'osaas ctl output' with reset forgets it",
			row->name, why);
	else
		outputs_keep(outputs, row->name, &config);
}

static void load(struct outputs *outputs)
{
	struct output_db *db;
	char why[SQL_WHY_MAX];
	int r = output_db_open(false, &db, why);
	if (r == -ENOENT)
		return;
	if (r < 0) {
		log_error("what displays are to be cannot be read: %s", why);
		return;
	}
	r = output_db_load(db, take_loaded, outputs);
	if (r < 0)
		log_error("what displays are to be cannot be read: %s", strerror(-r));
	output_db_close(db);
}

const struct output_config *outputs_kept(const struct outputs *outputs, const char *name)
{
	const struct kept *kept = find_kept(outputs, name);
	return kept ? &kept->config : NULL;
}

void outputs_keep(
	struct outputs *outputs, const char *name, const struct output_config *config)
{
	struct kept *kept = find_kept(outputs, name);
	if (!kept && config) {
		kept = xcalloc(1, sizeof *kept);
		snprintf(kept->name, sizeof kept->name, "%s", name);
		list_push_back(&outputs->kept, &kept->link);
	}
	if (config) {
		kept->config = *config;
	} else if (kept) {
		list_remove(&kept->link);
		free(kept);
	}
}

struct outputs *outputs_create(struct session *session)
{
	struct outputs *outputs = xcalloc(1, sizeof *outputs);
	outputs->session = session;
	list_init(&outputs->displays);
	list_init(&outputs->kept);
	load(outputs);
	outputs->night_ns = 1; /* at once */
	return outputs;
}

void outputs_destroy(struct outputs *outputs)
{
	if (!outputs)
		return;
	list_for_each_safe (kept, &outputs->kept, struct kept, link)
		free(kept);
	list_for_each_safe (display, &outputs->displays, struct display, link)
		free(display);
	free(outputs);
}

/* Displays, and what counts for them. */

static bool is_twin(const struct display *a, const struct display *b)
{
	return a != b && a->here && b->here && !a->names.full[0] && a->names.model[0] &&
	       strcmp(a->names.model, b->names.model) == 0;
}

static bool has_twin(const struct outputs *outputs, const struct display *display)
{
	list_for_each (other, &outputs->displays, struct display, link) {
		if (is_twin(display, other))
			return true;
	}
	return false;
}

/* Its names, the most exact first. */
static void rank(const struct outputs *outputs, const struct display *display,
	const char *names[static 3])
{
	bool twin = has_twin(outputs, display);
	names[0] = display->names.full;
	names[1] = twin ? display->names.connector : display->names.model;
	names[2] = twin ? display->names.model : display->names.connector;
}

static const struct output_config *said_by_settings(
	const struct outputs *outputs, const char *name)
{
	list_for_each (
		s, &outputs->session->settings->outputs, struct settings_output, link) {
		if (name[0] && strcmp(s->name, name) == 0)
			return &s->config;
	}
	return NULL;
}

static void judge(const struct outputs *outputs, struct display *display)
{
	const struct output_config *settings = NULL, *kept = NULL;
	const char *names[3];
	rank(outputs, display, names);
	for (int i = 0; i < 3; i++) {
		settings = settings ? settings : said_by_settings(outputs, names[i]);
		kept = kept ? kept : outputs_kept(outputs, names[i]);
	}
	display->config = output_config_default();
	if (settings)
		output_config_merge(&display->config, settings);
	if (kept)
		output_config_merge(&display->config, kept);
}

void outputs_settings(struct outputs *outputs)
{
	list_for_each (display, &outputs->displays, struct display, link)
		judge(outputs, display);
	outputs->night_ns = 1;
}

static struct display *on_connector(const struct outputs *outputs, const char *connector)
{
	struct display *last = NULL;
	list_for_each (display, &outputs->displays, struct display, link) {
		if (strcmp(display->names.connector, connector) != 0)
			continue;
		if (display->here)
			return display;
		last = display;
	}
	return last;
}

static bool is_same(const struct display *display, const struct output_names *names)
{
	if (display->names.full[0] || names->full[0])
		return strcmp(display->names.full, names->full) == 0;
	return strcmp(display->names.model, names->model) == 0 &&
	       strcmp(display->names.connector, names->connector) == 0;
}

static struct display *find_same(
	const struct outputs *outputs, const struct output_names *names)
{
	struct display *elsewhere = NULL;
	list_for_each (display, &outputs->displays, struct display, link) {
		if (!is_same(display, names))
			continue;
		if (strcmp(display->names.connector, names->connector) == 0)
			return display;
		/* Makers that give all of theirs one serial number: those are two. */
		if (!display->here)
			elsewhere = display;
	}
	return elsewhere;
}

static void forget_oldest(struct outputs *outputs)
{
	unsigned n = 0;
	list_for_each (display, &outputs->displays, struct display, link)
		n++;
	list_for_each_safe (display, &outputs->displays, struct display, link) {
		if (n < SEEN_MAX)
			return;
		if (display->here || display->screen)
			continue;
		list_remove(&display->link);
		free(display);
		n--;
	}
}

static struct display *add_display(struct outputs *outputs)
{
	forget_oldest(outputs);
	struct display *display = xcalloc(1, sizeof *display);
	display->order = ++outputs->n_seen;
	list_push_back(&outputs->displays, &display->link);
	return display;
}

static struct display *see(struct outputs *outputs, const char *connector,
	const struct kms_identity *identity)
{
	const struct output_names names = output_names_of(connector, identity);
	struct display *display = find_same(outputs, &names);
	if (!display)
		display = add_display(outputs);
	list_for_each (other, &outputs->displays, struct display, link) {
		if (other != display && strcmp(other->names.connector, connector) == 0)
			other->here = false;
	}
	display->names = names;
	display->here = true;
	display->panel = identity && identity->panel;
	return display;
}

/* Scans. */

void outputs_scan_begin(struct outputs *outputs)
{
	list_for_each (display, &outputs->displays, struct display, link)
		display->here = false;
}

void outputs_configure(struct outputs *outputs, const char *connector,
	const struct kms_identity *identity, struct kms_config *config)
{
	struct display *display = see(outputs, connector, identity);
	judge(outputs, display);
	*config = display->config.kms;
	config->off |= display->panel && outputs->panels_off;
	config->off &= !outputs->all_on;
}

static bool closed(const struct outputs *outputs)
{
	return outputs->session->lid_closed && !outputs->session->settings->lid_ignored;
}

bool outputs_scan_end(struct outputs *outputs)
{
	bool all_on = outputs->all_on, panels_off = outputs->panels_off;
	unsigned here = 0, on = 0, outside = 0;
	list_for_each (display, &outputs->displays, struct display, link) {
		display->here |= display->screen != NULL; /* there was no scan */
		here += display->here;
		on += display->here && !display->config.kms.off;
		outside += display->here && !display->config.kms.off && !display->panel;
	}
	outputs->panels_off = closed(outputs) && outside > 0;
	outputs->all_on = here > 0 && on == 0;
	if (outputs->all_on && !all_on)
		log_info("every display that is here is off by its settings: they are on "
			 "till another one is connected");
	return outputs->all_on != all_on || outputs->panels_off != panels_off;
}

/* Screens. */

/* Its last screen, on another connector, has not gone yet. */
static struct display *add_twin(struct outputs *outputs, const struct display *display)
{
	struct display *twin = add_display(outputs);
	twin->names = display->names;
	twin->here = true;
	return twin;
}

void outputs_add(struct outputs *outputs, struct screen *screen)
{
	struct display *display = see(outputs, screen->name, screen->identity);
	if (display->screen)
		display = add_twin(outputs, display);
	struct list *before = outputs->session->screens.prev;
	judge(outputs, display);
	display->screen = screen;
	memcpy(display->color, neutral, sizeof neutral);
	display->color_error = 0;
	screen->order = display->order;
	while (before != &outputs->session->screens &&
		container_of(before, struct screen, link)->order > screen->order)
		before = before->prev;
	list_insert_between(before, &screen->link, before->next);
	outputs->night_ns = 1;
}

static void set_source(struct screen *screen, struct screen *source)
{
	if (screen->mirrors == source)
		return;
	screen->mirrors = source;
	screen_turned(screen);
}

void outputs_remove(struct outputs *outputs, struct screen *screen)
{
	list_remove(&screen->link);
	list_for_each (display, &outputs->displays, struct display, link) {
		if (display->screen == screen)
			display->screen = NULL;
	}
	list_for_each (other, &outputs->session->screens, struct screen, link) {
		if (other->mirrors == screen)
			set_source(other, NULL);
	}
}

static struct display *display_of(
	const struct outputs *outputs, const struct screen *screen)
{
	list_for_each (display, &outputs->displays, struct display, link) {
		if (display->screen == screen)
			return display;
	}
	return NULL;
}

/* Whom a display mirrors by its settings alone; NULL: nobody that has a screen. */
static struct display *mirrored(
	const struct outputs *outputs, const struct display *display)
{
	list_for_each (other, &outputs->displays, struct display, link) {
		if (other != display && other->screen &&
			output_names_have(&other->names, display->config.mirror))
			return other;
	}
	return NULL;
}

/* A mirror of a mirror shows what that one shows; those that go round in a circle show their own. */
static struct screen *source_of(
	const struct outputs *outputs, const struct display *display)
{
	const struct display *last = display;
	for (unsigned i = 0; i <= SEEN_MAX; i++) {
		const struct display *next = mirrored(outputs, last);
		if (!next)
			return last == display ? NULL : last->screen;
		last = next;
	}
	return NULL;
}

static void set_transform(struct screen *screen, enum transform transform)
{
	if (screen->transform == transform)
		return;
	if (transform_turns(screen->transform) != transform_turns(transform)) {
		int32_t width = screen->width;
		screen->width = screen->height;
		screen->height = width;
	}
	screen->transform = transform;
	screen_turned(screen);
}

struct outputs_place outputs_place(const struct screen *screen)
{
	const struct screen *source = screen_source(screen);
	struct gl_rect at =
		gl_fit(source->width, source->height, screen->width, screen->height);
	double across = source->width / source->scale / (at.x1 - at.x0);
	double down = source->height / source->scale / (at.y1 - at.y0);
	return (struct outputs_place){.x = source->x - at.x0 * across,
		.y = source->y - at.y0 * down,
		.width = screen->width * across,
		.height = screen->height * down};
}

/* Where a mirror's view would lie so that its source's is in its middle, as large as fits. */
static void lie_over(struct screen *screen)
{
	struct outputs_place place = outputs_place(screen);
	screen->scale = screen->width / place.width;
	screen->x = place.x;
	screen->y = place.y;
}

static void arrange_placed(struct outputs *outputs, double *right, double *top)
{
	list_for_each (screen, &outputs->session->screens, struct screen, link) {
		const struct output_config *config = &display_of(outputs, screen)->config;
		if (screen->mirrors || !config->placed)
			continue;
		screen->x = config->x;
		screen->y = config->y;
		*top = isnan(*right) ? screen->y : fmin(*top, screen->y);
		*right = fmax(*right, screen->x + screen->width / screen->scale);
	}
}

static void arrange_rest(struct outputs *outputs, double right, double top)
{
	list_for_each (screen, &outputs->session->screens, struct screen, link) {
		if (screen->mirrors || display_of(outputs, screen)->config.placed)
			continue;
		screen->x = isnan(right) ? 0 : right;
		screen->y = top;
		right = screen->x + screen->width / screen->scale;
	}
}

void outputs_arrange(struct outputs *outputs)
{
	struct list *screens = &outputs->session->screens;
	double right = NAN, top = 0;
	list_for_each (screen, screens, struct screen, link) {
		const struct display *display = display_of(outputs, screen);
		set_transform(screen, display->config.transform);
		set_source(screen, source_of(outputs, display));
		screen->scale = display->config.scale > 0 ? display->config.scale
							  : outputs->session->scale;
	}
	arrange_placed(outputs, &right, &top);
	arrange_rest(outputs, right, top);
	list_for_each (screen, screens, struct screen, link) {
		if (screen->mirrors)
			lie_over(screen);
	}
}

struct screen *outputs_home(const struct outputs *outputs, const char *id)
{
	struct screen *first = NULL;
	list_for_each (screen, &outputs->session->screens, struct screen, link) {
		if (screen->mirrors)
			continue;
		if (id && output_config_wants(&display_of(outputs, screen)->config, id))
			return screen;
		first = first ? first : screen;
	}
	return first;
}

/* For people. */

const struct output_config *outputs_config(
	const struct outputs *outputs, const char *connector)
{
	const struct display *display = on_connector(outputs, connector);
	return display ? &display->config : NULL;
}

int outputs_color_error(const struct outputs *outputs, const char *connector)
{
	const struct display *display = on_connector(outputs, connector);
	return display && display->screen ? display->color_error : 0;
}

int outputs_find(const struct outputs *outputs, const char *word,
	char connector[static OUTPUT_NAME_MAX], char name[static OUTPUT_NAME_MAX])
{
	const struct display *found = NULL;
	list_for_each (display, &outputs->displays, struct display, link) {
		if (!display->here || !output_names_have(&display->names, word))
			continue;
		if (found)
			return -EEXIST;
		found = display;
	}
	if (!found)
		return -ENOENT;
	const char *names[3];
	rank(outputs, found, names);
	snprintf(connector, OUTPUT_NAME_MAX, "%s", found->names.connector);
	snprintf(name, OUTPUT_NAME_MAX, "%s",
		names[0][0]   ? names[0]
		: names[1][0] ? names[1]
			      : names[2]);
	return 0;
}

const struct output_config *outputs_said(const struct outputs *outputs,
	const char *connector, char name[static OUTPUT_NAME_MAX])
{
	const struct display *display = on_connector(outputs, connector);
	const struct output_config *kept = NULL;
	const char *names[3];
	name[0] = '\0';
	if (!display || !display->here)
		return NULL;
	rank(outputs, display, names);
	for (int i = 0; i < 3 && !kept; i++) {
		kept = outputs_kept(outputs, names[i]);
		if (kept)
			snprintf(name, OUTPUT_NAME_MAX, "%s", names[i]);
	}
	return kept;
}

/* Colours. */

static int32_t second_of_day(void)
{
	time_t now = time(NULL);
	struct tm tm;
	localtime_r(&now, &tm);
	return tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
}

static void color(struct display *display, int32_t kelvin)
{
	struct screen *screen = display->screen;
	float want[4] = {[3] = (float)display->config.gamma};
	night_color(display->config.night ? display->config.night : kelvin, want);
	if (memcmp(want, display->color, sizeof want) == 0) {
		display->color_error = 0;
		return;
	}
	int r = screen->ops->color ? screen->ops->color(screen, want, want[3]) : -ENOTSUP;
	if (r < 0 && r != display->color_error)
		log_error("%s: the card does not change its colours: %s", screen->name,
			strerror(-r));
	display->color_error = r;
	if (r < 0)
		return;
	memcpy(display->color, want, sizeof want);
	screen_damage_all(screen);
}

void outputs_turn_now(struct outputs *outputs)
{
	const struct night *night = &outputs->session->settings->night;
	uint32_t again;
	/* Without one the time zone is not read. */
	int32_t second = night->from == night->to ? 0 : second_of_day();
	int32_t kelvin = night_now(night, second, &again);
	outputs->night_ns = again ? clock_now_ns() + again * NS_PER_S : 0;
	list_for_each (display, &outputs->displays, struct display, link) {
		if (display->screen)
			color(display, kelvin);
	}
}

void outputs_turn(struct outputs *outputs)
{
	if (outputs->night_ns && clock_now_ns() >= outputs->night_ns)
		outputs_turn_now(outputs);
}

uint64_t outputs_next_ns(const struct outputs *outputs)
{
	return outputs->night_ns ? outputs->night_ns : UINT64_MAX;
}
