/* spare: memory that starting needed and running does not. */
#ifndef OSAAS_SESSION_SPARE_H
#define OSAAS_SESSION_SPARE_H

/*
 * spare_give_back gives what malloc keeps for later to the kernel, and unmaps pages of the
 * program and its libraries that were only read: most of them were for the dynamic linker.
 * They stay in the kernel's cache, so one that is needed is back in a microsecond. One that
 * was written to (a debugger's breakpoint, a probe of the kernel's, a relocation) stays. About
 * a millisecond in all, so for a pause; threads may run meanwhile, but none that changes code.
 */
void spare_give_back(void);

#endif
