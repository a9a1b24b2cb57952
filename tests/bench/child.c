#include "child.h"

#include <math.h>
#include <sys/wait.h>
#include <unistd.h>

double in_child(double (*measure)(int arg), int arg)
{
	int fds[2];
	double value = NAN;
	if (pipe(fds) < 0)
		return NAN;
	pid_t child = fork();
	if (child == 0) {
		value = measure(arg);
		_exit(write(fds[1], &value, sizeof value) == sizeof value ? 0 : 1);
	}
	close(fds[1]);
	if (read(fds[0], &value, sizeof value) != sizeof value)
		value = NAN;
	close(fds[0]);
	waitpid(child, NULL, 0);
	return value;
}
