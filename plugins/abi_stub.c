/*
 * libosaas-abi.so: what plugins are linked against, so that a misspelt call is
 * an error of the linker. It never runs: the loader binds the names to abi.c.
 */
#include "plugins/calls.h"

#define STUB(name)                                                                       \
	void osaas_##name(void);                                                         \
	__attribute__((visibility("default"))) void osaas_##name(void)                   \
	{                                                                                \
	}
OSAAS_CALLS(STUB)
