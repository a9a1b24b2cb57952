#include "helper.h"

#include <errno.h>
#include <string.h>

#include "plugins/private.h"

static struct message msg_of(uint32_t type)
{
	return (struct message){.type = type};
}

static void test_both_ways(void **state)
{
	(void)state;
	struct endpoint *ends[2];
	struct message m = msg_of(1), got;
	assert_int_equal(endpoint_pair(ends, 2), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(endpoint_try_recv(ends[1 - i], &got), -EAGAIN);
		m.type = 1;
		assert_int_equal(endpoint_try_send(ends[i], &m), 0);
		m.type = 2;
		assert_int_equal(endpoint_try_send(ends[i], &m), 0);
		assert_int_equal(endpoint_try_send(ends[i], &m), -EAGAIN);
		for (uint32_t t = 1; t <= 2; t++) {
			assert_int_equal(endpoint_try_recv(ends[1 - i], &got), 0);
			assert_int_equal(got.type, t);
		}
	}
	endpoint_close(ends[0]);
	endpoint_close(ends[1]);
	endpoint_close(NULL);
}

static void test_close(void **state)
{
	(void)state;
	struct endpoint *ends[2];
	struct message m = msg_of(7), got;
	assert_int_equal(endpoint_pair(ends, 2), 0);
	assert_int_equal(endpoint_try_send(ends[0], &m), 0);
	assert_int_equal(endpoint_try_send(ends[1], &m), 0);
	endpoint_close(ends[0]);
	assert_int_equal(endpoint_try_send(ends[1], &m), -EPIPE);
	assert_int_equal(endpoint_try_recv(ends[1], &got), 0);
	assert_int_equal(got.type, 7);
	assert_int_equal(endpoint_try_recv(ends[1], &got), -EPIPE);
	endpoint_close(ends[1]);
}

/* Both ends are somebody else's; who holds the pair ends it, or lets go, at any time. */
static void test_hold(void **state)
{
	(void)state;
	struct endpoint *ends[2];
	struct message m = msg_of(7), got;
	for (int when = 0; when < 3; when++) {
		assert_int_equal(endpoint_pair(ends, 2), 0);
		struct pair *pair = endpoint_hold(ends[0]);
		assert_int_equal(endpoint_try_send(ends[0], &m), 0);
		if (when == 0) {
			pair_sever(pair);
			assert_int_equal(endpoint_try_send(ends[0], &m), -EPIPE);
			assert_int_equal(endpoint_try_send(ends[1], &m), -EPIPE);
			assert_int_equal(endpoint_try_recv(ends[0], &got), -EPIPE);
			assert_int_equal(endpoint_try_recv(ends[1], &got), 0);
			assert_int_equal(endpoint_try_recv(ends[1], &got), -EPIPE);
		}
		endpoint_close(ends[0]);
		assert_false(pair_is_over(pair));
		if (when == 1)
			pair_release(pair);
		endpoint_close(ends[1]);
		if (when == 1)
			continue;
		assert_true(pair_is_over(pair));
		pair_sever(pair);
		pair_release(pair);
	}
}

static void test_fit(void **state)
{
	(void)state;
	struct buffer *small = buffer_create(100), *large = buffer_create(1 << 20);
	memset(buffer_data(large), 'x', 1 << 20);
	const void *was = buffer_data(large);
	assert_true(buffer_fit(small, 0) && buffer_size(small) == 4096);
	assert_true(buffer_fit(large, 1 << 20) && buffer_size(large) == 1 << 20);
	assert_true(buffer_fit(large, 5000) && buffer_size(large) == 8192);
	assert_ptr_equal(buffer_data(large), was);
	assert_memory_equal((char *)buffer_data(large) + 4990, "xxxxxxxxxx", 10);
	/* It is kept for what it fits now. */
	buffer_destroy(large);
	large = buffer_create(8000);
	assert_ptr_equal(buffer_data(large), was);
	memset(buffer_data(large), 'y', 8192);
	assert_true(buffer_fit(large, 0) && buffer_size(large) == 8192);
	buffer_destroy(small);
	buffer_destroy(large);
}

static void count_note(void *data)
{
	++*(int *)data;
}

static void test_hook(void **state)
{
	(void)state;
	struct endpoint *ends[2];
	struct message m = msg_of(1);
	int notes = 0;
	assert_int_equal(endpoint_pair(ends, 2), 0);
	endpoint_set_hook(ends[0], count_note, &notes);
	assert_int_equal(endpoint_try_send(ends[0], &m), 0);
	assert_int_equal(notes, 0);
	assert_int_equal(endpoint_try_send(ends[1], &m), 0);
	assert_int_equal(notes, 1);
	endpoint_close(ends[1]);
	assert_int_equal(notes, 2);
	endpoint_close(ends[0]);
}

/* An account sees what is freed: everything of it is charged to it. */
static void make(struct account *account, struct endpoint *ends[2])
{
	assert_int_equal(endpoint_pair_for(account, ends, 4), 0);
}

