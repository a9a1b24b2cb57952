#include "sched/journal.h"

#include "sched/private.h"
#include "util/clock.h"
#include "util/log.h"

#define KIND_SHIFT 56
#define VALUE(e)   ((e) & ((UINT64_C(1) << KIND_SHIFT) - 1))
/* A replay waits for its next entry: so much processor time, ... */
#define PATIENCE_NS  NS_PER_S
#define PATIENCE_FOR 10 /* ... and so many times as long as it took then */

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
	size_t seen;      /* replay: the journal's `at` when that was asked last, */
	uint64_t seen_ns; /* and the processor time when it was there first */
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
	state.seen = SIZE_MAX;
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

static bool is_kind(size_t i, enum kind kind)
{
	return state.journal->entries[i] >> KIND_SHIFT == (uint64_t)kind;
}

static bool next_kind(enum kind kind)
{
	const struct journal *j = state.journal;
	return j->at < j->n && is_kind(j->at, kind);
}

/* The next entry belongs to a look that is over: it cannot come any more. */
static bool next_is_past(void)
{
	const struct journal *j = state.journal;
	return (next_kind(CUT) || next_kind(WANTED)) &&
	       VALUE(j->entries[j->at]) < state.looks;
}

/* What passed, by the times around here, when it was recorded. */
static uint64_t recorded_ns(void)
{
	const struct journal *j = state.journal;
	size_t from = j->at, to = j->at;
	while (from > 0 && !is_kind(from - 1, CLOCK))
		from--;
	while (to < j->n && !is_kind(to, CLOCK))
		to++;
	if (from == 0 || to == j->n)
		return 0;
	uint64_t began = VALUE(j->entries[from - 1]), over = VALUE(j->entries[to]);
	return over > began ? over - began : 0;
}

/* A task that went another way may go on for ever without what comes next. */
static bool nothing_comes(void)
{
	uint64_t now = clock_thread_ns();
	if (state.seen != state.journal->at) {
		state.seen = state.journal->at;
		state.seen_ns = now;
	}
	uint64_t for_ns = now - state.seen_ns;
	return for_ns > PATIENCE_NS && for_ns / PATIENCE_FOR > recorded_ns();
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
	if (!state.replay)
		return false;
	if (next_is(entry(CUT, state.looks)))
		return true;
	/* A recorded run ends in the loop: something would have brought it there. */
	if (state.journal->at == state.journal->n)
		diverge("the end");
	else if (next_is_past())
		diverge("of this look");
	else if (nothing_comes())
		diverge("to come");
	return false;
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
