/* For services_test.py: two instances; each counts to 200 in one value, by transactions. */
#include "check.h"

#include <osaas_store.h>

static int64_t add_one(osaas_chan store)
{
	uint32_t n = 0;
	int64_t r = osaas_store_begin(store);
	if (r < 0)
		return r;
	osaas_store_get(store, "n", &n, sizeof n);
	n++;
	r = osaas_store_put(store, "n", &n, sizeof n);
	CHECK_IS(r, 0);
	return osaas_store_commit(store);
}

TEST_PLUGIN("rival", "want = store.kv required: to be shared\n")
{
	osaas_chan store = osaas_cap("store.kv");
	uint32_t n = 0;
	for (int i = 0; i < 200; i++) {
		int64_t r;
		while ((r = add_one(store)) == OSAAS_EBUSY)
			osaas_alt(NULL, 0, osaas_now() + MS);
		CHECK_IS(r, 0);
	}
	CHECK_IS(osaas_store_get(store, "n", &n, sizeof n), 4);
	osaas_printf(OSAAS_LOG_INFO, "at the end %u", n);
}
