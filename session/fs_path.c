#include "session/fs_path.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 255

/* One character of UTF-8 (RFC 3629): its length; 0: none. */
static size_t char_at(const unsigned char *s, size_t left)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	if (s[0] < 0x80)
		return s[0] != 0;
	size_t n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4 || n > left)
		return 0;
	uint32_t c = s[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	return c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? 0 : n;
}

int fs_path_copy(char *out, size_t size, const char *text, size_t len)
{
	if (len == 0)
		return -EINVAL;
	if (len >= size)
		return -E2BIG;
	for (size_t i = 0, n; i < len; i += n) {
		n = char_at((const unsigned char *)text + i, len - i);
		if (n == 0)
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
		size_t wide = char_at((const unsigned char *)text + i, len - i);
		unsigned char c = (unsigned char)text[i];
		bool c1 = wide == 2 && c == 0xc2 && (unsigned char)text[i + 1] < 0xa0;
		if (wide == 0 || c < ' ' || c == 0x7f || c1)
			out[n++] = '?';
		else
			memcpy(out + n, text + i, wide), n += wide;
		i += wide ? wide : 1;
	}
	out[n] = '\0';
	return out;
}
