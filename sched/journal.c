#include "sched/journal.h"

#include "sched/private.h"
#include "util/clock.h"
#include "util/log.h"

#define KIND_SHIFT 56
#define VALUE(e)   ((e) & ((UINT64_C(1) << KIND_SHIFT) - 1))

enum kind {
	CLOCK = 1,
	WANTED,   /* at this look */
	CUT,      /* after this look */
	DISPATCH, /* of this task, by serial */
	EVENT,
};

static struct {
	struct journal *journal;
	bool replay;
	uint64_t looks;
	const char
		*missed; /* what there was instead of the next entry, at the divergence */
} state;

static void start(struct journal *journal, bool replay)
{
	journal->at = 0;
	journal->full = journal->diverged = false;
	state.journal = journal;
	state.replay = replay;
	state.looks = 0;
	state.missed = NULL;
	preempt_wanted.is.journal = 1;
}

void journal_record(struct journal *journal)
{
	journal->n = 0;
	start(journal, false);
}

void journal_replay(struct journal *journal)
{
	start(journal, true);
}

/* Nothing is logged here: it may be on a plugin's stack, with little left. */
static void end_early(void)
{
	bool replayed = state.replay;
	preempt_wanted.is.journal = 0;
	state.replay = false;
	if (replayed)
		sched_rebase();
}

void journal_stop(void)
{
	const struct journal *j = state.journal;
	end_early();
	state.journal = NULL;
	if (j && j->full)
		log_error("the journal is full after %zu entries: what followed is not "
			  "recorded",
			j->n);
	if (j && j->diverged && j->at == j->n)
		log_error(
			"replay: all %zu entries are used up and the run is not over: it "
			"went its own way from there",
			j->n);
	else if (j && j->diverged)
		log_error("replay: entry %zu of %zu was not %s: the run went its own way "
			  "from there",
			j->at, j->n, state.missed);
}

bool journal_replaying(void)
{
	return state.replay;
}

static uint64_t entry(enum kind kind, uint64_t value)
{
	return (uint64_t)kind << KIND_SHIFT | VALUE(value);
}

static void append(enum kind kind, uint64_t value)
{
	struct journal *j = state.journal;
	if (j->n < j->capacity) {
		j->entries[j->n++] = entry(kind, value);
		return;
	}
	j->full = true;
	end_early();
}

static bool next_is(uint64_t e)
{
	const struct journal *j = state.journal;
	return j->at < j->n && j->entries[j->at] == e;
}

static bool next_kind(enum kind kind)
{
	const struct journal *j = state.journal;
	return j->at < j->n && j->entries[j->at] >> KIND_SHIFT == (uint64_t)kind;
}

static void diverge(const char *what)
{
	state.journal->diverged = true;
	state.missed = what;
	end_early();
}

uint64_t journal_clock(void)
{
	if (!state.replay) {
		uint64_t now = clock_now_ns();
		append(CLOCK, now);
		return now;
	}
	if (next_kind(CLOCK))
		return VALUE(state.journal->entries[state.journal->at++]);
	diverge("a time");
	return clock_now_ns();
}

bool journal_look(bool loop_wanted)
{
	state.looks++;
	if (state.replay) {
		bool was = next_is(entry(WANTED, state.looks));
		state.journal->at += was;
		return was;
	}
	if (loop_wanted)
		append(WANTED, state.looks);
	return loop_wanted;
}

void journal_cut(void)
{
	if (state.replay)
		journal_cut_here();
	else if (preempt_wanted.is.journal)
		append(CUT, state.looks);
}

bool journal_cut_next(void)
{
	/* A recorded run ends in the loop: something would have brought it there. */
	if (state.replay && state.journal->at == state.journal->n)
		diverge("the end");
	return state.replay && next_is(entry(CUT, state.looks));
}

bool journal_cut_here(void)
{
	bool here = state.replay && next_is(entry(CUT, state.looks));
	if (here)
		state.journal->at++;
	return here;
}

void journal_dispatch(const struct task *task)
{
	if (!state.replay)
		append(DISPATCH, task->serial);
	else if (next_is(entry(DISPATCH, task->serial)))
		state.journal->at++;
	else
		diverge("this dispatch");
}

void journal_event(uint64_t what)
{
	if (preempt_wanted.is.journal && !state.replay)
		append(EVENT, what);
}

bool journal_next_event(uint64_t *what)
{
	if (!state.replay || !next_kind(EVENT))
		return false;
	*what = VALUE(state.journal->entries[state.journal->at++]);
	return true;
}
