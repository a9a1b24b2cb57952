/*
 * osaas_fs.h: the protocol of "fs.read:FOLDER" and "fs.write:FOLDER": files in one
 * folder and in those below it. fs.write reads, too. FOLDER is an absolute path, or one
 * that begins with ~/, and exists when the plugin is started.
 *
 * Paths are relative to that folder, UTF-8, at most OSAAS_FS_PATH_MAX bytes; "." is the
 * folder itself. "..", and symbolic links, lead as far as they stay inside: what leads
 * out gives OSAAS_EACCES, whatever is there. Only regular files can be opened: devices,
 * sockets and pipes give OSAAS_EACCES.
 *
 * Requests of one channel are done one after the other, in order. What most programs
 * want is below: calls that ask and wait for the answer. Errors: OSAAS_E* of osaas.h,
 *
 *	OSAAS_EACCES   out of the folder, no regular file, a change with fs.read only,
 *	               or the user's own rights do not suffice
 *	OSAAS_EINVAL   no such flag, a path that is no text or is empty, a name that is
 *	               "." or ".." where one is made or removed
 *	OSAAS_EBADF    no open file has that number, or it was not opened for this
 *	OSAAS_E2BIG    a path or a piece that is longer than the limit
 *	OSAAS_EMFILE   OSAAS_FS_FILES files are open
 *	OSAAS_ENOENT, OSAAS_EEXIST, OSAAS_ENOTDIR, OSAAS_EISDIR, OSAAS_ENOTEMPTY,
 *	OSAAS_ENOSPC   what their names say
 *	OSAAS_EAGAIN   folders were renamed while it was looked for: try again
 *	OSAAS_EIO      the disk failed
 */
#ifndef OSAAS_FS_H
#define OSAAS_FS_H

#include <osaas_request.h>

#define OSAAS_FS_PATH_MAX 1024
#define OSAAS_FS_NAME_MAX 255
#define OSAAS_FS_DATA_MAX (UINT32_C(16) << 20) /* of one read or write */
#define OSAAS_FS_FILES    64                   /* open at a time */

/* Every request has a struct osaas_fs_request; what it does not use is 0. */
enum osaas_fs_type {
	/* buf, len: path; flags. The result is the file's number; the answer has its size. */
	OSAAS_FS_OPEN = 1,
	/*
	 * file, offset, size; buf: one of at least size bytes to read into, or NULL: the
	 * host makes one. The result is how many bytes were read: fewer only at the end.
	 * The answer carries the buffer.
	 */
	OSAAS_FS_READ = 2,
	/*
	 * file, offset; buf, len: the data. The result is how many bytes were written. The
	 * answer carries the buffer.
	 */
	OSAAS_FS_WRITE = 3,
	/* buf, len: path; or, without buf, file. The answer has kind, size, time. */
	OSAAS_FS_STAT = 4,
	/*
	 * buf, len: path of a folder; offset: 0, or next of the last answer. The result is
	 * how many entries the answer's buffer holds; next is 0 at the end.
	 */
	OSAAS_FS_LIST = 5,
	/* buf, len: path */
	OSAAS_FS_MKDIR = 6,
	/* buf, len: path; of a file, a link, or an empty folder */
	OSAAS_FS_REMOVE = 7,
	/*
	 * buf, len: path, a zero byte, the new path; what is there is replaced. To another
	 * disk: OSAAS_EACCES.
	 */
	OSAAS_FS_RENAME = 8,
	/* file; when it is answered, everything written is on the disk */
	OSAAS_FS_SYNC = 9,
	/* file; offset: its new size */
	OSAAS_FS_TRUNCATE = 10,
	/* file */
	OSAAS_FS_CLOSE = 11,
};

enum osaas_fs_flags {
	OSAAS_FS_FOR_READING = 1,
	OSAAS_FS_FOR_WRITING = 2,
	OSAAS_FS_CREATE = 4,     /* if there is none */
	OSAAS_FS_NEW = 8,        /* with CREATE: there must be none yet */
	OSAAS_FS_TRUNCATED = 16, /* for writing: what it held is gone */
};

struct osaas_fs_request {
	uint64_t offset;
	uint32_t file, size, flags;
	uint32_t reserved[5]; /* 0 */
};

enum osaas_fs_kind {
	OSAAS_FS_UNKNOWN = 0, /* in a list only: ask with OSAAS_FS_STAT */
	OSAAS_FS_FILE = 1,
	OSAAS_FS_FOLDER = 2,
	OSAAS_FS_LINK = 3, /* in a list only: else it was followed */
	OSAAS_FS_OTHER = 4,
};

struct osaas_fs_answer {
	int64_t result; /* 0 or more, or OSAAS_E* */
	uint64_t size;
	int64_t time_ns; /* last changed, since 1970 */
	uint64_t next;
	uint32_t kind, reserved;
};

/* In a list's buffer, one after the other, without padding; the name has no zero byte. */
struct osaas_fs_entry {
	uint8_t kind, name_len;
	char name[];
};

/*
 * Each of these asks and waits. YIELDS. fs is osaas_cap("fs.read:~/Pictures"); one
 * coroutine at a time, as osaas_request says. 0 or more, or OSAAS_E*.
 */
int osaas_fs_open(osaas_chan fs, const char *path, uint32_t flags);
int osaas_fs_close(osaas_chan fs, int file);
/* Bytes read: fewer than size only at the end of the file. */
int64_t osaas_fs_read(osaas_chan fs, int file, uint64_t offset, void *to, size_t size);
/* Bytes written: size, or an error when not all could be. */
int64_t osaas_fs_write(
	osaas_chan fs, int file, uint64_t offset, const void *from, size_t size);
int osaas_fs_stat(osaas_chan fs, const char *path, struct osaas_fs_answer *out);
int osaas_fs_mkdir(osaas_chan fs, const char *path);
int osaas_fs_remove(osaas_chan fs, const char *path);
int osaas_fs_rename(osaas_chan fs, const char *from, const char *to);
int osaas_fs_sync(osaas_chan fs, int file);
int osaas_fs_truncate(osaas_chan fs, int file, uint64_t size);

/*
 * osaas_fs_load gives all of a file, at most OSAAS_FS_DATA_MAX, in a buffer that is the
 * caller's (osaas_buf_free). Its bytes, or OSAAS_E*.
 */
int64_t osaas_fs_load(osaas_chan fs, const char *path, void **buf);

/*
 * A folder, entry by entry, in no order, without "." and "..":
 *
 *	struct osaas_fs_dir dir = {0};
 *	while (osaas_fs_list(fs, "pictures", &dir) > 0)
 *		... dir.kind, dir.name ...
 *
 * 1: there is one, 0: the end, or OSAAS_E*. Then dir holds nothing; to stop before,
 * osaas_fs_list_end.
 */
struct osaas_fs_dir {
	uint32_t kind; /* enum osaas_fs_kind */
	char name[OSAAS_FS_NAME_MAX + 1];
	/* The rest is its own. */
	uint8_t *buf;
	uint64_t next;
	size_t at, left;
	int started;
};
int osaas_fs_list(osaas_chan fs, const char *path, struct osaas_fs_dir *dir);
void osaas_fs_list_end(struct osaas_fs_dir *dir);

#endif