static struct account *account_of(size_t limit)
{
	struct account *account = account_create(limit);
	assert_non_null(account);
	return account;
}

static void is_empty(struct account *account)
{
	assert_int_equal(account->bytes, 0);
	assert_int_equal(account->pairs, 0);
	assert_int_equal(account->refs, 1);
	account_put(account);
}

static void carry(struct endpoint *via, struct endpoint *carried, int expected)
{
	struct message m = {.endpoint = carried};
	assert_int_equal(endpoint_try_send(via, &m), expected);
}

static void test_move(void **state)
{
	(void)state;
	struct account *account = account_of(1 << 20);
	struct endpoint *a[2], *b[2];
	struct message got, m = msg_of(3);
	make(account, a);
	make(account, b);
	carry(a[0], b[0], 0);
	assert_int_equal(endpoint_try_recv(a[1], &got), 0);
	assert_ptr_equal(got.endpoint, b[0]);
	assert_int_equal(endpoint_try_send(got.endpoint, &m), 0);
	assert_int_equal(endpoint_try_recv(b[1], &got), 0);
	assert_int_equal(got.type, 3);
	endpoint_close(b[0]);
	assert_int_equal(endpoint_try_recv(b[1], &got), -EPIPE);
	endpoint_close(b[1]);
	endpoint_close(a[0]);
	endpoint_close(a[1]);
	is_empty(account);
}

/* Never received: the channel frees what is in it, its buffer and its endpoint. */
static void test_drop(void **state)
{
	(void)state;
	struct account *account = account_of(1 << 20);
	struct endpoint *a[2], *b[2];
	struct message m = {0};
	make(account, a);
	make(account, b);
	m.endpoint = b[0];
	m.buffer = buffer_create_for(account, 5000);
	m.len = 5000;
	assert_int_equal(endpoint_try_send(a[0], &m), 0);
	endpoint_close(a[1]);
	assert_int_equal(endpoint_try_recv(b[1], &m), -EPIPE);
	endpoint_close(a[0]);
	endpoint_close(b[1]);
	is_empty(account);
}

static void test_rings(void **state)
{
	(void)state;
	struct account *account = account_of(1 << 20);
	struct endpoint *a[2], *b[2], *c[2];
	struct message got;
	make(account, a);
	make(account, b);
	make(account, c);
	carry(a[0], a[1], -EINVAL); /* the end that would have to receive it */
	carry(a[0], a[0], -EINVAL);
	carry(a[0], b[1], 0);       /* b[1] waits for a[1], */
	carry(b[0], c[1], 0);       /* c[1] for b[1], */
	carry(c[0], a[1], -EINVAL); /* and a[1] would for c[1] */
	/* Once b[1] has arrived, there is no ring any more. */
	assert_int_equal(endpoint_try_recv(a[1], &got), 0);
	carry(c[0], a[1], 0);
	assert_int_equal(endpoint_try_recv(got.endpoint, &got), 0);
	assert_ptr_equal(got.endpoint, c[1]);
	endpoint_close(a[0]);
	endpoint_close(b[0]);
	endpoint_close(b[1]);
	endpoint_close(c[0]);
	endpoint_close(c[1]);
	is_empty(account);
}

/* Each in the queue of the next: freeing the last frees them all, without going deep. */
static void test_long_chain(void **state)
{
	(void)state;
	struct account *account = account_of(64 << 20);
	struct endpoint *first[2], *last[2], *next[2];
	make(account, first);
	last[0] = first[0];
	last[1] = first[1];
	for (int i = 1; i < ACCOUNT_PAIRS; i++) {
		make(account, next);
		carry(next[0], last[1], 0);
		endpoint_close(last[0]);
		last[0] = next[0];
		last[1] = next[1];
	}
	assert_int_equal(endpoint_pair_for(account, next, 0), -ENOMEM);
	endpoint_close(last[1]);
	endpoint_close(last[0]);
	is_empty(account);
}

static void test_limit(void **state)
{
	(void)state;
	struct account *account = account_of(64 << 10);
	struct endpoint *ends[2];
	struct buffer *buffers[16];
	for (int i = 0; i < 16; i++)
		assert_non_null(buffers[i] = buffer_create_for(account, 4096));
	assert_null(buffer_create_for(account, 1));
	assert_int_equal(endpoint_pair_for(account, ends, 0), -ENOMEM);
	buffer_charge(buffers[0], NULL); /* somebody else received it */
	assert_int_equal(endpoint_pair_for(account, ends, 1), 0);
	endpoint_close(ends[0]);
	endpoint_close(ends[1]);
	for (int i = 0; i < 16; i++)
		buffer_destroy(buffers[i]);
	is_empty(account);
}

static const struct size {
	size_t asked, given;
} sizes[] = {
	{0, 4096},
	{1, 4096},
	{4096, 4096},
	{4097, 8192},
	{100000, 131072},
	{300000, 524288},
	{4 << 20, 4 << 20},
	{(4 << 20) + 1, 8 << 20},
};

