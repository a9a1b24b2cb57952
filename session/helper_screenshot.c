#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session/cmd.h"
#include "session/control_socket.h"
#include "session/helper.h"
#include "util/log.h"

/* Where pictures are kept: $XDG_PICTURES_DIR, ~/Pictures, else the home. */
static int enter_folder(void)
{
	const char *pictures = getenv("XDG_PICTURES_DIR"), *home = getenv("HOME");
	if (pictures && pictures[0] == '/' && chdir(pictures) == 0)
		return 0;
	if (!home || chdir(home) < 0) {
		log_error("no screenshot: HOME is no folder: %s", strerror(errno));
		return -1;
	}
	if (chdir("Pictures") < 0 && errno != ENOENT)
		log_debug("%s/Pictures: %s", home, strerror(errno));
	return 0;
}

/* As 'osaas ctl screenshot', of this session. */
int helper_screenshot(char **argv)
{
	char folder[CONTROL_PATH_MAX], path[CONTROL_PATH_MAX + 32];
	char *ctl[] = {(char[]){"ctl"}, (char[]){"--socket"}, path,
		(char[]){"screenshot"}, (char[]){"--output"}, argv[0], NULL};
	struct control_error err;
	if (control_folder(folder, &err) < 0) {
		log_error("no screenshot: %s", err.text);
		return EXIT_FAILED;
	}
	snprintf(path, sizeof path, "%s/ctl.%d", folder, (int)getppid());
	if (enter_folder() < 0)
		return EXIT_FAILED;
	return cmd_ctl(argv[0] ? 6 : 4, ctl);
}
