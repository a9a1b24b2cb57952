#include "session/service_fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "session/fs_path.h"

#define LIST_SIZE ((uint32_t)64 << 10)

/* LIST */

struct dirent_head {
	uint64_t ino, next;
	uint16_t len;
	uint8_t type;
} __attribute__((packed));

static uint8_t kind_of_type(uint8_t type)
{
	switch (type) {
	case DT_UNKNOWN:
		return OSAAS_FS_UNKNOWN;
	case DT_REG:
		return OSAAS_FS_FILE;
	case DT_DIR:
		return OSAAS_FS_FOLDER;
	case DT_LNK:
		return OSAAS_FS_LINK;
	default:
		return OSAAS_FS_OTHER;
	}
}

/* Names that no request could name are left out. */
static size_t put_entry(char *to, uint8_t type, const char *name)
{
	char copy[OSAAS_FS_NAME_MAX + 1];
	size_t n = strlen(name);
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
		fs_path_copy(copy, sizeof copy, name, n) < 0)
		return 0;
	to[0] = (char)kind_of_type(type);
	to[1] = (char)n;
	memcpy(to + 2, copy, n);
	return n + 2;
}

/* In place: what comes out is shorter than what went in. Returns the bytes. */
static size_t convert_list(char *data, size_t size, int64_t *count, uint64_t *next)
{
	size_t out = 0;
	struct dirent_head head;
	for (size_t in = 0; in + sizeof head < size; in += head.len) {
		memcpy(&head, data + in, sizeof head);
		if (head.len <= sizeof head)
			break;
		*next = head.next;
		size_t n = put_entry(data + out, head.type, data + in + sizeof head);
		*count += n > 0;
		out += n;
	}
	return out;
}

static void handle_list(struct fs *fs, struct aio_op *op)
{
	struct osaas_fs_answer list = {0};
	if (fs_failed(fs, op))
		return;
	struct buffer *buffer = op->buffer;
	op->buffer = NULL;
	uint64_t len = convert_list(
		buffer_data(buffer), (size_t)op->result, &list.result, &list.next);
	fs_answer(fs, list, buffer, len);
}

static void handle_list_found(struct fs *fs, struct aio_op *op)
{
	if (fs_failed(fs, op))
		return;
	fs->found[0] = fs_take_opened(op);
	struct aio_op *next = fs_op(fs, AIO_LIST, fs->found[0], NULL);
	next->buffer = buffer_create(LIST_SIZE);
	next->size = next->buffer ? LIST_SIZE : 0;
	next->offset = fs->rq.offset;
	fs_step(fs, next, handle_list);
}

int fs_begin_list(struct fs *fs)
{
	fs_open_below(fs, fs->path, O_RDONLY | O_DIRECTORY, handle_list_found);
	return 0;
}

/* MKDIR, REMOVE, RENAME: in the parent. */

static void open_parent(struct fs *fs, int i, fs_then then)
{
	fs_open_below(fs, fs->folder[i], O_PATH | O_DIRECTORY, then);
}

static void handle_mkdir_parent(struct fs *fs, struct aio_op *op)
{
	if (fs_failed(fs, op))
		return;
	fs->found[0] = fs_take_opened(op);
	fs_step(fs, fs_op(fs, AIO_MKDIR, fs->found[0], fs->name[0]), fs_just_answer);
}

int fs_begin_mkdir(struct fs *fs)
{
	int r = fs_path_split(fs->path, &fs->folder[0], &fs->name[0]);
	if (r == 0)
		open_parent(fs, 0, handle_mkdir_parent);
	return r;
}

static void remove_as(struct fs *fs, uint64_t flags, fs_then then)
{
	struct aio_op *op = fs_op(fs, AIO_REMOVE, fs->found[0], fs->name[0]);
	op->how.flags = flags;
	fs_step(fs, op, then);
}

static void handle_removed(struct fs *fs, struct aio_op *op)
{
	if (op->result == -EISDIR)
		remove_as(fs, AT_REMOVEDIR, fs_just_answer);
	else
		fs_result(fs, op->result);
}

static void handle_remove_parent(struct fs *fs, struct aio_op *op)
{
	if (fs_failed(fs, op))
		return;
	fs->found[0] = fs_take_opened(op);
	remove_as(fs, 0, handle_removed);
}

int fs_begin_remove(struct fs *fs)
{
	int r = fs_path_split(fs->path, &fs->folder[0], &fs->name[0]);
	if (r == 0)
		open_parent(fs, 0, handle_remove_parent);
	return r;
}

static void handle_to_parent(struct fs *fs, struct aio_op *op)
{
	if (fs_failed(fs, op))
		return;
	fs->found[1] = fs_take_opened(op);
	struct aio_op *next = fs_op(fs, AIO_RENAME, fs->found[0], fs->name[0]);
	next->file2 = aio_file_get(fs->found[1]);
	next->name2 = strdup(fs->name[1]);
	fs_step(fs, next, fs_just_answer);
}

static void handle_from_parent(struct fs *fs, struct aio_op *op)
{
	if (fs_failed(fs, op))
		return;
	fs->found[0] = fs_take_opened(op);
	open_parent(fs, 1, handle_to_parent);
}

int fs_begin_rename(struct fs *fs)
{
	int r = fs_path_split(fs->path, &fs->folder[0], &fs->name[0]);
	if (r == 0)
		r = fs_path_split(fs->to, &fs->folder[1], &fs->name[1]);
	if (r == 0)
		open_parent(fs, 0, handle_from_parent);
	return r;
}
