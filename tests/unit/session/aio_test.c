/*
 * The disk by both ways: "ring" or "helper" is the argument; "forbidden" is the helper
 * without being told to, "hang" what only it can show. Real files, a real loop.
 */
#include "session/aio.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "plugins/endpoint.h"
#include "session/child.h"
#include "session/helper.h"
#include "session/loop.h"
#include "tests/unit/session/turns.h"
#include "util/log.h"

#define BIG ((size_t)16 << 20)

static struct loop *loop;
static struct aio *aio;
static struct aio_file *root;
static char dir[64];
static int done_count;
static int64_t last;

static int setup(void **state)
{
	(void)state;
	make_folder(dir, sizeof dir);
	loop = loop_create();
	aio = aio_create(loop);
	root = aio_file_create(aio, open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC));
	return root->fd < 0;
}

static int teardown(void **state)
{
	(void)state;
	aio_file_put(root);
	aio_destroy(aio);
	child_finish();
	loop_destroy(loop);
	remove_folder(dir);
	return 0;
}

/* What the last operation gave, taken out of it. */
static struct buffer *buffer;
static struct aio_file *opened;
static struct statx st;

static void note(struct aio_op *op)
{
	done_count++;
	last = op->result;
	st = op->st;
	buffer = op->buffer;
	op->buffer = NULL;
	opened = op->opened;
	op->opened = NULL;
}

static int64_t finish(struct aio_op *op)
{
	int before = done_count;
	aio_start(op, note, NULL);
	assert_int_equal(done_count, before); /* never within aio_start */
	for (uint64_t end = deadline(); done_count == before;)
		poll_loop(loop, end);
	return last;
}

static struct aio_file *open_below(const char *name, uint64_t flags, uint64_t mode)
{
	struct aio_op *op = aio_op_create(aio, AIO_OPEN, root, name);
	op->how = (struct open_how){.flags = flags | O_CLOEXEC,
		.mode = mode,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS};
	return finish(op) < 0 ? NULL : opened;
}

static int64_t write_all(struct aio_file *file, char byte, size_t size, uint64_t offset)
{
	struct aio_op *op = aio_op_create(aio, AIO_WRITE, file, NULL);
	op->buffer = buffer_create(size ? size : 1);
	memset(buffer_data(op->buffer), byte, size);
	op->size = (uint32_t)size;
	op->offset = offset;
	int64_t r = finish(op);
	buffer_destroy(buffer);
	return r;
}

static int64_t simple(enum aio_kind kind, struct aio_file *file, const char *name,
	const char *name2, uint64_t flags)
{
	struct aio_op *op = aio_op_create(aio, kind, file, name);
	op->how.flags = flags;
	if (name2) {
		op->name2 = strdup(name2);
		op->file2 = aio_file_get(root);
	}
	return finish(op);
}

