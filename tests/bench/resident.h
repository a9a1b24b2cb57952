/* resident: memory of this process that is there, page tables included, in bytes. */
#ifndef TESTS_BENCH_RESIDENT_H
#define TESTS_BENCH_RESIDENT_H

#include <stdio.h>

static inline double resident_bytes(void)
{
	FILE *f = fopen("/proc/self/status", "r");
	char line[128];
	double sum = 0, kib;
	while (f && fgets(line, sizeof line, f)) {
		if (sscanf(line, "VmRSS: %lf", &kib) == 1 ||
			sscanf(line, "VmPTE: %lf", &kib) == 1)
			sum += kib * 1024;
	}
	if (f)
		fclose(f);
	return sum;
}

#endif
