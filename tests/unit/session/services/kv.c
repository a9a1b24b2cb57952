/* For services_test.py: what osaas_store.h promises. Run twice: the second finds the first's. */
#include "check.h"

#include <osaas_store.h>

static osaas_chan store;
static char value[OSAAS_STORE_VALUE_MAX + 1], back[OSAAS_STORE_VALUE_MAX + 1];

static void check_values(void)
{
	CHECK_IS(osaas_store_get(store, "nothing", back, 1), OSAAS_ENOENT);
	CHECK_IS(osaas_store_delete(store, "nothing"), OSAAS_ENOENT);
	CHECK_IS(osaas_store_put(store, "a", "hello", 5), 0);
	CHECK_IS(osaas_store_get(store, "a", back, sizeof back), 5);
	CHECK(memcmp(back, "hello", 5) == 0);
	memset(back, 0, 5);
	CHECK_IS(osaas_store_get(store, "a", back, 2), 5);
	CHECK(memcmp(back, "he\0", 3) == 0);
	CHECK_IS(osaas_store_put(store, "a", NULL, 0), 0);
	CHECK_IS(osaas_store_get(store, "a", back, 1), 0);
	CHECK_IS(osaas_store_delete(store, "a"), 0);
	CHECK_IS(osaas_store_get(store, "a", back, 1), OSAAS_ENOENT);
	for (unsigned i = 0; i < sizeof value; i++)
		value[i] = (char)(i * 7 + i / 1000);
	CHECK_IS(osaas_store_put(store, "big", value, OSAAS_STORE_VALUE_MAX), 0);
	CHECK_IS(osaas_store_get(store, "big", back, sizeof back), OSAAS_STORE_VALUE_MAX);
	CHECK(memcmp(back, value, OSAAS_STORE_VALUE_MAX) == 0);
	CHECK_IS(osaas_store_delete(store, "big"), 0);
}

/* A request by hand. */
static int64_t raw(uint32_t type, const char *content, uint64_t len, uint32_t number)
{
	struct osaas_msg msg = {.type = type, .len = len, .u.u32 = {number}};
	if (content) {
		msg.buf = osaas_buf_alloc((size_t)len ? (size_t)len : 1);
		memcpy(msg.buf, content, (size_t)len);
	}
	int64_t r = osaas_request(store, &msg);
	if (r >= 0)
		osaas_buf_free(msg.buf);
	return r;
}

static void check_limits(void)
{
	memset(value, 'k', sizeof value);
	CHECK_IS(ask_nonsense(store), OSAAS_ENOSYS);
	CHECK_IS(raw(OSAAS_STORE_GET, NULL, 0, 0), OSAAS_EINVAL);
	CHECK_IS(raw(OSAAS_STORE_GET, "", 0, 0), OSAAS_EINVAL);
	CHECK_IS(raw(OSAAS_STORE_GET, value, 256, 0), OSAAS_E2BIG);
	CHECK_IS(raw(OSAAS_STORE_GET, value, 255, 0), OSAAS_ENOENT);
	CHECK_IS(raw(OSAAS_STORE_DELETE, value, 256, 0), OSAAS_E2BIG);
	CHECK_IS(raw(OSAAS_STORE_PUT, value, 5, 0), OSAAS_EINVAL);
	CHECK_IS(raw(OSAAS_STORE_PUT, value, 5, 6), OSAAS_EINVAL);
	CHECK_IS(raw(OSAAS_STORE_PUT, value, 300, 256), OSAAS_E2BIG);
	CHECK_IS(raw(OSAAS_STORE_PUT, value, 1 + OSAAS_STORE_VALUE_MAX, 1), 0);
	CHECK_IS(osaas_store_put(store, "k", value, OSAAS_STORE_VALUE_MAX + 1),
		OSAAS_E2BIG);
	CHECK_IS(raw(OSAAS_STORE_LIST, value, 5, 6), OSAAS_EINVAL);
	CHECK_IS(raw(OSAAS_STORE_LIST, value, 256, 256), OSAAS_E2BIG);
	CHECK_IS(raw(OSAAS_STORE_LIST, value, 256, 0), OSAAS_E2BIG);
	CHECK_IS(raw(OSAAS_STORE_BEGIN, value, 1, 0), OSAAS_EINVAL);
	CHECK_IS(osaas_store_delete(store, "k"), 0);
	/* Any bytes but none at all. */
	CHECK_IS(raw(OSAAS_STORE_PUT, "\0\xff\n", 4, 3), 0);
	CHECK_IS(raw(OSAAS_STORE_GET, "\0\xff\n", 3, 0), 1);
	CHECK_IS(raw(OSAAS_STORE_DELETE, "\0\xff\n", 3, 0), 0);
}

