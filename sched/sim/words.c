#include "sched/sim/words.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int words_fail(struct words *p, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = snprintf(p->why, 160, "line %u: ", p->line);
	vsnprintf(p->why + n, 160 - (size_t)n, format, args);
	va_end(args);
	return -EINVAL;
}

const char *words_next(struct words *p)
{
	return p->at < p->n ? p->words[p->at++] : NULL;
}

bool words_accept(struct words *p, const char *word)
{
	if (p->at >= p->n || strcmp(p->words[p->at], word) != 0)
		return false;
	p->at++;
	return true;
}

int words_expect(struct words *p, const char *word)
{
	return words_accept(p, word) ? 0 : words_fail(p, "'%s' is missing", word);
}

/* Digits only; returns what follows them, NULL when there is none or it is too big. */
static const char *digits(const char *s, uint64_t *value)
{
	uint64_t x = 0;
	const char *from = s;
	for (; *s >= '0' && *s <= '9'; s++) {
		if (x > HOUR_NS)
			return NULL;
		x = x * 10 + (uint64_t)(*s - '0');
	}
	*value = x;
	return s == from ? NULL : s;
}

int words_number(
	struct words *p, const char *what, uint64_t min, uint64_t max, uint64_t *value)
{
	const char *word = words_next(p);
	if (!word)
		return words_fail(p, "%s is missing", what);
	const char *end = digits(word, value);
	if (!end || *end || *value < min || *value > max)
		return words_fail(p, "%s is a number from %llu to %llu, not '%.32s'",
			what, (unsigned long long)min, (unsigned long long)max, word);
	return 0;
}

int words_count(struct words *p, const char *what, unsigned max, unsigned *value)
{
	uint64_t x = 0;
	int r = words_number(p, what, 1, max, &x);
	*value = (unsigned)x;
	return r;
}

static uint64_t unit(const char *s)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {{"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", SECOND_NS}};
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		if (strcmp(s, units[i].name) == 0)
			return units[i].ns;
	}
	return 0;
}

int words_span(
	struct words *p, const char *what, uint64_t min, uint64_t max, uint64_t *ns)
{
	const char *word = words_next(p);
	if (!word)
		return words_fail(p, "%s is missing", what);
	const char *end = digits(word, ns);
	uint64_t factor = end ? unit(end) : 0;
	if (!factor)
		return words_fail(
			p, "%s is a time such as 300us, not '%.32s'", what, word);
	if (*ns > HOUR_NS / factor || *ns * factor < min || *ns * factor > max)
		return words_fail(p, "%s is from %llu ns to %llu ns, not '%.32s'", what,
			(unsigned long long)min, (unsigned long long)max, word);
	*ns *= factor;
	return 0;
}

int words_name(struct words *p, char out[static WORKLOAD_NAME])
{
	const char *word = words_next(p);
	if (!word)
		return words_fail(p, "the name is missing");
	if (strlen(word) >= WORKLOAD_NAME)
		return words_fail(p, "the name '%.40s' is longer than %d characters",
			word, WORKLOAD_NAME - 1);
	strcpy(out, word);
	return 0;
}

int words_split(struct words *p, char *line)
{
	char *save = NULL;
	p->n = p->at = 0;
	for (char *word = strtok_r(line, " \t\r", &save); word && *word != '#';
		word = strtok_r(NULL, " \t\r", &save)) {
		if (p->n == WORDS_MAX)
			return words_fail(p, "more than %d words", WORDS_MAX);
		p->words[p->n++] = word;
	}
	return 0;
}
