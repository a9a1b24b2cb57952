/*
 * The way back of a task that faulted: bounded, on a stack that may be in any state.
 * By frame pointers, as plugins are built; where they lead nowhere, every word on the
 * stack that could be a return address into the group's text.
 */
#include "sched/private.h"
#include "sched/switch.h"

#define SCAN_BYTES ((size_t)16 * 1024)

struct walk {
	const struct group *group;
	struct group_fault *out;
	uintptr_t lo, hi; /* what may be read of the stack: words in [lo, hi) */
};

/* The stack is the task's: AddressSanitizer has no say in what is read of it. */
__attribute__((no_sanitize("address"))) static uintptr_t word_at(uintptr_t at)
{
	return *(const uintptr_t *)at;
}

static bool add(struct walk *w, uintptr_t pc)
{
	if (w->out->n_trace == FAULT_TRACE || !group_has_text(w->group, pc) ||
		!group_has_text(w->group, pc - SWITCH_CALL_MAX) || !switch_called(pc))
		return false;
	w->out->trace[w->out->n_trace++] = pc;
	return true;
}

/* A frame is two words, the caller's frame above it and the return address. */
static void by_frames(struct walk *w, uintptr_t fp)
{
	uintptr_t last = w->lo;
	while (fp % sizeof fp == 0 && fp >= last && fp < w->hi &&
		w->hi - fp >= 2 * sizeof fp && add(w, word_at(fp + sizeof fp))) {
		last = fp + 2 * sizeof fp;
		fp = word_at(fp);
	}
}

static void by_search(struct walk *w)
{
	w->out->searched = true;
	uintptr_t end = w->hi - w->lo > SCAN_BYTES ? w->lo + SCAN_BYTES : w->hi;
	for (uintptr_t at = w->lo; end - at >= sizeof at; at += sizeof at)
		add(w, word_at(at));
}

void fault_trace(struct group_fault *out, const struct task *task, const ucontext_t *uc)
{
	uintptr_t lo = (uintptr_t)task->stack.lo, hi = lo + task->stack.size;
	uintptr_t sp = out->sp & ~(sizeof sp - 1);
	bool below = stack_is_guard(&task->stack, sp);
	if (below)
		sp = lo;
	if (sp < lo || sp >= hi - sizeof sp)
		return;
	struct walk w = {.group = task->group, .out = out, .lo = sp, .hi = hi};
	if (out->kind != FAULT_POINTER) {
		if (!below)
			add(&w, switch_link(uc, !group_has_text(task->group, out->pc)));
		by_frames(&w, switch_fp(uc));
	}
	if (out->n_trace == 0)
		by_search(&w);
}
