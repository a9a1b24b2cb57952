/* What an output is to be: asked of the listener, described to the card, tested. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <xf86drmMode.h>

#include "kms/mode.h"
#include "kms/private.h"
#include "util/log.h"

void kms_config_refuse(struct kms_connector *connector, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(connector->error.text, sizeof connector->error.text, fmt, ap);
	va_end(ap);
	if (strcmp(connector->error.text, connector->told.text) == 0)
		return;
	log_error("%s: %s", connector->name, connector->error.text);
	connector->told = connector->error;
}

/* The mode it has, as long as the display can it; else the preferred one; NULL: none. */
static const drmModeModeInfo *fallback(const struct kms_connector *c)
{
	if (c->output && kms_connector_has(c, &c->output->mode))
		return &c->output->mode;
	return kms_mode_preferred(c->modes, c->n_modes);
}

static void find_mode(struct kms_connector *c)
{
	struct kms_error err;
	if (kms_mode_find(c->modes, c->n_modes, &c->config, &c->mode, &err) == 0)
		return;
	const drmModeModeInfo *mode = fallback(c);
	kms_config_refuse(c, "%s", err.text);
	if (mode)
		c->mode = *mode;
	else
		c->usable = false;
}

void kms_config_ask(struct kms_device *device, struct kms_connector *connector)
{
	const struct kms_listener *listener = device->listener;
	connector->config = (struct kms_config){0};
	connector->error.text[0] = '\0';
	if (!connector->usable)
		return;
	if (listener->configure)
		listener->configure(device->data, connector->name, &connector->identity,
			&connector->config);
	if (connector->config.off)
		connector->usable = false;
	else
		find_mode(connector);
}

static uint64_t crtc_value(const struct kms_output *output, size_t prop)
{
	switch (prop) {
	case CRTC_CTM:
		return output->ctm_blob;
	case CRTC_GAMMA:
		return output->gamma_blob;
	case CRTC_VRR:
		return output->vrr;
	default:
		return kms_crtc_names[prop].neutral;
	}
}

static void describe_crtc(
	struct kms_request *r, const struct kms_output *output, size_t from, size_t to)
{
	const struct kms_crtc *crtc = output->crtc;
	for (size_t i = from; i < to; i++)
		kms_request_set(r, crtc->id, &crtc->props[i], crtc_value(output, i));
}

void kms_config_describe(struct kms_request *r, const struct kms_output *output)
{
	const struct kms_crtc *crtc = output->crtc;
	const struct kms_connector *connector = output->connector;
	kms_request_set(r, connector->id, &connector->props[CONNECTOR_CRTC_ID], crtc->id);
	kms_request_neutral(r, connector->id, connector->props, kms_connector_names,
		CONNECTOR_REQUIRED, CONNECTOR_PROPS);
	kms_request_set(r, crtc->id, &crtc->props[CRTC_MODE_ID], output->mode_blob);
	kms_request_set(r, crtc->id, &crtc->props[CRTC_ACTIVE], 1);
	describe_crtc(r, output, CRTC_REQUIRED, CRTC_PROPS);
}

void kms_color_describe(struct kms_request *r, const struct kms_output *output)
{
	if (output->color_dirty)
		describe_crtc(r, output, CRTC_CTM, CRTC_VRR + 1);
}

/* Those that wait for their first frame want their share of the card, too. */
static bool waits(const struct kms_output *output)
{
	return output->needs_modeset && !output->asleep && !output->failed;
}

static void mark(const struct kms_output *output)
{
	list_for_each (o, &output->device->outputs, struct kms_output, link)
		o->crtc->tested = waits(o) ? o : NULL;
	output->crtc->tested = output;
}

static void describe_marked(
	struct kms_request *r, const struct kms_output *output, uint32_t fb)
{
	for (size_t i = 0; i < r->device->n_crtcs; i++) {
		const struct kms_output *o = r->device->crtcs[i].tested;
		r->device->crtcs[i].tested = NULL;
		if (o)
			kms_modeset_describe(
				r, o, o == output ? fb : o->pool->buffers[0]->fb_id);
	}
}

/* Overlays and cursors are placed for the mode that is left: the sweep turns them off. */
int kms_config_test(const struct kms_output *output, uint32_t fb)
{
	struct kms_request r;
	kms_request_begin(&r, output->device);
	mark(output);
	kms_sweep_describe(&r);
	describe_marked(&r, output, fb);
	return kms_request_commit(
		&r, DRM_MODE_ATOMIC_ALLOW_MODESET | DRM_MODE_ATOMIC_TEST_ONLY, 0);
}

const struct kms_identity *kms_output_identity(const struct kms_output *output)
{
	return &output->connector->identity;
}

void kms_output_mode(const struct kms_output *output, struct kms_mode *out)
{
	*out = kms_mode_told(&output->mode);
}

unsigned kms_output_can(const struct kms_output *output)
{
	const struct kms_prop *crtc = output->crtc->props;
	unsigned can = kms_output_can_planes(output);
	if (crtc[CRTC_VRR].id && output->connector->props[CONNECTOR_VRR_CAPABLE].value)
		can |= KMS_CAN_VRR;
	if (kms_color_size(output) > 0)
		can |= KMS_CAN_GAMMA;
	if (crtc[CRTC_CTM].id && !crtc[CRTC_CTM].fixed)
		can |= KMS_CAN_CTM;
	return can;
}
