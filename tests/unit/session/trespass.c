/* A plugin for cli_test.py: makes a system call, from the middle of another instruction. */
#include <osaas.h>

OSAAS_MANIFEST("id = org.osaas.test.trespass\n"
	       "name = Trespass\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = trespass_main\n")

void hidden(void);
#ifdef __x86_64__
__asm__(".text\n.local hidden\n.type hidden, @function\n"
	"hidden:\tmovl $0x90c3050f, %eax\n\tret\n.size hidden, .-hidden");
#endif

OSAAS_EXPORT void trespass_main(void);
void trespass_main(void)
{
#ifdef __x86_64__
	long number = 39; /* getpid */
	__asm__ volatile("call *%1"
			 : "+a"(number)
			 : "r"((uintptr_t)hidden + 1)
			 : "rcx", "r11", "memory");
#endif
}
