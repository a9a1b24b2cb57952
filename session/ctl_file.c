#include "session/ctl_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "gl/png.h"
#include "session/cmd.h"
#include "session/control_record.h"
#include "session/control_text.h"
#include "session/ctl_input.h"
#include "session/ledger_trace.h"
#include "session/screenshot.h"
#include "util/log.h"
#include "util/whole_file.h"

#define SIDE_MAX 32768 /* pixels; none is longer */

static bool is_stdout(const struct ctl_file *file)
{
	return strcmp(file->path, "-") == 0;
}

static int end_stdout(int r)
{
	if (fflush(stdout) != 0 && r == 0)
		r = errno ? -errno : -EIO;
	return r;
}

/* latency export. */

static int write_trace(const struct ctl_file *file, const struct ledger_dump *dump)
{
	struct whole_file whole;
	if (is_stdout(file)) {
		ledger_trace(dump, stdout);
		return end_stdout(0);
	}
	int r = whole_file_open(&whole, file->path);
	if (r < 0)
		return r;
	ledger_trace(dump, whole.out);
	return whole_file_end(&whole, 0);
}

static int save_trace(const struct ctl_file *file, int fd)
{
	struct ledger_dump dump;
	int r = ledger_dump_read(fd, &dump);
	if (r < 0)
		return r;
	r = write_trace(file, &dump);
	ledger_dump_finish(&dump);
	return r;
}

static bool take_export(const char **words, size_t *n_words, struct ctl_file *out)
{
	if (*n_words != 3) {
		log_error("export to which file? 'osaas ctl latency export trace.json'");
		return false;
	}
	out->save = save_trace;
	out->path = words[--*n_words];
	return true;
}

/* screenshot. */

static int read_picture(int fd, struct screenshot_head *head, uint8_t **rgba)
{
	struct stat st;
	if (pread(fd, head, sizeof *head, 0) != (ssize_t)sizeof *head ||
		memcmp(head->magic, SCREENSHOT_MAGIC, sizeof head->magic) != 0 ||
		head->width < 1 || head->height < 1 || head->width > SIDE_MAX ||
		head->height > SIDE_MAX || fstat(fd, &st) < 0)
		return -EPROTO;
	size_t size = (size_t)head->width * (size_t)head->height * 4, done = 0;
	if ((uint64_t)st.st_size != sizeof *head + size)
		return -EPROTO;
	*rgba = malloc(size);
	if (!*rgba)
		return -ENOMEM;
	while (done < size) {
		ssize_t n = pread(
			fd, *rgba + done, size - done, (off_t)(sizeof *head + done));
		if (n <= 0)
			return n < 0 ? -errno : -EPROTO;
		done += (size_t)n;
	}
	return 0;
}

static int save_picture(const struct ctl_file *file, int fd)
{
	struct screenshot_head head;
	uint8_t *rgba = NULL;
	int r = read_picture(fd, &head, &rgba);
	if (r == 0 && is_stdout(file))
		r = end_stdout(gl_png_write_rows(
			stdout, rgba, head.width * 4, head.width, head.height));
	else if (r == 0)
		r = gl_png_write(file->path, rgba, head.width, head.height);
	free(rgba);
	return r;
}

static void name_picture(struct ctl_file *file)
{
	char date[32];
	time_t now = time(NULL);
	struct tm tm;
	localtime_r(&now, &tm);
	strftime(date, sizeof date, "%Y%m%d-%H%M%S", &tm);
	snprintf(file->name, sizeof file->name, "osaas-%s.png", date);
	for (unsigned i = 2; access(file->name, F_OK) == 0; i++)
		snprintf(file->name, sizeof file->name, "osaas-%s-%u.png", date, i);
	file->path = file->name;
}

static bool is_png(const char *path)
{
	size_t n = strlen(path);
	return strcmp(path, "-") == 0 || (n > 4 && strcasecmp(path + n - 4, ".png") == 0);
}

static bool take_screenshot(const char **words, size_t *n_words, struct ctl_file *out)
{
	out->save = save_picture;
	if (*n_words > 2) {
		log_error("a screenshot goes into one file, not %zu", *n_words - 1);
		return false;
	}
	if (*n_words == 2)
		out->path = words[--*n_words];
	else
		name_picture(out);
	if (is_png(out->path))
		return true;
	log_error("a screenshot is a PNG: write a name that ends in .png, not '%s'",
		out->path);
	return false;
}

/* record. */

