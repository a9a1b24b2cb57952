#include "session/ops_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "gl/optext.h"
#include "util/log.h"
#include "util/whole_file.h"

/* A stream of 16 MiB as text, 16 levels deep, has less. */
#define MAX_FILE (256u << 20)

static bool is_standard(const char *path)
{
	return strcmp(path, "-") == 0;
}

/* Everything up to the end. 0 or -errno; -EFBIG: more than MAX_FILE. */
static int read_all(FILE *in, char **data, size_t *size)
{
	size_t room = 0, n = 0;
	char *all = NULL;
	do {
		room = room ? room * 2 : 65536;
		char *more = realloc(all, room);
		if (!more) {
			free(all);
			return -ENOMEM;
		}
		all = more;
		n += fread(all + n, 1, room - n, in);
	} while (n == room && room < MAX_FILE);
	int rc = ferror(in) ? -errno : n == room ? -EFBIG : 0;
	*data = all;
	*size = n;
	if (rc) {
		free(all);
		*data = NULL;
	}
	return rc;
}

static int read_file(const char *path, char **data, size_t *size)
{
	FILE *in = is_standard(path) ? stdin : fopen(path, "rbe");
	if (!in)
		return -errno;
	int rc = read_all(in, data, size);
	if (in != stdin)
		fclose(in);
	return rc;
}

static bool assemble(struct ops_file *file)
{
	struct optext_error err;
	int rc = optext_assemble(
		file->text, file->text_size, &file->stream, &file->size, &err);
	if (rc < 0)
		log_error("%s:%zu:%zu: %s", file->name, err.line, err.column, err.text);
	return rc == 0;
}

bool ops_file_load(struct ops_file *file, const char *path)
{
	char *data = NULL;
	size_t size = 0;
	*file = (struct ops_file){.name = is_standard(path) ? "standard input" : path};
	int rc = read_file(path, &data, &size);
	if (rc == -EFBIG)
		log_error("%s has more than %u MiB: no op stream has", file->name,
			MAX_FILE >> 20);
	else if (rc < 0)
		log_error("%s cannot be read: %s", file->name, strerror(-rc));
	if (rc < 0)
		return false;
	if (optext_is_stream(data, size)) {
		file->stream = (uint8_t *)data;
		file->size = size;
		return true;
	}
	file->text = data;
	file->text_size = size;
	if (assemble(file))
		return true;
	ops_file_finish(file);
	return false;
}

void ops_file_finish(struct ops_file *file)
{
	free(file->text);
	free(file->stream);
	*file = (struct ops_file){0};
}

void ops_file_report(const struct ops_file *file, const struct gl_op_error *err)
{
	size_t line =
		file->text ? optext_line(file->text, file->text_size, err->offset) : 0;
	if (line)
		log_error("%s:%zu: %s", file->name, line, err->reason);
	else
		log_error("%s, byte %zu: %s", file->name, err->offset, err->reason);
}

/* Straight into what is no file that could be replaced: a pipe, a device. */
static int write_into(FILE *out, const void *data, size_t size)
{
	if (size > 0 && fwrite(data, size, 1, out) != 1)
		return errno ? -errno : -EIO;
	return fflush(out) != 0 ? -errno : 0;
}

static int write_whole(const char *path, const void *data, size_t size)
{
	struct whole_file file;
	int rc = whole_file_open(&file, path);
	if (rc)
		return rc;
	rc = write_into(file.out, data, size);
	return whole_file_end(&file, rc);
}

static int write_special(const char *path, const void *data, size_t size)
{
	FILE *out = fopen(path, "wbe");
	if (!out)
		return -errno;
	int rc = write_into(out, data, size);
	return fclose(out) != 0 && !rc ? -errno : rc;
}

bool ops_file_write(const char *path, const void *data, size_t size)
{
	struct stat st;
	int rc;
	errno = 0;
	if (is_standard(path))
		rc = write_into(stdout, data, size);
	else if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		rc = write_special(path, data, size);
	else
		rc = write_whole(path, data, size);
	if (rc < 0)
		log_error("%s cannot be written: %s",
			is_standard(path) ? "standard output" : path, strerror(-rc));
	return rc == 0;
}
