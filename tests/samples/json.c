/* A parser of JSON on a text that it writes itself. */
#include "sample.h"

SAMPLE("JSON", "")

static char text[16384];
static volatile unsigned total;

struct parser {
	const char *p;
	unsigned values, depth;
};

static void skip_blanks(struct parser *s)
{
	while (*s->p == ' ' || *s->p == '\n')
		s->p++;
}

static void skip_string(struct parser *s)
{
	for (s->p++; *s->p && *s->p != '"'; s->p++) {
		if (*s->p == '\\' && s->p[1])
			s->p++;
	}
	if (*s->p)
		s->p++;
}

static void parse_value(struct parser *s);

static void parse_list(struct parser *s, char end)
{
	s->p++;
	skip_blanks(s);
	while (*s->p && *s->p != end && s->depth < 100) {
		s->depth++;
		parse_value(s);
		s->depth--;
		skip_blanks(s);
		if (*s->p == ',' || *s->p == ':')
			s->p++;
	}
	if (*s->p)
		s->p++;
}

static void parse_value(struct parser *s)
{
	skip_blanks(s);
	s->values++;
	switch (*s->p) {
	case '{':
		parse_list(s, '}');
		return;
	case '[':
		parse_list(s, ']');
		return;
	case '"':
		skip_string(s);
		return;
	}
	while ((*s->p >= '0' && *s->p <= '9') || *s->p == '-' || *s->p == '.' ||
		(*s->p >= 'a' && *s->p <= 'z'))
		s->p++;
}

void sample_main(void)
{
	char *p = text, *end = text + sizeof text - 100;
	*p++ = '[';
	for (int i = 0; p < end; i++)
		p += snprintf(p, 90,
			"{\"id\": %d, \"tags\": [\"a\", \"b\\\"%d\"], \"ok\": true},\n",
			i, i * 7);
	*p++ = ']';
	for (;;) {
		struct parser s = {.p = text};
		parse_value(&s);
		total += s.values;
	}
}
