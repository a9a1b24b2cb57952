#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/analyse_private.h"

#define EXITS_MAX   4
#define BOUND_INSNS 4096 /* of a loop whose bound is looked for */
#define TRIPS_MAX   (UINT64_C(1) << 32)
/* Blocks in all loops together, nested ones counted again, by block of the text. */
#define BODIES_PER_BLOCK 16

struct finder {
	struct graph *g;
	uint32_t *pred, *first_pred; /* by block */
	uint32_t *todo;
	uint8_t *state;  /* by block: 0, 1 on the path, 2 done, 4 is a header */
	uint32_t *stamp; /* by block: 1 + the loop it was last found in */
	uint32_t *edge;  /* by block: the next of its edges to take */
	uint32_t *back;  /* pairs: latch, header */
	uint32_t n_back;
};

static int count_preds(struct finder *f)
{
	struct graph *g = f->g;
	for (uint32_t s = 0; s < g->n_succ; s++)
		f->first_pred[g->succ[s] + 1]++;
	for (uint32_t b = 0; b < g->n_blocks; b++)
		f->first_pred[b + 1] += f->first_pred[b];
	uint32_t *at = malloc((g->n_blocks + 1) * sizeof *at);
	if (!at)
		return -ENOMEM;
	memcpy(at, f->first_pred, g->n_blocks * sizeof *at);
	for (uint32_t b = 0; b < g->n_blocks; b++) {
		for (uint32_t s = 0; s < g->blocks[b].n_succ; s++)
			f->pred[at[g->succ[g->blocks[b].succ + s]]++] = b;
	}
	free(at);
	return 0;
}

/* Depth first; an edge to a block on the way there is one back to a loop's header. */
static void walk(struct finder *f, uint32_t from)
{
	struct graph *g = f->g;
	uint32_t n = 0;
	f->todo[n++] = from;
	f->state[from] = 1;
	while (n > 0) {
		uint32_t b = f->todo[n - 1];
		if (f->edge[b] == g->blocks[b].n_succ) {
			f->state[b] = 2;
			n--;
			continue;
		}
		uint32_t to = g->succ[g->blocks[b].succ + f->edge[b]++];
		if (f->state[to] == 0) {
			f->state[to] = 1;
			f->todo[n++] = to;
		} else if (f->state[to] == 1) {
			f->back[2 * f->n_back] = b;
			f->back[2 * f->n_back++ + 1] = to;
		}
	}
}

static int compare_back(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	if (x[1] != y[1])
		return x[1] < y[1] ? -1 : 1;
	return x[0] < y[0] ? -1 : x[0] > y[0];
}

static void add_body(
	struct finder *f, struct loop *l, uint32_t id, uint32_t block, uint32_t *n_todo)
{
	struct graph *g = f->g;
	if (f->stamp[block] == id + 1)
		return;
	f->stamp[block] = id + 1;
	g->bodies[g->n_bodies++] = block;
	l->n_blocks++;
	l->n_insns += g->blocks[block].last - g->blocks[block].first + 1;
	f->todo[(*n_todo)++] = block;
}

/* The header, and all that leads to a latch without passing it. false: no room. */
static bool find_body(
	struct finder *f, struct loop *l, uint32_t id, const uint32_t *back, uint32_t n)
{
	struct graph *g = f->g;
	uint32_t todo = 0, max = BODIES_PER_BLOCK * g->n_blocks;
	if (g->n_bodies + n + 1 > max)
		return false;
	l->blocks = g->n_bodies;
	add_body(f, l, id, l->header, &todo);
	todo = 0;
	for (uint32_t i = 0; i < n; i++)
		add_body(f, l, id, back[2 * i], &todo);
	while (todo > 0) {
		uint32_t b = f->todo[--todo];
		for (uint32_t p = f->first_pred[b]; p < f->first_pred[b + 1]; p++) {
			if (g->n_bodies >= max)
				return false;
			add_body(f, l, id, f->pred[p], &todo);
		}
	}
	return true;
}