static void check_transactions(void)
{
	CHECK_IS(osaas_store_commit(store), OSAAS_EINVAL);
	CHECK_IS(osaas_store_abort(store), OSAAS_EINVAL);
	CHECK_IS(osaas_store_begin(store), 0);
	CHECK_IS(osaas_store_begin(store), OSAAS_EINVAL);
	CHECK_IS(osaas_store_put(store, "t1", "x", 1), 0);
	CHECK_IS(osaas_store_get(store, "t1", back, 1), 1);
	CHECK_IS(osaas_store_abort(store), 0);
	CHECK_IS(osaas_store_get(store, "t1", back, 1), OSAAS_ENOENT);
	CHECK_IS(osaas_store_begin(store), 0);
	CHECK_IS(osaas_store_put(store, "t1", "x", 1), 0);
	CHECK_IS(osaas_store_delete(store, "nothing"), OSAAS_ENOENT);
	CHECK_IS(osaas_store_put(store, "t2", "y", 1), 0);
	CHECK_IS(osaas_store_commit(store), 0);
	CHECK_IS(osaas_store_get(store, "t1", back, 1), 1);
	CHECK_IS(osaas_store_delete(store, "t1"), 0);
	CHECK_IS(osaas_store_delete(store, "t2"), 0);
}

/* The room is 4M. */
static void check_quota(void)
{
	char key[16];
	int r = 0, n = 0;
	while (n < 100 && r == 0) {
		snprintf(key, sizeof key, "q%02d", n);
		r = osaas_store_put(store, key, value, 100000);
		n += r == 0;
	}
	CHECK_IS(r, OSAAS_ENOSPC);
	CHECK(n >= 35 && n <= 42);
	CHECK_IS(osaas_store_get(store, "q00", back, sizeof back), 100000);
	/* In a transaction it voids all of it. */
	CHECK_IS(osaas_store_begin(store), 0);
	CHECK_IS(osaas_store_put(store, "small", "s", 1), 0);
	CHECK_IS(osaas_store_put(store, "q99", value, 1000000), OSAAS_ENOSPC);
	CHECK_IS(osaas_store_put(store, "small2", "s", 1), OSAAS_ECANCELED);
	CHECK_IS(osaas_store_get(store, "q00", back, 1), OSAAS_ECANCELED);
	CHECK_IS(osaas_store_commit(store), OSAAS_ECANCELED);
	CHECK_IS(osaas_store_get(store, "small", back, 1), OSAAS_ENOENT);
	CHECK_IS(osaas_store_begin(store), 0);
	for (int i = 0; i < n; i++) {
		snprintf(key, sizeof key, "q%02d", i);
		CHECK_IS(osaas_store_delete(store, key), 0);
	}
	CHECK_IS(osaas_store_commit(store), 0);
	CHECK_IS(osaas_store_put(store, "q", value, 1000000), 0);
	CHECK_IS(osaas_store_delete(store, "q"), 0);
}

/* All of a prefix, page by page, in order; how many. */
static int count(const char *prefix)
{
	struct osaas_store_cursor cursor = {.more = 1};
	const struct osaas_store_entry *entry;
	uint8_t last[OSAAS_STORE_KEY_MAX];
	size_t last_len = 0;
	int n = 0;
	while (cursor.more) {
		int r = osaas_store_list(store, prefix, last, last_len, &cursor);
		CHECK(r >= 0 && r <= OSAAS_STORE_PAGE_MAX);
		while ((entry = osaas_store_next(&cursor))) {
			size_t min =
				entry->key_len < last_len ? entry->key_len : last_len;
			int order = min ? memcmp(entry->key, last, min) : 0;
			CHECK(order > 0 || (order == 0 && entry->key_len > last_len));
			CHECK(memcmp(entry->key, prefix, strlen(prefix)) == 0);
			/* "list/DDD" */
			int number = (entry->key[6] - '0') * 10 + entry->key[7] - '0';
			CHECK_IS(entry->value_len, number % 50);
			memcpy(last, entry->key, entry->key_len);
			last_len = entry->key_len;
			n++, r--;
		}
		CHECK_IS(r, 0);
	}
	return n;
}

