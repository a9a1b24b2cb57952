#include <assert.h>
#include <stdlib.h>

#include "plugins/private.h"

/*
 * A number is the slot in its low bits and the slot's generation above, so that
 * one that was closed or sent stays unknown when its slot is used again. It is
 * always positive: 0 is OSAAS_NONE, negative ones are errors.
 */
#define SLOT_BITS       10
#define GENERATION_MASK 0x1fffffu

static_assert(HANDLES_MAX == 1 << SLOT_BITS, "slots fit their bits");

static osaas_chan number_of(const struct handles *h, uint32_t slot)
{
	return (osaas_chan)(h->slots[slot].generation << SLOT_BITS | slot);
}

/* The slot of a number of the present generation, used or not; NULL: stale or never given. */
static struct handle *slot_of(const struct handles *h, osaas_chan chan)
{
	uint32_t slot = (uint32_t)chan & (HANDLES_MAX - 1);
	if (chan <= 0 || slot == 0 || slot >= h->n || number_of(h, slot) != chan)
		return NULL;
	return &h->slots[slot];
}

static int grow(struct handles *h)
{
	uint32_t cap = h->cap ? h->cap * 2 : 8;
	struct handle *slots = realloc(h->slots, cap * sizeof *slots);
	if (!slots)
		return OSAAS_ENOMEM;
	h->slots = slots;
	h->cap = cap;
	return 0;
}

int handles_reserve(struct handles *h)
{
	uint32_t needed = 1 + h->used + h->reserved + 1;
	if (needed > HANDLES_MAX || (needed > h->cap && grow(h) < 0))
		return OSAAS_ENOMEM;
	h->reserved++;
	return 0;
}

void handles_unreserve(struct handles *h)
{
	h->reserved--;
}

static uint32_t new_slot(struct handles *h)
{
	uint32_t slot = h->free_first;
	if (slot) {
		h->free_first = h->slots[slot].next_free;
		return slot;
	}
	if (h->n == 0)
		h->slots[h->n++] = (struct handle){0};
	h->slots[h->n] = (struct handle){0};
	return h->n++;
}

osaas_chan handles_add(struct handles *h, struct endpoint *end)
{
	assert(h->reserved > 0);
	h->reserved--;
	h->used++;
	uint32_t slot = new_slot(h);
	h->slots[slot].end = end;
	return number_of(h, slot);
}

struct endpoint *handles_get(const struct handles *h, osaas_chan chan)
{
	struct handle *slot = slot_of(h, chan);
	return slot ? slot->end : NULL;
}

struct endpoint *handles_take(struct handles *h, osaas_chan chan)
{
	struct handle *slot = slot_of(h, chan);
	struct endpoint *end = slot->end;
	slot->end = NULL;
	return end;
}

void handles_back(struct handles *h, osaas_chan chan, struct endpoint *end)
{
	slot_of(h, chan)->end = end;
}

void handles_forget(struct handles *h, osaas_chan chan)
{
	struct handle *slot = slot_of(h, chan);
	uint32_t i = (uint32_t)(slot - h->slots);
	*slot = (struct handle){.generation = (slot->generation + 1) & GENERATION_MASK};
	if (h->free_first)
		h->slots[h->free_last].next_free = i;
	else
		h->free_first = i;
	h->free_last = i;
	h->used--;
}

struct endpoint *handles_next(const struct handles *h, osaas_chan *chan)
{
	for (uint32_t i = ((uint32_t)*chan & (HANDLES_MAX - 1)) + 1; i < h->n; i++) {
		*chan = number_of(h, i);
		if (h->slots[i].end)
			return h->slots[i].end;
	}
	return NULL;
}

void handles_finish(struct handles *h)
{
	for (uint32_t i = 0; i < h->n; i++)
		endpoint_close(h->slots[i].end);
	free(h->slots);
	*h = (struct handles){0};
}
