#include "plugins/private.h"
#include "sched/fault.h"

static struct list idlers = {&idlers, &idlers}; /* plugin.idle_link: somebody waits */

/* Until the loop has nothing to run: plugin_idle. */
static int wait_idle(struct plugin *plugin)
{
	char token;
	if (!plugin->idle)
		plugin->idle = chan_create(sizeof token, 0);
	if (!plugin->idle)
		return OSAAS_ENOMEM;
	if (list_empty(&plugin->idle_link))
		list_push_back(&idlers, &plugin->idle_link);
	return chan_recv(plugin->idle, &token);
}

bool plugin_idle(void)
{
	const char token = 0;
	struct list *link;
	while ((link = list_pop_front(&idlers))) {
		struct plugin *plugin = container_of(link, struct plugin, idle_link);
		list_init(link);
		if (chan_try_send(plugin->idle, &token) < 0)
			continue;
		if (chan_pending(plugin->idle) == 0)
			list_push_back(&idlers, link);
		return true;
	}
	return false;
}

/* Returns how many there are then. */
static uint32_t add(struct osaas_range *to, uint32_t n, uintptr_t lo, uintptr_t hi)
{
	struct osaas_range range = {.lo = (void *)lo, .hi = (void *)hi};
	fault_copy(&to[n], &range, sizeof range); /* or the plugin ends, in leave */
	return n + 1;
}

/* What there is of one that has not run yet is its argument, which only we have. */
static uint32_t add_coroutine(
	struct osaas_range *to, uint32_t n, const struct coroutine *co)
{
	uintptr_t lo = (uintptr_t)&co->arg, hi = lo + sizeof co->arg;
	if (co->started)
		task_stack_used(co->task, &lo, &hi);
	return add(to, n, lo, hi);
}

static uint32_t list_roots(struct plugin *plugin, struct osaas_range *to)
{
	const struct coroutine *self = coroutine_self(plugin);
	uintptr_t lo, hi;
	task_stack_used(self->task, &lo, &hi);
	uint32_t n = add(to, 0, lo, hi);
	for (size_t i = 0; i < plugin->mapping.n_regions; i++) {
		const struct region *r = &plugin->mapping.regions[i];
		if (r->write)
			n = add(to, n, r->lo, r->hi);
	}
	list_for_each (co, &plugin->coroutines, struct coroutine, link) {
		if (co == self)
			continue;
		n = add_coroutine(to, n, co);
	}
	return n;
}

int freeze(struct plugin *plugin, struct osaas_range *to, uint32_t max, uint32_t flags)
{
	if (flags & ~(uint32_t)OSAAS_FREEZE_IDLE || plugin->freezer)
		return OSAAS_EINVAL;
	if (flags & OSAAS_FREEZE_IDLE) {
		int r = wait_idle(plugin);
		if (r < 0)
			return r;
	}
	/* Not all of mapping's are writable: a few entries too many are asked for. */
	if (max < plugin->n_coroutines + plugin->mapping.n_regions)
		return OSAAS_ENOMEM;
	if (!plugin_may(plugin, to, max * sizeof *to, true))
		return OSAAS_EFAULT;
	struct coroutine *self = coroutine_self(plugin);
	plugin->freezer = self;
	group_freeze(&plugin->group, self->task);
	return (int)list_roots(plugin, to);
}

void thaw(struct plugin *plugin)
{
	if (!plugin->freezer)
		return;
	plugin->freezer = NULL;
	group_thaw(&plugin->group);
}

void plugin_freeze(struct plugin *plugin)
{
	group_freeze(&plugin->group, NULL);
}

void plugin_thaw(struct plugin *plugin)
{
	if (plugin->freezer)
		group_freeze(&plugin->group, plugin->freezer->task);
	else
		group_thaw(&plugin->group);
}
