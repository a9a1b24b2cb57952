/*
 * confine: what a helper gives up before it looks at what nobody vouches for: files, network,
 * other processes, code that is made as it runs. It computes, has memory, and uses the descriptors
 * that it has. By a filter of system calls (seccomp): what is not allowed fails with EPERM.
 *
 * What signals do to it, and which it blocks, it cannot change either (rt_sigreturn would, too): so
 * SIGXCPU ends it at the limit that child_limit_cpu set.
 */
#ifndef OSAAS_SESSION_CONFINE_H
#define OSAAS_SESSION_CONFINE_H

#include <stddef.h>

/*
 * confine: memory is the most that the process may have beside what is mapped by now, in bytes
 * (RLIMIT_AS; under AddressSanitizer there is no limit). For ever. 0 or -errno: then it must not go
 * on.
 */
int confine(size_t memory);

#endif
