#include <osaas_fs.h>
#include <osaas_std.h>

#define PIECE ((size_t)1 << 20)

static struct osaas_msg make(uint32_t type, const struct osaas_fs_request *rq)
{
	struct osaas_msg msg = {.type = type, .chan = OSAAS_NONE};
	memcpy(msg.u.bytes, rq, sizeof *rq);
	return msg;
}

static int put_text(struct osaas_msg *msg, const char *a, const char *b)
{
	size_t n = strlen(a), m = b ? strlen(b) + 1 : 0;
	msg->buf = osaas_buf_alloc(n + m + 1);
	if (!msg->buf)
		return OSAAS_ENOMEM;
	memcpy(msg->buf, a, n + 1);
	if (b)
		memcpy((char *)msg->buf + n + 1, b, m);
	msg->len = n + m;
	return 0;
}

static int64_t ask(osaas_chan fs, struct osaas_msg *msg)
{
	int64_t r = osaas_request(fs, msg);
	if (r >= 0) {
		osaas_buf_free(msg->buf);
		msg->buf = NULL;
	}
	return r;
}

static int ask_path(osaas_chan fs, uint32_t type, const char *path, const char *to,
	uint32_t flags, struct osaas_fs_answer *answer)
{
	struct osaas_fs_request rq = {.flags = flags};
	struct osaas_msg msg = make(type, &rq);
	int r = put_text(&msg, path, to);
	if (r == 0)
		r = (int)ask(fs, &msg);
	if (answer)
		memcpy(answer, msg.u.bytes, sizeof *answer);
	return r;
}

static int ask_file(osaas_chan fs, uint32_t type, int file, uint64_t offset)
{
	struct osaas_fs_request rq = {.file = (uint32_t)file, .offset = offset};
	struct osaas_msg msg = make(type, &rq);
	return (int)ask(fs, &msg);
}

int osaas_fs_open(osaas_chan fs, const char *path, uint32_t flags)
{
	return ask_path(fs, OSAAS_FS_OPEN, path, NULL, flags, NULL);
}

int osaas_fs_close(osaas_chan fs, int file)
{
	return ask_file(fs, OSAAS_FS_CLOSE, file, 0);
}

static int64_t read_piece(
	osaas_chan fs, int file, uint64_t offset, uint8_t *to, size_t size)
{
	struct osaas_fs_request rq = {
		.file = (uint32_t)file, .offset = offset, .size = (uint32_t)size};
	struct osaas_msg msg = make(OSAAS_FS_READ, &rq);
	msg.buf = osaas_buf_alloc(size);
	if (!msg.buf)
		return OSAAS_ENOMEM;
	int64_t r = osaas_request(fs, &msg);
	if (r < 0)
		return r;
	memcpy(to, msg.buf, (size_t)r);
	osaas_buf_free(msg.buf);
	return r;
}

int64_t osaas_fs_read(osaas_chan fs, int file, uint64_t offset, void *to, size_t size)
{
	size_t got = 0;
	while (got < size) {
		size_t n = size - got < PIECE ? size - got : PIECE;
		int64_t r = read_piece(fs, file, offset + got, (uint8_t *)to + got, n);
		if (r < 0)
			return r;
		got += (size_t)r;
		if ((size_t)r < n)
			break;
	}
	return (int64_t)got;
}

static int64_t write_piece(
	osaas_chan fs, int file, uint64_t offset, const uint8_t *from, size_t size)
{
	struct osaas_fs_request rq = {.file = (uint32_t)file, .offset = offset};
	struct osaas_msg msg = make(OSAAS_FS_WRITE, &rq);
	msg.buf = osaas_buf_alloc(size);
	if (!msg.buf)
		return OSAAS_ENOMEM;
	memcpy(msg.buf, from, size);
	msg.len = size;
	return ask(fs, &msg);
}

