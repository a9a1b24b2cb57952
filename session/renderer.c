#include "session/renderer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "session/card.h"
#include "session/mask.h"
#include "session/session.h"
#include "util/log.h"

static void choose(struct renderer_choice *choice, bool cpu, const char *why)
{
	*choice = (struct renderer_choice){.made = true, .cpu = cpu};
	snprintf(choice->why, sizeof choice->why, "%s", why);
}

/* True: there is nothing to find out. */
static bool chosen(enum renderer wanted, struct renderer_choice *choice)
{
	if (!choice->made && wanted != RENDERER_AUTO)
		choose(choice, wanted == RENDERER_CPU, "it was asked for");
	return choice->made;
}

void renderer_for_card(enum renderer wanted, int fd, struct renderer_choice *choice)
{
	char why[sizeof choice->why];
	if (chosen(wanted, choice))
		return;
	bool draws = card_draws(fd, why, sizeof why);
	choose(choice, !draws, why);
}

/* Whether a node in a folder draws; why is of the last one that does not. */
static bool node_draws(int folder, const char *name, char *why, size_t size)
{
	int fd = openat(folder, name, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		snprintf(why, size, "%.60s cannot be opened: %.80s", name,
			strerror(errno));
		return false;
	}
	bool draws = card_draws(fd, why, size);
	close(fd);
	return draws;
}

void renderer_for_memory(
	enum renderer wanted, const char *folder, struct renderer_choice *choice)
{
	char why[sizeof choice->why] = "there is no graphics card";
	bool draws = false;
	struct dirent *entry;
	if (chosen(wanted, choice))
		return;
	DIR *dir = opendir(folder);
	while (dir && !draws && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, "renderD", 7) == 0)
			draws = node_draws(dirfd(dir), entry->d_name, why, sizeof why);
	}
	if (dir)
		closedir(dir);
	choose(choice, !draws, why);
}

bool renderer_fall_back(struct session *session, const char *why)
{
	struct renderer_choice *choice = &session->renderer;
	char text[sizeof choice->why];
	if (session->options->renderer != RENDERER_AUTO || choice->cpu || session->gl)
		return false;
	snprintf(text, sizeof text, "the graphics card's driver failed: %.160s", why);
	choose(choice, true, text);
	log_info("%s; the processor draws", text);
	return true;
}

int renderer_open(struct session *session, enum gl_platform platform, void *native,
	struct gl_error *err)
{
	const struct renderer_choice *choice = &session->renderer;
	sigset_t old;
	mask_signals(&old);
	int r = gl_create(
		&session->gl, choice->cpu ? GL_PLATFORM_NONE : platform, native, err);
	unmask_signals(&old);
	if (r == 0)
		log_debug("%s, since %s", gl_describe(session->gl), choice->why);
	return r;
}

int renderer_open_memory(struct session *session)
{
	struct gl_error err = {0};
	renderer_for_memory(session->options->renderer, "/dev/dri", &session->renderer);
	int r = renderer_open(session, GL_PLATFORM_SURFACELESS, NULL, &err);
	if (r < 0 && renderer_fall_back(session, err.text))
		r = renderer_open(session, GL_PLATFORM_SURFACELESS, NULL, &err);
	if (r < 0)
		log_error("%s", err.text);
	return r;
}
