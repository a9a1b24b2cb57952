#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "session/address.h"
#include "session/child.h"
#include "session/helper.h"

/* The system's resolver, with all its modules and time-outs: it blocks, so it is here. */

static int error_of(int r)
{
	switch (r) {
	case EAI_NONAME:
	case EAI_NODATA:
	case EAI_FAIL:
		return -ENOENT;
	case EAI_AGAIN:
		return -EHOSTUNREACH;
	default:
		return -EIO;
	}
}

static void take(struct address_list *list, const struct addrinfo *info)
{
	bool fits = info->ai_family == AF_INET || info->ai_family == AF_INET6;
	if (fits && list->n < ADDRESS_MAX && info->ai_addrlen <= sizeof list->all[0])
		memcpy(&list->all[list->n++], info->ai_addr, info->ai_addrlen);
}

int helper_resolve(char **argv)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *all = NULL;
	struct address_list list = {0};
	if (!argv[0])
		return 2;
	int r = getaddrinfo(argv[0], NULL, &hints, &all);
	if (r != 0)
		list.error = error_of(r);
	for (const struct addrinfo *info = all; info; info = info->ai_next)
		take(&list, info);
	return write(CHILD_FD, &list, sizeof list) == (ssize_t)sizeof list ? 0 : 1;
}
