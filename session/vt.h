/*
 * vt: the virtual terminal under us: which one it is, what modes it is in, and
 * putting them back. Used by the guardian; opens nothing of a GPU.
 */
#ifndef OSAAS_SESSION_VT_H
#define OSAAS_SESSION_VT_H

#include <stdbool.h>
#include <termios.h>

struct vt {
	int fd;            /* -1: there is none */
	int number;        /* 1 for tty1 */
	int graphics_mode; /* KDGETMODE when saved */
	int keyboard_mode; /* KDGKBMODE when saved */
	bool has_termios;
	struct termios termios;
};

/*
 * vt_find opens the VT the session will get: the terminal we were started
 * from, else XDG_VTNR, else the active one. 0, -ENOTTY when we are on none,
 * -EACCES when it may not be opened.
 */
int vt_find(struct vt *vt);
void vt_close(struct vt *vt);
/*
 * vt_open opens the one of vt->number again. 0 or -errno. One that we were started from is
 * ours without a permission in a login of logind's, which gives it to root at a session's end.
 */
int vt_open(struct vt *vt);

/* vt_save notes the modes; a mode that a dead session left behind is noted as text and unicode. */
int vt_save(struct vt *vt);

/*
 * vt_restore puts the noted modes back: keyboard, text mode, VT_AUTO, line
 * discipline. A terminal that was hung up meanwhile is opened again. SIGTTOU must
 * be ignored. 0, or the first -errno.
 */
int vt_restore(struct vt *vt);

/* vt_is_restored reads back whether the console is usable. */
bool vt_is_restored(const struct vt *vt);

/* vt_watch: which console is shown; poll its fd for POLLPRI: another one is. */
struct vt_watch {
	int fd; /* -1: the kernel does not tell */
};
int vt_watch_open(struct vt_watch *watch); /* 0 or -errno */
void vt_watch_close(struct vt_watch *watch);
/* vt_watch_active: its number; 0: unknown. Before a poll: it arms it. */
int vt_watch_active(const struct vt_watch *watch);

#endif
