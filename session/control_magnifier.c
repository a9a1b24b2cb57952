#include "session/control_magnifier.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/control_reply.h"
#include "session/magnifier.h"
#include "session/screen.h"
#include "session/session.h"

static const struct reply_column columns[] = {
	{"screen", "screen", REPLY_TEXT},
	{"factor", "factor", REPLY_TEXT},
	{"x", "x", REPLY_COUNT},
	{"y", "y", REPLY_COUNT},
	{"width", "width", REPLY_COUNT},
	{"height", "height", REPLY_COUNT},
};

static void put_screen(const struct screen *screen, struct reply *reply)
{
	const struct magnify *m = &screen->magnify;
	const struct gl_rect whole = {0, 0, screen->width, screen->height},
			     part = magnify_on(m) ? m->part : whole;
	char factor[32];
	snprintf(factor, sizeof factor, "%g", magnify_on(m) ? m->factor : 1);
	reply_text(reply, screen->name);
	reply_text(reply, factor);
	reply_number(reply, (uint64_t)part.x0);
	reply_number(reply, (uint64_t)part.y0);
	reply_number(reply, (uint64_t)(part.x1 - part.x0));
	reply_number(reply, (uint64_t)(part.y1 - part.y0));
}

static void put_all(struct session *session, struct reply *reply)
{
	reply_table(reply, "magnifier", columns, sizeof columns / sizeof *columns);
	list_for_each (screen, &session->screens, struct screen, link) {
		if (!screen->mirrors)
			put_screen(screen, reply);
	}
	reply_end(reply);
}

static bool read_factor(const char *word, double *out)
{
	char *end;
	if (strcmp(word, "off") == 0) {
		*out = 1;
		return true;
	}
	*out = strtod(word, &end);
	return !word[strspn(word, "0123456789.")] && !*end && *out >= 1 &&
	       *out <= MAGNIFY_MOST;
}

/* NULL: it is refused. A mirror shows what its source shows. */
static struct screen *find(struct session *session, const char *name, struct reply *reply)
{
	struct screen *screen = name ? NULL : magnifier_screen(session);
	list_for_each (each, &session->screens, struct screen, link) {
		if (name && strcmp(each->name, name) == 0)
			screen = each->mirrors ? each->mirrors : each;
	}
	if (!screen)
		reply_refuse(reply, REPLY_FAILED, "there is no screen %.60s%s",
			name ? name : "yet",
			name ? ": 'osaas ctl magnifier' lists them" : "");
	return screen;
}

void control_magnifier_answer(struct session *session,
	const struct control_request *request, struct reply *reply)
{
	double factor;
	if (request->n_words == 1) {
		put_all(session, reply);
		return;
	}
	if (!read_factor(request->words[1], &factor)) {
		reply_refuse(reply, REPLY_USAGE,
			"'%.60s' is no magnification: write a number from 1 to %g, such "
			"as 2.5, or off",
			request->words[1], MAGNIFY_MOST);
		return;
	}
	struct screen *screen =
		find(session, request->n_words > 2 ? request->words[2] : NULL, reply);
	if (!screen)
		return;
	magnifier_set(session, screen, factor);
	put_all(session, reply);
}
