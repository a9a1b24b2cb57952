/* CRTCs to takers: who keeps his, who has to move, who is left without. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kms/assign.h"

#define WANTS 5
#define NO    KMS_NO_CRTC

struct assign_case {
	const char *name;
	size_t n;
	struct kms_want wants[WANTS];
	int crtc_of[WANTS];
};

static const struct assign_case cases[] = {
	{"nobody", 0, {{0}}, {0}},
	{"one", 1, {{0x1, NO}}, {0}},
	{"one that can do nothing", 1, {{0x0, NO}}, {NO}},
	{"the first that is free", 2, {{0x3, NO}, {0x3, NO}}, {0, 1}},
	{"the attached one stays", 2, {{0x3, 1}, {0x3, 0}}, {1, 0}},
	{"the attached one goes before who comes first", 2, {{0x3, NO}, {0x3, 0}},
		{1, 0}},
	{"attached to what it may not have", 1, {{0x2, 0}}, {1}},
	{"attached to none of ours", 1, {{0x1, 99}}, {0}},
	{"both on one CRTC, a clone: the first stays", 2, {{0x3, 0}, {0x3, 0}}, {0, 1}},
	{"who can go elsewhere makes room", 2, {{0x3, NO}, {0x1, NO}}, {1, 0}},
	{"even one that is attached", 2, {{0x3, 0}, {0x1, NO}}, {1, 0}},
	{"making room in a chain", 3, {{0x3, 0}, {0x6, 1}, {0x1, NO}}, {1, 2, 0}},
	{"more than there are", 3, {{0x3, NO}, {0x3, NO}, {0x3, NO}}, {0, 1, NO}},
	{"nobody is moved in vain", 3, {{0x1, 0}, {0x1, NO}, {0x2, NO}}, {0, NO, 1}},
	{"the last CRTC of all", 2, {{0x80000000, NO}, {0x80000001, NO}}, {31, 0}},
};

static void test_case(void **state)
{
	const struct assign_case *c = *state;
	int crtc_of[WANTS];
	kms_assign(c->wants, c->n, crtc_of);
	for (size_t i = 0; i < c->n; i++)
		assert_int_equal(crtc_of[i], c->crtc_of[i]);
}

int main(void)
{
	enum {
		N = sizeof cases / sizeof cases[0]
	};
	struct CMUnitTest tests[N];
	for (size_t i = 0; i < N; i++)
		tests[i] = (struct CMUnitTest){cases[i].name, test_case, NULL, NULL,
			(void *)(uintptr_t)&cases[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
