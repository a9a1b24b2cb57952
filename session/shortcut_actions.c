/* What the session's own combinations of keys do. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "session/capture.h"
#include "session/child.h"
#include "session/host.h"
#include "session/hosted.h"
#include "session/idle.h"
#include "session/input_record.h"
#include "session/keys.h"
#include "session/restart.h"
#include "session/routing.h"
#include "session/screen.h"
#include "session/service_shortcut.h"
#include "session/session.h"
#include "session/settings.h"
#include "session/shortcut.h"
#include "session/sound.h"
#include "session/window.h"
#include "util/log.h"

static void close_window(struct session *session)
{
	list_for_each (hosted, &session->hosted, struct hosted, link) {
		if (!hosted->window || hosted->window != session->focus)
			continue;
		close_asked(hosted);
		return;
	}
}

/* Screenshots: of the output where the keys go, by 'osaas ctl' in a process of its own. */

static void handle_shot(void *data, int code, int status)
{
	struct keys *keys = data;
	keys->shot = NULL;
	if (code != CLD_EXITED || status != 0)
		log_error("the screenshot failed: see the line above");
}

static void screenshot(struct session *session)
{
	struct keys *keys = session->keys;
	const struct window *window = session->focus;
	const struct screen *screen = window ? window->screen : NULL;
	const char *args[] = {"screenshot", screen ? screen->name : NULL, NULL};
	const struct child_spec spec = {.args = args, .fds = {-1, -1}};
	/* A key that is pressed again and again asks for one at a time. */
	if (!keys || keys->shot)
		return;
	int r = child_start(session->loop, &spec, handle_shot, keys, &keys->shot);
	if (r < 0)
		log_error("no screenshot: no process for it: %s", strerror(-r));
}

static void run_plugin(struct session *session, const char *path)
{
	/* What is wrong with it is in the log already. */
	if (host_run(session, path) < 0)
		log_error("%s was not started by its shortcut", path);
}

static bool switch_vt(struct session *session, int vt)
{
	if (!session->backend_ops->switch_vt)
		return false;
	session->backend_ops->switch_vt(session, vt);
	return true;
}

static void act(
	struct session *session, const struct shortcut_action *action, bool repeat)
{
	switch (action->what) {
	case SHORTCUT_QUIT:
		log_info("the shortcut for it was pressed: the session ends");
		session->quit = true;
		break;
	case SHORTCUT_NEXT_WINDOW:
		session_focus_next(session, 1);
		break;
	case SHORTCUT_PREVIOUS_WINDOW:
		session_focus_next(session, -1);
		break;
	case SHORTCUT_CLOSE_WINDOW:
		close_window(session);
		break;
	case SHORTCUT_NEXT_LAYOUT:
		keys_next_layout(session->keys, 1);
		break;
	case SHORTCUT_PREVIOUS_LAYOUT:
		keys_next_layout(session->keys, -1);
		break;
	case SHORTCUT_NEXT_METHOD:
		keys_next_method(session->keys);
		break;
	case SHORTCUT_SCREENSHOT:
		screenshot(session);
		break;
	case SHORTCUT_RELEASE_POINTER:
		capture_release(session);
		break;
	case SHORTCUT_NEXT_PANEL:
		panel_keys_next(session);
		break;
	case SHORTCUT_MAGNIFIER_IN:
		magnifier_step(session, 1);
		break;
	case SHORTCUT_MAGNIFIER_OUT:
		magnifier_step(session, -1);
		break;
	case SHORTCUT_VOLUME_UP:
		sound_key_volume(session, 1);
		break;
	case SHORTCUT_VOLUME_DOWN:
		sound_key_volume(session, -1);
		break;
	case SHORTCUT_MUTE:
		if (!repeat)
			sound_key_mute(session, PCM_PLAYBACK);
		break;
	case SHORTCUT_MICROPHONE_MUTE:
		if (!repeat)
			sound_key_mute(session, PCM_CAPTURE);
		break;
	case SHORTCUT_VT:
		switch_vt(session, action->number);
		break;
	case SHORTCUT_RUN:
		run_plugin(session, action->path);
		break;
	case SHORTCUT_NONE:
	case SHORTCUTS_DO:
		break;
	}
}

bool session_shortcut(struct session *session, const struct input_key *key)
{
	int vt = key->pressed ? shortcut_vt(key) : 0;
	/* Here, where all keys are: those that are taken, too, change what others type. */
	input_record_key(session->input_record, key);
	if (vt && switch_vt(session, vt))
		return true;
	/* In the dark a key wakes, and does nothing else. */
	if (idle_takes_key(session->idle, key))
		return true;
	if (!key->pressed) {
		service_shortcut_release(session, key);
		return false;
	}
	magnifier_key(session);
	const struct shortcut *own = shortcut_match(&session->settings->shortcuts, key);
	if (own)
		act(session, &own->action, key->repeat);
	return own || service_shortcut_press(session, key);
}
