/* storer: for test_audio.py: 200 transactions of its storage in a second, and tells each 200. */
#include <osaas.h>
#include <osaas_std.h>
#include <osaas_store.h>

OSAAS_MANIFEST("id = org.osaas.test.storer\n"
	       "name = Storer\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = storer_main\n"
	       "want = store.kv:4M required: keeps the disk busy\n")

#define EACH  UINT64_C(5000000)
#define BYTES 512

static int transaction(osaas_chan store, unsigned long n)
{
	char key[16], value[BYTES];
	snprintf(key, sizeof key, "%lu", n % 256);
	memset(value, (int)n, sizeof value);
	int r = osaas_store_begin(store);
	if (r == 0)
		r = osaas_store_put(store, key, value, sizeof value);
	return r == 0 ? osaas_store_commit(store) : r;
}

OSAAS_EXPORT void storer_main(void);
void storer_main(void)
{
	osaas_chan store = osaas_cap("store.kv:4M");
	uint64_t began = osaas_now();
	for (unsigned long n = 1;; n++) {
		int r = transaction(store, n);
		if (r < 0) {
			osaas_printf(OSAAS_LOG_ERROR, "transaction %lu: error %d", n, r);
			osaas_exit(1);
		}
		uint64_t now = osaas_now();
		if (n % 200 == 0)
			osaas_printf(OSAAS_LOG_INFO, "stored %lu in %lu ms", n,
				(unsigned long)((now - began) / 1000000));
		if (began + n * EACH > now)
			osaas_alt(NULL, 0, began + n * EACH);
	}
}
