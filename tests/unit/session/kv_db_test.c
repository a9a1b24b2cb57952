/* A plugin's storage against a plain table in memory: at random, and its corners. */
#include "session/kv_db.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "util/log.h"

#define KEYS  40
#define QUOTA (UINT64_C(4) << 20)

static char folder[32];
static struct kv_db *db;

/* Key i is "key" and i in base 3, so that some are prefixes of others. */
struct table {
	int len[KEYS]; /* of the value; -1: there is none */
	unsigned char fill[KEYS];
};

static void open_db(bool void_transaction)
{
	char why[SQL_WHY_MAX];
	assert_int_equal(
		kv_db_open("org.example.a", QUOTA, void_transaction, &db, why), 0);
}

static int set_up(void **state)
{
	(void)state;
	/* Not for the disk: it would wait for it 2000 times. */
	strcpy(folder,
		access("/dev/shm", W_OK) == 0 ? "/dev/shm/kvXXXXXX" : "/tmp/kvXXXXXX");
	if (!mkdtemp(folder) || setenv("XDG_STATE_HOME", folder, 1) < 0)
		return -1;
	open_db(false);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	char command[64];
	kv_db_close(db);
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command);
}

static size_t make_key(int i, char key[16])
{
	size_t n = 0;
	memcpy(key, "key", 3);
	for (n = 3; i > 0; i /= 3)
		key[n++] = (char)('a' + i % 3);
	return n;
}

static void put(struct table *t, int i)
{
	static char value[5000];
	char key[16];
	size_t n = make_key(i, key);
	t->len[i] = rand() % (int)sizeof value;
	t->fill[i] = (unsigned char)rand();
	memset(value, t->fill[i], (size_t)t->len[i]);
	assert_int_equal(kv_db_put(db, key, n, value, (size_t)t->len[i]), 0);
}

static void remove_key(struct table *t, int i)
{
	char key[16];
	size_t n = make_key(i, key);
	assert_int_equal(kv_db_delete(db, key, n), t->len[i] < 0 ? -ENOENT : 0);
	t->len[i] = -1;
}

static void check_one(const struct table *t, int i)
{
	static char value[5000];
	char key[16];
	size_t n = make_key(i, key);
	int64_t len = kv_db_get(db, key, n, value, sizeof value);
	assert_int_equal(len, t->len[i] < 0 ? -ENOENT : t->len[i]);
	for (int64_t k = 0; k < len; k++)
		assert_int_equal((unsigned char)value[k], t->fill[i]);
}

struct listing {
	const struct table *table;
	char last[16];
	size_t last_len;
	int n, most;
};

static bool note(void *data, const void *key, size_t key_len, size_t value_len)
{
	struct listing *l = data;
	char mine[16];
	bool found = false;
	size_t min = key_len < l->last_len ? key_len : l->last_len;
	int order = min ? memcmp(key, l->last, min) : 0;
	assert_true(order > 0 || (order == 0 && key_len > l->last_len));
	for (int i = 0; i < KEYS; i++) {
		if (make_key(i, mine) == key_len && memcmp(mine, key, key_len) == 0) {
			assert_int_equal(l->table->len[i], value_len);
			found = true;
		}
	}
	assert_true(found);
	memcpy(l->last, key, key_len);
	l->last_len = key_len;
	return ++l->n < l->most;
}

/* All of a prefix by pages of three, against a count. */
static void check_list(const struct table *t, const char *prefix)
{
	struct listing l = {.table = t};
	char key[16];
	int expected = 0, before;
	for (int i = 0; i < KEYS; i++) {
		size_t n = make_key(i, key);
		expected += t->len[i] >= 0 && n >= strlen(prefix) &&
			    memcmp(key, prefix, strlen(prefix)) == 0;
	}
	do {
		before = l.n;
		l.most = l.n + 3;
		assert_int_equal(kv_db_list(db, prefix, strlen(prefix), l.last,
					 l.last_len, note, &l),
			0);
	} while (l.n > before);
	assert_int_equal(l.n, expected);
}

static void check_all(const struct table *t)
{
	for (int i = 0; i < KEYS; i++)
		check_one(t, i);
	check_list(t, "");
	check_list(t, "key");
	check_list(t, "keya");
	check_list(t, "keybc");
	check_list(t, "kez");
}

static void test_random(void **state)
{
	(void)state;
	struct table now, before;
	bool begun = false;
	srand(3);
	for (int i = 0; i < KEYS; i++)
		now.len[i] = -1;
	for (int step = 0; step < 3000; step++) {
		int what = rand() % 100, i = rand() % KEYS;
		if (what < 50) {
			put(&now, i);
		} else if (what < 80) {
			remove_key(&now, i);
		} else if (what < 88 && !begun) {
			assert_int_equal(kv_db_begin(db), 0);
			before = now;
			begun = true;
		} else if (what < 92 && begun) {
			assert_int_equal(kv_db_commit(db), 0);
			begun = false;
		} else if (what < 95 && begun) {
			assert_int_equal(kv_db_abort(db), 0);
			now = before;
			begun = false;
		} else if (what < 97) {
			/* What was begun is gone, the rest is not. */
			kv_db_close(db);
			open_db(false);
			now = begun ? before : now;
			begun = false;
		} else {
			check_all(&now);
		}
	}
	check_all(&now);
}