/* Whether the last of a block can lead out of the loop. */
static bool is_exit(const struct finder *f, uint32_t id, const struct block *b)
{
	const struct graph *g = f->g;
	const struct code_insn *last = &g->code->insns[b->last];
	for (uint32_t s = 0; s < b->n_succ; s++) {
		if (f->stamp[g->succ[b->succ + s]] != id + 1)
			return true;
	}
	return last->flow == CODE_BRANCH && b->n_succ < 2;
}

/* What the branch at the end of a block looks at. */
static const struct code_insn *condition(const struct graph *g, const struct block *b)
{
	for (uint32_t i = b->last; i-- > b->first;) {
		const struct code_insn *insn = &g->code->insns[i];
		if (insn->op == CODE_COMPARE || insn->op == CODE_ADD)
			return insn;
		if (insn->unit == CODE_INTEGER &&
			(insn->op == CODE_OTHER || insn->op == CODE_SUM ||
				insn->op == CODE_SCALE))
			return NULL;
	}
	return NULL;
}

/* By how much the register moves in each round; 0: it does not, or not so simply. */
static int64_t step_of(
	const struct graph *g, const struct loop *l, uint8_t reg, bool *moves)
{
	int64_t step = 0;
	*moves = false;
	for (uint32_t n = 0; n < l->n_blocks; n++) {
		const struct block *b = &g->blocks[g->bodies[l->blocks + n]];
		for (uint32_t i = b->first; i <= b->last; i++) {
			const struct code_insn *insn = &g->code->insns[i];
			if (!(insn->writes & 1u << reg))
				continue;
			/* The same on several ways through: only one is taken. */
			bool same =
				insn->op == CODE_ADD && (!*moves || step == insn->imm);
			if (!same)
				return *moves = true, 0;
			*moves = true;
			step = insn->imm;
		}
	}
	return step;
}

static bool difference(const struct value *a, const struct value *b, int64_t *out)
{
	if (a->kind != b->kind || a->kind == VALUE_UNKNOWN)
		return false;
	bool number = a->kind == VALUE_CONST || a->kind == VALUE_ADDRESS;
	if (!number && a->number != b->number)
		return false;
	*out = a->number + a->plus - b->number - b->plus;
	return true;
}

static uint64_t divide(int64_t way, int64_t step)
{
	uint64_t w = way < 0 ? 0 - (uint64_t)way : (uint64_t)way;
	uint64_t s = step < 0 ? 0 - (uint64_t)step : (uint64_t)step;
	w = s ? (w + s - 1) / s : 0;
	return w < TRIPS_MAX ? w : TRIPS_MAX;
}

/* A counter against a number or a register that stands still; 0: not known. */
static uint64_t count_trips(
	const struct graph *g, const struct loop *l, const struct code_insn *cond)
{
	uint32_t before = g->blocks[l->header].first;
	uint8_t counter = cond->dst, limit = cond->op == CODE_COMPARE ? cond->src : 0;
	bool moves, limit_moves = false;
	if (!counter || cond->access || (cond->op == CODE_COMPARE && cond->wide))
		return 0;
	int64_t step = step_of(g, l, counter, &moves);
	if (limit && !moves) {
		uint8_t swap = counter;
		counter = limit;
		limit = swap;
		step = step_of(g, l, counter, &moves);
	}
	if (limit)
		step_of(g, l, limit, &limit_moves);
	if (!step || limit_moves)
		return 0;
	struct value start = value_of(g, before, counter), end = {.kind = VALUE_CONST};
	if (limit)
		end = value_of(g, before, limit);
	else
		end.number = cond->op == CODE_COMPARE ? cond->imm : 0;
	int64_t way;
	if (difference(&end, &start, &way))
		return divide(way, step);
	bool from_zero = end.kind == VALUE_CONST && start.kind != VALUE_CONST && step > 0;
	return from_zero ? divide(end.number + end.plus, step) : 0;
}

