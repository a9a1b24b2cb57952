#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "session/audio_config.h"
#include "session/cap.h"
#include "session/cmd.h"
#include "util/log.h"

static const struct opt *find(const struct opt *opts, const char *name, size_t len)
{
	for (; opts->name; opts++) {
		if (strlen(opts->name) == len && strncmp(opts->name, name, len) == 0)
			return opts;
	}
	return NULL;
}

static int bad(const char *command, const char *what, const char *arg)
{
	log_error("%s %s; 'osaas %s --help' lists the options", what, arg, command);
	return OPT_BAD;
}

static const struct opt common[] = {
	{"help", OPT_HELP, false}, {"h", OPT_HELP, false}, {0}};

static int take_option(struct opt_state *s, const struct opt *opts, const char *command)
{
	char *arg = s->argv[s->index++];
	const char *name = arg + (arg[1] == '-' ? 2 : 1);
	size_t len = strcspn(name, "=");
	const struct opt *opt = find(opts, name, len);
	opt = opt ? opt : find(common, name, len);
	if (!opt)
		return bad(command, "unknown option", arg);
	if (!opt->value)
		return name[len] ? bad(command, "no value is taken by", arg) : opt->id;
	if (name[len]) {
		s->value = name + len + 1;
		return opt->id;
	}
	if (s->index >= s->argc)
		return bad(command, "a value is missing after", arg);
	s->value = s->argv[s->index++];
	return opt->id;
}

int opt_next(struct opt_state *s, const struct opt *opts, const char *command)
{
	if (s->index < s->argc && !s->operands && strcmp(s->argv[s->index], "--") == 0) {
		s->operands = true;
		s->index++;
	}
	if (s->index >= s->argc)
		return OPT_END;
	const char *arg = s->argv[s->index];
	if (!s->operands && arg[0] == '-' && arg[1] && !isdigit((unsigned char)arg[1]))
		return take_option(s, opts, command);
	s->value = s->argv[s->index++];
	return OPT_ARG;
}

bool opt_is_over(int id, const char *help, int *code)
{
	if (id == OPT_HELP)
		fputs(help, stdout);
	*code = id == OPT_HELP ? EXIT_OK : EXIT_USAGE;
	return id == OPT_HELP || id == OPT_BAD;
}

bool opt_size(const char *text, int32_t *width, int32_t *height)
{
	bool good = value_size(text, width, height);
	if (!good)
		log_error("'%s' is no size: write " VALUE_SIZE, text);
	return good;
}

bool opt_seconds(const char *text, uint64_t *ns)
{
	bool good = value_seconds(text, ns);
	if (!good)
		log_error("'%s' is no time in seconds: write 5 or 0.5", text);
	return good;
}

bool opt_scale(const char *text, float *scale)
{
	bool good = value_scale(text, scale);
	if (!good)
		log_error("'%s' is no scale: write " VALUE_SCALE, text);
	return good;
}

bool opt_log(const char *text)
{
	enum log_level level;
	if (log_level_parse(text, &level) < 0) {
		log_error("'%s' is no log level: write " VALUE_LOG, text);
		return false;
	}
	log_set_level(level);
	return true;
}

bool opt_clock(const char *text, bool *is_virtual)
{
	*is_virtual = strcmp(text, "virtual") == 0;
	if (*is_virtual || strcmp(text, "real") == 0)
		return true;
	log_error("'%s' is no clock: write real or virtual", text);
	return false;
}

bool opt_audio(const char *text, const char **rule)
{
	char why[AUDIO_WHY_MAX];
	*rule = text;
	if (audio_config_rule(text, why) == 0)
		return true;
	log_error("--audio: %s", why);
	return false;
}

bool opt_restart(const char *text, int *times)
{
	bool good = value_restart(text, times);
	if (!good)
		log_error("'%s' is no number of restarts: write " VALUE_RESTART, text);
	return good;
}

bool opt_fence(const char *text, enum fence_mode *mode)
{
	bool good = value_fence(text, mode);
	if (!good)
		log_error("'%s' is no way to fence: write " VALUE_FENCE, text);
	return good;
}

bool opt_renderer(const char *text, enum renderer *renderer)
{
	bool good = value_renderer(text, renderer);
	if (!good)
		log_error("there is no renderer '%s': write " VALUE_RENDERER, text);
	return good;
}

bool opt_grant(const char **grants, size_t *n, const char *text)
{
	struct cap cap;
	char why[CAP_WHY_MAX];
	if (*n == GRANTS_MAX) {
		log_error("--grant can be given %d times: use [grant ID] of a "
			  "configuration",
			GRANTS_MAX);
		return false;
	}
	if (cap_parse(text, strlen(text), &cap, why) < 0) {
		log_error("--grant: %s", why);
		return false;
	}
	grants[(*n)++] = text;
	return true;
}
