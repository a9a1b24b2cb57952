/* What a file of recorded input says: read whole, before anything is started. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/keyboard.h"
#include "session/cmd.h"
#include "session/input_replay.h"
#include "session/input_text.h"
#include "util/log.h"
#include "util/xalloc.h"

#define EVENTS_MAX ((size_t)4 << 20)

struct reading {
	struct input_recording *recording;
	size_t room, line;
	bool begun, ended;
	const char *why; /* it is wrong */
};

static int add(struct reading *r, const struct input_text *event)
{
	struct input_recording *recording = r->recording;
	if (recording->n == EVENTS_MAX)
		return -E2BIG;
	if (recording->n == r->room) {
		size_t room = r->room ? r->room * 2 : 1024;
		void *events = realloc(recording->events, room * sizeof *event);
		if (!events)
			return -ENOMEM;
		recording->events = events;
		r->room = room;
	}
	recording->events[recording->n++] = *event;
	return 0;
}

static int take_event(struct reading *r, const char *line)
{
	struct input_text event;
	int ret = input_text_read(line, &event, &r->why);
	if (ret == 0 && event.ns < r->recording->end_ns) {
		r->why = "times never fall";
		ret = -EINVAL;
	}
	if (ret < 0)
		return ret;
	r->recording->end_ns = event.ns;
	r->ended = event.kind == INPUT_TEXT_END;
	return r->ended ? 0 : add(r, &event);
}

/* "2 caps num": each word once, in that order. */
static bool take_keyboard(struct input_recording *recording, const char *text)
{
	static const struct {
		const char *word;
		uint32_t lock;
	} locks[] = {{" caps", KEYBOARD_LED_CAPS}, {" num", KEYBOARD_LED_NUM}};
	if (*text < '1' || *text > '4')
		return false;
	recording->active = (unsigned)(*text++ - '0');
	recording->locks = 0;
	for (size_t i = 0; i < sizeof locks / sizeof *locks; i++) {
		size_t n = strlen(locks[i].word);
		if (strncmp(text, locks[i].word, n) != 0)
			continue;
		recording->locks |= locks[i].lock;
		text += n;
	}
	return !*text;
}

/* 1: it is no line of the head. */
static int take_head(struct reading *r, const char *line)
{
	struct input_recording *recording = r->recording;
	if (strncmp(line, "size ", 5) == 0) {
		r->why = "a size is " VALUE_SIZE;
		return value_size(line + 5, &recording->width, &recording->height)
			       ? 0
			       : -EINVAL;
	}
	if (strncmp(line, "layout ", 7) == 0) {
		r->why = "a layout's name has at most 127 bytes";
		if (strlen(line + 7) >= sizeof recording->layout)
			return -EINVAL;
		strcpy(recording->layout, line + 7);
		return 0;
	}
	if (strncmp(line, "keyboard ", 9) == 0) {
		r->why = "write 'keyboard N', N from 1 to 4, and after it what is on of "
			 "'caps' and 'num'";
		return take_keyboard(recording, line + 9) ? 0 : -EINVAL;
	}
	return 1;
}

static int take_line(struct reading *r, const char *line)
{
	if (!r->begun) {
		r->begun = strcmp(line, INPUT_TEXT_FIRST) == 0;
		r->why =
			"the first line is '" INPUT_TEXT_FIRST "': it is no recording of "
			"'osaas ctl record-input'";
		return r->begun ? 0 : -EINVAL;
	}
	if (!*line || *line == '#')
		return 0;
	if (r->ended) {
		r->why = "something follows 'end'";
		return -EINVAL;
	}
	int ret = take_head(r, line);
	return ret == 1 ? take_event(r, line) : ret;
}

/* A last line without its end was not written to its end: it is left out. */
static int read_lines(struct reading *r, FILE *file)
{
	char line[INPUT_TEXT_LINE_MAX];
	int ret = 0;
	while (ret == 0 && fgets(line, sizeof line, file)) {
		size_t n = strcspn(line, "\n");
		r->line++;
		if (!line[n] && n < sizeof line - 1 && feof(file))
			break;
		r->why = "the line is too long, or has a NUL in it";
		if (!line[n])
			return -EINVAL;
		line[n] = '\0';
		ret = take_line(r, line);
	}
	if (ret == 0 && ferror(file))
		return errno ? -errno : -EIO;
	r->why = ret == 0 && !r->begun ? "it is empty" : r->why;
	return ret == 0 && !r->begun ? -EINVAL : ret;
}

static void say(const struct reading *r, const char *path, int ret)
{
	if (ret == -EINVAL)
		log_error("%s, line %zu: %s", path, r->line ? r->line : 1, r->why);
	else if (ret == -E2BIG)
		log_error("%s has more than %zu events: cut it into parts", path,
			EVENTS_MAX);
	else
		log_error("%s cannot be read: %s", path, strerror(-ret));
}

int input_recording_read(FILE *file, const char *name, struct input_recording **out)
{
	struct reading r = {.recording = xcalloc(1, sizeof *r.recording)};
	int ret = read_lines(&r, file);
	if (ret == 0 && !r.ended)
		log_info("%s breaks off after %zu events, without an end", name,
			r.recording->n);
	if (ret == 0) {
		*out = r.recording;
		return 0;
	}
	say(&r, name, ret);
	input_recording_destroy(r.recording);
	return ret;
}

int input_recording_load(const char *path, struct input_recording **out)
{
	FILE *file = fopen(path, "re");
	int ret = -errno;
	if (!file) {
		log_error("%s cannot be read: %s", path, strerror(-ret));
		return ret;
	}
	ret = input_recording_read(file, path, out);
	fclose(file);
	return ret;
}

void input_recording_destroy(struct input_recording *recording)
{
	if (!recording)
		return;
	free(recording->events);
	free(recording);
}
