/* What a scene's tags listen to. */
#include "gl/private.h"
#include "util/opwire.h"

struct gl_listen gl_layer_listen(const struct gl_layer *layer, uint64_t tag)
{
	(void)layer, (void)tag;
	return (struct gl_listen){.kinds = LISTEN_POINTER};
}

bool gl_layer_keys(const struct gl_layer *layer, size_t i, struct gl_key_filter *out)
{
	(void)layer, (void)i, (void)out;
	return false;
}

bool gl_layer_focus(const struct gl_layer *layer, size_t i, struct gl_focus *out)
{
	(void)layer, (void)i, (void)out;
	return false;
}

bool gl_layer_transfer(const struct gl_layer *layer, size_t i, struct gl_transfer *out)
{
	(void)layer, (void)i, (void)out;
	return false;
}
