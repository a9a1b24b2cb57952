#include "sched/sim/parse.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define LINE_MAX 1024

static int parse_title(struct parser *p)
{
	size_t n = 0;
	for (const char *word; (word = words_next(&p->words));) {
		size_t len = strlen(word);
		if (n + len + 1 >= WORKLOAD_TITLE)
			return words_fail(&p->words,
				"the title is longer than %d characters",
				WORKLOAD_TITLE - 2);
		if (n)
			p->w->title[n++] = ' ';
		memcpy(p->w->title + n, word, len + 1);
		n += len;
	}
	return n ? 0 : words_fail(&p->words, "the title is missing");
}

static int parse_duration(struct parser *p)
{
	return words_span(
		&p->words, "the duration", 1000000, 600 * SECOND_NS, &p->w->duration_ns);
}

static int parse_slice(struct parser *p)
{
	return words_span(&p->words, "the slice", 100000, SECOND_NS, &p->w->slice_ns);
}

static int parse_seed(struct parser *p)
{
	return words_number(&p->words, "the seed", 0, UINT32_MAX, &p->w->seed);
}

static int parse_cost(struct parser *p)
{
	while (p->words.at < p->words.n) {
		int r;
		if (words_accept(&p->words, "switch"))
			r = words_span(&p->words, "the cost of a switch", 0, 50000,
				&p->w->switch_ns);
		else if (words_accept(&p->words, "preempt"))
			r = words_span(&p->words, "the cost of a preemption", 0, 50000,
				&p->w->preempt_ns);
		else
			return words_fail(&p->words,
				"a cost is of 'switch' or 'preempt', not '%.32s'",
				p->words.words[p->words.at]);
		if (r < 0)
			return r;
	}
	return 0;
}

static int parse_times(struct parser *p, struct source_spec *s)
{
	while (p->words.at < p->words.n &&
		strcmp(p->words.words[p->words.at], "input") != 0) {
		if (s->n_times == WORKLOAD_TIMES)
			return words_fail(&p->words, "more than %d times in one source",
				WORKLOAD_TIMES);
		uint64_t *t = &s->times_ns[s->n_times++];
		int r = words_span(&p->words, "a time", 0, HOUR_NS, t);
		if (r < 0)
			return r;
		if (s->n_times > 1 && *t < t[-1])
			return words_fail(&p->words, "the times are not in order");
	}
	return s->n_times ? 0 : words_fail(&p->words, "no time is given");
}

static int parse_burst(struct parser *p, struct source_spec *s)
{
	int r = words_count(&p->words, "the length of a burst", 10000, &s->count);
	if (r == 0)
		r = words_expect(&p->words, "gap");
	if (r == 0)
		r = words_span(&p->words, "the gap", 1000, HOUR_NS, &s->gap_ns);
	return r;
}

static int parse_source_options(struct parser *p, struct source_spec *s)
{
	while (p->words.at < p->words.n) {
		if (words_accept(&p->words, "input"))
			s->input = true;
		else if (!words_accept(&p->words, "offset"))
			return words_fail(&p->words, "'%.32s' is no option of a source",
				p->words.words[p->words.at]);
		else if (words_span(&p->words, "the offset", 0, HOUR_NS, &s->offset_ns) <
			 0)
			return -EINVAL;
	}
	return 0;
}

static int parse_source_kind(struct parser *p, struct source_spec *s)
{
	int r = 0;
	if (words_accept(&p->words, "at")) {
		s->kind = SOURCE_RECORDED;
		return parse_times(p, s);
	}
	if (words_accept(&p->words, "burst")) {
		s->kind = SOURCE_BURST;
		r = parse_burst(p, s);
	} else if (words_accept(&p->words, "poisson")) {
		s->kind = SOURCE_POISSON;
	}
	if (r == 0 && !words_accept(&p->words, "every"))
		r = words_fail(&p->words,
			"a source is 'every', 'poisson every', 'burst' or 'at'");
	if (r == 0)
		r = words_span(&p->words, "the period", 10000, HOUR_NS, &s->period_ns);
	if (r == 0 && s->kind == SOURCE_BURST && s->gap_ns * s->count > s->period_ns)
		r = words_fail(&p->words, "a burst is longer than its period");
	return r;
}

static int parse_source(struct parser *p)
{
	struct workload *w = p->w;
	if (w->n_sources == WORKLOAD_SOURCES)
		return words_fail(&p->words, "more than %d sources", WORKLOAD_SOURCES);
	struct source_spec s = {0};
	int r = words_name(&p->words, s.name);
	if (r == 0 && parse_find_source(w, s.name) >= 0)
		r = words_fail(&p->words, "there is a source '%s' already", s.name);
	if (r == 0)
		r = parse_source_kind(p, &s);
	if (r == 0)
		r = parse_source_options(p, &s);
	if (r == 0)
		w->sources[w->n_sources++] = s;
	return r;
}