static void find_bound(const struct finder *f, struct loop *l, uint32_t id)
{
	const struct graph *g = f->g;
	int exits = 0;
	l->endless = true;
	for (uint32_t n = 0; n < l->n_blocks; n++) {
		const struct block *b = &g->blocks[g->bodies[l->blocks + n]];
		if (!is_exit(f, id, b))
			continue;
		l->endless = false;
		if (exits++ == EXITS_MAX || l->n_insns > BOUND_INSNS)
			return;
		const struct code_insn *cond = condition(g, b);
		uint64_t trips = cond ? count_trips(g, l, cond) : 0;
		if (trips > l->trips)
			l->trips = trips;
	}
}

/* The loop of these edges back to one header. false: no room for its body. */
static bool add_loop(
	struct finder *f, uint32_t function, const uint32_t *back, uint32_t n)
{
	struct graph *g = f->g;
	struct loop *l = &g->loops[g->n_loops];
	*l = (struct loop){.header = back[1], .function = function, .parent = NONE};
	if (!find_body(f, l, g->n_loops, back, n))
		return false;
	find_bound(f, l, g->n_loops);
	g->n_loops++;
	return true;
}

#define SHARED_MAX 8

/* For each way back: bit per other that lies in its body. false: no room. */
static bool find_shared(
	struct finder *f, const uint32_t *back, uint32_t n, uint8_t *within)
{
	struct graph *g = f->g;
	uint32_t bodies = g->n_bodies;
	for (uint32_t i = 0; i < n; i++) {
		struct loop l = {.header = back[1]};
		if (!find_body(f, &l, g->n_loops, &back[2 * i], 1))
			return false;
		within[i] = 0;
		for (uint32_t k = 0; k < n; k++)
			within[i] |=
				(uint8_t)((f->stamp[back[2 * k]] == g->n_loops + 1) << k);
		for (uint32_t k = 0; k < l.n_blocks; k++)
			f->stamp[g->bodies[l.blocks + k]] = 0;
		g->n_bodies = bodies;
	}
	return true;
}

/*
 * Two loops that begin at the same place look like one with two ways back. A way that
 * lies on another's, but not the other way round, closes a loop within.
 */
static bool add_inner(
	struct finder *f, uint32_t function, const uint32_t *back, uint32_t n)
{
	uint8_t within[SHARED_MAX];
	uint32_t inner[2 * SHARED_MAX], n_inner = 0;
	if (n > SHARED_MAX)
		return true;
	if (!find_shared(f, back, n, within))
		return false;
	for (uint32_t i = 0; i < n; i++) {
		bool is_inner = false;
		for (uint32_t k = 0; k < n; k++)
			is_inner |= within[k] & 1u << i && !(within[i] & 1u << k);
		if (!is_inner)
			continue;
		inner[2 * n_inner] = back[2 * i];
		inner[2 * n_inner++ + 1] = back[1];
	}
	return n_inner == 0 || add_loop(f, function, inner, n_inner);
}

/* Just an early way back, as of "continue", unless it counts or the other has no end. */
static void drop_inner(struct finder *f)
{
	struct graph *g = f->g;
	struct loop *outer = &g->loops[g->n_loops - 1], *inner = outer - 1;
	if (inner->trips || outer->endless)
		return;
	*inner = *outer;
	g->n_loops--;
	for (uint32_t k = 0; k < inner->n_blocks; k++)
		f->stamp[g->bodies[inner->blocks + k]] = 0;
}

static void make_loops(struct finder *f, uint32_t function)
{
	struct graph *g = f->g;
	for (uint32_t i = 0, n; i < f->n_back; i += n) {
		for (n = 1; i + n < f->n_back; n++) {
			if (f->back[2 * (i + n) + 1] != f->back[2 * i + 1])
				break;
		}
		uint32_t before = g->n_loops;
		bool room = n == 1 || add_inner(f, function, &f->back[2 * i], n);
		if (!room || !add_loop(f, function, &f->back[2 * i], n)) {
			g->complete = false;
			return;
		}
		if (g->n_loops - before == 2)
			drop_inner(f);
	}
}

