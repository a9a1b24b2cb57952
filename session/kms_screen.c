/* Outputs of a card as screens. */
#include <stdlib.h>
#include <string.h>

#include "kms/kms.h"
#include "session/kms_backend.h"
#include "session/session.h"
#include "util/log.h"
#include "util/xalloc.h"

static struct kms_screen *of(struct screen *screen)
{
	return container_of(screen, struct kms_screen, screen);
}

/* Once, before the first frame. */
static void warm(struct session *session, struct gl_target *target)
{
	struct kms_backend *backend = session->backend;
	int r = backend->warm ? 0 : gl_warm(target);
	backend->warm = true;
	if (r < 0)
		log_error("%s: drawing a first time failed: %s", backend->card,
			strerror(-r));
}

static struct gl_target *target_of(struct session *session, struct kms_screen *ks)
{
	struct gl_target *target = kms_buffer_user(ks->acquired);
	struct gl_error err = {0};
	if (target)
		return target;
	if (gl_target_import(session->gl, kms_buffer_bo(ks->acquired), ks->screen.width,
		    ks->screen.height, &target, &err) < 0) {
		if (!ks->refused)
			log_error("%s: %s", ks->screen.name, err.text);
		ks->refused = true;
		return NULL;
	}
	kms_buffer_set_user(ks->acquired, target);
	warm(ks->screen.session, target);
	return target;
}

static struct gl_target *acquire(struct screen *screen, uint32_t *age)
{
	struct kms_screen *ks = of(screen);
	ks->acquired = kms_output_acquire(ks->output);
	if (!ks->acquired)
		return NULL;
	*age = kms_buffer_age(ks->acquired);
	struct gl_target *target = target_of(screen->session, ks);
	if (!target)
		kms_output_release(ks->output, ks->acquired);
	return target;
}

static int commit(struct screen *screen)
{
	struct kms_screen *ks = of(screen);
	return kms_output_show(ks->output, ks->acquired);
}

static void release(struct screen *screen)
{
	struct kms_screen *ks = of(screen);
	kms_output_release(ks->output, ks->acquired);
}

static const struct screen_ops screen_ops = {
	.acquire = acquire,
	.commit = commit,
	.release = release,
};

static void output_added(void *data, struct kms_output *output)
{
	struct kms_backend *backend = data;
	struct kms_screen *ks = xcalloc(1, sizeof *ks);
	ks->output = output;
	screen_init(&ks->screen, backend->session, &screen_ops, kms_output_name(output),
		kms_output_width(output), kms_output_height(output),
		kms_output_refresh_ns(output));
	kms_output_set_user(output, ks);
	session_add_screen(backend->session, &ks->screen);
	kms_input_layout(backend);
}

void kms_screen_drop_targets(struct kms_output *output)
{
	for (unsigned i = 0; i < KMS_BUFFERS; i++) {
		struct kms_buffer *buffer = kms_output_buffer(output, i);
		if (!buffer)
			continue;
		gl_target_destroy(kms_buffer_user(buffer));
		kms_buffer_set_user(buffer, NULL);
	}
}

/* Another mode: the size may be new. */
static void buffers_dropped(void *data, struct kms_output *output)
{
	struct kms_backend *backend = data;
	struct kms_screen *ks = kms_output_user(output);
	kms_screen_drop_targets(output);
	if (!ks)
		return;
	screen_resize(&ks->screen, kms_output_width(output), kms_output_height(output),
		kms_output_refresh_ns(output));
	kms_input_layout(backend);
}

static void output_removed(void *data, struct kms_output *output)
{
	struct kms_backend *backend = data;
	struct kms_screen *ks = kms_output_user(output);
	kms_screen_drop_targets(output);
	session_remove_screen(backend->session, &ks->screen);
	free(ks);
	kms_input_layout(backend);
}

static void flip_done(
	void *data, struct kms_output *output, uint64_t present_ns, uint32_t seq)
{
	struct kms_screen *ks = kms_output_user(output);
	(void)data, (void)seq;
	screen_shown(&ks->screen, present_ns);
}

const struct kms_listener kms_screen_listener = {
	.output_added = output_added,
	.output_removed = output_removed,
	.flip_done = flip_done,
	.buffers_dropped = buffers_dropped,
};