static int parse_channel(struct parser *p)
{
	struct workload *w = p->w;
	if (w->n_chans == WORKLOAD_CHANS)
		return words_fail(&p->words, "more than %d channels", WORKLOAD_CHANS);
	struct chan_spec c = {.depth = 1};
	int r = words_name(&p->words, c.name);
	if (r == 0 && parse_find_chan(w, c.name) >= 0)
		r = words_fail(&p->words, "there is a channel '%s' already", c.name);
	if (r == 0 && words_accept(&p->words, "depth"))
		r = words_count(&p->words, "the depth", 65536, &c.depth);
	if (r == 0)
		w->chans[w->n_chans++] = c;
	return r;
}

static int parse_plugin_option(struct parser *p, struct plugin_spec *s)
{
	uint64_t x = 0;
	int r;
	if (words_accept(&p->words, "weight")) {
		r = words_number(&p->words, "the weight", POLICY_WEIGHT_MIN,
			POLICY_WEIGHT_MAX, &x);
		s->weight = (unsigned)x;
	} else if (words_accept(&p->words, "count")) {
		r = words_count(&p->words, "the count", WORKLOAD_COPIES, &s->count);
	} else if (words_accept(&p->words, "prior")) {
		r = words_span(&p->words, "the prior", 0, SECOND_NS, &s->prior.run_ns);
	} else if (words_accept(&p->words, "cache")) {
		r = words_number(&p->words, "cache", 0, 255, &x);
		s->prior.cache = (uint8_t)x;
	} else if (words_accept(&p->words, "refill")) {
		r = words_span(&p->words, "the refill", 0, HOUR_NS, &s->refill_ns);
	} else {
		r = words_fail(&p->words, "'%.32s' is no option of a plugin",
			p->words.words[p->words.at]);
	}
	return r;
}

static int parse_plugin(struct parser *p)
{
	struct workload *w = p->w;
	if (w->n_plugins == WORKLOAD_PLUGINS)
		return words_fail(&p->words,
			"more than %d plugins; 'count' makes many of one kind",
			WORKLOAD_PLUGINS);
	struct plugin_spec s = {.weight = POLICY_WEIGHT, .count = 1};
	int r = words_name(&p->words, s.name);
	while (r == 0 && p->words.at < p->words.n)
		r = parse_plugin_option(p, &s);
	if (r == 0)
		w->plugins[w->n_plugins++] = s;
	return r;
}

static int parse_reserve(struct parser *p, struct task_spec *t)
{
	int r = words_span(&p->words, "the budget", 10000, SECOND_NS, &t->budget_ns);
	if (r == 0)
		r = words_expect(&p->words, "every");
	if (r == 0)
		r = words_span(&p->words, "the period", 10000, SECOND_NS, &t->period_ns);
	t->deadline_ns = t->period_ns;
	if (r == 0 && words_accept(&p->words, "within"))
		r = words_span(
			&p->words, "the deadline", 10000, SECOND_NS, &t->deadline_ns);
	if (r == 0 && (t->budget_ns > t->deadline_ns || t->deadline_ns > t->period_ns))
		r = words_fail(&p->words,
			"budget, deadline and period must not be each longer than "
			"the next");
	if (r == 0 && words_accept(&p->words, "ahead"))
		r = words_span(&p->words, "the stock", 0, SECOND_NS, &t->ahead_ns);
	return r;
}

static int parse_task_option(struct parser *p, struct task_spec *t)
{
	if (words_accept(&p->words, "count"))
		return words_count(&p->words, "the count", WORKLOAD_LIVE, &t->count);
	if (words_accept(&p->words, "stagger"))
		return words_span(&p->words, "the stagger", 0, SECOND_NS, &t->stagger_ns);
	if (words_accept(&p->words, "reserve"))
		return parse_reserve(p, t);
	if (!words_accept(&p->words, "spawned"))
		return words_fail(&p->words, "'%.32s' is no option of a task",
			p->words.words[p->words.at]);
	t->spawned = true;
	return 0;
}

static int parse_task(struct parser *p)
{
	struct workload *w = p->w;
	if (w->n_plugins == 0)
		return words_fail(&p->words,
			"a task belongs to a plugin, and none is described yet");
	if (w->n_tasks == WORKLOAD_TASKS)
		return words_fail(
			&p->words, "more than %d kinds of task", WORKLOAD_TASKS);
	struct task_spec t = {
		.plugin = (unsigned)w->n_plugins - 1, .count = 1, .first = w->n_steps};
	int r = words_name(&p->words, t.name);
	if (r == 0 && parse_find_task(w, t.name) >= 0)
		r = words_fail(&p->words, "the plugin has a task '%s' already", t.name);
	while (r == 0 && p->words.at < p->words.n)
		r = parse_task_option(p, &t);
	if (r == 0)
		w->tasks[w->n_tasks++] = t;
	return r;
}