static int compare_loops(const void *a, const void *b)
{
	const struct loop *x = a, *y = b;
	if (x->n_blocks != y->n_blocks)
		return x->n_blocks < y->n_blocks ? -1 : 1;
	return x->header < y->header ? -1 : x->header > y->header;
}

static uint32_t top_of(uint32_t *up, uint32_t loop)
{
	while (up[loop] != loop) {
		up[loop] = up[up[loop]];
		loop = up[loop];
	}
	return loop;
}

/* The smaller first: the first that has a block is its innermost. */
static void nest(struct graph *g, uint32_t first, uint32_t *up)
{
	qsort(&g->loops[first], g->n_loops - first, sizeof *g->loops, compare_loops);
	for (uint32_t l = first; l < g->n_loops; l++) {
		up[l] = l;
		for (uint32_t n = 0; n < g->loops[l].n_blocks; n++) {
			struct block *b = &g->blocks[g->bodies[g->loops[l].blocks + n]];
			if (b->loop == NONE) {
				b->loop = l;
				continue;
			}
			uint32_t top = top_of(up, b->loop);
			if (top == l)
				continue;
			g->loops[top].parent = l;
			up[top] = l;
		}
	}
	for (uint32_t l = g->n_loops; l-- > first;) {
		uint32_t p = g->loops[l].parent;
		unsigned outer = p == NONE ? 0 : g->loops[p].depth;
		g->loops[l].depth = (uint8_t)(outer < 200 ? outer + 1 : 200);
	}
}

static int allocate(struct finder *f)
{
	struct graph *g = f->g;
	size_t n = g->n_blocks + 1;
	f->pred = malloc((g->n_succ + 1) * sizeof *f->pred);
	f->first_pred = calloc(n + 1, sizeof *f->first_pred);
	f->todo = malloc(n * sizeof *f->todo);
	f->state = calloc(n, 1);
	f->stamp = calloc(n, sizeof *f->stamp);
	f->edge = calloc(n, sizeof *f->edge);
	f->back = malloc(2 * (g->n_succ + 1) * sizeof *f->back);
	g->loops = malloc(2 * n * sizeof *g->loops); /* two may begin at a block */
	g->bodies = malloc((BODIES_PER_BLOCK + 1) * n * sizeof *g->bodies);
	bool ok = f->pred && f->first_pred && f->todo && f->state && f->stamp &&
		  f->edge && f->back && g->loops && g->bodies;
	return ok ? count_preds(f) : -ENOMEM;
}

static void look_at(struct finder *f, uint32_t *up, uint32_t function)
{
	struct graph *g = f->g;
	struct function *fn = &g->functions[function];
	f->n_back = 0;
	fn->first_loop = g->n_loops;
	for (uint32_t b = fn->first_block; b < fn->end_block; b++) {
		if (f->state[b] == 0)
			walk(f, b);
	}
	if (f->n_back > 0) {
		qsort(f->back, f->n_back, 2 * sizeof *f->back, compare_back);
		make_loops(f, function);
		nest(g, fn->first_loop, up);
	}
	fn->end_loop = g->n_loops;
}

int loops_find(struct graph *g)
{
	struct finder f = {.g = g};
	uint32_t *up = malloc((g->n_blocks + 1) * sizeof *up);
	int r = up ? allocate(&f) : -ENOMEM;
	for (uint32_t i = 0; r == 0 && i < g->n_functions; i++)
		look_at(&f, up, i);
	free(up);
	free(f.pred);
	free(f.first_pred);
	free(f.todo);
	free(f.state);
	free(f.stamp);
	free(f.edge);
	free(f.back);
	return r;
}