static void check_list(void)
{
	char key[16];
	CHECK_IS(osaas_store_begin(store), 0);
	for (int i = 0; i < 1000; i++) {
		snprintf(key, sizeof key, "list/%03d", i);
		CHECK_IS(osaas_store_put(store, key, value, (size_t)i % 50), 0);
	}
	CHECK_IS(osaas_store_commit(store), 0);
	CHECK_IS(count("list/"), 1000);
	CHECK_IS(count("list/0"), 100);
	CHECK_IS(count("list/123"), 1);
	CHECK_IS(count("list/x"), 0);
	CHECK_IS(count("lisu"), 0);
	CHECK_IS(count("\xff"), 0);
	struct osaas_store_cursor cursor;
	CHECK_IS(osaas_store_list(store, "list/", "a", 1, &cursor), 256);
	CHECK_IS(cursor.more, 1);
	osaas_buf_free(cursor.buf);
	CHECK_IS(osaas_store_list(store, "list/", "list/990", 8, &cursor), 9);
	CHECK_IS(cursor.more, 0);
	osaas_buf_free(cursor.buf);
	CHECK_IS(osaas_store_begin(store), 0);
	for (int i = 0; i < 1000; i++) {
		snprintf(key, sizeof key, "list/%03d", i);
		CHECK_IS(osaas_store_delete(store, key), 0);
	}
	CHECK_IS(osaas_store_commit(store), 0);
}

/* Requests go out without waiting; the answers come in their order. */
static void check_pipeline(void)
{
	static const uint32_t types[] = {OSAAS_STORE_BEGIN, OSAAS_STORE_PUT,
		OSAAS_STORE_GET, OSAAS_STORE_COMMIT, OSAAS_STORE_GET};
	for (int round = 0; round < 50; round++) {
		for (unsigned i = 0; i < 5; i++) {
			struct osaas_msg msg = {.type = types[i], .u.u32 = {1}};
			if (types[i] == OSAAS_STORE_PUT || types[i] == OSAAS_STORE_GET) {
				msg.buf = osaas_buf_alloc(2);
				msg.len = types[i] == OSAAS_STORE_PUT ? 2 : 1;
				memcpy(msg.buf, "p!", 2);
			}
			CHECK_IS(osaas_send(store, &msg), 0);
		}
		for (unsigned i = 0; i < 5; i++) {
			struct osaas_msg msg;
			CHECK_IS(osaas_recv(store, &msg), 0);
			CHECK_IS(msg.type, types[i] | OSAAS_ANSWER);
			CHECK_IS(msg.u.i64[0], types[i] == OSAAS_STORE_GET);
			CHECK_IS(msg.len, types[i] == OSAAS_STORE_GET);
			osaas_buf_free(msg.buf);
		}
	}
	CHECK_IS(osaas_store_delete(store, "p"), 0);
}

TEST_PLUGIN("kv", "want = store.kv:4M required: to be tested\n")
{
	store = osaas_cap("store.kv:4M");
	CHECK(store > 0);
	int64_t runs = osaas_store_get(store, "runs", back, sizeof back);
	CHECK(runs == OSAAS_ENOENT || runs >= 1);
	osaas_printf(OSAAS_LOG_INFO, "runs %d", (int)runs);
	check_values();
	check_limits();
	check_transactions();
	check_quota();
	check_list();
	check_pipeline();
	CHECK_IS(osaas_store_put(
			 store, "runs", "xxxxxxxx", runs < 0 ? 1 : (size_t)runs + 1),
		0);
	/* Begun, and not ended: void. */
	CHECK_IS(osaas_store_begin(store), 0);
	CHECK_IS(osaas_store_put(store, "runs", "", 0), 0);
}
