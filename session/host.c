#include "session/host.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plugins/endpoint.h"
#include "plugins/plugin.h"
#include "session/audio.h"
#include "session/config.h"
#include "session/consent.h"
#include "session/failure.h"
#include "session/hosted.h"
#include "session/notice.h"
#include "session/report.h"
#include "session/reload.h"
#include "session/restart.h"
#include "session/service.h"
#include "session/session.h"
#include "session/window.h"
#include "util/log.h"
#include "util/xalloc.h"

static int try_folder(
	const char *folder, size_t len, const char *name, char *path, unsigned size)
{
	int n = snprintf(path, size, "%.*s/%s.so", (int)len, folder, name);
	return n > 0 && (unsigned)n < size && access(path, R_OK) == 0 ? 0 : -ENOENT;
}

static int search(const char *folders, const char *name, char *path, unsigned size)
{
	while (folders && *folders) {
		size_t len = strcspn(folders, ":");
		if (len && try_folder(folders, len, name, path, size) == 0)
			return 0;
		folders += len + (folders[len] == ':');
	}
	return -ENOENT;
}

int host_find_plugin(
	const char *name, char *path, unsigned size, char *why, unsigned why_size)
{
	const char *env = getenv("OSAAS_PLUGIN_PATH");
	if (strchr(name, '/')) {
		snprintf(path, size, "%s", name);
		if (access(path, R_OK) == 0)
			return 0;
		int r = -errno;
		snprintf(why, why_size,
			"plugin '%s': %s; give the path of a plugin's .so", name,
			strerror(errno));
		return r;
	}
	if (search(env, name, path, size) == 0 ||
		search(PLUGIN_DIR, name, path, size) == 0)
		return 0;
	if (access(name, R_OK) == 0)
		snprintf(why, why_size,
			"no plugin '%s' is installed; for the file here write ./%s", name,
			name);
	else
		snprintf(why, why_size,
			"no plugin '%s' in %s%s%s; give its path, or set "
			"OSAAS_PLUGIN_PATH",
			name, env ? env : "", env ? ":" : "", PLUGIN_DIR);
	return -ENOENT;
}

int host_load(struct session *session, const char *name)
{
	char path[4096], why[4400];
	struct plugin_error err;
	struct plugin *plugin;
	int r = host_find_plugin(name, path, sizeof path, why, sizeof why);
	if (r < 0) {
		log_error("%s", why);
		return r;
	}
	r = plugin_load(path, &plugin, &err);
	if (r < 0) {
		log_error("%s", err.text);
		return r;
	}
	list_push_back(&session->hosted, &hosted_create(session, plugin)->link);
	session->changed = true;
	return 0;
}

struct hosted *hosted_create(struct session *session, struct plugin *plugin)
{
	const struct manifest *manifest = plugin_manifest(plugin);
	struct hosted *hosted = xcalloc(1, sizeof *hosted);
	*hosted = (struct hosted){
		.session = session,
		.name = xstrdup(manifest->name),
		.id = xstrdup(manifest->id),
		.path = xstrdup(plugin_path(plugin)),
		.plugin = plugin,
		.pressed = NOTICE_BUTTONS,
	};
	list_init(&hosted->link);
	list_init(&hosted->services);
	return hosted;
}

const char *hosted_content(struct hosted *hosted)
{
	size_t size;
	const void *bytes = plugin_bytes(hosted->plugin, &size);
	if (!hosted->content[0])
		hash_sha256(bytes, size, hosted->content);
	return hosted->content;
}

void hosted_lose(struct hosted *hosted)
{
	struct list *link;
	while ((link = list_pop_front(&hosted->services)))
		service_close(container_of(link, struct service, link));
	if (hosted->window)
		hosted->window->group = NULL;
	/* Before our ends of window and voice: then nobody waits on them. */
	plugin_destroy(hosted->plugin);
	audio_voice_destroy(hosted->voice);
	endpoint_close(hosted->reload_end);
	hosted->plugin = NULL;
	hosted->voice = NULL;
	hosted->reload_end = NULL;
}

void hosted_destroy(struct hosted *hosted)
{
	list_remove(&hosted->link);
	hosted->session->changed = true;
	reload_drop(hosted);
	close_ended(hosted);
	hosted_lose(hosted);
	if (hosted->window)
		session_remove_window(hosted->session, hosted->window);
	notice_destroy(hosted->notice);
	window_destroy(hosted->window);
	free(hosted->name);
	free(hosted->id);
	free(hosted->path);
	free(hosted->report);
	free(hosted);
}

static int make_service(struct hosted *hosted, const struct manifest_want *want,
	struct endpoint **end, char *why, size_t why_size)
{
	struct service *service;
	int r = service_open(hosted->session, hosted->plugin, want->cap, want->scope,
		&service, end, why, why_size);
	if (r == 0)
		list_push_back(&hosted->services, &service->link);
	return r;
}

static int make_window(struct hosted *hosted, struct endpoint **end)
{
	int r = window_create(hosted->session, hosted->name, &hosted->window, end);
	if (r < 0)
		return r;
	hosted->window->owner = (uintptr_t)hosted->plugin;
	hosted->window->id = hosted->id;
	hosted->window->group = plugin_group(hosted->plugin);
	return 0;
}

