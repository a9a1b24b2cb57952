#include "session/record.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gl/gl.h"
#include "session/child.h"
#include "session/loop.h"
#include "session/mkv.h"
#include "session/screen.h"
#include "session/screenshot.h"
#include "session/session.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define PICTURES   2
#define AGAIN_NS   NS_PER_S /* the same picture, when nothing changes */
#define PIPE_BYTES (1 << 20)
#define SAID_READS 16
#define WRITE_MAX  ((size_t)2 << 20) /* at a time: the loop has other things to do */

/* Pictures go round: taken into one, while the other is sent. */
struct picture {
	uint8_t *rgba;
	uint64_t ns; /* since the first one */
	bool waits;  /* to be sent */
};

struct record {
	struct session *session;
	enum record_state state;
	char screen[SCREENSHOT_NAME_MAX], file[PATH_MAX], why[RECORD_WHY_MAX];
	int32_t width, height;
	unsigned rate;
	uint64_t frames, dropped;

	struct child *child;
	struct gl_target *target;
	struct picture pictures[PICTURES];
	unsigned last;     /* taken */
	bool any;          /* one was */
	bool stale;        /* something else has been shown since */
	bool finishing;    /* the last one is sent, then the pipe is closed */
	uint64_t stale_ns; /* when that was */
	uint64_t first_ns; /* the first picture's time */
	uint64_t last_ns;  /* the last one's */
	uint64_t
		stop_until; /* who waits for the end waits until then; UINT64_MAX: nobody */
	void (*told)(struct session *session);

	int pipe_fd, say_fd; /* -1: closed */
	struct loop_source *pipe, *say;
	bool listens;                   /* to the pipe, for room */
	uint8_t head[2 * MKV_HEAD_MAX]; /* before the picture that is being sent */
	size_t head_size, sent;         /* of head and picture */
	unsigned sending;
	bool owes_last; /* the last picture lasts till it ended: it is sent once more */
	size_t n_said;
	char said[1024]; /* by ffmpeg, the end of it */
};

static size_t picture_size(const struct record *record)
{
	return (size_t)record->width * (size_t)record->height * 4;
}

static void tell(struct record *record)
{
	void (*told)(struct session * session) = record->told;
	record->told = NULL;
	record->stop_until = UINT64_MAX;
	if (told)
		told(record->session);
}

/* The end. */

static void close_pipe(struct record *record)
{
	loop_remove(record->pipe);
	record->pipe = NULL;
	if (record->pipe_fd >= 0)
		close(record->pipe_fd);
	record->pipe_fd = -1;
}

static void close_say(struct record *record)
{
	loop_remove(record->say);
	record->say = NULL;
	if (record->say_fd >= 0)
		close(record->say_fd);
	record->say_fd = -1;
}

static void free_pictures(struct record *record)
{
	for (int i = 0; i < PICTURES; i++) {
		free(record->pictures[i].rgba);
		record->pictures[i] = (struct picture){0};
	}
	gl_target_destroy(record->target);
	record->target = NULL;
}

static void end_input(struct record *record)
{
	close_pipe(record);
	free_pictures(record);
	record->state = RECORD_ENDING;
}

/* The last line that ffmpeg said, without the newline. */
static void last_words(struct record *record, char *out, size_t size)
{
	char *said = record->said;
	size_t n = record->n_said;
	while (n > 0 && said[n - 1] == '\n')
		n--;
	size_t from = n;
	while (from > 0 && said[from - 1] != '\n' && said[from - 1] != '\r')
		from--;
	snprintf(out, size, "%.*s", (int)(n - from), said + from);
}

static void read_said(struct record *record)
{
	char buffer[512];
	ssize_t n = 0;
	/* Who says more than that at a time is heard again next turn. */
	for (int i = 0; i < SAID_READS; i++) {
		n = read(record->say_fd, buffer, sizeof buffer);
		if (n <= 0)
			break;
		size_t size = (size_t)n, over = 0;
		if (record->n_said + size > sizeof record->said)
			over = record->n_said + size - sizeof record->said;
		memmove(record->said, record->said + over, record->n_said - over);
		record->n_said -= over;
		memcpy(record->said + record->n_said, buffer, size);
		record->n_said += size;
	}
	if (n == 0)
		close_say(record);
}

