#include "session/sdk.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session/config.h"

/* BIN/osaas and the directory of the .pc, beside each other: as built, as installed. */
static const struct {
	const char *directory, *pc;
} places[] = {
	{"../meson-uninstalled", "osaas-plugin-uninstalled.pc"},
	{SDK_FROM_BIN, "osaas-plugin.pc"},
};

/* The folder of this program, without its last slash. */
static int find_self(char *path, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", path, size - 1);
	if (n < 0)
		return -errno;
	path[n] = '\0';
	*strrchr(path, '/') = '\0';
	return 0;
}

int sdk_find(char *path, unsigned size)
{
	char self[PATH_MAX], file[2 * PATH_MAX], real[PATH_MAX];
	int r = find_self(self, sizeof self);
	if (r < 0)
		return r;
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		snprintf(file, sizeof file, "%s/%s", self, places[i].directory);
		if (!realpath(file, real) || strlen(real) >= size)
			continue;
		snprintf(file, sizeof file, "%s/%s", real, places[i].pc);
		if (access(file, R_OK) == 0) {
			strcpy(path, real);
			return 0;
		}
	}
	return -ENOENT;
}

bool sdk_is_default(const char *path)
{
	char line[PATH_MAX], real[PATH_MAX];
	FILE *f = popen(
		"env -u PKG_CONFIG_PATH pkg-config --variable=pcfiledir osaas-plugin "
		"2>/dev/null",
		"r");
	if (!f)
		return false;
	bool read = fgets(line, sizeof line, f) != NULL;
	pclose(f);
	if (!read)
		return false;
	line[strcspn(line, "\n")] = '\0';
	return realpath(line, real) && strcmp(real, path) == 0;
}
