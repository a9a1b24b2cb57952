#include "session/confine.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sched/sanitize.h"

#ifdef __aarch64__
#define ARCH AUDIT_ARCH_AARCH64
#else
#define ARCH AUDIT_ARCH_X86_64
#endif

#define AT(what) offsetof(struct seccomp_data, what)

static const uint32_t allowed[] = {SYS_brk, SYS_clock_gettime, SYS_close, SYS_dup3,
	SYS_exit, SYS_exit_group, SYS_futex, SYS_getpid, SYS_getrandom, SYS_gettid,
	SYS_gettimeofday, SYS_madvise, SYS_mmap, SYS_mprotect, SYS_mremap, SYS_munmap,
	SYS_read, SYS_recvfrom, SYS_recvmsg, SYS_restart_syscall, SYS_sched_yield,
	SYS_sigaltstack, SYS_sendmsg, SYS_sendto, SYS_write};
/* But not with these: memory that code can be in, or that is not the process's own. */
static const struct {
	uint32_t nr, at, bits; /* of the low half of an argument: it is little-endian */
} never[] = {{SYS_mmap, AT(args[2]), PROT_EXEC}, {SYS_mprotect, AT(args[2]), PROT_EXEC},
	{SYS_mmap, AT(args[3]), MAP_SHARED | MAP_GROWSDOWN}};

#define ALLOWED                 (sizeof allowed / sizeof *allowed)
#define NEVER                   (sizeof never / sizeof *never)
#define REFUSE                  (SECCOMP_RET_ERRNO | EPERM)
#define LOAD(at)                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (at))
#define GIVE(what)              BPF_STMT(BPF_RET | BPF_K, (what))
#define IS(k, then, otherwise)  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (k), then, otherwise)
#define HAS(k, then, otherwise) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (k), then, otherwise)

/* Calls of another architecture have other numbers; those of x32 fit none of ours. */
static int filter(void)
{
	struct sock_filter code[4 + 5 * NEVER + 2 * ALLOWED + 1] = {LOAD(AT(arch)),
		IS(ARCH, 1, 0), GIVE(SECCOMP_RET_KILL_PROCESS), LOAD(AT(nr))};
	size_t n = 4;
	for (size_t i = 0; i < NEVER; i++) {
		code[n++] = (struct sock_filter)IS(never[i].nr, 0, 4);
		code[n++] = (struct sock_filter)LOAD(never[i].at);
		code[n++] = (struct sock_filter)HAS(never[i].bits, 0, 1);
		code[n++] = (struct sock_filter)GIVE(REFUSE);
		code[n++] = (struct sock_filter)LOAD(AT(nr));
	}
	for (size_t i = 0; i < ALLOWED; i++) {
		code[n++] = (struct sock_filter)IS(allowed[i], 0, 1);
		code[n++] = (struct sock_filter)GIVE(SECCOMP_RET_ALLOW);
	}
	code[n++] = (struct sock_filter)GIVE(REFUSE);
	struct sock_fprog program = {.len = (unsigned short)n, .filter = code};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) < 0)
		return -errno;
	return 0;
}

static int limit(int what, size_t most)
{
	struct rlimit r = {most, most};
	return setrlimit((__rlimit_resource_t)what, &r) < 0 ? -errno : 0;
}

#ifdef OSAAS_ASAN
static int limit_memory(size_t memory)
{
	(void)memory;
	return 0;
}
#else
/*
 * RLIMIT_DATA would not do: it counts neither the stack, which mremap makes as large as one likes,
 * nor what can only be read, though it was written before or takes page tables.
 */
static int limit_memory(size_t memory)
{
	unsigned long pages;
	FILE *file = fopen("/proc/self/statm", "re");
	if (!file)
		return -errno;
	bool good = fscanf(file, "%lu", &pages) == 1;
	fclose(file);
	return good ? limit(RLIMIT_AS, pages * (size_t)sysconf(_SC_PAGESIZE) + memory)
		    : -EIO;
}
#endif

int confine(size_t memory)
{
	int r = limit(RLIMIT_CORE, 0);
	if (r == 0)
		r = limit_memory(memory);
	return r < 0 ? r : filter();
}
