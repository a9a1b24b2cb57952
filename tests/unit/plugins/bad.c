/* A plugin that breaks the rule it is compiled with; plain: none. */
#include <osaas.h>

#ifndef BAD_ABI
#define BAD_ABI "1.0"
#endif
#ifndef BAD_ENTRY
#define BAD_ENTRY "bad_main"
#endif
#ifndef BAD_MANIFEST
#define BAD_MANIFEST "name = Bad"
#endif

#ifndef BAD_NO_MANIFEST
OSAAS_MANIFEST("id = org.osaas.bad\n" BAD_MANIFEST "\n"
	       "version = 1\n"
	       "abi = " BAD_ABI "\n"
	       "entry = " BAD_ENTRY "\n")
#endif

OSAAS_EXPORT int bad_data;
int bad_data = 1;

int bad_hidden(void);
__attribute__((noinline)) int bad_hidden(void)
{
#ifdef BAD_CODE
	__asm__ volatile(BAD_CODE);
#endif
	return bad_data;
}

#ifdef BAD_RWX
__asm__(".section .wx,\"awx\",@progbits\n.byte 1\n.text\n");
#endif
#ifdef BAD_IMPORT
int puts(const char *s);
#endif
#ifdef BAD_WEAK
__attribute__((weak)) int nobody_knows(void);
#endif
#ifdef BAD_CONSTRUCTOR
__attribute__((constructor)) static void early(void)
{
	__asm__ volatile(""); /* else clang does it at compile time */
	bad_data = 2;
}
#endif
#ifdef BAD_DESTRUCTOR
__attribute__((destructor)) static void late(void)
{
	__asm__ volatile("");
	bad_data = 3;
}
#endif
#ifdef BAD_TLS
OSAAS_EXPORT __thread int bad_thread_local;
#endif
#ifdef BAD_IFUNC
void (*resolve(void))(void);
void (*resolve(void))(void)
{
	return 0;
}
void bad_indirect(void) __attribute__((ifunc("resolve")));
#endif

OSAAS_EXPORT void bad_main(void);
void bad_main(void)
{
	bad_data += bad_hidden();
#ifdef BAD_IMPORT
	puts("?");
#endif
#ifdef BAD_WEAK
	bad_data += nobody_knows();
#endif
#ifdef BAD_TLS
	bad_thread_local = 1;
#endif
#ifdef BAD_IFUNC
	bad_indirect();
#endif
	osaas_yield();
}
