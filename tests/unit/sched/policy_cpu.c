#include "policy_cpu.h"

#include <string.h>

struct actor actors[MANY];
struct cpu cpu;

void cpu_reset(void)
{
	memset(actors, 0, sizeof actors);
	memset(&cpu, 0, sizeof cpu);
	cpu.running = NOBODY;
	cpu.each = check_structure;
	for (size_t i = 0; i < MANY; i++)
		actors[i].wake_ns = UINT64_MAX;
}

static uint64_t most(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static void cpu_wake(size_t i)
{
	struct actor *a = &actors[i];
	a->left_ns = between(a->work_min, a->work_max);
	a->wake_ns = a->left_ns == HOG ? UINT64_MAX
				       : cpu.now + between(a->gap_min, a->gap_max);
	a->due_ns = a->res ? cpu.now + a->res->deadline_ns : UINT64_MAX;
	if (a->res && a->ahead_ns) {
		a->res->later_ns = cpu.now + a->ahead_ns;
		a->due_ns = most(a->due_ns, a->res->later_ns);
	}
	a->jobs++;
	policy_ready(
		&policy, &tasks[i], a->res ? TASK_DEADLINE : a->cls, a->res, cpu.now);
}

static void cpu_stop(bool cut)
{
	size_t i = cpu.running;
	cpu.running = NOBODY;
	ran(cpu.ran, cut ? i : NOBODY);
	if (cut)
		return;
	struct actor *a = &actors[i];
	if (cpu.now > a->due_ns && cpu.now - a->due_ns > a->late_ns)
		a->late_ns = cpu.now - a->due_ns;
}

static void cpu_start(void)
{
	cpu.running = pick(cpu.now);
	cpu.ran = 0;
	cpu.slice = slice + (cpu.late_max ? chance(cpu.late_max) : 0);
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t cpu_next_event(uint64_t until)
{
	uint64_t t = until, whole = policy_next_ns(&policy);
	for (size_t i = 0; i < MANY; i++) {
		if (actors[i].left_ns == 0)
			t = least(t, actors[i].wake_ns);
	}
	if (whole > cpu.now)
		t = least(t, whole);
	if (cpu.running != NOBODY) {
		t = least(t, cpu.now + cpu.slice - cpu.ran);
		if (actors[cpu.running].left_ns != HOG)
			t = least(t, cpu.now + actors[cpu.running].left_ns);
	}
	return t > cpu.now ? t : cpu.now;
}

static void cpu_advance(uint64_t t)
{
	uint64_t gone = t - cpu.now;
	cpu.now = t;
	if (cpu.running == NOBODY)
		return;
	struct actor *a = &actors[cpu.running];
	cpu.ran += gone;
	a->got_ns[tasks[cpu.running].cls] += gone;
	if (a->left_ns != HOG)
		a->left_ns -= gone;
	if (a->left_ns == 0)
		cpu_stop(false);
	else if (cpu.ran >= cpu.slice)
		cpu_stop(true);
}

static void cpu_wake_all(void)
{
	for (size_t i = 0; i < MANY; i++) {
		if (actors[i].left_ns || actors[i].wake_ns > cpu.now)
			continue;
		cpu_wake(i);
		if (cpu.running != NOBODY && policy_beats(&tasks[i], &tasks[cpu.running]))
			cpu_stop(true);
	}
	if (cpu.running != NOBODY && policy_next_ns(&policy) <= cpu.now)
		cpu_stop(true);
}

void cpu_run(uint64_t until)
{
	while (cpu.now < until) {
		cpu_wake_all();
		if (cpu.running == NOBODY)
			cpu_start();
		cpu.each();
		cpu_advance(cpu_next_event(until));
	}
}

void hog(size_t i)
{
	actors[i] = (struct actor){.cls = TASK_NORMAL, .work_min = HOG};
}
