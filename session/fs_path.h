/* fs_path: paths as plugins name them: text, bounded. Where they lead the kernel says (openat2). */
#ifndef OSAAS_SESSION_FS_PATH_H
#define OSAAS_SESSION_FS_PATH_H

#include <stddef.h>

/*
 * fs_path_copy: 0, -EINVAL: empty, no UTF-8, or a zero byte in it, -E2BIG: longer than
 * size - 1, so that out, of size bytes, has room for its own.
 */
int fs_path_copy(char *out, size_t size, const char *text, size_t len);

/*
 * fs_path_split cuts the last name off, in place: "a/b/" gives "a" and "b", "b" gives
 * "." and "b". folder and name point into path, or are constant. -EINVAL: there is none,
 * or it is "." or ".."; -E2BIG: longer than 255 bytes.
 */
int fs_path_split(char *path, const char **folder, const char **name);

/* fs_path_expand: an absolute folder, or one below $HOME ("~", "~/a"). 0 or -EINVAL, -E2BIG. */
int fs_path_expand(char *out, size_t size, const char *scope);

/* fs_path_shown makes it fit for the log: cut to what out holds, '?' for what is no text. Returns out. */
const char *fs_path_shown(char *out, size_t size, const char *text, size_t len);

#endif
