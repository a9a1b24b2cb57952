#include <errno.h>

#include "kms/private.h"

int kms_output_cursor(
	struct kms_output *output, const uint32_t *argb, int32_t width, int32_t height)
{
	(void)output, (void)argb, (void)width, (void)height;
	return -ENOTSUP;
}

void kms_output_cursor_at(struct kms_output *output, int32_t x, int32_t y)
{
	(void)output, (void)x, (void)y;
}

void kms_output_cursor_size(
	const struct kms_output *output, int32_t *width, int32_t *height)
{
	(void)output;
	*width = *height = 0;
}
