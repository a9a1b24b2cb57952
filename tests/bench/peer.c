#include "peer.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *directory = ".";

static struct peer {
	const char *program, *what, *package;
	bool tried;
	FILE *in, *out; /* NULL: it is not there */
	pid_t pid;
	char name[64], missing[96];
} peers[] = {
	[PEER_BOOST] = {"peer_boost", "boost.context", "libboost-context-dev"},
	[PEER_GC] = {"peer_gc", "Boehm GC", "libgc-dev"},
	[PEER_GO] = {"peer_go", "Go", "golang-go"},
	[PEER_LIBC] = {"peer_libc", "glibc", "gcc"},
	[PEER_PTH] = {"peer_pth", "GNU Pth", "libpth-dev"},
	[PEER_QT] = {"peer_qt", "Qt", "qtbase5-dev"},
};

void peers_init(const char *where)
{
	directory = where;
	signal(SIGPIPE, SIG_IGN);
}

static void run_child(const char *path, const int in[2], const int out[2])
{
	dup2(in[0], STDIN_FILENO);
	dup2(out[1], STDOUT_FILENO);
	execl(path, path, (char *)NULL);
	_exit(127);
}

static void launch(struct peer *p)
{
	char path[4096];
	int in[2], out[2];
	snprintf(path, sizeof path, "%s/%s", directory, p->program);
	if (access(path, X_OK) < 0 || pipe2(in, O_CLOEXEC) < 0)
		return;
	if (pipe2(out, O_CLOEXEC) < 0) {
		close(in[0]);
		close(in[1]);
		return;
	}
	p->pid = fork();
	if (p->pid == 0)
		run_child(path, in, out);
	close(in[0]);
	close(out[1]);
	p->in = fdopen(in[1], "w");
	p->out = fdopen(out[0], "r");
}

static bool ask(struct peer *p, const char *question, char *answer, int size)
{
	if (!p->in || !p->out)
		return false;
	fprintf(p->in, "%s\n", question);
	fflush(p->in);
	if (!fgets(answer, size, p->out))
		return false;
	answer[strcspn(answer, "\n")] = '\0';
	return true;
}

static struct peer *get(enum peer_id id)
{
	struct peer *p = &peers[id];
	if (p->tried)
		return p;
	p->tried = true;
	launch(p);
	if (ask(p, "version", p->name, sizeof p->name))
		return p;
	snprintf(p->name, sizeof p->name, "%s", p->what);
	snprintf(p->missing, sizeof p->missing, "no %s here; install %s", p->what,
		p->package);
	fprintf(stderr, "bench: %s\n", p->missing);
	return p;
}

const char *peer_name(enum peer_id id)
{
	return get(id)->name;
}

const char *peer_missing(enum peer_id id)
{
	const struct peer *p = get(id);
	return p->missing[0] ? p->missing : NULL;
}

double peer_ask(enum peer_id id, const char *name)
{
	char answer[64], *end;
	if (!ask(get(id), name, answer, sizeof answer))
		return NAN;
	double value = strtod(answer, &end);
	return end == answer ? NAN : value;
}

static void end(struct peer *p)
{
	if (p->in)
		fclose(p->in);
	if (p->out)
		fclose(p->out);
	if (p->pid > 0)
		waitpid(p->pid, NULL, 0);
	p->in = p->out = NULL;
	p->pid = 0;
}

void peer_restart(enum peer_id id)
{
	struct peer *p = get(id);
	end(p);
	if (!p->missing[0])
		launch(p);
}

void peers_finish(void)
{
	for (size_t i = 0; i < sizeof peers / sizeof *peers; i++)
		end(&peers[i]);
}
