/*
 * A little of everything that the SDK has, inside a real plugin: that it links there, needs nothing
 * else, and does the same. USES_WRONG: one thing that does not hold.
 */
#include <osaas.h>
#include <osaas_random.h>
#include <osaas_std.h>
#include <osaas_utf8.h>

OSAAS_MANIFEST("id = org.osaas.uses\n"
	       "name = Uses\n"
	       "version = 1\n"
	       "abi = 1.0\n"
	       "entry = uses_main\n")

#ifndef USES_WRONG
#define USES_WRONG 0
#endif

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void use_strings(void)
{
	char text[32], *rest;
	osaas_assert(strlcpy(text, "one two", sizeof text) == 7);
	osaas_assert(strcmp(strtok_r(text, " ", &rest), "one") == 0);
	osaas_assert(strcasecmp(strtok_r(NULL, " ", &rest), "TWO") == 0);
	osaas_assert(memmem("abcdef", 6, "cd", 2) != NULL && strstr("abc", "d") == NULL);
	osaas_assert(osaas_utf8_length("\xc3\xa4\xe2\x82\xac", 5) == 2);
}

static void use_numbers(void)
{
	char text[64];
	double v;
	int n;
	osaas_assert(snprintf(text, sizeof text, "%g %d", 0.1, 42) == 6);
	osaas_assert(sscanf(text, "%lf %d", &v, &n) == 2 && v == 0.1 && n == 42);
	osaas_assert(strtod("1e23", NULL) == 1e23 && strtol("-0x10", NULL, 0) == -16);
	osaas_assert(strtof("0.1", NULL) == 0.1f);
}

static void use_mathematics(void)
{
	volatile double x = 0.5;
	osaas_assert(fabs(sin(x) * sin(x) + cos(x) * cos(x) - 1) < 1e-15);
	osaas_assert(fabs(log(exp(x)) - x) < 1e-15 && pow(x, 2) == 0.25);
	osaas_assert(fabs(tan(atan(x)) - x) < 1e-15 &&
		     fabs(sinh(x) / cosh(x) - tanh(x)) < 1e-15);
	osaas_assert(
		hypot(3, 4) == 5 && cbrt(27) == 3 && sqrtf(16) == 4 && fmod(7, 4) == 3);
	osaas_assert(
		floor(-x) == -1 && ceil(x) == 1 && lround(2.5) == 3 && rint(2.5) == 2);
	osaas_assert(
		isnan(sqrt(-x)) && isinf(exp(1e4)) && log10(1000) == 3 && log2(8) == 3);
}

static void use_sort(void)
{
	static int numbers[1000];
	struct osaas_random dice;
	osaas_random_seed(&dice, 1);
	for (int i = 0; i < 1000; i++)
		numbers[i] = (int)osaas_random_below(&dice, 500);
	qsort(numbers, 1000, sizeof *numbers, compare);
	for (int i = 1; i < 1000; i++)
		osaas_assert(numbers[i - 1] <= numbers[i]);
	int key = numbers[700];
	osaas_assert(*(int *)bsearch(&key, numbers, 1000, sizeof key, compare) == key);
}

OSAAS_EXPORT void uses_main(void);
void uses_main(void)
{
	use_strings();
	use_numbers();
	use_mathematics();
	use_sort();
	osaas_assert(!USES_WRONG);
}