static int make_panel(struct hosted *hosted, const char *scope, struct endpoint **end,
	char *why, size_t why_size)
{
	enum panel_edge edge;
	int r = panel_edge(scope, &edge);
	if (r < 0) {
		snprintf(why, why_size,
			"its edge is top or bottom, not '%.64s': change the manifest",
			scope);
		return r;
	}
	r = make_window(hosted, end);
	if (r == 0)
		hosted->window->panel.edge = edge;
	return r;
}

/* 0, -ENOENT: not offered here, -EEXIST: it has one, or -errno, with why. */
static int make_end(struct hosted *hosted, const struct manifest_want *want,
	struct endpoint **end, char *why, size_t why_size)
{
	struct session *session = hosted->session;
	const char *name = hosted->name;
	snprintf(why, why_size, "out of memory: close something");
	if (strcmp(want->cap, "gui.window") == 0)
		return hosted->window ? -EEXIST : make_window(hosted, end);
	if (strcmp(want->cap, "gui.panel") == 0)
		return hosted->window
			       ? -EEXIST
			       : make_panel(hosted, want->scope, end, why, why_size);
	if (strcmp(want->cap, "audio.out") == 0)
		return hosted->voice ? -EEXIST
				     : audio_voice_create(
					       session->audio, name, &hosted->voice, end);
	return make_service(hosted, want, end, why, why_size);
}

static void list_offers(char *text, size_t size)
{
	int n = snprintf(text, size, "gui.window, gui.panel, audio.out");
	for (const struct service_ops *const *s = services; *s && n < (int)size; s++)
		n += snprintf(text + n, size - (size_t)n, ", %s", (*s)->cap);
}

static int refuse(
	const char *name, const char *cap, bool required, int r, const char *why)
{
	char offers[512], text[640];
	list_offers(offers, sizeof offers);
	if (r == -EEXIST)
		why = "this session gives a plugin one of these only, and one window or "
		      "panel";
	if (r == -ENOENT) {
		snprintf(text, sizeof text,
			"this session does not offer it; it offers %s", offers);
		why = text;
	}
	if (required)
		log_error("%s needs %s: %s", name, cap, why);
	else
		log_info("%s goes without %s: %s", name, cap, why);
	return required ? r : 0;
}

static bool is_offered(const char *cap)
{
	return strcmp(cap, "gui.window") == 0 || strcmp(cap, "gui.panel") == 0 ||
	       strcmp(cap, "audio.out") == 0 || service_find(cap);
}

static int grant(struct hosted *hosted, size_t i)
{
	const struct manifest_want *want = &plugin_manifest(hosted->plugin)->wants[i];
	const char *name = plugin_manifest(hosted->plugin)->name;
	struct cap cap = cap_make(want->cap, want->scope);
	struct cap_text text = cap_text(&cap);
	char why[CONSENT_WHY_MAX];
	struct endpoint *end;
	int r = is_offered(want->cap) ? 0 : -ENOENT;
	if (r == 0)
		r = consent_ask(hosted, i, why);
	if (r == 0)
		r = make_end(hosted, want, &end, why, sizeof why);
	if (r < 0) {
		hosted->sources[i] = r == -EACCES ? hosted->sources[i] : GRANTS_NONE;
		return refuse(name, text.text, want->required, r, why);
	}
	r = plugin_grant(hosted->plugin, text.text, end);
	if (r < 0) {
		log_error("%s cannot be given %s: %s", name, text.text, strerror(-r));
		endpoint_close(end);
		return r;
	}
	log_info("%s may use %s: %s (granted by %s)", name, text.text, want->reason,
		consent_source(hosted->sources[i]));
	return 0;
}

