#include "session/vt.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kd.h>
#include <linux/major.h>
#include <linux/vt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static int number_of_stdin(void)
{
	struct stat st;
	if (fstat(STDIN_FILENO, &st) < 0 || !S_ISCHR(st.st_mode) ||
		major(st.st_rdev) != TTY_MAJOR)
		return 0;
	unsigned n = minor(st.st_rdev);
	return n >= 1 && n <= 63 ? (int)n : 0;
}

static int number_of_environment(void)
{
	const char *text = getenv("XDG_VTNR");
	int n = text ? atoi(text) : 0;
	return n >= 1 && n <= 63 ? n : 0;
}

static int number_of_active(void)
{
	struct vt_stat st;
	int fd = open("/dev/tty0", O_RDONLY | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	int n = ioctl(fd, VT_GETSTATE, &st) < 0 ? 0 : st.v_active;
	close(fd);
	return n;
}

int vt_open(struct vt *vt)
{
	char path[32];
	snprintf(path, sizeof path, "/dev/tty%d", vt->number);
	vt->fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (vt->fd < 0 && errno == EACCES && getenv("XDG_SESSION_ID") &&
		number_of_stdin() == vt->number)
		vt->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	return vt->fd < 0 ? -errno : 0;
}

int vt_find(struct vt *vt)
{
	*vt = (struct vt){.fd = -1};
	int n = number_of_stdin();
	if (!n)
		n = number_of_environment();
	if (!n)
		n = number_of_active();
	if (!n)
		return -ENOTTY;
	vt->number = n;
	return vt_open(vt);
}

void vt_close(struct vt *vt)
{
	if (vt->fd >= 0)
		close(vt->fd);
	vt->fd = -1;
}

int vt_save(struct vt *vt)
{
	if (ioctl(vt->fd, KDGETMODE, &vt->graphics_mode) < 0 ||
		ioctl(vt->fd, KDGKBMODE, &vt->keyboard_mode) < 0)
		return -errno;
	vt->graphics_mode = KD_TEXT;
	if (vt->keyboard_mode == K_OFF || vt->keyboard_mode == K_RAW)
		vt->keyboard_mode = K_UNICODE;
	vt->has_termios = tcgetattr(vt->fd, &vt->termios) == 0;
	return 0;
}

static int try_restore(const struct vt *vt)
{
	struct vt_mode automatic = {.mode = VT_AUTO};
	int r = 0;
	if (ioctl(vt->fd, KDSKBMODE, vt->keyboard_mode) < 0)
		r = -errno;
	if (ioctl(vt->fd, KDSETMODE, vt->graphics_mode) < 0)
		r = -errno;
	if (ioctl(vt->fd, VT_SETMODE, &automatic) < 0)
		r = -errno;
	if (vt->has_termios)
		tcsetattr(vt->fd, TCSANOW, &vt->termios);
	return r;
}

int vt_restore(struct vt *vt)
{
	int r = try_restore(vt);
	if (r != -EIO)
		return r;
	vt_close(vt);
	r = vt_open(vt);
	return r < 0 ? r : try_restore(vt);
}

bool vt_is_restored(const struct vt *vt)
{
	int graphics, keyboard;
	struct vt_mode mode;
	if (ioctl(vt->fd, KDGETMODE, &graphics) < 0 ||
		ioctl(vt->fd, KDGKBMODE, &keyboard) < 0 ||
		ioctl(vt->fd, VT_GETMODE, &mode) < 0)
		return false;
	return graphics == vt->graphics_mode && keyboard == vt->keyboard_mode &&
	       mode.mode == VT_AUTO;
}

int vt_watch_open(struct vt_watch *watch)
{
	watch->fd = open("/sys/class/tty/tty0/active", O_RDONLY | O_CLOEXEC);
	return watch->fd < 0 ? -errno : 0;
}

void vt_watch_close(struct vt_watch *watch)
{
	if (watch->fd >= 0)
		close(watch->fd);
	watch->fd = -1;
}

int vt_watch_active(const struct vt_watch *watch)
{
	char text[16] = "";
	int n = 0;
	if (pread(watch->fd, text, sizeof text - 1, 0) <= 0)
		return 0;
	return sscanf(text, "tty%d", &n) == 1 ? n : 0;
}
