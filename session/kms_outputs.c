/* Outputs of a card as outputs.h wants them: scans, sleep, colours. */
#include "kms/kms.h"
#include "session/idle.h"
#include "session/kms_backend.h"
#include "session/outputs.h"
#include "session/session.h"

void kms_outputs_configure(void *data, const char *connector,
	const struct kms_identity *identity, struct kms_config *config)
{
	struct kms_backend *backend = data;
	outputs_configure(backend->session->outputs, connector, identity, config);
}

int kms_outputs_scan(struct kms_backend *backend)
{
	struct outputs *outputs = backend->session->outputs;
	outputs_scan_begin(outputs);
	int r = kms_device_scan(backend->device);
	if (!outputs_scan_end(outputs) || r < 0)
		return r;
	outputs_scan_begin(outputs);
	r = kms_device_scan(backend->device);
	outputs_scan_end(outputs);
	return r;
}

int kms_outputs_resume(struct kms_backend *backend)
{
	struct outputs *outputs = backend->session->outputs;
	/* Not dark once more for those that are about to be seen. */
	list_for_each (screen, &backend->session->screens, struct screen, link)
		kms_outputs_sleep(screen, false);
	outputs_scan_begin(outputs);
	int r = kms_device_resume(backend->device);
	if (outputs_scan_end(outputs) && r == 0)
		r = kms_outputs_scan(backend);
	return r;
}

void kms_outputs_returned(struct kms_backend *backend)
{
	idle_returned(backend->session->idle);
	outputs_turn_now(backend->session->outputs);
}

void kms_outputs_reconfigure(struct session *session)
{
	struct kms_backend *backend = session->backend;
	if (backend->device)
		kms_outputs_scan(backend);
}

void kms_outputs_connectors(struct session *session,
	void (*tell)(void *data, const struct kms_connector_info *info), void *data)
{
	struct kms_backend *backend = session->backend;
	if (backend->device)
		kms_device_connectors(backend->device, tell, data);
}

const char *kms_outputs_refusal(struct session *session, const char *connector)
{
	struct kms_backend *backend = session->backend;
	return backend->device ? kms_connector_error(backend->device, connector) : NULL;
}

static bool is_variable(struct session *session, struct screen *screen)
{
	const struct output_config *config =
		outputs_config(session->outputs, screen->name);
	struct kms_screen *ks = container_of(screen, struct kms_screen, screen);
	return config && config->kms.vrr && kms_output_can(ks->output) & KMS_CAN_VRR;
}

void kms_outputs_laid_out(struct session *session)
{
	list_for_each (screen, &session->screens, struct screen, link)
		screen->clock.variable = is_variable(session, screen);
	kms_input_layout(session->backend);
}

int kms_outputs_sleep(struct screen *screen, bool asleep)
{
	struct kms_screen *ks = container_of(screen, struct kms_screen, screen);
	return kms_output_sleep(ks->output, asleep);
}

int kms_outputs_color(struct screen *screen, const float rgb[3], float gamma)
{
	struct kms_screen *ks = container_of(screen, struct kms_screen, screen);
	return kms_output_color(ks->output, rgb, gamma);
}
