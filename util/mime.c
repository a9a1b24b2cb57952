#include "util/mime.h"

bool mime_is_type(const char *type, size_t n)
{
	size_t slashes = 0;
	if (n == 0 || n > MIME_TYPE_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (type[i] <= ' ' || type[i] > '~')
			return false;
		slashes += type[i] == '/';
	}
	return slashes == 1 && type[0] != '/' && type[n - 1] != '/';
}
