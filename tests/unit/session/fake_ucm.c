#include "fake_ucm.h"

#include <alsa/asoundlib.h>
#include <alsa/use-case.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define DEVICES 8

struct fake_ucm fake_ucm;
static snd_local_error_handler_t handler;

struct snd_use_case_mgr {
	const struct fake_ucm_conf *conf;
	char verb[64];
	char enabled[DEVICES][64];
	size_t n;
};

void fake_ucm_reset(void)
{
	assert_int_equal(fake_ucm.open, 0);
	assert_int_equal(fake_ucm.lists, 0);
	fake_ucm = (struct fake_ucm){0};
}

const char *fake_ucm_done(void)
{
	static char done[sizeof fake_ucm.done];
	memcpy(done, fake_ucm.done, sizeof done);
	fake_ucm.done[0] = '\0';
	return done;
}

static void note(const char *sign, const char *name)
{
	size_t n = strlen(fake_ucm.done);
	snprintf(fake_ucm.done + n, sizeof fake_ucm.done - n, "%s%s%s", n ? " " : "",
		sign, name);
	assert_true(strlen(fake_ucm.done) < sizeof fake_ucm.done - 1);
}

/* The library says its errors to the handler of the thread. */
static void say(const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	if (handler)
		handler("main.c", 1, "ucm", 0, fmt, args);
	va_end(args);
}

snd_local_error_handler_t snd_lib_error_set_local(snd_local_error_handler_t func)
{
	snd_local_error_handler_t before = handler;
	handler = func;
	return before;
}

int snd_use_case_mgr_open(snd_use_case_mgr_t **out, const char *name)
{
	int card;
	assert_int_equal(sscanf(name, "hw:%d", &card), 1);
	assert_non_null(handler);
	fake_ucm.opened++;
	const struct fake_ucm_conf *conf =
		card < FAKE_UCM_CARDS ? fake_ucm.cards[card] : NULL;
	if (conf && conf->text)
		say("%s", conf->text);
	if (!conf || conf->error) {
		say("error: failed to import %s use case configuration", name);
		return conf ? conf->error : -ENOENT;
	}
	*out = calloc(1, sizeof **out);
	(*out)->conf = conf;
	fake_ucm.open++;
	return 0;
}

int snd_use_case_mgr_close(snd_use_case_mgr_t *mgr)
{
	fake_ucm.open--;
	free(mgr);
	return 0;
}

/* "A|" is a name and an empty comment. */
static size_t split(const char *items, char **list)
{
	size_t n = 0;
	for (const char *at = items; at && *items; n++) {
		const char *end = strchr(at, '|');
		if (list)
			list[n] = strndup(at, end ? (size_t)(end - at) : strlen(at));
		at = end ? end + 1 : NULL;
	}
	return n;
}

int snd_use_case_get_list(
	snd_use_case_mgr_t *mgr, const char *identifier, const char **list[])
{
	const struct fake_ucm_list *l = mgr->conf->lists;
	*list = NULL;
	while (l->name && strcmp(l->name, identifier) != 0)
		l++;
	if (!l->name)
		return identifier[1] == 'c' || identifier[1] == 's' ? 0 : -ENOENT;
	size_t n = split(l->items, NULL);
	if (n == 0)
		return 0;
	char **made = calloc(n, sizeof *made);
	split(l->items, made);
	fake_ucm.lists++;
	*list = (const char **)(uintptr_t)made;
	return (int)n;
}

int snd_use_case_free_list(const char *list[], int items)
{
	for (int i = 0; i < items; i++)
		free((void *)(uintptr_t)list[i]);
	free(list);
	fake_ucm.lists--;
	return 0;
}

int snd_use_case_get(snd_use_case_mgr_t *mgr, const char *identifier, const char **value)
{
	for (const struct fake_ucm_value *v = mgr->conf->values; v->name; v++) {
		if (strcmp(v->name, identifier) == 0) {
			*value = strdup(v->value);
			return 0;
		}
	}
	return -ENOENT;
}

/* As the library: each at most once, and only while there is a verb. */

static size_t index_of(const snd_use_case_mgr_t *mgr, const char *device)
{
	size_t i = 0;
	while (i < mgr->n && strcmp(mgr->enabled[i], device) != 0)
		i++;
	return i;
}

static int refuse(const snd_use_case_mgr_t *mgr, const char *sign, const char *name)
{
	char what[96];
	snprintf(what, sizeof what, "%s%s", sign, name);
	if (!mgr->conf->refuses || strcmp(mgr->conf->refuses, what) != 0)
		return 0;
	say("no control for %s", what);
	return -EIO;
}

static int put(snd_use_case_mgr_t *mgr, const char *device, bool on)
{
	size_t i = index_of(mgr, device);
	int r = refuse(mgr, on ? "+" : "-", device);
	if (!mgr->verb[0] || r < 0)
		return r < 0 ? r : -ENOENT;
	if (on == (i < mgr->n))
		return 0;
	note(on ? "+" : "-", device);
	if (on)
		snprintf(mgr->enabled[mgr->n++], sizeof *mgr->enabled, "%s", device);
	else
		memmove(mgr->enabled[i], mgr->enabled[i + 1],
			(--mgr->n - i) * sizeof *mgr->enabled);
	return 0;
}

static int set_verb(snd_use_case_mgr_t *mgr, const char *verb)
{
	int r = refuse(mgr, "", verb);
	if (strcmp(verb, mgr->verb) == 0 || r < 0)
		return r;
	note("", verb);
	mgr->n = 0;
	snprintf(mgr->verb, sizeof mgr->verb, "%s",
		strcmp(verb, SND_USE_CASE_VERB_INACTIVE) == 0 ? "" : verb);
	return 0;
}

static int switch_device(snd_use_case_mgr_t *mgr, const char *from, const char *to)
{
	char both[160];
	assert_true(index_of(mgr, from) < mgr->n && index_of(mgr, to) == mgr->n);
	snprintf(both, sizeof both, "%s>%s", from, to);
	if (mgr->conf->shortcut && strcmp(mgr->conf->shortcut, both) == 0) {
		note("", both);
		strcpy(mgr->enabled[index_of(mgr, from)], to);
		return 0;
	}
	int r = put(mgr, from, false);
	return r < 0 ? r : put(mgr, to, true);
}

int snd_use_case_set(snd_use_case_mgr_t *mgr, const char *identifier, const char *value)
{
	assert_non_null(handler);
	if (strcmp(identifier, "_verb") == 0)
		return set_verb(mgr, value);
	if (strcmp(identifier, "_enadev") == 0)
		return put(mgr, value, true);
	if (strcmp(identifier, "_disdev") == 0)
		return put(mgr, value, false);
	assert_memory_equal(identifier, "_swdev/", 7);
	return switch_device(mgr, identifier + 7, value);
}
