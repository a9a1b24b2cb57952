/* For services_test.py: room that makes no sense. */
#include "check.h"

TEST_PLUGIN("room", "want = store.kv:1K optional: too little\n"
		    "want = store.kv:2000M optional: too much\n"
		    "want = store.kv:x optional: no number\n"
		    "want = store.kv:64K optional: well\n")
{
	CHECK_IS(osaas_cap("store.kv:1K"), OSAAS_EACCES);
	CHECK_IS(osaas_cap("store.kv:2000M"), OSAAS_EACCES);
	CHECK_IS(osaas_cap("store.kv:x"), OSAAS_EACCES);
	CHECK(osaas_cap("store.kv:64K") > 0);
}
