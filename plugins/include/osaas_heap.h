/*
 * osaas_heap.h: the plugin's heap, beyond malloc and its kin (osaas_std.h). Linked into
 * each plugin that uses it, so that it is preempted like the rest.
 *
 * LIMIT. `heap = 16M` in the manifest; 3 % of it and 64 KiB are the heap's own. When no block can
 * be had any more malloc gives NULL and everything goes on. Pages that stay free for a
 * second give their memory back when the session is idle.
 *
 * COROUTINES of a plugin share the heap. The calls take turns: who comes while another
 * one, preempted, is inside yields until it has gone on. Now and then they call the host,
 * so they want 16 KiB of stack as every host call does.
 *
 * COLLECTION. With `gc = yes` in the manifest what malloc gave and nothing points to any
 * more is freed by itself; free still frees at once. It happens when the session is idle
 * and the heap has grown by half (1 MiB at least), and in malloc when the heap is full; that
 * malloc fails only if collecting did not help, or if less than 1/32 of the heap was
 * handed out since the last time. Meanwhile this plugin's other coroutines stand still;
 * other plugins do not notice, as the collector is preempted like any other code.
 *
 * A block is kept if its address, or one inside it, is at a multiple of 8 bytes in
 *
 *	the plugin's .data or .bss,
 *	the used part of a coroutine's stack, a register of a coroutine, or what it is
 *	spawned with,
 *	a block that is kept, unless that is from osaas_malloc_atomic.
 *
 * Buffers (osaas_buf_alloc) and messages under way are not looked into: what only they
 * point to is gone. So is what only an address just behind the block, or one in disguise
 * (packed, XORed), points to. A number that looks like an address keeps a block.
 *
 * MISTAKES. free or realloc of what is not the start of a block in use, twice too, is
 * logged and ends the plugin by a trap.
 */
#ifndef OSAAS_HEAP_H
#define OSAAS_HEAP_H

#include <stddef.h>
#include <stdint.h>

#include <osaas.h>

/* A block that will hold no pointers: pixels, samples, text. Faster to collect. */
void *osaas_malloc_atomic(size_t size) __attribute__((__malloc__, alloc_size(1)));

/* osaas_gc collects now. 0; OSAAS_EINVAL: the manifest does not say `gc = yes`. */
int osaas_gc(void);

struct osaas_heap_stats {
	uint64_t used; /* bytes of pages in use */
	uint64_t peak; /* the most so far */
	uint64_t size; /* what there is for blocks */
	uint64_t collections;
	uint64_t frozen_ns; /* that the other coroutines stood still for them, in all */
};
void osaas_heap_get_stats(struct osaas_heap_stats *stats);

#endif
