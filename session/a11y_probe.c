#include "session/a11y_probe.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "session/loop.h"
#include "util/clock.h"
#include "util/xalloc.h"

struct a11y_probe {
	struct loop_source *source;
	int fd;
	uint64_t until_ns;
	char *address;
	void (*done)(void *data, int r, const char *address);
	void *data;
};

/* Addresses: "unix:path=/run/user/1000/bus,guid=...;tcp:...", %XX stands for a byte. */

static int unescape(const char *from, size_t n, char *to, size_t size, size_t *out)
{
	*out = 0;
	for (size_t i = 0; i < n; i++) {
		char c = from[i];
		unsigned byte;
		if (*out + 1 >= size)
			return -ENAMETOOLONG;
		if (c == '%' && n - i > 2 && isxdigit((unsigned char)from[i + 1]) &&
			sscanf(&from[i + 1], "%2x", &byte) == 1) {
			c = (char)byte;
			i += 2;
		}
		to[(*out)++] = c;
	}
	to[*out] = '\0';
	return 0;
}

static const char *value_of(const char *address, size_t n, const char *key, size_t *len)
{
	size_t key_len = strlen(key);
	for (size_t i = 0; i + key_len < n; i++) {
		if ((i == 0 || address[i - 1] == ',') &&
			strncmp(&address[i], key, key_len) == 0) {
			*len = strcspn(&address[i + key_len], ",;");
			return &address[i + key_len];
		}
	}
	return NULL;
}

static int read_one(const char *rest, size_t n, struct sockaddr_un *to, socklen_t *size)
{
	size_t len, out;
	const char *value = value_of(rest, n, "path=", &len);
	*to = (struct sockaddr_un){.sun_family = AF_UNIX};
	bool abstract = !value;
	if (!value)
		value = value_of(rest, n, "abstract=", &len);
	if (!value)
		return -EPROTONOSUPPORT;
	int r = unescape(value, len, &to->sun_path[abstract],
		sizeof to->sun_path - abstract, &out);
	*size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + out + 1);
	return r;
}

static int read_address(const char *addresses, struct sockaddr_un *to, socklen_t *size,
	const char **one, size_t *n_one)
{
	for (const char *at = addresses; *at;) {
		size_t n = strcspn(at, ";");
		*one = at;
		*n_one = n;
		if (strncmp(at, "unix:", 5) == 0) {
			int r = read_one(at + 5, n - 5, to, size);
			if (r != -EPROTONOSUPPORT)
				return r;
		}
		at += n + (at[n] == ';');
	}
	return -EPROTONOSUPPORT;
}

int a11y_probe_path(const char *addresses, char *path, unsigned size)
{
	struct sockaddr_un to;
	socklen_t len;
	const char *one;
	size_t n;
	int r = read_address(addresses, &to, &len, &one, &n);
	if (r < 0)
		return r;
	if ((unsigned)snprintf(path, size, "%s", to.sun_path) >= size)
		return -ENAMETOOLONG;
	return 0;
}

static void finish(struct a11y_probe *probe, int r)
{
	loop_remove(probe->source);
	probe->source = NULL;
	if (probe->fd >= 0)
		close(probe->fd);
	probe->fd = -1;
	probe->until_ns = UINT64_MAX;
	probe->done(probe->data, r, probe->address);
}

static void handle_answer(void *data, uint32_t events)
{
	struct a11y_probe *probe = data;
	char some[64];
	ssize_t n = recv(probe->fd, some, sizeof some, MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	finish(probe, n > 0 ? 0 : n < 0 ? -errno : -ECONNRESET);
}

/* The line that begins D-Bus's authentication: who we are, the user number's digits in hexadecimal. */
static int greet(int fd)
{
	char digits[16], line[96];
	int n = snprintf(digits, sizeof digits, "%u", (unsigned)getuid());
	int len = snprintf(line, sizeof line, "%cAUTH EXTERNAL ", 0);
	for (int i = 0; i < n; i++)
		len += snprintf(&line[len], sizeof line - (size_t)len, "%02x", digits[i]);
	len += snprintf(&line[len], sizeof line - (size_t)len, "\r\n");
	ssize_t sent = send(fd, line, (size_t)len, MSG_DONTWAIT | MSG_NOSIGNAL);
	return sent == len ? 0 : sent < 0 ? -errno : -EAGAIN;
}

static int begin(struct a11y_probe *probe, struct loop *loop, const char *addresses)
{
	struct sockaddr_un to;
	socklen_t size;
	const char *one;
	size_t n;
	int r = read_address(addresses, &to, &size, &one, &n);
	if (r < 0)
		return r;
	probe->address = strndup(one, n);
	probe->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (!probe->address || probe->fd < 0 ||
		connect(probe->fd, (struct sockaddr *)&to, size) < 0)
		return -errno;
	r = greet(probe->fd);
	if (r < 0)
		return r;
	probe->source = loop_add(loop, probe->fd, EPOLLIN, handle_answer, probe);
	return probe->source ? 0 : -errno;
}

struct a11y_probe *a11y_probe_create(struct loop *loop, const char *addresses,
	void (*done)(void *data, int r, const char *address), void *data, int *error)
{
	struct a11y_probe *probe = xcalloc(1, sizeof *probe);
	*probe = (struct a11y_probe){.fd = -1,
		.until_ns = clock_now_ns() + A11Y_PROBE_NS,
		.done = done,
		.data = data};
	*error = begin(probe, loop, addresses);
	if (*error == 0)
		return probe;
	a11y_probe_destroy(probe);
	return NULL;
}

void a11y_probe_destroy(struct a11y_probe *probe)
{
	if (!probe)
		return;
	loop_remove(probe->source);
	if (probe->fd >= 0)
		close(probe->fd);
	free(probe->address);
	free(probe);
}

void a11y_probe_turn(struct a11y_probe *probe)
{
	if (clock_now_ns() >= probe->until_ns)
		finish(probe, -ETIMEDOUT);
}

uint64_t a11y_probe_next_ns(const struct a11y_probe *probe)
{
	return probe->until_ns;
}
