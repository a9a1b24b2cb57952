#include <errno.h>

#include "kms/private.h"

uint32_t kms_output_plan(
	struct kms_output *output, const struct kms_layer *layers, size_t n)
{
	(void)output, (void)layers, (void)n;
	return 0;
}

const char *kms_output_refusal(const struct kms_output *output, uint64_t layer)
{
	(void)output, (void)layer;
	return "planes are not used yet";
}

void kms_output_planes(const struct kms_output *output,
	void (*tell)(void *data, const struct kms_plane_info *info), void *data)
{
	(void)output, (void)tell, (void)data;
}