static bool take_record(const char **words, size_t *n_words, struct ctl_file *out)
{
	char here[PATH_MAX];
	if (*n_words != 2 || strcmp(words[1], "stop") == 0)
		return true;
	if (!control_record_is_video(words[1])) {
		log_error("a recording is a video: write a name that ends in .mkv, .mp4 "
			  "or .webm, not '%s'",
			words[1]);
		return false;
	}
	if (words[1][0] == '/')
		return true;
	if (!getcwd(here, sizeof here)) {
		log_error("the folder here is gone: %s", strerror(errno));
		return false;
	}
	int n = snprintf(out->name, sizeof out->name, "%s/%s", here, words[1]);
	if (n < 0 || (size_t)n >= sizeof out->name) {
		log_error("'%s' is too long a path", words[1]);
		return false;
	}
	words[1] = out->name;
	return true;
}

/* record-input. */

static bool take_input(
	const char **words, size_t *n_words, bool stop, struct ctl_file *out)
{
	if (stop && *n_words == 1)
		words[(*n_words)++] = "stop";
	if (*n_words < 2 || (*n_words == 2 && strcmp(words[1], "stop") == 0))
		return true;
	if (stop || *n_words > 2) {
		log_error("input is recorded into one file: write 'record-input FILE' or "
			  "'record-input stop'");
		return false;
	}
	out->save = ctl_input_save;
	out->path = words[1];
	words[1] = "start";
	return true;
}

/* Options. */

static bool add_pointer(const char **words, size_t *n_words, bool pointer)
{
	if (!pointer)
		return true;
	if (strcmp(words[0], "screenshot") != 0) {
		log_error("'%s' takes no --pointer: leave it away", words[0]);
		return false;
	}
	words[(*n_words)++] = "pointer";
	return true;
}

static bool add_option(const char **words, size_t *n_words, const char *name,
	const char *value, char *word, size_t size)
{
	bool input = strcmp(words[0], "record-input") == 0;
	bool has = (strcmp(words[0], "record") == 0 && strcmp(name, "for") != 0) ||
		   (strcmp(words[0], "screenshot") == 0 && strcmp(name, "output") == 0) ||
		   (input && strcmp(name, "for") == 0 && *n_words == 2 &&
			   strcmp(words[1], "start") == 0);
	if (!value)
		return true;
	if (!has || *n_words == CONTROL_WORDS_MAX) {
		log_error("'%s' takes no --%s: leave it away", words[0], name);
		return false;
	}
	snprintf(word, size, "%s=%s", name, value);
	words[(*n_words)++] = word;
	return true;
}

static bool take(const char **words, size_t *n_words, const struct ctl_options *options,
	struct ctl_file *out)
{
	if (strcmp(words[0], "record-input") == 0)
		return take_input(words, n_words, options->stop, out);
	if (options->stop) {
		log_error("'%s' takes no --stop: leave it away", words[0]);
		return false;
	}
	if (*n_words > 1 && strcmp(words[0], "latency") == 0 &&
		strcmp(words[1], "export") == 0)
		return take_export(words, n_words, out);
	if (strcmp(words[0], "screenshot") == 0)
		return take_screenshot(words, n_words, out);
	if (strcmp(words[0], "record") == 0)
		return take_record(words, n_words, out);
	return true;
}

bool ctl_file_take(const char *words[static CONTROL_WORDS_MAX], size_t *n_words,
	const struct ctl_options *options, struct ctl_file *out)
{
	*out = (struct ctl_file){0};
	return take(words, n_words, options, out) &&
	       add_pointer(words, n_words, options->pointer) &&
	       add_option(words, n_words, "output", options->output, out->output,
		       sizeof out->output) &&
	       add_option(words, n_words, "rate", options->rate, out->rate,
		       sizeof out->rate) &&
	       add_option(words, n_words, "for", options->seconds, out->seconds,
		       sizeof out->seconds);
}

static void say(const struct ctl_file *file, bool json)
{
	if (is_stdout(file))
		return;
	if (json)
		fputs("{\"file\":", stdout);
	if (json)
		text_put_json(stdout, file->path);
	else
		text_put(stdout, file->path);
	fputs(json ? "}\n" : "\n", stdout);
}

int ctl_file_save(const struct ctl_file *file, int fd, bool json)
{
	int r = fd < 0 ? -EPROTO : file->save(file, fd);
	if (r == 0)
		say(file, json);
	else if (r == -EPROTO)
		log_error("the session's answer is not what was asked for: is it of the "
			  "same version as this 'osaas ctl'?");
	else if (r == -ECONNRESET)
		log_error("the session broke the recording off: its log says why; what "
			  "came "
			  "before that is in %s",
			is_stdout(file) ? "what was written" : file->path);
	else
		log_error("%s cannot be written: %s", file->path, strerror(-r));
	return r == 0 ? EXIT_OK : EXIT_FAILED;
}
