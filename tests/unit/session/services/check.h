/* For the plugins of services_test.py: a check that fails ends the plugin with its line. */
#ifndef TESTS_SESSION_SERVICES_CHECK_H
#define TESTS_SESSION_SERVICES_CHECK_H

#include <osaas.h>
#include <osaas_request.h>
#include <osaas_std.h>

#define MS UINT64_C(1000000)
#define S  (1000 * MS)

/* The manifest of a plugin "org.osaas.test.NAME" whose entry is test_main. */
#define TEST_PLUGIN(name, wants)                                                         \
	OSAAS_MANIFEST("id = org.osaas.test." name "\nname = " name                      \
		       "\nversion = 1.0\nabi = 1.0\nentry = test_main\n" wants)          \
	OSAAS_EXPORT void test_main(void);                                               \
	OSAAS_EXPORT void test_main(void)

#define CHECK(condition)                                                                 \
	do {                                                                             \
		if (!(condition)) {                                                      \
			osaas_printf(OSAAS_LOG_ERROR, "%s", #condition);                 \
			osaas_exit(__LINE__);                                            \
		}                                                                        \
	} while (0)

#define CHECK_IS(expression, expected)                                                   \
	do {                                                                             \
		long long check_is = (long long)(expression);                            \
		if (check_is != (long long)(expected)) {                                 \
			osaas_printf(OSAAS_LOG_ERROR, "%s is %lld, not %s", #expression, \
				check_is, #expected);                                    \
			osaas_exit(__LINE__);                                            \
		}                                                                        \
	} while (0)

/* A request without an answer that is known. */
static inline int64_t ask_nonsense(osaas_chan chan)
{
	struct osaas_msg msg = {.type = 12345, .buf = osaas_buf_alloc(1)};
	return osaas_request(chan, &msg);
}

#endif
