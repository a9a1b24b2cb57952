/* Colours that the card changes: tables, a matrix; and VRR, which is set beside them. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <xf86drmMode.h>

#include "kms/private.h"
#include "util/log.h"
#include "util/xalloc.h"

#define MAX_TABLE  (1 << 19) /* Ice Lake's have 262145 entries */
#define MAX_FACTOR 8.0f
#define MIN_GAMMA  0.1f
#define MAX_GAMMA  10.0f

size_t kms_color_size(const struct kms_output *output)
{
	const struct kms_prop *props = output->crtc->props;
	const uint64_t size = props[CRTC_GAMMA_SIZE].value;
	const bool usable = props[CRTC_GAMMA].id && !props[CRTC_GAMMA].fixed &&
			    props[CRTC_GAMMA_SIZE].id && size >= 2 && size <= MAX_TABLE;
	return usable ? size : 0;
}

static void drop(const struct kms_output *output, uint32_t blob)
{
	if (blob)
		drmModeDestroyPropertyBlob(output->device->fd, blob);
}

void kms_color_finish(struct kms_output *output)
{
	drop(output, output->ctm_blob);
	drop(output, output->gamma_blob);
	output->ctm_blob = output->gamma_blob = 0;
}

static int hand_over(
	const struct kms_output *output, const void *data, size_t size, uint32_t *blob)
{
	int ret = drmModeCreatePropertyBlob(output->device->fd, data, size, blob);
	return ret < 0 ? ret : 0;
}

/* S31.32, sign and magnitude. */
static int make_matrix(
	const struct kms_output *output, const float rgb[3], uint32_t *blob)
{
	struct drm_color_ctm ctm = {{0}};
	for (size_t i = 0; i < 3; i++)
		ctm.matrix[i * 4] = (uint64_t)((double)rgb[i] * 4294967296.0);
	return hand_over(output, &ctm, sizeof ctm, blob);
}

static uint16_t table_value(double x, double gamma)
{
	double y = gamma == 1 ? x : pow(x, 1 / gamma);
	return (uint16_t)lround((y < 1 ? y : 1) * 65535);
}

static int make_table(
	const struct kms_output *output, const float rgb[3], float gamma, uint32_t *blob)
{
	const size_t n = kms_color_size(output);
	struct drm_color_lut *table = xcalloc(n, sizeof *table);
	for (size_t i = 0; i < n; i++) {
		double x = (double)i / (double)(n - 1);
		table[i].red = table_value(x * (double)rgb[0], (double)gamma);
		table[i].green = table_value(x * (double)rgb[1], (double)gamma);
		table[i].blue = table_value(x * (double)rgb[2], (double)gamma);
	}
	int ret = hand_over(output, table, n * sizeof *table, blob);
	free(table);
	return ret;
}

static int test_frame(const struct kms_output *output)
{
	struct kms_request r;
	kms_request_begin(&r, output->device);
	kms_color_describe(&r, output);
	return kms_request_commit(&r, DRM_MODE_ATOMIC_TEST_ONLY, 0);
}

static int test_modeset(const struct kms_output *output)
{
	struct kms_request r;
	kms_request_begin(&r, output->device);
	kms_config_describe(&r, output);
	return kms_request_commit(
		&r, DRM_MODE_ATOMIC_ALLOW_MODESET | DRM_MODE_ATOMIC_TEST_ONLY, 0);
}

/* A frame takes it along, or where the driver insists a modeset; which sets all anyway. */
static int settle(struct kms_output *output)
{
	const bool was_dirty = output->color_dirty;
	if (output->needs_modeset || output->device->paused)
		return 0;
	output->color_dirty = true;
	int ret = test_frame(output);
	if (ret < 0 && ret != -EACCES) {
		ret = test_modeset(output);
		output->needs_modeset = ret == 0;
	}
	if (ret == -EACCES) {
		kms_device_lost(output->device);
		return 0;
	}
	if (ret < 0)
		output->color_dirty = was_dirty;
	return ret;
}

static bool in_range(const float rgb[3], float gamma)
{
	for (size_t i = 0; i < 3; i++) {
		if (!(rgb[i] >= 0 && rgb[i] <= MAX_FACTOR))
			return false;
	}
	return gamma >= MIN_GAMMA && gamma <= MAX_GAMMA;
}

static bool is_one(const float rgb[3])
{
	return rgb[0] == 1 && rgb[1] == 1 && rgb[2] == 1;
}

static int make(const struct kms_output *output, const float rgb[3], float gamma,
	uint32_t *ctm, uint32_t *table)
{
	static const float one[3] = {1, 1, 1};
	const bool by_matrix = kms_output_can(output) & KMS_CAN_CTM;
	const bool tables = gamma != 1 || (!by_matrix && !is_one(rgb));
	int ret = 0;
	if (tables && kms_color_size(output) == 0)
		return -ENOTSUP;
	if (by_matrix && !is_one(rgb))
		ret = make_matrix(output, rgb, ctm);
	if (ret == 0 && tables)
		ret = make_table(output, by_matrix ? one : rgb, gamma, table);
	return ret;
}

int kms_output_color(struct kms_output *output, const float rgb[3], float gamma)
{
	const uint32_t old_ctm = output->ctm_blob, old_gamma = output->gamma_blob;
	uint32_t ctm = 0, table = 0;
	if (!in_range(rgb, gamma))
		return -EINVAL;
	if (!(kms_output_can(output) & (KMS_CAN_CTM | KMS_CAN_GAMMA)))
		return -ENOTSUP;
	int ret = make(output, rgb, gamma, &ctm, &table);
	output->ctm_blob = ctm;
	output->gamma_blob = table;
	if (ret == 0)
		ret = settle(output);
	drop(output, ret == 0 ? old_ctm : ctm);
	drop(output, ret == 0 ? old_gamma : table);
	if (ret < 0) {
		output->ctm_blob = old_ctm;
		output->gamma_blob = old_gamma;
	}
	return ret;
}

void kms_output_vrr(struct kms_output *output, bool wanted)
{
	const bool vrr = wanted && (kms_output_can(output) & KMS_CAN_VRR);
	if (output->vrr == vrr)
		return;
	output->vrr = vrr;
	int ret = settle(output);
	if (ret == 0)
		return;
	output->vrr = !vrr;
	kms_config_refuse(output->connector,
		"the card refuses to turn a variable refresh %s: %s", vrr ? "on" : "off",
		strerror(-ret));
}
