/*
 * sched: how fast the scheduler is, beside others in the same run. One JSON object
 * per line; "ratio" is ours / peer, "bound" what it should be at most.
 *
 *	bench_sched DIRECTORY [CASE ...]
 *
 * DIRECTORY holds the hogs and the peers' programs; the script beside this file
 * builds them.
 */
#include "cases.h"
#include "runner.h"

int main(int argc, char **argv)
{
	static const struct bench_case cases[] = {
		{"switch", case_switch},
		{"channel", case_channel},
		{"preempt", case_preempt},
		{"expiry", case_expiry},
		{"wakeup", case_wakeup},
		{"pick", case_pick},
		{"create", case_create},
		{0},
	};
	return bench_run("sched", cases, argc, argv);
}
