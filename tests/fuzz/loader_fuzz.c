/* Any bytes as a plugin's file: refused with a reason, or mapped, without running, and undone. */
#include <stdint.h>
#include <stdlib.h>

#include "plugins/private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plugin *plugin = NULL;
	struct plugin_error err = {""};
	if (plugin_load_bytes("fuzz.so", data, size, &plugin, &err) < 0 && !err.text[0])
		abort();
	plugin_destroy(plugin);
	return 0;
}
