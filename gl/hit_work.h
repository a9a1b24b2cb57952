/*
 * hit_work: what one question for a point may cost, over a scene and all sub-layers placed in
 * it. A unit is an area, a clip or a verb looked at, or one more line that a curve becomes.
 *
 * A scene within the limits of util/opwire.h has at most 311296 areas, clips and verbs: they
 * are all looked at. Curves are refined while more than HIT_COARSE units are left.
 */
#ifndef OSAAS_GL_HIT_WORK_H
#define OSAAS_GL_HIT_WORK_H

#include <stdbool.h>
#include <stdint.h>

#define HIT_WORK   (512u << 10)
#define HIT_COARSE (320u << 10)

struct hit_work {
	uint32_t left;
};

/* false: there is not so much left, and so the end. */
static inline bool hit_spend(struct hit_work *work, uint32_t n)
{
	bool enough = n <= work->left;
	work->left = enough ? work->left - n : 0;
	return enough;
}

/* Units that curves may still take. */
static inline uint32_t hit_refine(const struct hit_work *work)
{
	return work->left > HIT_COARSE ? work->left - HIT_COARSE : 0;
}

#endif
