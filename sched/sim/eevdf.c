#include "sched/sim/eevdf.h"

static int64_t weighed(const struct eevdf_entity *entity, uint64_t ns)
{
	return (int64_t)(ns * 1024 / entity->weight);
}

/* Keeps the products small: the base follows the average (avg_vruntime_update). */
static void rebase(struct eevdf_queue *queue)
{
	if (!queue->weight)
		return;
	int64_t by = queue->sum / (int64_t)queue->weight;
	queue->base += by;
	queue->sum -= by * (int64_t)queue->weight;
}

void eevdf_add(struct eevdf_queue *queue, const struct eevdf_entity *entity)
{
	if (!queue->weight) {
		queue->base = entity->vruntime;
		queue->sum = 0;
	}
	queue->sum += (entity->vruntime - queue->base) * entity->weight;
	queue->weight += entity->weight;
	rebase(queue);
}

void eevdf_remove(struct eevdf_queue *queue, const struct eevdf_entity *entity)
{
	queue->sum -= (entity->vruntime - queue->base) * entity->weight;
	queue->weight -= entity->weight;
	if (!queue->weight)
		queue->base = entity->vruntime;
	rebase(queue);
}

int64_t eevdf_average(const struct eevdf_queue *queue)
{
	if (!queue->weight)
		return queue->base;
	int64_t weight = (int64_t)queue->weight, q = queue->sum / weight;
	return queue->base + q - (queue->sum % weight < 0);
}

bool eevdf_eligible(const struct eevdf_queue *queue, const struct eevdf_entity *entity)
{
	return (entity->vruntime - queue->base) * (int64_t)queue->weight <= queue->sum;
}

/* The others' average moves when it joins: its lag is scaled for that (place_entity). */
void eevdf_place(const struct eevdf_queue *queue, struct eevdf_entity *entity)
{
	int64_t lag = entity->lag;
	if (queue->weight)
		lag = lag * (int64_t)(queue->weight + entity->weight) /
		      (int64_t)queue->weight;
	entity->vruntime = eevdf_average(queue) - lag;
	entity->deadline = entity->vruntime + weighed(entity, entity->request_ns);
}

bool eevdf_charge(struct eevdf_queue *queue, struct eevdf_entity *entity, uint64_t ran_ns)
{
	int64_t by = weighed(entity, ran_ns);
	entity->vruntime += by;
	queue->sum += by * entity->weight;
	rebase(queue);
	if (entity->vruntime < entity->deadline)
		return false;
	entity->deadline = entity->vruntime + weighed(entity, entity->request_ns);
	return true;
}

/* At most two requests, either way (entity_lag). */
void eevdf_save(const struct eevdf_queue *queue, struct eevdf_entity *entity)
{
	int64_t most = weighed(entity, 2 * entity->request_ns);
	int64_t lag = eevdf_average(queue) - entity->vruntime;
	entity->lag = lag > most ? most : lag < -most ? -most : lag;
}
