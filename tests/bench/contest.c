#include "contest.h"

#include <stdio.h>

#include "measure.h"

#define REPETITIONS 31
#define REP_MAX     64

static double measure(const struct side *side, bool fresh)
{
	if (!side->ask)
		return side->run(side->arg);
	if (fresh)
		peer_restart(side->peer);
	return peer_ask(side->peer, side->ask);
}

static int count_sides(const struct contest *c)
{
	int n = 0;
	while (n < CONTEST_SIDES && (c->sides[n].run || c->sides[n].ask))
		n++;
	return n;
}

static void print_side(
	const struct contest *c, const struct side *side, double ours, double peer)
{
	char name[192];
	if (side->ask)
		snprintf(name, sizeof name, "%s%s%s", peer_name(side->peer),
			side->name ? " " : "", side->name ? side->name : "");
	else
		snprintf(name, sizeof name, "%s", side->name);
	print_result(&(struct result){
		.name = c->name,
		.unit = c->unit,
		.ours = ours,
		.peer = peer,
		.peer_name = name,
		.bound = side->bound > 0 ? side->bound : NAN,
		.note = side->ask ? peer_missing(side->peer) : NULL,
	});
}

void contest_run(const struct contest *c)
{
	static double values[CONTEST_SIDES + 1][REP_MAX];
	int sides = count_sides(c);
	int reps = c->repetitions ? c->repetitions : REPETITIONS;
	/* Once for the caches and the pools of everybody. */
	measure(&c->ours, c->fresh);
	for (int s = 0; s < sides; s++)
		measure(&c->sides[s], c->fresh);
	for (int i = 0; i < reps; i++) {
		values[sides][i] = measure(&c->ours, c->fresh);
		for (int s = 0; s < sides; s++)
			values[s][i] = measure(&c->sides[s], c->fresh);
	}
	double ours = median(values[sides], (size_t)reps);
	for (int s = 0; s < sides; s++)
		print_side(c, &c->sides[s], ours, median(values[s], (size_t)reps));
}
