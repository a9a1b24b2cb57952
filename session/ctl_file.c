#include "session/ctl_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "session/cmd.h"
#include "session/control_text.h"
#include "session/ledger_trace.h"
#include "util/log.h"
#include "util/whole_file.h"

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

bool ctl_file_take(const char **words, size_t *n_words, struct ctl_file *out)
{
	*out = (struct ctl_file){0};
	if (*n_words > 1 && strcmp(words[0], "latency") == 0 &&
		strcmp(words[1], "export") == 0)
		return take_export(words, n_words, out);
	return true;
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
	else
		log_error("%s cannot be written: %s", file->path, strerror(-r));
	return r == 0 ? EXIT_OK : EXIT_FAILED;
}
