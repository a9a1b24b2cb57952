/*
 * tags: a table from tags to places in an array, sorted, so that no choice of tags makes it
 * slow. Radix sort: Knuth, The Art of Computer Programming, volume 3, 5.2.5.
 */
#ifndef OSAAS_GL_TAGS_H
#define OSAAS_GL_TAGS_H

#include <stddef.h>
#include <stdint.h>

struct gl_tag {
	uint64_t tag;
	uint32_t at;
};

/* tags_sort keeps the order of equal ones; n is above 0, and spare has room for as many. */
void tags_sort(struct gl_tag *tags, struct gl_tag *spare, size_t n);

/* tags_find gives the last one of a tag in a sorted table; NULL: there is none. */
const struct gl_tag *tags_find(const struct gl_tag *tags, size_t n, uint64_t tag);

#endif