static void handle_ended(void *data, int code, int status)
{
	struct record *record = data;
	record->child = NULL;
	if (record->say_fd >= 0)
		read_said(record);
	close_say(record);
	bool good = record->state == RECORD_ENDING && code == CLD_EXITED && status == 0;
	if (!good)
		last_words(record, record->why, sizeof record->why);
	if (!good && !record->why[0])
		snprintf(record->why, sizeof record->why, "ffmpeg ended with %s %d",
			code == CLD_EXITED ? "code" : "signal", status);
	end_input(record);
	record->state = good ? RECORD_DONE : RECORD_FAILED;
	if (good)
		log_info("%s is recorded: %s", record->screen, record->file);
	else
		log_error("the recording of %s failed: %s", record->screen, record->why);
	tell(record);
}

static void run(struct record *record);

static void handle_said(void *data, uint32_t events)
{
	struct record *record = data;
	(void)events;
	read_said(record);
	if (record->state != RECORD_STARTING || record->n_said == 0 ||
		record->said[0] != '+')
		return;
	record->n_said--;
	memmove(record->said, record->said + 1, record->n_said);
	record->state = RECORD_RUNNING;
	record->stale = true;
	record->stale_ns = clock_now_ns();
	/* The first picture before anybody hears that it runs, and changes something. */
	run(record);
	/* Who has stopped it meanwhile waits for its end. */
	if (!record->finishing)
		tell(record);
}

/* Sending. */

static void begin_sending(struct record *record, unsigned i)
{
	size_t n = 0;
	if (record->frames == 0)
		n = mkv_begin(record->head, record->width, record->height);
	record->head_size = n + mkv_frame(record->head + n, record->pictures[i].ns,
					picture_size(record));
	record->sending = i;
	record->sent = 0;
}

static bool is_sending(const struct record *record)
{
	return record->head_size > 0;
}

/* Bytes, 0: no room, or -errno. */
static ssize_t send_some(struct record *record)
{
	const struct picture *picture = &record->pictures[record->sending];
	size_t in_head = record->head_size - record->sent,
	       done = record->sent - record->head_size;
	bool head = record->sent < record->head_size;
	ssize_t n = write(record->pipe_fd,
		head ? record->head + record->sent : picture->rgba + done,
		head ? in_head : picture_size(record) - done);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	record->sent += (size_t)n;
	return n;
}

/* The one that waits for longest; PICTURES: none does. */
static unsigned next_waiting(const struct record *record)
{
	unsigned oldest = PICTURES;
	for (unsigned i = 0; i < PICTURES; i++) {
		if (record->pictures[i].waits &&
			(oldest == PICTURES ||
				record->pictures[i].ns < record->pictures[oldest].ns))
			oldest = i;
	}
	return oldest;
}

static void listen_for_room(struct record *record, bool on)
{
	if (record->listens == on || !record->pipe)
		return;
	record->listens = on;
	loop_mod(record->pipe, on ? EPOLLOUT : 0);
}

static void send_pictures(struct record *record)
{
	size_t left = WRITE_MAX;
	while (left > 0) {
		unsigned next = next_waiting(record);
		if (!is_sending(record) && next == PICTURES)
			break;
		if (!is_sending(record))
			begin_sending(record, next);
		ssize_t n = send_some(record);
		/* Why it hung up is told when it has ended. */
		if (n < 0)
			close_pipe(record);
		if (n <= 0)
			break;
		left -= (size_t)n < left ? (size_t)n : left;
		if (record->sent < record->head_size + picture_size(record))
			continue;
		record->pictures[record->sending].waits = false;
		record->head_size = 0;
		record->frames++;
	}
	listen_for_room(record, is_sending(record) || next_waiting(record) < PICTURES);
}

static void handle_room(void *data, uint32_t events)
{
	struct record *record = data;
	if (events & EPOLLERR)
		close_pipe(record);
	else
		send_pictures(record);
}

/* Taking. */

static unsigned free_picture(const struct record *record)
{
	unsigned i = 0;
	while (i < PICTURES && record->pictures[i].waits)
		i++;
	/* What was taken last is kept as long as another is free. */
	if (i == record->last && record->any && i + 1 < PICTURES &&
		!record->pictures[i + 1].waits)
		i++;
	return i;
}

static void enqueue(struct record *record, unsigned i, uint64_t ns)
{
	if (!record->any)
		record->first_ns = ns;
	/* Times rise. */
	if (record->any && ns <= record->last_ns)
		ns = record->last_ns + NS_PER_US;
	record->any = true;
	record->last = i;
	record->last_ns = ns;
	record->pictures[i].ns = ns - record->first_ns;
	record->pictures[i].waits = true;
	send_pictures(record);
}

