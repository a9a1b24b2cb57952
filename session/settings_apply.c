#include "session/settings_apply.h"

#include <string.h>

#include "session/a11y.h"
#include "session/consent.h"
#include "session/idle.h"
#include "session/keys.h"
#include "session/outputs.h"
#include "session/pointer.h"
#include "session/session.h"
#include "session/settings.h"
#include "session/sound.h"
#include "util/clock.h"
#include "util/log.h"

static bool differ(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) != 0 : a != b;
}

static void say_later(const char *path, const char *key, bool changed)
{
	if (changed)
		log_info("%s: '%s' counts from the next start on", path, key);
}

static bool outputs_differ(const struct settings *old, const struct settings *new)
{
	const struct list *a = old->outputs.next, *b = new->outputs.next;
	for (; a != &old->outputs && b != &new->outputs; a = a->next, b = b->next) {
		const struct settings_output *x =
			container_of(a, struct settings_output, link);
		const struct settings_output *y =
			container_of(b, struct settings_output, link);
		if (strcmp(x->name, y->name) != 0 ||
			memcmp(&x->config, &y->config, sizeof x->config) != 0)
			return true;
	}
	return a != &old->outputs || b != &new->outputs;
}

static void apply_outputs(
	struct session *session, const struct settings *old, const struct settings *new)
{
	outputs_settings(session->outputs);
	/* Looking at all connectors takes its time. */
	bool differ = outputs_differ(old, new) || old->lid_ignored != new->lid_ignored;
	if (differ && session->backend_ops->reconfigure)
		session->backend_ops->reconfigure(session);
	session_layout(session);
}

static void apply_session(
	struct session *session, const struct settings *old, const struct settings *new)
{
	const struct session_options *o = session->options;
	if (new->log != old->log && !o->log_given)
		log_set_level(new->log < 0 ? LOG_INFO : (enum log_level) new->log);
	if (new->scale != old->scale && !o->scale_given)
		session_set_scale(session, new->scale > 0 ? new->scale : 1);
	idle_set(session->idle, (uint64_t) new->idle_off *NS_PER_S);
	apply_outputs(session, old, new);
	keys_configure(session);
	a11y_configure(session->a11y);
	if (differ(old->cursor_theme, new->cursor_theme) ||
		old->cursor_size != new->cursor_size ||
		old->cursor_hide < new->cursor_hide ||
		old->cursor_hide > new->cursor_hide)
		pointer_configure(session->pointer);
	if (!audio_config_equal(&old->audio, &new->audio))
		sound_configure(session->sound);
	say_later(new->path, "backend", differ(old->backend, new->backend));
	say_later(new->path, "card", differ(old->card, new->card));
	say_later(new->path, "fence", old->fence != new->fence);
	say_later(new->path, "renderer", old->renderer != new->renderer);
	say_later(new->path, "restart", old->restart != new->restart);
	say_later(new->path, "size",
		old->width != new->width || old->height != new->height);
}

void settings_apply(void *data, struct settings *settings)
{
	struct session *session = data;
	const struct settings *old = session->settings;
	session->settings = settings;
	apply_session(session, old, settings);
	log_info("%s was read again", settings->path);
	consent_recheck(session);
	if (old != session->options->settings)
		settings_destroy((struct settings *)(uintptr_t)old);
}
