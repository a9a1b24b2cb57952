#include "session/ledger_trace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session/control_text.h"
#include "util/xalloc.h"

/* Reading. */

static int read_at(int fd, void *to, size_t size, size_t *at)
{
	size_t done = 0;
	while (done < size) {
		ssize_t n =
			pread(fd, (char *)to + done, size - done, (off_t)(*at + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EPROTO;
		done += (size_t)n;
	}
	*at += size;
	return 0;
}

static bool names_hold(struct ledger_dump *dump)
{
	for (size_t i = 0; i < dump->n_names; i++)
		dump->names[i][LEDGER_NAME_MAX - 1] = '\0';
	for (size_t i = 0; i < dump->n_frames; i++) {
		if (dump->frames[i].screen >= dump->n_names ||
			dump->frames[i].window >= dump->n_names)
			return false;
	}
	return true;
}

int ledger_dump_read(int fd, struct ledger_dump *out)
{
	struct ledger_head head;
	size_t at = 0;
	*out = (struct ledger_dump){0};
	int r = read_at(fd, &head, sizeof head, &at);
	if (r < 0)
		return r;
	if (memcmp(head.magic, LEDGER_MAGIC, sizeof head.magic) != 0 ||
		head.frame_size != sizeof *out->frames || head.n_frames > LEDGER_FRAMES ||
		head.n_names > LEDGER_NAMES)
		return -EPROTO;
	out->n_frames = head.n_frames;
	out->n_names = head.n_names;
	out->names = xcalloc(head.n_names + 1, sizeof *out->names);
	out->frames = xcalloc(head.n_frames + 1, sizeof *out->frames);
	r = read_at(fd, out->names, head.n_names * sizeof *out->names, &at);
	if (r == 0)
		r = read_at(fd, out->frames, head.n_frames * sizeof *out->frames, &at);
	if (r == 0 && !names_hold(out))
		r = -EPROTO;
	if (r < 0)
		ledger_dump_finish(out);
	return r;
}

void ledger_dump_finish(struct ledger_dump *dump)
{
	free(dump->names);
	free(dump->frames);
	*dump = (struct ledger_dump){0};
}

/* Writing. */

#define PID 1

/* Tracks of a name, in the order they are shown in; a thread each, as the format has it. */
enum track {
	TRACK_INPUT,
	TRACK_WINDOW,
	TRACK_OUTPUT,
	TRACKS,
};

struct trace {
	const struct ledger_dump *dump;
	FILE *out;
	bool any;                               /* an event was written */
	uint64_t end_ns[TRACKS * LEDGER_NAMES]; /* of the last slice on a track */
	uint64_t committed_ns[LEDGER_NAMES];    /* of an output's last frame, */
	uint64_t flip_ns[LEDGER_NAMES];         /* and where its last slice begins */
};

static unsigned track_of(enum track track, uint16_t name)
{
	return (unsigned)track * LEDGER_NAMES + name;
}

static FILE *begin(struct trace *trace, const char *ph, unsigned tid)
{
	fprintf(trace->out, "%s{\"ph\":\"%s\",\"pid\":%d,\"tid\":%u",
		trace->any ? ",\n" : "", ph, PID, tid + 1);
	trace->any = true;
	return trace->out;
}

static void put_us(FILE *out, const char *key, uint64_t ns)
{
	fprintf(out, ",\"%s\":%" PRIu64 ".%03u", key, ns / 1000, (unsigned)(ns % 1000));
}

/* Slices of a track may not overlap: what began too early is cut. Returns where it begins. */
static uint64_t put_slice(struct trace *trace, unsigned tid, const char *name,
	const struct ledger_frame *frame, uint64_t from, uint64_t to)
{
	uint64_t start = from > trace->end_ns[tid] ? from : trace->end_ns[tid];
	uint64_t end = to > start ? to : start;
	FILE *out = begin(trace, "X", tid);
	fprintf(out, ",\"cat\":\"frame\",\"name\":\"%s\"", name);
	put_us(out, "ts", start);
	put_us(out, "dur", end - start);
	fprintf(out, ",\"args\":{\"frame\":%u", frame->serial);
	put_us(out, "us", to > from ? to - from : 0);
	fputs("}}", out);
	trace->end_ns[tid] = end;
	return start;
}

static void put_flow(struct trace *trace, const char *ph, unsigned tid,
	const struct ledger_frame *frame, uint64_t ns)
{
	FILE *out = begin(trace, ph, tid);
	fprintf(out, ",\"cat\":\"flow\",\"name\":\"input to flip\",\"id\":%u",
		frame->serial);
	if (*ph == 'f')
		fputs(",\"bp\":\"e\"", out);
	put_us(out, "ts", ns);
	putc('}', out);
}

static void put_input(struct trace *trace, const struct ledger_frame *frame)
{
	const uint64_t *at = frame->at;
	unsigned tid = track_of(TRACK_INPUT, frame->window);
	uint64_t ran = at[LEDGER_RAN] ? at[LEDGER_RAN] : at[LEDGER_RECEIVED];
	if (!at[LEDGER_INPUT])
		return;
	uint64_t start = put_slice(trace, tid, "input", frame, at[LEDGER_INPUT], ran);
	put_flow(trace, "s", tid, frame, start);
}

static void put_window(struct trace *trace, const struct ledger_frame *frame)
{
	const uint64_t *at = frame->at;
	unsigned tid = track_of(TRACK_WINDOW, frame->window);
	if (at[LEDGER_RAN]) {
		uint64_t start = put_slice(
			trace, tid, "plugin", frame, at[LEDGER_RAN], at[LEDGER_RECEIVED]);
		put_flow(trace, "t", tid, frame, start);
	}
	put_slice(trace, tid, "wait", frame, at[LEDGER_RECEIVED], at[LEDGER_PAINT]);
}

/* What several windows share is one frame of the output. */
static void put_output(struct trace *trace, const struct ledger_frame *frame)
{
	const uint64_t *at = frame->at;
	unsigned tid = track_of(TRACK_OUTPUT, frame->screen);
	if (trace->committed_ns[frame->screen] != at[LEDGER_COMMITTED]) {
		put_slice(
			trace, tid, "paint", frame, at[LEDGER_PAINT], at[LEDGER_PAINTED]);
		put_slice(trace, tid, "commit", frame, at[LEDGER_PAINTED],
			at[LEDGER_COMMITTED]);
		trace->flip_ns[frame->screen] = put_slice(trace, tid, "flip", frame,
			at[LEDGER_COMMITTED], at[LEDGER_FLIPPED]);
		trace->committed_ns[frame->screen] = at[LEDGER_COMMITTED];
	}
	if (at[LEDGER_INPUT])
		put_flow(trace, "f", tid, frame, trace->flip_ns[frame->screen]);
}

static void put_name(
	struct trace *trace, unsigned tid, const char *what, const char *name)
{
	char text[LEDGER_NAME_MAX + 16];
	snprintf(text, sizeof text, "%s%s", what, name);
	FILE *out = begin(trace, "M", tid);
	fputs(",\"name\":\"thread_name\",\"args\":{\"name\":", out);
	text_put_json(out, text);
	fputs("}}", out);
	out = begin(trace, "M", tid);
	fprintf(out, ",\"name\":\"thread_sort_index\",\"args\":{\"sort_index\":%u}}",
		tid);
}

static void put_names(struct trace *trace)
{
	bool seen[TRACKS * LEDGER_NAMES] = {false};
	static const char *const what[] = {"input of ", "", "output "};
	for (size_t i = 0; i < trace->dump->n_frames; i++) {
		const struct ledger_frame *frame = &trace->dump->frames[i];
		seen[track_of(TRACK_INPUT, frame->window)] |= frame->at[LEDGER_INPUT] > 0;
		seen[track_of(TRACK_WINDOW, frame->window)] = true;
		seen[track_of(TRACK_OUTPUT, frame->screen)] = true;
	}
	for (unsigned tid = 0; tid < TRACKS * LEDGER_NAMES; tid++) {
		if (seen[tid])
			put_name(trace, tid, what[tid / LEDGER_NAMES],
				trace->dump->names[tid % LEDGER_NAMES]);
	}
}

void ledger_trace(const struct ledger_dump *dump, FILE *out)
{
	struct trace trace = {.dump = dump, .out = out};
	fputs("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n", out);
	FILE *name = begin(&trace, "M", 0);
	fputs(",\"name\":\"process_name\",\"args\":{\"name\":\"osaas\"}}", name);
	put_names(&trace);
	for (size_t i = 0; i < dump->n_frames; i++) {
		put_input(&trace, &dump->frames[i]);
		put_window(&trace, &dump->frames[i]);
		put_output(&trace, &dump->frames[i]);
	}
	fputs("\n]}\n", out);
}
