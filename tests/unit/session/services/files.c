/* For outside_test.py: what osaas_fs.h promises, by the SDK's calls. ~/in is made by the test. */
#include "check.h"

#include <osaas_fs.h>

#define LONG (3u << 20)

static osaas_chan fs, ro;

static void round_trip(void)
{
	static char data[LONG], back[LONG];
	void *buf;
	for (unsigned i = 0; i < LONG; i++)
		data[i] = (char)(i * 7 >> 3);
	int file = osaas_fs_open(fs, "long",
		OSAAS_FS_FOR_READING | OSAAS_FS_FOR_WRITING | OSAAS_FS_CREATE);
	CHECK(file > 0);
	CHECK_IS(osaas_fs_write(fs, file, 0, data, LONG), LONG);
	CHECK_IS(osaas_fs_sync(fs, file), 0);
	CHECK_IS(osaas_fs_read(fs, file, 5, back, LONG), LONG - 5);
	CHECK(memcmp(back, data + 5, LONG - 5) == 0);
	CHECK_IS(osaas_fs_truncate(fs, file, 3), 0);
	CHECK_IS(osaas_fs_read(fs, file, 0, back, LONG), 3);
	CHECK_IS(osaas_fs_close(fs, file), 0);
	CHECK_IS(osaas_fs_close(fs, file), OSAAS_EBADF);
	CHECK_IS(osaas_fs_load(ro, "long", &buf), 3);
	CHECK(memcmp(buf, data, 3) == 0);
	CHECK_IS(osaas_buf_free(buf), 0);
	CHECK_IS(osaas_fs_load(ro, "huge", &buf), OSAAS_E2BIG);
}

static void names(void)
{
	struct osaas_fs_answer answer;
	struct osaas_fs_dir dir = {0};
	int r, files = 0, folders = 0;
	CHECK_IS(osaas_fs_mkdir(fs, "folder"), 0);
	CHECK_IS(osaas_fs_rename(fs, "long", "folder/moved"), 0);
	CHECK_IS(osaas_fs_stat(fs, "long", &answer), OSAAS_ENOENT);
	CHECK_IS(osaas_fs_stat(fs, "folder/moved", &answer), 0);
	CHECK(answer.size == 3 && answer.kind == OSAAS_FS_FILE);
	CHECK_IS(osaas_fs_remove(fs, "folder"), OSAAS_ENOTEMPTY);
	while ((r = osaas_fs_list(ro, "many", &dir)) > 0) {
		files += dir.kind == OSAAS_FS_FILE && dir.name[0] == 'n';
		folders += dir.kind == OSAAS_FS_FOLDER;
	}
	CHECK_IS(r, 0);
	CHECK_IS(files, 3000);
	CHECK_IS(folders, 1);
	CHECK_IS(osaas_fs_list(ro, "none", &dir), OSAAS_ENOENT);
	CHECK_IS(osaas_fs_list(ro, "many", &dir), 1);
	osaas_fs_list_end(&dir);
}

static void refused(void)
{
	static const char *const out[] = {"../secret", "link", "dir/secret",
		"/etc/passwd", "folder/../../secret", "fifo", "absolute"};
	void *buf;
	for (unsigned i = 0; i < sizeof out / sizeof *out; i++)
		CHECK_IS(osaas_fs_load(fs, out[i], &buf), OSAAS_EACCES);
	CHECK_IS(osaas_fs_mkdir(ro, "x"), OSAAS_EACCES);
	CHECK_IS(osaas_fs_open(ro, "x", OSAAS_FS_FOR_WRITING | OSAAS_FS_CREATE),
		OSAAS_EACCES);
	CHECK_IS(ask_nonsense(fs), OSAAS_ENOSYS);
	for (int i = 0; i < OSAAS_FS_FILES; i++)
		CHECK(osaas_fs_open(fs, "folder/moved", OSAAS_FS_FOR_READING) > 0);
	CHECK_IS(osaas_fs_open(fs, "folder/moved", OSAAS_FS_FOR_READING), OSAAS_EMFILE);
}

TEST_PLUGIN("files", "want = fs.write:~/in required: to be tested\n"
		     "want = fs.read:~/in required: to be tested\n"
		     "want = fs.read:~/none optional: is not there\n"
		     "want = fs.read:relative optional: makes no sense\n")
{
	fs = osaas_cap("fs.write:~/in");
	ro = osaas_cap("fs.read:~/in");
	CHECK(fs > 0 && ro > 0);
	CHECK_IS(osaas_cap("fs.read:~/none"), OSAAS_EACCES);
	CHECK_IS(osaas_cap("fs.read:~"), OSAAS_EACCES);
	round_trip();
	names();
	refused();
}
