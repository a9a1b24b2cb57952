#include "session/fs_path.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/utf8.h"

#define NAME_BYTES 255

int fs_path_copy(char *out, size_t size, const char *text, size_t len)
{
	if (len == 0)
		return -EINVAL;
	if (len >= size)
		return -E2BIG;
	for (size_t i = 0, n; i < len; i += n) {
		uint32_t c;
		n = utf8_read((const unsigned char *)text + i, len - i, &c);
		if (n == 0 || c == 0)
			return -EINVAL;
	}
	memcpy(out, text, len);
	out[len] = '\0';
	return 0;
}

int fs_path_split(char *path, const char **folder, const char **name)
{
	size_t len = strlen(path);
	while (len > 1 && path[len - 1] == '/')
		path[--len] = '\0';
	char *slash = strrchr(path, '/');
	*name = slash ? slash + 1 : path;
	*folder = ".";
	if (slash == path)
		*folder = "/";
	else if (slash)
		*folder = path;
	if (slash)
		*slash = '\0';
	if (!**name || strcmp(*name, ".") == 0 || strcmp(*name, "..") == 0)
		return -EINVAL;
	return strlen(*name) > NAME_BYTES ? -E2BIG : 0;
}

int fs_path_expand(char *out, size_t size, const char *scope)
{
	const char *home = "";
	if (scope[0] == '~' && (scope[1] == '/' || scope[1] == '\0')) {
		home = getenv("HOME");
		scope++;
		if (!home || home[0] != '/')
			return -EINVAL;
	} else if (scope[0] != '/') {
		return -EINVAL;
	}
	int n = snprintf(out, size, "%s%s", home, scope);
	return n < 0 || (size_t)n >= size ? -E2BIG : 0;
}

const char *fs_path_shown(char *out, size_t size, const char *text, size_t len)
{
	size_t n = 0;
	for (size_t i = 0; i < len && n + 5 < size;) {
		uint32_t c;
		size_t wide = utf8_read((const unsigned char *)text + i, len - i, &c);
		if (wide == 0 || c < ' ' || (c >= 0x7f && c < 0xa0))
			out[n++] = '?';
		else
			memcpy(out + n, text + i, wide), n += wide;
		i += wide ? wide : 1;
	}
	out[n] = '\0';
	return out;
}