static const struct screen *find_screen(const struct record *record)
{
	list_for_each (screen, &record->session->screens, struct screen, link) {
		if (strcmp(screen->name, record->screen) == 0)
			return screen;
	}
	return NULL;
}

/* What waits to be sent still is; what was seen last lasts till now. */
static void __attribute__((format(printf, 2, 3)))
stop_because(struct record *record, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	vsnprintf(record->why, sizeof record->why, fmt, args);
	va_end(args);
	log_info("the recording of %s ends: %s", record->screen, record->why);
	record->owes_last = record->any;
	record->state = RECORD_ENDING;
}

/* What it shows may have gone, or be another size. NULL: the recording ends. */
static const struct screen *check_screen(struct record *record)
{
	const struct screen *screen = find_screen(record);
	const struct screen *source = screen ? screen_source(screen) : NULL;
	if (!screen)
		stop_because(record, "the output is gone");
	else if (source->width != record->width || source->height != record->height)
		stop_because(
			record, "the output is %dx%d now", source->width, source->height);
	else
		return source;
	return NULL;
}

static void take_picture(struct record *record, const struct screen *screen, uint64_t ns)
{
	unsigned i = free_picture(record);
	if (i == PICTURES)
		return;
	int r = screenshot_compose(
		screen, true, record->target, record->pictures[i].rgba);
	record->stale = r < 0;
	if (r < 0) {
		/* A card that was reset comes back. */
		record->dropped++;
		record->stale_ns = clock_now_ns() + AGAIN_NS;
		return;
	}
	enqueue(record, i, ns);
}

static uint64_t interval_ns(const struct record *record)
{
	return NS_PER_S / record->rate;
}

/* Whether what was shown at that time is not too soon; almost: or beats with the display lose some. */
static bool is_next(const struct record *record, uint64_t ns)
{
	uint64_t interval = interval_ns(record);
	return !record->any || ns >= record->last_ns + interval - interval / 8;
}

/* When a picture of what is shown is due; if it came too soon, and is not followed by another. */
static uint64_t due_ns(const struct record *record)
{
	uint64_t interval = interval_ns(record);
	return is_next(record, record->stale_ns)
		       ? record->stale_ns
		       : record->last_ns + interval + interval / 4;
}

void record_shown(struct record *record, const struct screen *screen, uint64_t present_ns)
{
	if (!record || record->state != RECORD_RUNNING || record->finishing ||
		strcmp(screen->name, record->screen) != 0)
		return;
	if (is_next(record, present_ns) && free_picture(record) == PICTURES)
		record->dropped++;
	record->stale = true;
	record->stale_ns = present_ns;
}

/* The last picture lasts till now; then the pipe is closed. */
static void finish(struct record *record, const struct screen *screen)
{
	uint64_t now = clock_now_ns();
	if (free_picture(record) == PICTURES)
		return;
	if (record->stale)
		take_picture(record, screen, now);
	record->owes_last = record->any;
	record->finishing = false;
	record->state = RECORD_ENDING;
}

static void run(struct record *record)
{
	const struct screen *screen = check_screen(record);
	uint64_t now = clock_now_ns();
	if (!screen)
		return;
	if (record->finishing)
		finish(record, screen);
	else if (record->stale && now >= due_ns(record))
		take_picture(record, screen,
			is_next(record, record->stale_ns) ? record->stale_ns : now);
	else if (!record->stale && record->any && now >= record->last_ns + AGAIN_NS &&
		 next_waiting(record) == PICTURES)
		enqueue(record, record->last, now);
}

static bool sends(const struct record *record)
{
	return is_sending(record) || next_waiting(record) < PICTURES;
}

static void end_or_last(struct record *record)
{
	if (!record->owes_last) {
		end_input(record);
		return;
	}
	/* At least as long as one: ffmpeg makes nothing of what is shorter. */
	uint64_t now = clock_now_ns(), least = record->last_ns + interval_ns(record);
	record->owes_last = false;
	enqueue(record, record->last, now > least ? now : least);
}

void record_turn(struct record *record)
{
	if (!record)
		return;
	if (record->state == RECORD_RUNNING)
		run(record);
	if (record->state == RECORD_ENDING && record->pipe && !sends(record))
		end_or_last(record);
	if (clock_now_ns() >= record->stop_until)
		tell(record);
}