static void test_round(void **state)
{
	(void)state;
	struct aio_file *file = open_below("a", O_RDWR | O_CREAT | O_EXCL, 0600);
	assert_non_null(file);
	assert_true(fcntl(file->fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(write_all(file, 'x', 100000, 5), 100000);
	assert_int_equal(write_all(file, 'x', 0, 0), 0);
	assert_int_equal(simple(AIO_SYNC, file, NULL, NULL, 0), 0);
	struct aio_op *op = aio_op_create(aio, AIO_READ, file, NULL);
	op->buffer = buffer_create(200000);
	op->size = 200000;
	assert_int_equal(finish(op), 100005);
	const char *data = buffer_data(buffer);
	assert_int_equal(data[4], 0);
	assert_int_equal(data[5], 'x');
	assert_int_equal(data[100004], 'x');
	buffer_destroy(buffer);
	op = aio_op_create(aio, AIO_TRUNCATE, file, NULL);
	op->offset = 7;
	assert_int_equal(finish(op), 0);
	assert_int_equal(simple(AIO_STAT, file, NULL, NULL, 0), 0);
	assert_int_equal(st.stx_size, 7);
	aio_file_put(file);
}

static void test_names(void **state)
{
	(void)state;
	assert_int_equal(simple(AIO_MKDIR, root, "d", NULL, 0), 0);
	assert_int_equal(simple(AIO_MKDIR, root, "d", NULL, 0), -EEXIST);
	assert_int_equal(simple(AIO_RENAME, root, "d", "e", 0), 0);
	assert_int_equal(simple(AIO_REMOVE, root, "e", NULL, 0), -EISDIR);
	assert_int_equal(simple(AIO_REMOVE, root, "e", NULL, AT_REMOVEDIR), 0);
	assert_int_equal(simple(AIO_REMOVE, root, "e", NULL, 0), -ENOENT);
	assert_null(open_below("../x", O_RDONLY, 0));
	assert_int_equal(last, -EXDEV);
	assert_null(open_below("/etc/passwd", O_RDONLY, 0));
	assert_int_equal(last, -EXDEV);
}

static void test_reopen(void **state)
{
	(void)state;
	aio_file_put(open_below("f", O_WRONLY | O_CREAT, 0600));
	struct aio_file *path = open_below("f", O_PATH, 0);
	assert_non_null(path);
	assert_true(simple(AIO_REOPEN, path, NULL, NULL, O_RDWR | O_CLOEXEC) >= 0);
	struct aio_file *file = opened;
	assert_int_equal(write_all(file, 'y', 3, 0), 3);
	aio_file_put(file);
	aio_file_put(path);
}

static void test_list(void **state)
{
	(void)state;
	char name[32];
	for (int i = 0; i < 50; i++) {
		snprintf(name, sizeof name, "file%d", i);
		aio_file_put(open_below(name, O_WRONLY | O_CREAT, 0600));
	}
	struct aio_file *folder = open_below(".", O_RDONLY | O_DIRECTORY, 0);
	int64_t total = 0, n;
	uint64_t at = 0;
	do {
		struct aio_op *op = aio_op_create(aio, AIO_LIST, folder, NULL);
		op->buffer = buffer_create(512);
		op->size = 512;
		op->offset = at;
		n = finish(op);
		assert_true(n >= 0);
		const char *p = buffer_data(buffer);
		for (int64_t i = 0; i < n; total++) {
			uint16_t len;
			memcpy(&at, p + i + 8, sizeof at);
			memcpy(&len, p + i + 16, sizeof len);
			i += len;
		}
		buffer_destroy(buffer);
	} while (n > 0);
	assert_int_equal(total, 52);
	aio_file_put(folder);
}

static void test_big(void **state)
{
	(void)state;
	struct aio_file *file = open_below("big", O_RDWR | O_CREAT, 0600);
	assert_int_equal(write_all(file, 'b', BIG, 0), BIG);
	struct aio_op *op = aio_op_create(aio, AIO_READ, file, NULL);
	op->buffer = buffer_create(BIG);
	op->size = BIG;
	assert_int_equal(finish(op), BIG);
	assert_int_equal(((char *)buffer_data(buffer))[BIG - 1], 'b');
	buffer_destroy(buffer);
	aio_file_put(file);
}

static void count(struct aio_op *op)
{
	done_count++;
	assert_int_equal(op->result, 1000);
}

/* More than go at a time; every third is given up at once, or later. */
static void test_many(void **state)
{
	(void)state;
	struct aio_op *ops[600];
	struct aio_file *file = open_below("many", O_RDWR | O_CREAT, 0600);
	done_count = 0;
	for (int i = 0; i < 600; i++) {
		ops[i] = aio_op_create(aio, AIO_WRITE, file, NULL);
		ops[i]->buffer = buffer_create(1000);
		ops[i]->size = 1000;
		ops[i]->offset = (uint64_t)i * 1000;
		aio_start(ops[i], count, NULL);
		if (i % 3 == 0)
			aio_abandon(ops[i]);
	}
	for (int i = 1; i < 600; i += 3)
		aio_abandon(ops[i]);
	aio_file_put(file);
	for (uint64_t end = deadline(); done_count < 200;)
		poll_loop(loop, end);
	assert_int_equal(done_count, 200);
}

/* Destroyed with everything still under way: what was begun ends first. */
static void test_destroy(void **state)
{
	(void)state;
	struct aio_file *file = open_below("gone", O_RDWR | O_CREAT, 0600);
	for (int i = 0; i < 200; i++) {
		struct aio_op *op =
			aio_op_create(aio, i % 2 ? AIO_WRITE : AIO_READ, file, NULL);
		op->buffer = buffer_create(100000);
		op->size = 100000;
		aio_start(op, count, NULL);
		aio_abandon(op);
	}
	aio_file_put(file);
}

static int own_fds(void)
{
	int n = 0;
	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* Closed by itself when the last lets go, opened by nobody when it was given up. */
static void test_no_descriptor_stays(void **state)
{
	(void)state;
	aio_file_put(open_below("f", O_RDWR | O_CREAT, 0600));
	simple(AIO_STAT, root, NULL, NULL, 0);
	int before = own_fds();
	for (int i = 0; i < 100; i++) {
		struct aio_op *op = aio_op_create(aio, AIO_OPEN, root, "f");
		op->how = (struct open_how){.flags = O_RDWR | O_CLOEXEC};
		done_count = 0;
		aio_start(op, note, NULL);
		if (i % 2)
			poll_loop(loop, clock_now_ns());
		if (done_count == 0)
			aio_abandon(op);
		aio_file_put(opened);
		opened = NULL;
	}
	uint64_t end = deadline();
	while (own_fds() > before)
		poll_loop(loop, end);
	assert_int_equal(own_fds(), before);
}

static int helper_pid(void)
{
	char path[64], line[64];
	snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
	FILE *f = fopen(path, "r");
	int pid = f && fgets(line, sizeof line, f) ? atoi(line) : 0;
	if (f)
		fclose(f);
	return pid;
}

static bool ticked;
static void tick(void *data, uint32_t events)
{
	(void)data, (void)events;
	ticked = true;
}

/* The disk hangs (the helper is stopped): the loop does all else meanwhile. */
static void test_hanging_disk(void **state)
{
	(void)state;
	int pipe_ends[2];
	assert_int_equal(simple(AIO_STAT, root, NULL, NULL, 0), 0);
	int pid = helper_pid();
	assert_true(pid > 0);
	kill(pid, SIGSTOP);
	done_count = 0;
	struct aio_op *stuck = aio_op_create(aio, AIO_SYNC, root, NULL);
	struct aio_op *other = aio_op_create(aio, AIO_STAT, root, NULL);
	aio_start(stuck, note, NULL);
	aio_start(other, note, NULL);
	assert_int_equal(pipe(pipe_ends), 0);
	struct loop_source *source = loop_add(loop, pipe_ends[0], EPOLLIN, tick, NULL);
	for (int i = 0; i < 20; i++) {
		ticked = false;
		assert_int_equal(write(pipe_ends[1], "x", 1), 1);
		for (uint64_t end = deadline(); !ticked;)
			poll_loop(loop, end);
	}
	assert_int_equal(done_count, 0);
	aio_abandon(stuck);
	kill(pid, SIGCONT);
	for (uint64_t end = deadline(); done_count == 0;)
		poll_loop(loop, end);
	assert_int_equal(last, 0);
	loop_remove(source);
	close(pipe_ends[0]);
	close(pipe_ends[1]);
}

static void test_helper_dies(void **state)
{
	(void)state;
	assert_int_equal(simple(AIO_STAT, root, NULL, NULL, 0), 0);
	int pid = helper_pid();
	kill(pid, SIGSTOP);
	struct aio_op *op = aio_op_create(aio, AIO_STAT, root, NULL);
	aio_start(op, note, NULL);
	poll_loop(loop, deadline()); /* it is sent */
	done_count = 0;
	kill(pid, SIGKILL);
	for (uint64_t end = deadline(); done_count == 0;)
		poll_loop(loop, end);
	assert_int_equal(last, -EIO);
	assert_int_equal(simple(AIO_STAT, root, NULL, NULL, 0), 0);
	assert_int_not_equal(helper_pid(), pid);
}

static bool ring_there(void)
{
	return strcmp(aio_describe(), "io_uring") == 0;
}

/* As in a container that forbids it. */
static void forbid_ring(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = 4, .filter = filter};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		abort();
	if (!strstr(aio_describe(), "Operation not permitted"))
		abort();
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "helper") == 0 && argc > 2)
		return helper_main(argc - 1, argv + 1);
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_round),
		T(test_names),
		T(test_reopen),
		T(test_list),
		T(test_big),
		T(test_many),
		T(test_destroy),
		T(test_no_descriptor_stays),
	};
	const struct CMUnitTest helper_tests[] = {
		T(test_hanging_disk),
		T(test_helper_dies),
	};
	log_set_level(LOG_SILENT);
	if (strcmp(argv[1], "ring") == 0)
		return ring_there() ? cmocka_run_group_tests(tests, NULL, NULL)
				    : puts("1..0 # SKIP no io_uring") < 0;
	if (strcmp(argv[1], "forbidden") == 0)
		forbid_ring();
	else
		setenv("OSAAS_DISK", "helper", 1);
	if (strcmp(argv[1], "hang") == 0)
		return cmocka_run_group_tests(helper_tests, NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
