/* Any bytes as a manifest: an answer, and what is kept of them is within its bounds. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/plugin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct manifest m;
	struct plugin_error err = {""};
	if (manifest_parse((const char *)data, size, &m, &err) < 0) {
		if (!err.text[0])
			abort();
		return 0;
	}
	if (!m.id[0] || !m.name[0] || !m.entry[0] || m.n_wants > MANIFEST_MAX_WANTS)
		abort();
	for (size_t i = 0; i < m.n_wants; i++) {
		if (!m.wants[i].cap[0] ||
			strlen(m.wants[i].reason) >= sizeof m.wants[i].reason)
			abort();
	}
	return 0;
}
