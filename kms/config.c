/* What an output is to be: mode, power, colour. */
#include <errno.h>

#include "kms/private.h"

void kms_config_describe(struct kms_request *r, const struct kms_output *output)
{
	const struct kms_crtc *crtc = output->crtc;
	const struct kms_connector *connector = output->connector;
	kms_request_set(r, connector->id, &connector->props[CONNECTOR_CRTC_ID], crtc->id);
	kms_request_neutral(r, connector->id, connector->props, kms_connector_names,
		CONNECTOR_REQUIRED, CONNECTOR_PROPS);
	kms_request_set(r, crtc->id, &crtc->props[CRTC_MODE_ID], output->mode_blob);
	kms_request_set(r, crtc->id, &crtc->props[CRTC_ACTIVE], 1);
	kms_request_neutral(
		r, crtc->id, crtc->props, kms_crtc_names, CRTC_REQUIRED, CRTC_PROPS);
}

void kms_color_describe(struct kms_request *r, const struct kms_output *output)
{
	(void)r, (void)output;
}

const char *kms_connector_error(const struct kms_device *device, const char *connector)
{
	(void)device, (void)connector;
	return NULL;
}

void kms_device_connectors(const struct kms_device *device,
	void (*tell)(void *data, const struct kms_connector_info *info), void *data)
{
	(void)device, (void)tell, (void)data;
}

const struct kms_identity *kms_output_identity(const struct kms_output *output)
{
	static const struct kms_identity unknown;
	(void)output;
	return &unknown;
}

void kms_output_mode(const struct kms_output *output, struct kms_mode *out)
{
	*out = (struct kms_mode){.width = output->mode.hdisplay,
		.height = output->mode.vdisplay,
		.refresh_mhz = output->mode.vrefresh * 1000};
}

unsigned kms_output_can(const struct kms_output *output)
{
	(void)output;
	return 0;
}

int kms_output_sleep(struct kms_output *output, bool asleep)
{
	(void)output, (void)asleep;
	return -ENOTSUP;
}

int kms_output_color(struct kms_output *output, const float rgb[3], float gamma)
{
	(void)output, (void)rgb, (void)gamma;
	return -ENOTSUP;
}