int64_t osaas_fs_write(
	osaas_chan fs, int file, uint64_t offset, const void *from, size_t size)
{
	size_t done = 0;
	while (done < size) {
		size_t n = size - done < PIECE ? size - done : PIECE;
		int64_t r = write_piece(
			fs, file, offset + done, (const uint8_t *)from + done, n);
		if (r <= 0)
			return r < 0 ? r : OSAAS_EIO;
		done += (size_t)r;
	}
	return (int64_t)done;
}

int osaas_fs_stat(osaas_chan fs, const char *path, struct osaas_fs_answer *out)
{
	return ask_path(fs, OSAAS_FS_STAT, path, NULL, 0, out);
}

int osaas_fs_mkdir(osaas_chan fs, const char *path)
{
	return ask_path(fs, OSAAS_FS_MKDIR, path, NULL, 0, NULL);
}

int osaas_fs_remove(osaas_chan fs, const char *path)
{
	return ask_path(fs, OSAAS_FS_REMOVE, path, NULL, 0, NULL);
}

int osaas_fs_rename(osaas_chan fs, const char *from, const char *to)
{
	return ask_path(fs, OSAAS_FS_RENAME, from, to, 0, NULL);
}

int osaas_fs_sync(osaas_chan fs, int file)
{
	return ask_file(fs, OSAAS_FS_SYNC, file, 0);
}

int osaas_fs_truncate(osaas_chan fs, int file, uint64_t size)
{
	return ask_file(fs, OSAAS_FS_TRUNCATE, file, size);
}

/* Reads the file into the buffer of the answer: nothing is copied. */
static int64_t load(osaas_chan fs, int file, uint64_t size, void **buf)
{
	struct osaas_fs_request rq = {.file = (uint32_t)file, .size = (uint32_t)size};
	struct osaas_msg msg = make(OSAAS_FS_READ, &rq);
	if (size > OSAAS_FS_DATA_MAX)
		return OSAAS_E2BIG;
	msg.buf = osaas_buf_alloc(size + 1);
	if (!msg.buf)
		return OSAAS_ENOMEM;
	int64_t r = osaas_request(fs, &msg);
	*buf = r < 0 ? NULL : msg.buf;
	return r;
}

int64_t osaas_fs_load(osaas_chan fs, const char *path, void **buf)
{
	struct osaas_fs_answer answer;
	*buf = NULL;
	int file = ask_path(fs, OSAAS_FS_OPEN, path, NULL, OSAAS_FS_FOR_READING, &answer);
	if (file < 0)
		return file;
	int64_t r = load(fs, file, answer.size, buf);
	osaas_fs_close(fs, file);
	return r;
}

void osaas_fs_list_end(struct osaas_fs_dir *dir)
{
	osaas_buf_free(dir->buf);
	memset(dir, 0, sizeof *dir);
}

static int next_page(osaas_chan fs, const char *path, struct osaas_fs_dir *dir)
{
	struct osaas_fs_request rq = {.offset = dir->next};
	struct osaas_msg msg = make(OSAAS_FS_LIST, &rq);
	struct osaas_fs_answer answer;
	osaas_buf_free(dir->buf);
	dir->buf = NULL;
	int r = put_text(&msg, path, NULL);
	if (r == 0)
		r = (int)osaas_request(fs, &msg);
	if (r < 0)
		return r;
	memcpy(&answer, msg.u.bytes, sizeof answer);
	dir->buf = msg.buf;
	dir->left = (size_t)r;
	dir->at = 0;
	dir->next = answer.next;
	dir->started = 1;
	return 0;
}

int osaas_fs_list(osaas_chan fs, const char *path, struct osaas_fs_dir *dir)
{
	int r = 0;
	while (r == 0 && dir->left == 0 && (!dir->started || dir->next))
		r = next_page(fs, path, dir);
	if (r < 0 || dir->left == 0) {
		osaas_fs_list_end(dir);
		return r;
	}
	const uint8_t *p = dir->buf + dir->at;
	dir->kind = p[0];
	memcpy(dir->name, p + 2, p[1]);
	dir->name[p[1]] = '\0';
	dir->at += 2u + p[1];
	dir->left--;
	return 1;
}
