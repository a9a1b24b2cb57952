#include "session/confine.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "sched/sanitize.h"

#ifdef __aarch64__
#define ARCH AUDIT_ARCH_AARCH64
#else
#define ARCH AUDIT_ARCH_X86_64
#endif

static const uint32_t allowed[] = {SYS_brk, SYS_clock_gettime, SYS_close, SYS_dup3,
	SYS_exit, SYS_exit_group, SYS_futex, SYS_getpid, SYS_getrandom, SYS_gettid,
	SYS_gettimeofday, SYS_madvise, SYS_mremap, SYS_munmap, SYS_read, SYS_recvfrom,
	SYS_recvmsg, SYS_restart_syscall, SYS_sched_yield, SYS_sigaltstack, SYS_sendmsg,
	SYS_sendto, SYS_write};
/* But for memory that code can be in. */
static const uint32_t no_code[] = {SYS_mmap, SYS_mprotect};

#define ALLOWED                 (sizeof allowed / sizeof *allowed)
#define NO_CODE                 (sizeof no_code / sizeof *no_code)
#define REFUSE                  (SECCOMP_RET_ERRNO | EPERM)
#define LOAD(at)                BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, at))
#define GIVE(what)              BPF_STMT(BPF_RET | BPF_K, (what))
#define IS(k, then, otherwise)  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (k), then, otherwise)
#define HAS(k, then, otherwise) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (k), then, otherwise)

/* Calls of another architecture have other numbers; those of x32 fit none of ours. */
static int filter(void)
{
	struct sock_filter code[4 + 2 * ALLOWED + 5 * NO_CODE + 1] = {
		LOAD(arch), IS(ARCH, 1, 0), GIVE(SECCOMP_RET_KILL_PROCESS), LOAD(nr)};
	size_t n = 4;
	for (size_t i = 0; i < ALLOWED; i++) {
		code[n++] = (struct sock_filter)IS(allowed[i], 0, 1);
		code[n++] = (struct sock_filter)GIVE(SECCOMP_RET_ALLOW);
	}
	/* The low half of the third argument, on a little-endian machine. */
	for (size_t i = 0; i < NO_CODE; i++) {
		code[n++] = (struct sock_filter)IS(no_code[i], 0, 4);
		code[n++] = (struct sock_filter)LOAD(args[2]);
		code[n++] = (struct sock_filter)HAS(PROT_EXEC, 0, 1);
		code[n++] = (struct sock_filter)GIVE(REFUSE);
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

int confine(size_t memory)
{
	int r = limit(RLIMIT_CORE, 0);
#ifdef OSAAS_ASAN
	(void)memory;
#else
	if (r == 0)
		r = limit(RLIMIT_DATA, memory);
#endif
	return r < 0 ? r : filter();
}
