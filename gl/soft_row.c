/* Rows of pixels for who composes them: into light and back, and over each other. */
#include <string.h>

#include "gl/soft_private.h"

void soft_load(const struct soft *soft, float *light, const uint32_t *src, size_t n)
{
	soft->kernels->load(light, n, src);
}

void soft_store(const struct soft *soft, uint32_t *dst, const float *light, size_t n)
{
	soft->kernels->store(dst, n, light);
}

/* Up to where neighbours are no more clear, opaque, or neither. */
static size_t run_of(const uint32_t *src, size_t n, uint32_t *alpha)
{
	size_t i = 1;
	*alpha = src[0] >> 24;
	if (*alpha == 0 || *alpha == 255) {
		while (i < n && src[i] >> 24 == *alpha)
			i++;
		return i;
	}
	while (i < n && src[i] >> 24 != 0 && src[i] >> 24 != 255)
		i++;
	return i;
}

void soft_over(struct soft *soft, uint32_t *dst, const uint32_t *src, size_t n)
{
	for (size_t i = 0, m; i < n; i += m) {
		uint32_t alpha;
		m = run_of(src + i, n - i < SOFT_ROW ? n - i : SOFT_ROW, &alpha);
		if (alpha == 255) {
			memcpy(dst + i, src + i, m * sizeof *dst);
		} else if (alpha != 0) {
			soft->kernels->load(soft->light, m, src + i);
			soft->kernels->over(dst + i, m, soft->light, NULL, 1);
		}
	}
}