static int grant_all(struct hosted *hosted)
{
	for (size_t i = 0; i < plugin_manifest(hosted->plugin)->n_wants; i++) {
		int r = grant(hosted, i);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Its window stays, and says so; unless it was to close anyway. A panel gives its room back. */
static void fail(struct hosted *hosted)
{
	hosted->session->failures++;
	if (!hosted->window || hosted->window->panel.edge || hosted->close_ns) {
		hosted_destroy(hosted);
		return;
	}
	hosted_lose(hosted);
	failure_show(hosted, hosted->what);
}

static void handle_ended(void *data, struct plugin *plugin, enum plugin_end how, int code)
{
	struct hosted *hosted = data;
	bool well = how == PLUGIN_RETURNED || how == PLUGIN_KILLED;
	if (well)
		log_info("%s ended", hosted->name);
	else
		failure_note(hosted, how, code);
	if (reload_ended(hosted, well ? "ended" : hosted->what))
		return;
	if (well)
		hosted_destroy(hosted);
	else
		fail(hosted);
}

/* It is there for what others do: a panel, an input method. */
static bool assists(const struct hosted *hosted)
{
	if (hosted->window)
		return hosted->window->panel.edge;
	list_for_each (service, &hosted->services, struct service, link) {
		if (strcmp(service->ops->cap, "input.method") == 0)
			return true;
	}
	return false;
}

int hosted_start(struct hosted *hosted, struct message *first)
{
	int r = grant_all(hosted);
	if (r < 0)
		return r;
	r = reload_offer(hosted, first);
	if (r == 0)
		r = plugin_start(hosted->plugin, handle_ended, hosted);
	if (r == 0)
		consent_started(hosted);
	else
		log_error("%s cannot be started: %s", hosted->path, strerror(-r));
	hosted->session->served |= r == 0 && !assists(hosted);
	return r;
}

static int start(struct hosted *hosted)
{
	int r = hosted_start(hosted, NULL);
	if (r == 0 && hosted->window)
		session_add_window(hosted->session, hosted->window);
	return r;
}

int host_start_all(struct session *session)
{
	list_for_each (hosted, &session->hosted, struct hosted, link) {
		int r = start(hosted);
		if (r < 0)
			return r;
	}
	return 0;
}

int host_run(struct session *session, const char *name)
{
	int r = host_load(session, name);
	if (r < 0)
		return r;
	struct hosted *hosted = container_of(session->hosted.prev, struct hosted, link);
	r = start(hosted);
	if (r < 0)
		hosted_destroy(hosted);
	return r;
}

void host_each(struct session *session,
	void (*each)(void *data, struct plugin *plugin, const struct window *window),
	void *data)
{
	list_for_each (hosted, &session->hosted, struct hosted, link) {
		if (hosted->plugin)
			each(data, hosted->plugin, hosted->window);
	}
}

void host_each_failed(struct session *session,
	void (*each)(void *data, const struct hosted *hosted), void *data)
{
	list_for_each (hosted, &session->hosted, struct hosted, link) {
		if (!hosted->plugin)
			each(data, hosted);
	}
}

bool host_over(const struct session *session)
{
	bool stays = session->backend_ops->interactive || session->options->run_ns;
	bool any = false;
	list_for_each (hosted, &session->hosted, struct hosted, link) {
		if (!hosted->plugin && !stays)
			continue;
		if (!assists(hosted))
			return false;
		any = true;
	}
	return !any || session->served;
}

/* "ID#2" is the second of those that "ID" fits. */
static size_t split_number(const char *word, size_t *number)
{
	const char *hash = strrchr(word, '#');
	*number = hash && hash[1] >= '1' && hash[1] <= '9' ? strtoul(hash + 1, NULL, 10)
							   : 0;
	return *number ? (size_t)(hash - word) : strlen(word);
}

static bool is_called(const struct hosted *hosted, const char *word, size_t n)
{
	const char *const names[] = {hosted->id, hosted->name};
	for (int i = 0; i < 2; i++) {
		if (strlen(names[i]) == n && strncmp(names[i], word, n) == 0)
			return true;
	}
	return false;
}

int host_find(struct session *session, const char *word, struct hosted **out, char *why,
	size_t why_size)
{
	size_t number, len = split_number(word, &number), n = 0;
	*out = NULL;
	list_for_each (hosted, &session->hosted, struct hosted, link) {
		if (!is_called(hosted, word, len))
			continue;
		if (++n == (number ? number : 1))
			*out = hosted;
	}
	if (n == 0)
		snprintf(why, why_size,
			"no plugin '%.64s' is here: 'osaas ctl plugins' lists them",
			word);
	else if (!*out)
		snprintf(why, why_size, "only %zu here are '%.*s'", n, (int)len, word);
	else if (n > 1 && !number)
		snprintf(why, why_size,
			"%zu here are '%.64s': say which with '%.64s#1' to '#%zu', in "
			"the order they were started in",
			n, word, word, n);
	else
		return 0;
	return n ? -EINVAL : -ENOENT;
}

static void do_pressed(struct hosted *hosted, enum notice_button pressed)
{
	char why[RESTART_WHY_MAX];
	if (pressed == NOTICE_CLOSE)
		hosted_destroy(hosted);
	else if (restart_plugin(hosted, why) < 0)
		log_error("%s %s", hosted->name, why);
}

void host_turn(struct session *session)
{
	close_turn(session);
	reload_turn(session);
	list_for_each_safe (hosted, &session->hosted, struct hosted, link) {
		enum notice_button pressed = hosted->pressed;
		hosted->pressed = NOTICE_BUTTONS;
		if (pressed != NOTICE_BUTTONS)
			do_pressed(hosted, pressed);
	}
}

struct window *host_window(const struct session *session, const struct plugin *plugin)
{
	list_for_each (hosted, &session->hosted, struct hosted, link) {
		if (hosted->plugin == plugin)
			return hosted->window;
	}
	return NULL;
}

bool host_has_focus(const struct session *session, const struct plugin *plugin)
{
	const struct window *window = host_window(session, plugin);
	return window && window == session->focus;
}

uint64_t host_next_ns(const struct session *session)
{
	uint64_t close = close_next_ns(session), reload = reload_next_ns(session);
	return close < reload ? close : reload;
}

void host_stop_all(struct session *session)
{
	list_for_each_safe (hosted, &session->hosted, struct hosted, link)
		hosted_destroy(hosted);
}
