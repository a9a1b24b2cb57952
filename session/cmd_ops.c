#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/gl.h"
#include "gl/optext.h"
#include "session/cmd.h"
#include "session/ops_file.h"
#include "util/log.h"

static const char help[] =
	"usage: osaas ops dump FILE [-o OUT]\n"
	"       osaas ops asm FILE -o OUT\n"
	"       osaas ops render FILE -o OUT.png [options]\n"
	"\n"
	"What a frame of a window draws: as text, from text, and as a picture.\n"
	"FILE is an op stream or the text of one; - is standard input.\n"
	"\n"
	"  dump     write it as text\n"
	"  asm      make a stream of a text\n"
	"  render   draw it; 'osaas ops render --help' lists the options\n"
	"\n"
	"  -o OUT   the file to write; for dump and asm also -, standard output\n"
	"  --help   this text\n"
	"\n"
	"osaas-ops(1) says how the text is written.\n";

enum option {
	OPT_OUT,
};

static const struct opt opts[] = {
	{"o", OPT_OUT, true},
	{0},
};

static bool dump(const struct ops_file *file, const char *out)
{
	char *text = NULL;
	size_t size = 0;
	struct gl_op_error err;
	FILE *to = open_memstream(&text, &size);
	int rc = to ? optext_dump(file->stream, file->size, to, &err) : 0;
	bool whole = to && !ferror(to);
	if (to && fclose(to) != 0)
		whole = false;
	if (rc < 0)
		ops_file_report(file, &err);
	else if (!whole)
		log_error("%s: out of memory for its text", file->name);
	bool good = rc == 0 && whole && ops_file_write(out, text, size);
	free(text);
	return good;
}

static int run_dump(const char *path, const char *out)
{
	struct ops_file file;
	if (!ops_file_load(&file, path))
		return EXIT_FAILED;
	bool good = dump(&file, out ? out : "-");
	ops_file_finish(&file);
	return good ? EXIT_OK : EXIT_FAILED;
}

static int run_asm(const char *path, const char *out)
{
	struct ops_file file;
	if (!out) {
		log_error("where to? 'osaas ops asm FILE -o OUT'");
		return EXIT_USAGE;
	}
	if (!ops_file_load(&file, path))
		return EXIT_FAILED;
	bool good = file.text;
	if (!good)
		log_error("%s is a stream already: 'osaas ops dump' makes text of it",
			file.name);
	good = good && ops_file_write(out, file.stream, file.size);
	ops_file_finish(&file);
	return good ? EXIT_OK : EXIT_FAILED;
}

static const struct {
	const char *name;
	int (*run)(const char *path, const char *out);
} verbs[] = {
	{"dump", run_dump},
	{"asm", run_asm},
};

static int run_verb(const char *name, const char *path, const char *out)
{
	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		if (strcmp(name, verbs[i].name) != 0)
			continue;
		if (path)
			return verbs[i].run(path, out);
		log_error("which file? 'osaas ops %s FILE'", name);
		return EXIT_USAGE;
	}
	log_error("there is no 'ops %s'; 'osaas ops --help' lists what there is", name);
	return EXIT_USAGE;
}

int cmd_ops(int argc, char **argv)
{
	struct opt_state state = {.argc = argc, .index = 1, .argv = argv};
	const char *verb = NULL, *path = NULL, *out = NULL;
	int id, code;
	if (argc > 1 && strcmp(argv[1], "render") == 0)
		return cmd_ops_render(argc - 1, argv + 1);
	while ((id = opt_next(&state, opts, "ops")) != OPT_END) {
		if (opt_is_over(id, help, &code))
			return code;
		if (id == OPT_OUT) {
			out = state.value;
		} else if (!verb) {
			verb = state.value;
		} else if (!path) {
			path = state.value;
		} else {
			log_error("one file at a time, not '%s' as well", state.value);
			return EXIT_USAGE;
		}
	}
	if (!verb) {
		log_error("do what? 'osaas ops dump|asm|render FILE'");
		return EXIT_USAGE;
	}
	return run_verb(verb, path, out);
}
