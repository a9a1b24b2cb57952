#include "sched/sim/model.h"

const struct model *const models[MODELS] = {
	&model_osaas, &model_eevdf, &model_stride, &model_lottery, &model_round_robin};

bool model_never_beats(void *self, const struct model_task *ready,
	const struct model_task *running, uint64_t ran_ns)
{
	return false;
}

uint64_t model_never(void *self)
{
	return UINT64_MAX;
}