/* Kept and reused, but never with what was in them. */
static void test_buffers(void **state)
{
	(void)state;
	buffer_trim();
	size_t maps = count_maps("");
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		for (int turn = 0; turn < 3; turn++) {
			struct buffer *b = buffer_create(sizes[i].asked);
			assert_non_null(b);
			assert_int_equal(buffer_size(b), sizes[i].given);
			assert_int_equal((uintptr_t)buffer_data(b) % 4096, 0);
			unsigned char *p = buffer_data(b);
			for (size_t k = 0; k < buffer_size(b); k += 511)
				assert_int_equal(p[k], 0);
			assert_int_equal(p[buffer_size(b) - 1], 0);
			memset(p, 0xee, buffer_size(b));
			buffer_destroy(b);
		}
	}
	struct buffer *x = buffer_create(4096), *y;
	void *at = buffer_data(x);
	buffer_destroy(x);
	y = buffer_create(100);
	assert_ptr_equal(buffer_data(y), at);
	buffer_destroy(y);
	assert_null(buffer_create(SIZE_MAX));
	assert_null(buffer_create(SIZE_MAX / 2));
	buffer_trim();
	assert_in_range(count_maps(""), 1, maps + 2);
}

static void test_handles(void **state)
{
	(void)state;
	struct handles h = {0};
	osaas_chan chans[HANDLES_MAX];
	struct endpoint *pair[2], *other[2];
	endpoint_pair(pair, 0);
	endpoint_pair(other, 0);
	static const osaas_chan never[] = {
		0, -1, 1, 5, INT32_MAX, INT32_MIN, 1 << 10, 1 << 20};
	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		assert_null(handles_get(&h, never[i]));
	size_t n = 0;
	while (handles_reserve(&h) == 0)
		chans[n++] = handles_add(&h, pair[0]);
	assert_int_equal(n, HANDLES_MAX - 1);
	for (size_t i = 0; i < n; i++) {
		assert_true(chans[i] > 0);
		assert_ptr_equal(handles_get(&h, chans[i]), pair[0]);
	}
	/* Stale numbers stay unknown, however often the slot is used again. */
	osaas_chan stale = chans[0];
	handles_forget(&h, stale);
	for (int i = 0; i < 5000; i++) {
		assert_null(handles_get(&h, stale));
		assert_int_equal(handles_reserve(&h), 0);
		osaas_chan c = handles_add(&h, other[0]);
		assert_int_not_equal(c, stale);
		assert_ptr_equal(handles_get(&h, c), other[0]);
		handles_forget(&h, c);
	}
	/* On its way: unknown; back: the same number. */
	assert_ptr_equal(handles_take(&h, chans[1]), pair[0]);
	assert_null(handles_get(&h, chans[1]));
	handles_back(&h, chans[1], pair[0]);
	assert_ptr_equal(handles_get(&h, chans[1]), pair[0]);
	for (size_t i = 1; i < n; i++)
		handles_forget(&h, chans[i]);
	assert_int_equal(h.used, 0);
	handles_finish(&h);
	for (int i = 0; i < 2; i++) {
		endpoint_close(pair[i]);
		endpoint_close(other[i]);
	}
}

static void test_memory(void **state)
{
	(void)state;
	enum {
		N = 100
	};
	struct memory m = {0};
	struct buffer *buffers[N];
	for (int i = 0; i < N; i++) {
		buffers[i] = buffer_create(4096u << (i % 3));
		assert_int_equal(memory_reserve(&m), 0);
		memory_add(&m, buffers[i]);
	}
	for (int i = 0; i < N; i++) {
		uintptr_t p = (uintptr_t)buffer_data(buffers[i]);
		size_t size = buffer_size(buffers[i]);
		assert_ptr_equal(memory_find(&m, p), buffers[i]);
		assert_null(memory_find(&m, p + 1));
		assert_int_equal(memory_span(&m, p), size);
		assert_int_equal(memory_span(&m, p + size - 1), 1);
	}
	for (int i = 0; i < N; i += 2) {
		memory_take(&m, buffers[i]);
		memory_unreserve(&m);
	}
	for (int i = 0; i < N; i++) {
		uintptr_t p = (uintptr_t)buffer_data(buffers[i]);
		assert_int_equal(memory_span(&m, p), i % 2 ? buffer_size(buffers[i]) : 0);
		assert_ptr_equal(memory_find(&m, p), i % 2 ? buffers[i] : NULL);
	}
	assert_int_equal(memory_span(&m, 0), 0);
	assert_int_equal(memory_span(&m, UINTPTR_MAX), 0);
	for (int i = 0; i < N; i += 2)
		buffer_destroy(buffers[i]);
	memory_finish(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_close),
		cmocka_unit_test(test_fit),
		cmocka_unit_test(test_hold),
		cmocka_unit_test(test_hook),
		cmocka_unit_test(test_move),
		cmocka_unit_test(test_drop),
		cmocka_unit_test(test_rings),
		cmocka_unit_test(test_long_chain),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_buffers),
		cmocka_unit_test(test_handles),
		cmocka_unit_test(test_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
