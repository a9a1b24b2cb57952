/* The arithmetic of EEVDF, apart so that it can be tested by itself. */
#ifndef OSAAS_SCHED_SIM_EEVDF_H
#define OSAAS_SCHED_SIM_EEVDF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct eevdf_entity {
	int64_t vruntime, deadline; /* virtual ns */
	int64_t lag;                /* while it waits: what it was owed */
	uint64_t request_ns;
	unsigned weight;
};

/* Ready and running entities. */
struct eevdf_queue {
	int64_t base;    /* sums are relative to this */
	int64_t sum;     /* of (vruntime - base) * weight */
	uint64_t weight; /* of all */
};

void eevdf_add(struct eevdf_queue *queue, const struct eevdf_entity *entity);
void eevdf_remove(struct eevdf_queue *queue, const struct eevdf_entity *entity);
/* Weighted average of vruntime: the point at which nobody is owed anything. */
int64_t eevdf_average(const struct eevdf_queue *queue);
/* Whether it is owed something: vruntime is at most the average. */
bool eevdf_eligible(const struct eevdf_queue *queue, const struct eevdf_entity *entity);
/* eevdf_place: it wakes; sets vruntime and deadline from its lag, before eevdf_add. */
void eevdf_place(const struct eevdf_queue *queue, struct eevdf_entity *entity);
/* eevdf_charge: it ran, while in the queue; true when its request is served. */
bool eevdf_charge(
	struct eevdf_queue *queue, struct eevdf_entity *entity, uint64_t ran_ns);
/* eevdf_save: it goes to wait; keeps its lag, after eevdf_charge, before eevdf_remove. */
void eevdf_save(const struct eevdf_queue *queue, struct eevdf_entity *entity);

#endif
