/* leaks: what a round must give back. */
#ifndef TESTS_STRESS_LEAKS_H
#define TESTS_STRESS_LEAKS_H

#include <stdbool.h>
#include <stddef.h>

struct leaks {
	long maps;    /* mappings */
	long fds;     /* open descriptors */
	size_t bytes; /* in use in the allocator */
	size_t rss;   /* resident bytes */
};

/* leaks_prepare starts the program again if the allocator would keep freed memory as in use. */
void leaks_prepare(char **argv);
struct leaks leaks_now(void);
/* Whether there is no more now than there was; else says what, in at most size bytes. */
bool leaks_none(
	const struct leaks *before, const struct leaks *now, char *what, size_t size);

#endif