static int parse_line(struct parser *p)
{
	static const struct {
		const char *word;
		int (*parse)(struct parser *p);
	} lines[] = {
		{"title", parse_title},
		{"duration", parse_duration},
		{"slice", parse_slice},
		{"seed", parse_seed},
		{"cost", parse_cost},
		{"source", parse_source},
		{"channel", parse_channel},
		{"plugin", parse_plugin},
		{"task", parse_task},
		{"wait", parse_wait},
		{"every", parse_every},
		{"sleep", parse_sleep},
		{"recv", parse_recv},
		{"send", parse_send},
		{"compute", parse_compute},
		{"hold", parse_hold},
		{"spawn", parse_spawn},
	};
	const char *word = words_next(&p->words);
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		if (strcmp(word, lines[i].word) != 0)
			continue;
		int r = lines[i].parse(p);
		if (r == 0 && p->words.at < p->words.n)
			r = words_fail(&p->words, "'%.32s' is too much",
				p->words.words[p->words.at]);
		return r;
	}
	return words_fail(&p->words,
		"'%.32s' is not known; sched/sim/README.md lists what is", word);
}

static bool takes_time(const struct step *step)
{
	return step->kind != STEP_SEND && step->kind != STEP_RECV &&
	       step->kind != STEP_SPAWN;
}

/* What a single line cannot know. */
static int check_task(struct parser *p, const struct task_spec *t)
{
	const struct workload *w = p->w;
	bool takes = false, begins = false;
	for (size_t i = t->first; i < t->first + t->n_steps; i++) {
		const struct step *step = &w->steps[i];
		takes |= takes_time(step);
		begins |= step->kind == STEP_WAIT || step->kind == STEP_EVERY;
		if (t->spawned && step->kind == STEP_WAIT)
			return words_fail(&p->words,
				"task '%s' is spawned: it cannot wait for a source",
				t->name);
	}
	if (!takes)
		return words_fail(
			&p->words, "task '%s' has no step that takes time", t->name);
	if (t->budget_ns && (!begins || t->spawned))
		return words_fail(&p->words,
			"task '%s' reserves: it needs 'wait' or 'every', and "
			"cannot be spawned",
			t->name);
	return 0;
}

static int check(struct parser *p)
{
	const struct workload *w = p->w;
	size_t plugins = 0, tasks = 0;
	for (size_t i = 0; i < w->n_plugins; i++) {
		plugins += w->plugins[i].count;
		if (w->plugins[i].refill_ns > w->slice_ns / 10)
			return words_fail(&p->words,
				"plugin '%s': a refill is at most a tenth of the "
				"slice",
				w->plugins[i].name);
	}
	for (size_t i = 0; i < w->n_tasks; i++) {
		int r = check_task(p, &w->tasks[i]);
		if (r < 0)
			return r;
		tasks += (size_t)w->tasks[i].count * w->plugins[w->tasks[i].plugin].count;
	}
	if (!w->duration_ns || !w->title[0] || !tasks)
		return words_fail(&p->words, "title, duration and a task are needed");
	if (plugins > WORKLOAD_COPIES || tasks > WORKLOAD_LIVE)
		return words_fail(&p->words, "more than %d plugins or %d tasks",
			WORKLOAD_COPIES, WORKLOAD_LIVE);
	return 0;
}

int workload_parse(
	struct workload *workload, const char *text, size_t size, char why[static 160])
{
	*workload = (struct workload){
		.slice_ns = POLICY_SLICE_NS, .switch_ns = 500, .preempt_ns = 5000};
	struct parser p = {.w = workload, .words.why = why};
	for (const char *end = text + size; text < end;) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));
		size_t n = (size_t)((stop ? stop : end) - text);
		char line[LINE_MAX];
		p.words.line++;
		if (n >= sizeof line || memchr(text, 0, n))
			return words_fail(&p.words, "longer than %d bytes, or not a text",
				LINE_MAX);
		memcpy(line, text, n);
		line[n] = 0;
		text = stop ? stop + 1 : end;
		int r = words_split(&p.words, line);
		if (r == 0 && p.words.n)
			r = parse_line(&p);
		if (r < 0)
			return r;
	}
	return check(&p);
}

static void set_name(struct workload *workload, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	size_t n = strcspn(base, ".");
	snprintf(workload->name, sizeof workload->name, "%.*s", (int)n, base);
}

int workload_load(struct workload *workload, const char *path, char why[static 512])
{
	static char text[65536 + 1];
	FILE *file = fopen(path, "r");
	if (!file) {
		int r = -errno;
		snprintf(why, 512, "%s: %s", path, strerror(-r));
		return r;
	}
	size_t size = fread(text, 1, sizeof text, file);
	int r = ferror(file) ? -EIO : size == sizeof text ? -EFBIG : 0;
	fclose(file);
	char reason[160] = "";
	if (r < 0)
		snprintf(reason, sizeof reason, "cannot be read, or is over 64 KiB");
	else
		r = workload_parse(workload, text, size, reason);
	if (r < 0)
		snprintf(why, 512, "%.300s: %s", path, reason);
	else
		set_name(workload, path);
	return r;
}
