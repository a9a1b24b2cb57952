/* For grants_test.py: needs two things. */
#include "check.h"

TEST_PLUGIN("two", "want = link:a required: to be granted once\n"
		   "want = link:b required: to be denied\n")
{
	CHECK(osaas_cap("link:a") > 0);
	CHECK(osaas_cap("link:b") > 0);
}
