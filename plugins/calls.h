/*
 * calls: the names of the ABI, once. X(name) for each; the host's table
 * (abi.c) and the library plugins are linked against (abi_stub.c) are made of it.
 */
#ifndef OSAAS_PLUGINS_CALLS_H
#define OSAAS_PLUGINS_CALLS_H

#define OSAAS_CALLS(X)                                                                   \
	X(alt)                                                                           \
	X(buf_alloc)                                                                     \
	X(buf_free)                                                                      \
	X(cap)                                                                           \
	X(close)                                                                         \
	X(exit)                                                                          \
	X(freeze)                                                                        \
	X(heap)                                                                          \
	X(heap_give)                                                                     \
	X(log)                                                                           \
	X(now)                                                                           \
	X(pair)                                                                          \
	X(recv)                                                                          \
	X(send)                                                                          \
	X(spawn)                                                                         \
	X(thaw)                                                                          \
	X(yield)

/* The only library a plugin may name as needed; there is no such file at run time. */
#define OSAAS_ABI_SONAME "libosaas-abi.so.1"

#endif