static void test_order(void **state)
{
	(void)state;
	assert_int_equal(kv_db_commit(db), -EINVAL);
	assert_int_equal(kv_db_abort(db), -EINVAL);
	assert_int_equal(kv_db_begin(db), 0);
	assert_int_equal(kv_db_begin(db), -EINVAL);
	assert_int_equal(kv_db_abort(db), 0);
	assert_int_equal(kv_db_abort(db), -EINVAL);
}

/* Begun in a process that died: all is refused until its end. */
static void test_void(void **state)
{
	(void)state;
	char value[4];
	kv_db_close(db);
	open_db(true);
	assert_int_equal(kv_db_put(db, "a", 1, "x", 1), -ECANCELED);
	assert_int_equal(kv_db_delete(db, "a", 1), -ECANCELED);
	assert_int_equal(kv_db_get(db, "a", 1, value, 4), -ECANCELED);
	assert_int_equal(kv_db_list(db, "", 0, "", 0, NULL, NULL), -ECANCELED);
	assert_int_equal(kv_db_commit(db), -ECANCELED);
	assert_int_equal(kv_db_put(db, "a", 1, "x", 1), 0);
	kv_db_close(db);
	open_db(true);
	assert_int_equal(kv_db_abort(db), 0);
	assert_int_equal(kv_db_get(db, "a", 1, value, 4), 1);
	kv_db_close(db);
	open_db(true);
	assert_int_equal(kv_db_begin(db), 0);
	assert_int_equal(kv_db_put(db, "b", 1, "x", 1), 0);
	assert_int_equal(kv_db_commit(db), 0);
}

static void test_two(void **state)
{
	(void)state;
	char why[SQL_WHY_MAX], value[4];
	struct kv_db *other;
	assert_int_equal(kv_db_open("org.example.a", QUOTA, false, &other, why), 0);
	assert_int_equal(kv_db_put(db, "a", 1, "1", 1), 0);
	assert_int_equal(kv_db_begin(db), 0);
	assert_int_equal(kv_db_put(db, "a", 1, "22", 2), 0);
	assert_int_equal(kv_db_get(other, "a", 1, value, 4), 1);
	assert_int_equal(kv_db_put(other, "a", 1, "x", 1), -EBUSY);
	assert_int_equal(kv_db_begin(other), -EBUSY);
	assert_int_equal(kv_db_put(other, "a", 1, "x", 1), -ECANCELED);
	assert_int_equal(kv_db_abort(other), 0);
	assert_int_equal(kv_db_commit(db), 0);
	assert_int_equal(kv_db_get(other, "a", 1, value, 4), 2);
	assert_int_equal(kv_db_put(other, "a", 1, "x", 1), 0);
	kv_db_close(other);
	assert_int_equal(kv_db_open("org.example.b", QUOTA, false, &other, why), 0);
	assert_int_equal(kv_db_get(other, "a", 1, value, 4), -ENOENT);
	kv_db_close(other);
}

static void test_full(void **state)
{
	(void)state;
	static char value[100000];
	char key[8];
	int n = 0, r = 0;
	for (; n < 100 && r == 0; n++) {
		snprintf(key, sizeof key, "%d", n);
		r = kv_db_put(db, key, strlen(key), value, sizeof value);
	}
	assert_int_equal(r, -ENOSPC);
	assert_int_equal(kv_db_begin(db), 0);
	assert_int_equal(kv_db_put(db, "z", 1, "z", 1), 0);
	assert_int_equal(kv_db_put(db, "y", 1, value, sizeof value), -ENOSPC);
	assert_int_equal(kv_db_put(db, "x", 1, "x", 1), -ECANCELED);
	assert_int_equal(kv_db_commit(db), -ECANCELED);
	assert_int_equal(kv_db_get(db, "z", 1, value, 1), -ENOENT);
	assert_int_equal(kv_db_get(db, "0", 1, value, 1), -E2BIG);
	/* Less room than there is already: nothing grows, all can be read and deleted. */
	char why[SQL_WHY_MAX];
	kv_db_close(db);
	assert_int_equal(kv_db_open("org.example.a", 65536, false, &db, why), 0);
	assert_int_equal(kv_db_put(db, "y", 1, value, sizeof value), -ENOSPC);
	assert_int_equal(kv_db_get(db, "0", 1, value, sizeof value), sizeof value);
	assert_int_equal(kv_db_delete(db, "0", 1), 0);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {CASE(test_random), CASE(test_order),
		CASE(test_void), CASE(test_two), CASE(test_full)};
	log_set_level(LOG_SILENT);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
