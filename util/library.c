#include "util/library.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "util/log.h"

void library_missing(void)
{
	log_error("a function of a library was called that is not loaded");
	abort();
}

static void forget(struct library *l)
{
	size_t i = 0;
	for (const char *name = l->names; *name; name += strlen(name) + 1)
		l->slots[i++] = library_missing;
	dlclose(l->handle);
	l->handle = NULL;
}

/* The first name that it does not have, or NULL. */
static const char *resolve(struct library *l)
{
	size_t i = 0;
	for (const char *name = l->names; *name; name += strlen(name) + 1) {
		void *address = dlsym(l->handle, name);
		if (!address)
			return name;
		/* ISO C has no way from an object's address to a function's. */
		memcpy(&l->slots[i++], &address, sizeof address);
	}
	return NULL;
}

int library_load(struct library *l)
{
	if (l->users++)
		return 0;
	l->handle = dlopen(l->soname, RTLD_LAZY);
	const char *lacks = l->handle ? resolve(l) : NULL;
	if (l->handle && !lacks)
		return 0;
	if (lacks)
		log_error("%s: %s has no %s: it is too old; update %s", l->purpose,
			l->soname, lacks, l->package);
	else
		log_error("%s needs %s, which cannot be loaded: %s; install %s",
			l->purpose, l->soname, dlerror(), l->package);
	if (l->handle)
		forget(l);
	l->users = 0;
	return -ENOENT;
}

void library_unload(struct library *l)
{
	if (l->users && --l->users == 0)
		forget(l);
}

bool library_there(struct library *l)
{
	void *handle = dlopen(l->soname, RTLD_LAZY);
	if (handle)
		dlclose(handle);
	return handle;
}
