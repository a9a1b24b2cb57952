/*
 * For services_test.py: 10,000 transactions, each of two keys that must always tell the
 * same; says which were answered. A store that dies is asked again.
 */
#include "check.h"

#include <osaas_store.h>

#define N 10000

static osaas_chan store;

static int64_t transaction(int i)
{
	char key[16], number[16];
	int len = snprintf(number, sizeof number, "%d", i);
	snprintf(key, sizeof key, "k%05d", i);
	int64_t r = osaas_store_begin(store);
	if (r == 0)
		r = osaas_store_put(store, "last", number, (size_t)len);
	if (r == 0)
		r = osaas_store_put(store, key, number, (size_t)len);
	if (r == 0)
		return osaas_store_commit(store);
	osaas_store_abort(store);
	return r;
}

TEST_PLUGIN("committer", "want = store.kv:16M required: to be killed\n")
{
	store = osaas_cap("store.kv:16M");
	for (int i = 0; i < N; i++) {
		int64_t r;
		while ((r = transaction(i)) < 0) {
			osaas_printf(OSAAS_LOG_INFO, "failed %d: %d", i, (int)r);
			CHECK(r == OSAAS_EIO || r == OSAAS_ECANCELED);
		}
		osaas_printf(OSAAS_LOG_INFO, "done %d", i);
	}
}