static uint64_t picture_due_ns(const struct record *record)
{
	if (record->state != RECORD_RUNNING || free_picture(record) == PICTURES)
		return UINT64_MAX;
	if (record->finishing)
		return 0;
	if (record->stale)
		return due_ns(record);
	/* While one waits there is no need to say the same again. */
	return record->any && next_waiting(record) == PICTURES
		       ? record->last_ns + AGAIN_NS
		       : UINT64_MAX;
}

uint64_t record_next_ns(const struct record *record)
{
	if (!record)
		return UINT64_MAX;
	uint64_t due = picture_due_ns(record);
	return due < record->stop_until ? due : record->stop_until;
}

bool record_waits(const struct record *record)
{
	return record && (record->state == RECORD_STARTING ||
				 record->state == RECORD_ENDING || sends(record));
}

/* Start, stop. */

static int start_encoder(struct record *record)
{
	struct loop *loop = record->session->loop;
	char rate[16];
	const char *args[] = {"record", record->file, rate, NULL};
	int video[2] = {-1, -1}, say[2] = {-1, -1};
	snprintf(rate, sizeof rate, "%u", record->rate);
	int r = pipe2(video, O_CLOEXEC) < 0 || pipe2(say, O_CLOEXEC) < 0 ? -errno : 0;
	record->pipe_fd = video[1];
	record->say_fd = say[0];
	struct child_spec spec = {.args = args, .fds = {video[0], say[1]}};
	if (r == 0) {
		fcntl(video[1], F_SETFL, O_NONBLOCK);
		fcntl(say[0], F_SETFL, O_NONBLOCK);
		fcntl(video[1], F_SETPIPE_SZ, PIPE_BYTES); /* as much as there is */
		record->pipe = loop_add(loop, video[1], 0, handle_room, record);
		record->say = loop_add(loop, say[0], EPOLLIN, handle_said, record);
		r = record->pipe && record->say ? 0 : -errno;
	}
	if (r == 0)
		r = child_start(loop, &spec, handle_ended, record, &record->child);
	if (video[0] >= 0)
		close(video[0]);
	if (say[1] >= 0)
		close(say[1]);
	return r;
}

static int make_pictures(struct record *record)
{
	for (int i = 0; i < PICTURES; i++) {
		record->pictures[i].rgba = malloc(picture_size(record));
		if (!record->pictures[i].rgba)
			return -ENOMEM;
	}
	return gl_target_create(
		record->session->gl, record->width, record->height, &record->target);
}

static bool is_over(const struct record *record)
{
	return record->state == RECORD_DONE || record->state == RECORD_FAILED;
}

int record_start(struct session *session, const struct screen *screen, const char *file,
	unsigned rate, void (*told)(struct session *session))
{
	const struct screen *source = screen_source(screen);
	if (session->record && !is_over(session->record))
		return -EBUSY;
	struct record *record = xcalloc(1, sizeof *record);
	*record = (struct record){.session = session,
		.width = source->width,
		.height = source->height,
		.rate = rate,
		.pipe_fd = -1,
		.say_fd = -1,
		.stop_until = UINT64_MAX,
		.told = told};
	snprintf(record->screen, sizeof record->screen, "%s", screen->name);
	snprintf(record->file, sizeof record->file, "%s", file);
	int r = make_pictures(record);
	if (r == 0)
		r = start_encoder(record);
	if (r < 0) {
		record_destroy(record);
		return r;
	}
	record_destroy(session->record);
	session->record = record;
	return 0;
}

void record_stop(struct session *session, void (*told)(struct session *session))
{
	struct record *record = session->record;
	record->told = told;
	record->stop_until = clock_now_ns() + RECORD_STOP_NS;
	/* It was told already, and does not take what it has to. */
	if (record->child && (record->finishing || record->state == RECORD_ENDING))
		child_signal(record->child, SIGKILL, true);
	record->finishing = record->state < RECORD_ENDING;
}

void record_destroy(struct record *record)
{
	if (!record)
		return;
	close_pipe(record);
	close_say(record);
	free_pictures(record);
	child_leave(record->child);
	free(record);
}

bool record_get(const struct record *record, struct record_info *out)
{
	if (!record)
		return false;
	*out = (struct record_info){.state = record->state,
		.screen = record->screen,
		.file = record->file,
		.rate = record->rate,
		.frames = record->frames,
		.dropped = record->dropped,
		.ns = record->any ? record->last_ns - record->first_ns : 0,
		.why = record->why};
	return true;
}
