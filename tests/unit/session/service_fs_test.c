/* "fs.read" and "fs.write" in real folders, by both ways to the disk ("ring", "helper"). */
#include "plugins/include/osaas_fs.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "session/helper.h"
#include "tests/unit/session/serving.h"

static struct serving s;
static char top[64], in[80];

static void put_file(const char *name, const char *text)
{
	char path[160];
	snprintf(path, sizeof path, "%s/%s", top, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void in_top(const char *command)
{
	char line[512];
	snprintf(line, sizeof line, "cd '%s' && %s", top, command);
	assert_int_equal(system(line), 0);
}

static int setup(void **state)
{
	(void)state;
	make_folder(top, sizeof top);
	snprintf(in, sizeof in, "%s/in", top);
	in_top("mkdir -p in/sub outside && ln -s ../outside/secret in/link_out && "
	       "ln -s ../outside in/dir_out && ln -s sub/inner in/link_in && "
	       "ln -s /etc/passwd in/absolute && ln -s loop in/loop && "
	       "ln -s nowhere in/dangling && ln -s ../outside/new in/dangling_out && "
	       "ln -s sub in/dir_in && mkfifo in/fifo && "
	       "ln -s /proc/self/root/etc/passwd in/magic && "
	       "ln -s /dev/zero in/device_link");
	put_file("in/file", "hello");
	put_file("in/sub/inner", "inner");
	put_file("outside/secret", "secret");
	serving_init(&s);
	return serving_open(&s, "fs.write", in);
}

static int teardown(void **state)
{
	(void)state;
	serving_finish(&s);
	remove_folder(top);
	return 0;
}

static struct message make(
	uint32_t type, const char *text, size_t len, const struct osaas_fs_request *rq)
{
	struct message msg = {.type = type};
	memcpy(msg.bytes, rq, sizeof *rq);
	if (text) {
		msg.buffer = text_buffer(text, len);
		msg.len = len;
	}
	return msg;
}

/* The result; what the answer carries is dropped. */
static int64_t ask(uint32_t type, const char *path, const struct osaas_fs_request *rq,
	struct osaas_fs_answer *out)
{
	struct message msg = make(type, path, path ? strlen(path) : 0, rq);
	struct message answer = serving_ask(&s, &msg);
	if (out)
		memcpy(out, answer.bytes, sizeof *out);
	message_drop(&answer);
	return serving_result(&answer);
}

static int64_t open_file(const char *path, uint32_t flags)
{
	return ask(OSAAS_FS_OPEN, path, &(struct osaas_fs_request){.flags = flags}, NULL);
}

static int64_t close_file(int64_t file)
{
	return ask(OSAAS_FS_CLOSE, NULL,
		&(struct osaas_fs_request){.file = (uint32_t)file}, NULL);
}

static int64_t read_file(int64_t file, uint64_t offset, char *text, uint32_t size)
{
	struct osaas_fs_request rq = {
		.file = (uint32_t)file, .offset = offset, .size = size};
	struct message msg = make(OSAAS_FS_READ, NULL, 0, &rq);
	struct message answer = serving_ask(&s, &msg);
	int64_t n = serving_result(&answer);
	if (n > 0) {
		assert_int_equal(answer.len, n);
		memcpy(text, buffer_data(answer.buffer), (size_t)n);
	}
	message_drop(&answer);
	return n;
}

#define READ  OSAAS_FS_FOR_READING
#define WRITE OSAAS_FS_FOR_WRITING
#define MAKE  (WRITE | OSAAS_FS_CREATE)

/* What can be opened and what not. 0: it can. */
static void test_open(void **state)
{
	static char long_path[OSAAS_FS_PATH_MAX + 2], long_name[300];
	static const struct {
		const char *path;
		uint32_t flags;
		int error;
	} cases[] = {
		{"file", READ, 0},
		{"./sub/../file", READ, 0},
		{"link_in", READ, 0},
		{"dir_in/inner", READ, 0},
		{"sub/../../in/file", READ, OSAAS_EACCES},
		{"..", READ, OSAAS_EACCES},
		{"../outside/secret", READ, OSAAS_EACCES},
		{"../outside/secret", READ | MAKE, OSAAS_EACCES},
		{"../outside/new", MAKE, OSAAS_EACCES},
		{"sub/../../outside/secret", READ, OSAAS_EACCES},
		{"link_out", READ, OSAAS_EACCES},
		{"dir_out/secret", READ, OSAAS_EACCES},
		{"dir_out/new", MAKE, OSAAS_EACCES},
		{"dangling_out", MAKE, OSAAS_EACCES},
		{"absolute", READ, OSAAS_EACCES},
		{"magic", READ, OSAAS_EACCES},
		{"device_link", READ, OSAAS_EACCES},
		{"loop", READ, OSAAS_EACCES},
		{"/etc/passwd", READ, OSAAS_EACCES},
		{"fifo", READ, OSAAS_EACCES},
		{"fifo", WRITE, OSAAS_EACCES},
		{"fifo", READ | MAKE | OSAAS_FS_TRUNCATED, OSAAS_EACCES},
		{"sub", READ, OSAAS_EISDIR},
		{".", READ, OSAAS_EISDIR},
		{"file/x", READ, OSAAS_ENOTDIR},
		{"none", READ, OSAAS_ENOENT},
		{"none/x", MAKE, OSAAS_ENOENT},
		{"dangling", READ, OSAAS_ENOENT},
		{"made", MAKE, 0},
		{"made", MAKE | OSAAS_FS_NEW, OSAAS_EEXIST},
		{"file", READ | MAKE, 0},
		{"", READ, OSAAS_EINVAL},
		{"a\xff", READ, OSAAS_EINVAL},
		{"\xc0\xaf", READ, OSAAS_EINVAL},
		{"file", 0, OSAAS_EINVAL},
		{"file", 64 | READ, OSAAS_EINVAL},
		{"file", READ | OSAAS_FS_CREATE, OSAAS_EINVAL},
		{"file", WRITE | OSAAS_FS_NEW, OSAAS_EINVAL},
		{long_path, READ, OSAAS_E2BIG},
		{long_name, READ, OSAAS_E2BIG},
	};
	(void)state;
	memset(long_path, 'a', sizeof long_path - 1);
	memset(long_name, 'b', sizeof long_name - 1);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t r = open_file(cases[i].path, cases[i].flags);
		if (r > 0)
			assert_int_equal(close_file(r), 0);
		if ((cases[i].error ? r != cases[i].error : r <= 0))
			fail_msg("case %zu, '%s': %lld", i, cases[i].path, (long long)r);
	}
	in_top("test ! -e outside/new && test -e in/made");
}

static void test_zero_byte(void **state)
{
	(void)state;
	struct message msg = make(
		OSAAS_FS_OPEN, "fi\0le", 5, &(struct osaas_fs_request){.flags = READ});
	struct message answer = serving_ask(&s, &msg);
	assert_int_equal(serving_result(&answer), OSAAS_EINVAL);
}

static void test_device(void **state)
{
	(void)state;
	char path[100];
	snprintf(path, sizeof path, "%s/device", in);
	if (mknod(path, S_IFCHR | 0666, 1 << 8 | 5) < 0)
		skip();
	assert_int_equal(open_file("device", READ), OSAAS_EACCES);
	assert_int_equal(open_file("device", MAKE), OSAAS_EACCES);
}

static int64_t write_file(int64_t file, uint64_t offset, const char *text, size_t len)
{
	struct osaas_fs_request rq = {.file = (uint32_t)file, .offset = offset};
	struct message msg = make(OSAAS_FS_WRITE, text, len, &rq);
	struct message answer = serving_ask(&s, &msg);
	int64_t r = serving_result(&answer);
	assert_true(r < 0 || answer.buffer); /* it comes back */
	message_drop(&answer);
	return r;
}

static void test_read_and_write(void **state)
{
	(void)state;
	char text[64] = "";
	struct osaas_fs_answer answer;
	int64_t file = open_file("new", READ | MAKE | OSAAS_FS_NEW);
	struct osaas_fs_request rq = {.file = (uint32_t)file};
	assert_true(file > 0);
	assert_int_equal(write_file(file, 3, "world", 5), 5);
	assert_int_equal(read_file(file, 0, text, sizeof text), 8);
	assert_memory_equal(text, "\0\0\0world", 8);
	assert_int_equal(read_file(file, 6, text, 2), 2);
	assert_int_equal(read_file(file, 100, text, 2), 0);
	assert_int_equal(ask(OSAAS_FS_SYNC, NULL, &rq, NULL), 0);
	assert_int_equal(ask(OSAAS_FS_STAT, NULL, &rq, &answer), 0);
	assert_int_equal(answer.size, 8);
	assert_int_equal(answer.kind, OSAAS_FS_FILE);
	assert_true(answer.time_ns > INT64_C(1600000000000000000));
	rq.offset = 4;
	assert_int_equal(ask(OSAAS_FS_TRUNCATE, NULL, &rq, NULL), 0);
	assert_int_equal(read_file(file, 0, text, sizeof text), 4);
	assert_int_equal(close_file(file), 0);
	assert_int_equal(close_file(file), OSAAS_EBADF);
	assert_int_equal(read_file(file, 0, text, 1), OSAAS_EBADF);
	file = open_file("new", WRITE | OSAAS_FS_TRUNCATED);
	assert_int_equal(read_file(file, 0, text, 1), OSAAS_EBADF);
	assert_int_equal(
		ask(OSAAS_FS_STAT, "new", &(struct osaas_fs_request){0}, &answer), 0);
	assert_int_equal(answer.size, 0);
}

static void test_too_large(void **state)
{
	(void)state;
	char text[8];
	int64_t file = open_file("file", READ | WRITE);
	assert_int_equal(read_file(file, 0, text, OSAAS_FS_DATA_MAX + 1), OSAAS_E2BIG);
	assert_int_equal(read_file(file, UINT64_MAX, text, 1), OSAAS_EINVAL);
	struct osaas_fs_request rq = {.file = (uint32_t)file};
	struct message msg = {.type = OSAAS_FS_WRITE,
		.buffer = buffer_create((size_t)OSAAS_FS_DATA_MAX + 1),
		.len = OSAAS_FS_DATA_MAX + 1};
	memcpy(msg.bytes, &rq, sizeof rq);
	struct message answer = serving_ask(&s, &msg);
	assert_int_equal(serving_result(&answer), OSAAS_E2BIG);
	/* One of its own to read into, but smaller than what it asks for. */
	rq.size = 5000;
	msg = make(OSAAS_FS_READ, "x", 1, &rq);
	answer = serving_ask(&s, &msg);
	assert_int_equal(serving_result(&answer), OSAAS_EINVAL);
	rq.size = 5;
	msg = make(OSAAS_FS_READ, "x", 1, &rq);
	answer = serving_ask(&s, &msg);
	assert_int_equal(serving_result(&answer), 5);
	assert_memory_equal(buffer_data(answer.buffer), "hello", 5);
	message_drop(&answer);
}

static void test_too_many(void **state)
{
	(void)state;
	for (int i = 1; i <= OSAAS_FS_FILES; i++)
		assert_int_equal(open_file("file", READ), i);
	assert_int_equal(open_file("file", READ), OSAAS_EMFILE);
	assert_int_equal(close_file(7), 0);
	assert_int_equal(open_file("file", READ), 7);
}

/* The session itself has no descriptor left: the plugin gets none, another's least of all. */
static void test_no_descriptor(void **state)
{
	struct rlimit limit, low;
	(void)state;
	assert_int_equal(open_file("file", READ), 1); /* whatever is opened once */
	getrlimit(RLIMIT_NOFILE, &limit);
	low = limit;
	int next = dup(0);
	assert_true(next >= 0);
	close(next);
	low.rlim_cur = (rlim_t)next;
	setrlimit(RLIMIT_NOFILE, &low);
	int r = open_file("file", READ);
	setrlimit(RLIMIT_NOFILE, &limit);
	assert_int_equal(r, OSAAS_EMFILE);
	assert_int_equal(open_file("file", READ), 2);
}

/* Names are made and removed in their folder, and there only. */
static void test_names(void **state)
{
	static const struct {
		uint32_t type;
		const char *path, *to;
		int error;
	} cases[] = {
		{OSAAS_FS_MKDIR, "d", NULL, 0},
		{OSAAS_FS_MKDIR, "d/e/", NULL, 0},
		{OSAAS_FS_MKDIR, "d", NULL, OSAAS_EEXIST},
		{OSAAS_FS_MKDIR, "no/d", NULL, OSAAS_ENOENT},
		{OSAAS_FS_MKDIR, "../d", NULL, OSAAS_EACCES},
		{OSAAS_FS_MKDIR, "dir_out/d", NULL, OSAAS_EACCES},
		{OSAAS_FS_MKDIR, "/d", NULL, OSAAS_EACCES},
		{OSAAS_FS_MKDIR, "..", NULL, OSAAS_EINVAL},
		{OSAAS_FS_MKDIR, "d/..", NULL, OSAAS_EINVAL},
		{OSAAS_FS_MKDIR, ".", NULL, OSAAS_EINVAL},
		{OSAAS_FS_MKDIR, "/", NULL, OSAAS_EINVAL},
		{OSAAS_FS_REMOVE, "d", NULL, OSAAS_ENOTEMPTY},
		{OSAAS_FS_REMOVE, "d/e", NULL, 0},
		{OSAAS_FS_REMOVE, "d", NULL, 0},
		{OSAAS_FS_REMOVE, "d", NULL, OSAAS_ENOENT},
		{OSAAS_FS_REMOVE, "../outside/secret", NULL, OSAAS_EACCES},
		{OSAAS_FS_REMOVE, "dir_out/secret", NULL, OSAAS_EACCES},
		{OSAAS_FS_REMOVE, "link_out", NULL, 0}, /* the link, not the file */
		{OSAAS_FS_RENAME, "file", "sub/moved", 0},
		{OSAAS_FS_RENAME, "sub/moved", "../outside/moved", OSAAS_EACCES},
		{OSAAS_FS_RENAME, "../outside/secret", "stolen", OSAAS_EACCES},
		{OSAAS_FS_RENAME, "dir_out/secret", "stolen", OSAAS_EACCES},
		{OSAAS_FS_RENAME, "sub/moved", "dir_out/moved", OSAAS_EACCES},
		{OSAAS_FS_RENAME, "sub", "sub/x", OSAAS_EINVAL},
		{OSAAS_FS_RENAME, "none", "other", OSAAS_ENOENT},
		{OSAAS_FS_RENAME, "sub/moved", "file", 0},
		{OSAAS_FS_STAT, "..", NULL, OSAAS_EACCES},
		{OSAAS_FS_STAT, "dir_out/secret", NULL, OSAAS_EACCES},
		{OSAAS_FS_STAT, ".", NULL, 0},
		{OSAAS_FS_STAT, "fifo", NULL, 0},
		{OSAAS_FS_LIST, "..", NULL, OSAAS_EACCES},
		{OSAAS_FS_LIST, "dir_out", NULL, OSAAS_EACCES},
		{OSAAS_FS_LIST, "file", NULL, OSAAS_ENOTDIR},
		{OSAAS_FS_LIST, "fifo", NULL, OSAAS_ENOTDIR},
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[128];
		size_t len = (size_t)snprintf(text, sizeof text, "%s%c%s", cases[i].path,
			0, cases[i].to ? cases[i].to : "");
		if (!cases[i].to)
			len = strlen(cases[i].path);
		struct message msg =
			make(cases[i].type, text, len, &(struct osaas_fs_request){0});
		struct message answer = serving_ask(&s, &msg);
		if (serving_result(&answer) != cases[i].error)
			fail_msg("case %zu, '%s': %lld", i, cases[i].path,
				(long long)serving_result(&answer));
		message_drop(&answer);
	}
	in_top("test -s outside/secret && test \"$(ls outside)\" = secret");
}

static void test_list(void **state)
{
	(void)state;
	in_top("cd in/sub && for i in $(seq 5000); do : >\"name-of-some-length-$i\"; "
	       "done "
	       "&& mkdir folder && ln -s x link && : >\"$(printf 'bad\\377')\"");
	struct osaas_fs_request rq = {0};
	struct osaas_fs_answer list;
	int files = 0, folders = 0, links = 0, pages = 0;
	do {
		struct message msg = make(OSAAS_FS_LIST, "sub", 3, &rq);
		struct message answer = serving_ask(&s, &msg);
		memcpy(&list, answer.bytes, sizeof list);
		assert_true(list.result >= 0);
		const uint8_t *p = buffer_data(answer.buffer), *end = p + answer.len;
		for (int64_t i = 0; i < list.result; i++, p += 2 + p[1]) {
			files += p[0] == OSAAS_FS_FILE;
			folders += p[0] == OSAAS_FS_FOLDER;
			links += p[0] == OSAAS_FS_LINK;
		}
		assert_ptr_equal(p, end);
		message_drop(&answer);
		rq.offset = list.next;
		pages++;
	} while (list.next);
	assert_int_equal(files, 5001); /* inner, too; not the one whose name is no text */
	assert_int_equal(folders, 1);
	assert_int_equal(links, 1);
	assert_in_range(pages, 2, 20);
}

static void test_read_only(void **state)
{
	static const uint32_t types[] = {
		OSAAS_FS_MKDIR, OSAAS_FS_REMOVE, OSAAS_FS_WRITE, OSAAS_FS_TRUNCATE};
	char log[4096], text[8];
	(void)state;
	serving_close(&s);
	assert_int_equal(serving_open(&s, "fs.read", in), 0);
	int64_t file = open_file("file", READ);
	assert_int_equal(read_file(file, 0, text, 8), 5);
	int kept = log_begin();
	assert_int_equal(open_file("file", READ | WRITE), OSAAS_EACCES);
	assert_int_equal(open_file("x", MAKE), OSAAS_EACCES);
	struct osaas_fs_request rq = {.file = (uint32_t)file};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		assert_int_equal(ask(types[i], "file", &rq, NULL), OSAAS_EACCES);
	log_end(kept, log, sizeof log);
	assert_non_null(strstr(log, "fs.read"));
	assert_non_null(
		strstr(log, "'file' cannot be changed: the grant is for reading"));
	assert_int_equal(s.service->refused, 6);
	in_top("test \"$(cat in/file)\" = hello && test ! -e in/x");
}

/* What is out of scope is in the log, and not for ever. */
static void test_logged(void **state)
{
	char log[8192];
	(void)state;
	int kept = log_begin();
	for (int i = 0; i < 1000; i++)
		assert_int_equal(open_file("../\x1b[31moutside", READ), OSAAS_EACCES);
	log_end(kept, log, sizeof log);
	assert_non_null(strstr(log, "'../?[31moutside' leads out of the folder"));
	assert_null(strchr(log, '\x1b'));
	int lines = 0;
	for (const char *p = log; (p = strchr(p, '\n')); p++)
		lines++;
	assert_in_range(lines, 5, 12);
}

static void test_scopes(void **state)
{
	char home[100], tilde[16] = "~/in";
	static const char *const bad[] = {"relative", "./x", "", "~user", "~user/x"};
	(void)state;
	serving_close(&s);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(serving_open(&s, "fs.read", bad[i]), -EINVAL);
	snprintf(home, sizeof home, "%s/none", in);
	assert_int_equal(serving_open(&s, "fs.read", home), -ENOTDIR);
	snprintf(home, sizeof home, "%s/file", in);
	assert_int_equal(serving_open(&s, "fs.read", home), -ENOTDIR);
	setenv("HOME", top, 1);
	assert_int_equal(serving_open(&s, "fs.read", tilde), 0);
	assert_true(open_file("file", READ) > 0);
	serving_close(&s);
	unsetenv("HOME");
	assert_int_equal(serving_open(&s, "fs.read", tilde), -EINVAL);
}

/* The granted folder is the one that was there, not the one that has its name now. */
static void test_folder_moved(void **state)
{
	(void)state;
	in_top("mv in elsewhere && mkdir in && echo other >in/file");
	char text[8];
	assert_int_equal(read_file(open_file("file", READ), 0, text, 8), 5);
	assert_memory_equal(text, "hello", 5);
}

/* Somebody swaps a folder for a link that leads out, all the time. */
static void test_race(void **state)
{
	(void)state;
	in_top("mkdir in/flip && echo good >in/flip/secret && ln -s ../outside in/flop");
	pid_t pid = fork();
	if (pid == 0) {
		if (chdir(in) < 0)
			_exit(1);
		for (;;)
			renameat2(AT_FDCWD, "flip", AT_FDCWD, "flop", RENAME_EXCHANGE);
	}
	int good = 0, refused = 0;
	for (int i = 0; i < 3000 || (good == 0 && i < 100000); i++) {
		char text[16] = "";
		int64_t file =
			open_file(i % 2 ? "flip/secret" : "flip/../flip/secret", READ);
		if (file < 0) {
			assert_true(file == OSAAS_EACCES || file == OSAAS_EAGAIN);
			refused++;
			continue;
		}
		assert_int_equal(read_file(file, 0, text, sizeof text), 5);
		assert_memory_equal(text, "good\n", 5);
		close_file(file);
		good++;
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_true(good > 0);
}

static void send_only(uint32_t type, const char *path, uint32_t flags, uint32_t file)
{
	struct osaas_fs_request rq = {.flags = flags, .file = file, .size = 100000};
	struct message msg = make(type, path, path ? strlen(path) : 0, &rq);
	if (endpoint_try_send(s.end, &msg) < 0)
		message_drop(&msg);
}

/* Revoked, or the plugin ends, with everything under way. */
static void test_revoked(void **state)
{
	(void)state;
	struct message msg;
	for (int i = 0; i < 300; i++) {
		send_only(OSAAS_FS_OPEN, "file", READ | WRITE, 0);
		send_only(OSAAS_FS_READ, NULL, 0, 1);
		send_only(OSAAS_FS_WRITE, "hello", 0, 1);
		send_only(OSAAS_FS_LIST, "sub", 0, 0);
		for (int turn = 0; turn < i % 12; turn++) {
			service_turn(&s.session);
			loop_poll(s.session.loop, clock_now_ns() + 100 * 1000);
		}
		if (i % 2)
			endpoint_close(s.end), s.end = NULL;
		service_close(s.service);
		s.service = NULL;
		if (s.end) {
			while (endpoint_try_recv(s.end, &msg) == 0)
				message_drop(&msg);
			assert_int_equal(endpoint_try_recv(s.end, &msg), -EPIPE);
		}
		serving_close(&s);
		assert_int_equal(serving_open(&s, "fs.write", in), 0);
	}
	assert_true(open_file("file", READ) > 0);
}

/* Any messages at all: each gets one answer, and what is outside stays as it was. */
static void test_nonsense(void **state)
{
	static const char *const paths[] = {"file", "sub", "sub/inner", "..",
		"../outside", "dir_out/secret", "link_out", "new", "new/x", ".", "/", "",
		"a\xff", "fifo", "sub/../..", "dangling", "loop", "dir_in/y", "file/",
		"//", "new2"};
	uint64_t seed = first_seed(20261125);
	(void)state;
	int asked = 0, answered = 0;
	uint64_t end = deadline();
	for (int i = 0; i < 6000 || answered < asked;) {
		struct message msg = {.type = next_random(&seed) % 14};
		struct osaas_fs_request rq = {
			.offset = next_random(&seed) % 3
					  ? next_random(&seed) % 100
					  : UINT64_MAX - next_random(&seed),
			.file = next_random(&seed) % 9,
			.size = next_random(&seed) % 4 ? next_random(&seed) % 9000
						       : next_random(&seed),
			.flags = next_random(&seed) % 40};
		const char *path = paths[next_random(&seed) % 21];
		const char *to = paths[next_random(&seed) % 21];
		char text[64];
		int len = snprintf(text, sizeof text, "%s%c%s", path, 0, to);
		memcpy(msg.bytes, &rq, sizeof rq);
		if (next_random(&seed) % 6) {
			msg.len = msg.type == OSAAS_FS_RENAME ? (uint64_t)len
							      : strlen(path);
			msg.buffer = text_buffer(text, (size_t)len);
		}
		if (i < 6000 && endpoint_try_send(s.end, &msg) == 0)
			asked++, i++;
		else
			message_drop(&msg);
		if (next_random(&seed) % 4 == 0 || i == 6000)
			serving_turn(&s, clock_now_ns() + (i == 6000 ? NS_PER_MS : 0));
		assert_true(clock_now_ns() < end);
		while (endpoint_try_recv(s.end, &msg) == 0) {
			assert_true(msg.type & OSAAS_ANSWER);
			message_drop(&msg);
			answered++;
		}
	}
	assert_int_equal(asked, answered);
	in_top("test \"$(cat outside/secret)\" = secret && test \"$(ls outside)\" = "
	       "secret");
}

int main(int argc, char **argv)
{
	if (argc > 2 && strcmp(argv[1], "helper") == 0)
		return helper_main(argc - 1, argv + 1);
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_open),
		T(test_zero_byte),
		T(test_device),
		T(test_read_and_write),
		T(test_too_large),
		T(test_too_many),
		T(test_no_descriptor),
		T(test_names),
		T(test_list),
		T(test_read_only),
		T(test_logged),
		T(test_scopes),
		T(test_folder_moved),
		T(test_race),
		T(test_revoked),
		T(test_nonsense),
	};
	log_set_level(LOG_SILENT);
	if (strcmp(argv[1], "helper") == 0)
		setenv("OSAAS_DISK", "helper", 1);
	else if (strcmp(aio_describe(), "io_uring") != 0)
		return puts("1..0 # SKIP no io_uring") < 0;
	return cmocka_run_group_tests_name(argv[1], tests, NULL, NULL);
}
