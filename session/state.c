#include "session/state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "session/folder.h"

static int find_folder(char path[static STATE_PATH_MAX], char why[static STATE_WHY_MAX])
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int n = -1;
	if (state && state[0] == '/')
		n = snprintf(path, STATE_PATH_MAX, "%s/osaas", state);
	else if (home && home[0] == '/')
		n = snprintf(path, STATE_PATH_MAX, "%s/.local/state/osaas", home);
	if (n > 0 && n < STATE_PATH_MAX / 2)
		return 0;
	snprintf(why, STATE_WHY_MAX,
		"there is no place to keep anything: set HOME, or XDG_STATE_HOME, to a "
		"path that begins with /");
	return -ENOENT;
}

static int fail(char why[static STATE_WHY_MAX], const char *what, const char *path, int r)
{
	snprintf(why, STATE_WHY_MAX, "cannot %s %.300s: %s", what, path, strerror(-r));
	return r;
}

static int make_folders(char *path, char why[static STATE_WHY_MAX])
{
	int r = folder_make(path);
	return r < 0 ? fail(why, "make the folder", path, r) : 0;
}

static int check_folder(const char *path, char why[static STATE_WHY_MAX])
{
	struct stat st;
	if (stat(path, &st) < 0)
		return fail(why, "look at", path, -errno);
	if (st.st_uid != geteuid()) {
		snprintf(why, STATE_WHY_MAX,
			"%.300s belongs to user %u: run it as that user, or set "
			"XDG_STATE_HOME",
			path, st.st_uid);
		return -EPERM;
	}
	if (!S_ISDIR(st.st_mode) || st.st_mode & 077) {
		snprintf(why, STATE_WHY_MAX,
			"%.300s is open to others, or no folder: say 'chmod 700 %.100s'",
			path, path);
		return -EPERM;
	}
	return 0;
}

int state_path(const char *name, bool make, char path[static STATE_PATH_MAX],
	char why[static STATE_WHY_MAX])
{
	int r = find_folder(path, why);
	if (r == 0 && make)
		r = make_folders(path, why);
	if (r == 0)
		r = check_folder(path, why);
	if (r < 0)
		return r;
	size_t n = strlen(path);
	snprintf(path + n, STATE_PATH_MAX - n, "/%s", name);
	char *slash = strrchr(path + n + 1, '/');
	if (!slash || !make)
		return 0;
	*slash = '\0';
	r = make_folders(path, why);
	*slash = '/';
	return r;
}
