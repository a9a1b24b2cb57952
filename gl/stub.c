/* Stand-ins until the files that these belong to are there. */
#include <errno.h>
#include <stdlib.h>

#include "gl/resource.h"
#include "gl/soft.h"

#define WEAK __attribute__((weak))

struct gl_resources {
	int unused;
};

WEAK int resources_create(struct gl_resources **out)
{
	*out = calloc(1, sizeof **out);
	return *out ? 0 : -ENOMEM;
}
WEAK void resources_destroy(struct gl_resources *resources)
{
	free(resources);
}
WEAK void resource_begin(struct gl_resources *resources)
{
	(void)resources;
}
WEAK void resource_commit(struct gl_resources *resources)
{
	(void)resources;
}
WEAK void resource_rollback(struct gl_resources *resources)
{
	(void)resources;
}
WEAK int soft_create(struct soft **out)
{
	*out = NULL;
	return 0;
}
WEAK void soft_destroy(struct soft *soft)
{
	(void)soft;
}
WEAK int soft_paint(struct soft *soft, const struct gl_scene *scene, uint8_t *pixels,
	int32_t stride, struct gl_rect rect)
{
	(void)soft, (void)scene, (void)pixels, (void)stride, (void)rect;
	return 0;
}
WEAK void soft_scalar(struct soft *soft, bool scalar)
{
	(void)soft, (void)scalar;
}
