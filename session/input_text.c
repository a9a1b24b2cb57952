#include "session/input_text.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/input-event-codes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/clock.h"

#define FAR 1e6f /* no layout reaches there */

static const char *const touches[] = {
	[INPUT_TOUCH_DOWN] = "down",
	[INPUT_TOUCH_MOVE] = "move",
	[INPUT_TOUCH_UP] = "up",
	[INPUT_TOUCH_CANCEL] = "cancel",
};
#define N_TOUCHES (sizeof touches / sizeof *touches)

/* Nine digits are enough for a float to come back as it was. */
static int write_event(char *out, size_t size, const struct input_text *e)
{
	const char *way = e->pressed ? "down" : "up";
	switch (e->kind) {
	case INPUT_TEXT_KEY:
		return snprintf(out, size, "key %u %s\n", e->code, way);
	case INPUT_TEXT_MOVE:
		return snprintf(
			out, size, "move %.9g %.9g\n", (double)e->x, (double)e->y);
	case INPUT_TEXT_BUTTON:
		return snprintf(out, size, "button %u %s\n", e->code, way);
	case INPUT_TEXT_SCROLL:
		return snprintf(
			out, size, "scroll %.9g %.9g\n", (double)e->x, (double)e->y);
	case INPUT_TEXT_TOUCH:
		if (e->touch != INPUT_TOUCH_DOWN && e->touch != INPUT_TOUCH_MOVE)
			return snprintf(
				out, size, "touch %u %s\n", e->code, touches[e->touch]);
		return snprintf(out, size, "touch %u %s %.9g %.9g\n", e->code,
			touches[e->touch], (double)e->x, (double)e->y);
	case INPUT_TEXT_END:
		break;
	}
	return snprintf(out, size, "end\n");
}

size_t input_text_write(
	char out[static INPUT_TEXT_LINE_MAX], const struct input_text *event)
{
	bool whole = event->ns % NS_PER_US == 0;
	uint64_t part = event->ns % NS_PER_S / (whole ? NS_PER_US : 1);
	int n = snprintf(out, INPUT_TEXT_LINE_MAX, "%" PRIu64 ".%0*" PRIu64 " ",
		event->ns / NS_PER_S, whole ? 6 : 9, part);
	n += write_event(out + n, INPUT_TEXT_LINE_MAX - (size_t)n, event);
	return (size_t)n;
}

/* Reading: each takes from *at what it wants, and the space after it. */

static bool take_end(const char **at)
{
	if (**at == ' ') {
		++*at;
		return **at && **at != ' ';
	}
	return !**at;
}

static bool take_word(const char **at, const char *word)
{
	size_t n = strlen(word);
	if (strncmp(*at, word, n) != 0)
		return false;
	const char *after = *at + n;
	if (!take_end(&after))
		return false;
	*at = after;
	return true;
}

static bool take_digits(const char **at, uint64_t most, uint64_t *out)
{
	size_t n = strspn(*at, "0123456789");
	if (n == 0 || n > 15)
		return false;
	*out = strtoull(*at, NULL, 10);
	*at += n;
	return *out <= most;
}

static bool take_number(const char **at, uint64_t most, uint32_t *out)
{
	uint64_t number;
	if (!take_digits(at, most, &number) || !take_end(at))
		return false;
	*out = (uint32_t)number;
	return true;
}

static bool take_time(const char **at, uint64_t *ns)
{
	uint64_t part = 0;
	if (!take_digits(at, INPUT_TEXT_NS_MAX / NS_PER_S - 1, ns))
		return false;
	*ns *= NS_PER_S;
	if (**at == '.') {
		const char *first = ++*at;
		size_t n = strspn(first, "0123456789");
		if (n > 9 || !take_digits(at, NS_PER_S, &part))
			return false;
		for (; n < 9; n++)
			part *= 10;
	}
	*ns += part;
	return take_end(at);
}

static bool take_place(const char **at, float *out)
{
	char *end;
	if (!strchr("-.0123456789", **at))
		return false;
	*out = strtof(*at, &end);
	if (end == *at || !isfinite(*out) || fabsf(*out) > FAR)
		return false;
	*at = end;
	return take_end(at);
}

static bool take_way(const char **at, bool *pressed)
{
	*pressed = take_word(at, "down");
	return *pressed || take_word(at, "up");
}

static bool read_touch(const char *at, struct input_text *out)
{
	size_t i = 0;
	if (!take_number(&at, INPUT_TOUCHES - 1, &out->code))
		return false;
	while (i < N_TOUCHES && !take_word(&at, touches[i]))
		i++;
	if (i == N_TOUCHES)
		return false;
	out->touch = (enum input_touch_kind)i;
	if (out->touch == INPUT_TOUCH_DOWN || out->touch == INPUT_TOUCH_MOVE)
		return take_place(&at, &out->x) && take_place(&at, &out->y) && !*at;
	return !*at;
}

static bool read_code(const char *at, struct input_text *out)
{
	return take_number(&at, KEY_MAX, &out->code) && take_way(&at, &out->pressed) &&
	       !*at;
}

static bool read_places(const char *at, struct input_text *out)
{
	return take_place(&at, &out->x) && take_place(&at, &out->y) && !*at;
}

static bool read_nothing(const char *at, struct input_text *out)
{
	(void)out;
	return !*at;
}

static const struct {
	const char *word, *form;
	bool (*read)(const char *at, struct input_text *out);
} kinds[] = {
	[INPUT_TEXT_KEY] = {"key", "write 'key CODE down' or 'up', CODE at most 767",
		read_code},
	[INPUT_TEXT_MOVE] = {"move", "write 'move X Y'", read_places},
	[INPUT_TEXT_BUTTON] = {"button",
		"write 'button CODE down' or 'up', CODE at most 767", read_code},
	[INPUT_TEXT_SCROLL] = {"scroll", "write 'scroll X Y'", read_places},
	[INPUT_TEXT_TOUCH] = {"touch",
		"write 'touch ID down X Y', 'move X Y', 'up' or 'cancel', ID below 16",
		read_touch},
	[INPUT_TEXT_END] = {"end", "nothing follows 'end'", read_nothing},
};

int input_text_read(const char *line, struct input_text *out, const char **why)
{
	*out = (struct input_text){0};
	*why = "a line begins with its time in seconds, such as 0.25";
	if (!take_time(&line, &out->ns))
		return -EINVAL;
	*why = "write key, move, button, scroll, touch or end after the time";
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!take_word(&line, kinds[i].word))
			continue;
		out->kind = (enum input_text_kind)i;
		*why = kinds[i].form;
		return kinds[i].read(line, out) ? 0 : -EINVAL;
	}
	return -EINVAL;
}
