/* sanitize: tells AddressSanitizer about our stacks; nothing in other builds. */
#ifndef OSAAS_SCHED_SANITIZE_H
#define OSAAS_SCHED_SANITIZE_H

#include <stddef.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define OSAAS_ASAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define OSAAS_ASAN 1
#endif

#ifdef OSAAS_ASAN
#include <pthread.h>
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>

/* leave: about to switch to [lo, lo + size); fake NULL: this stack is never come back to. */
static inline void sanitize_leave(void **fake, const void *lo, size_t size)
{
	__sanitizer_start_switch_fiber(fake, lo, size);
}
static inline void sanitize_arrive(void *fake)
{
	__sanitizer_finish_switch_fiber(fake, NULL, NULL);
}
static inline void sanitize_own_stack(const void **lo, size_t *size)
{
	pthread_attr_t attr;
	void *base = NULL;
	*size = 0;
	if (pthread_getattr_np(pthread_self(), &attr) == 0) {
		pthread_attr_getstack(&attr, &base, size);
		pthread_attr_destroy(&attr);
	}
	*lo = base;
}
static inline void sanitize_unpoison(void *lo, size_t size)
{
	__asan_unpoison_memory_region(lo, size);
}
#else
static inline void sanitize_leave(void **fake, const void *lo, size_t size)
{
	(void)fake, (void)lo, (void)size;
}
static inline void sanitize_arrive(void *fake)
{
	(void)fake;
}
static inline void sanitize_own_stack(const void **lo, size_t *size)
{
	(void)lo, (void)size;
}
static inline void sanitize_unpoison(void *lo, size_t size)
{
	(void)lo, (void)size;
}
#endif

#endif
