/*
 * control_socket: where the sockets of running sessions are. A session of process PID
 * listens at FOLDER/ctl.PID, mode 0600, and FOLDER (0700) is
 *
 *	$XDG_RUNTIME_DIR/osaas, or where that is not set
 *	/run/user/UID/osaas, or where there is none
 *	/tmp/osaas-UID
 *
 * A session that was killed leaves its socket: nobody answers there, it is passed
 * over, and the next session removes it.
 */
#ifndef OSAAS_SESSION_CONTROL_SOCKET_H
#define OSAAS_SESSION_CONTROL_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "session/control_request.h"

#define CONTROL_PATH_MAX 108 /* with its NUL: what an address of a socket holds */

/* control_folder gives FOLDER, which may not exist. 0, or -errno with err. */
int control_folder(char folder[static CONTROL_PATH_MAX], struct control_error *err);
/* control_make_folder: and it is there, and is ours alone. 0, or -errno with err. */
int control_make_folder(char folder[static CONTROL_PATH_MAX], struct control_error *err);

/*
 * control_listen makes this process's socket, and the folder if need be; it is
 * non-blocking. The fd, which the caller closes, and path, which the caller unlinks;
 * or -errno with err: -EPERM the folder is somebody else's or open to others.
 */
int control_listen(char path[static CONTROL_PATH_MAX], struct control_error *err);

/*
 * control_connect: an fd, which waits at most seconds for anything (0: non-blocking),
 * or -errno: -ECONNREFUSED nobody listens (any more), -EAGAIN too late, or -errno of
 * connect(2), socket(2).
 */
int control_connect(const char *path, unsigned seconds);

/* control_peer gives the user at the other end. 0 or -errno. */
int control_peer(int fd, uid_t *uid);

/*
 * control_send and control_recv are send(2) and recv(2) with a descriptor besides, or -1.
 * What is received is the caller's.
 */
ssize_t control_send(int fd, const void *data, size_t size, int flags, int passed);
ssize_t control_recv(int fd, void *data, size_t size, int *passed);

/* control_each calls each with the path of every session that listens. 0, or -errno of opendir(3). */
int control_each(
	const char *folder, void (*each)(void *data, const char *path), void *data);

#endif
