#include "session/address.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* A port number at p; where it ends, or NULL. */
static const char *read_port(const char *p, uint16_t *out)
{
	unsigned long v = 0;
	const char *start = p;
	for (; isdigit((unsigned char)*p) && v < 100000; p++)
		v = v * 10 + (unsigned long)(*p - '0');
	*out = (uint16_t)v;
	return p == start || v == 0 || v > 65535 ? NULL : p;
}

static int read_ports(const char *p, struct address_scope *out)
{
	const char *end = read_port(p, &out->first);
	if (!end)
		return -EINVAL;
	out->last = out->first;
	if (*end == '-')
		end = read_port(end + 1, &out->last);
	return end && *end == '\0' && out->first <= out->last ? 0 : -EINVAL;
}

static bool is_name(const char *host)
{
	for (const char *p = host; *p; p++) {
		if (!isalnum((unsigned char)*p) && !strchr("-._", *p))
			return false;
	}
	return isalnum((unsigned char)host[0]);
}

int address_scope_parse(const char *text, struct address_scope *out)
{
	bool bracket = text[0] == '[';
	const char *start = text + bracket;
	const char *end = bracket ? strstr(text, "]:") : strrchr(text, ':');
	union address literal;
	if (!end || end == start || (size_t)(end - start) >= sizeof out->host)
		return -EINVAL;
	memset(out, 0, sizeof *out);
	memcpy(out->host, start, (size_t)(end - start));
	bool v6 = address_literal(out->host, &literal) == 0 &&
		  literal.any.sa_family == AF_INET6;
	if (bracket ? !v6 : !is_name(out->host))
		return -EINVAL;
	return read_ports(end + (bracket ? 2 : 1), out);
}

socklen_t address_size(const union address *address)
{
	return address->any.sa_family == AF_INET6 ? sizeof address->v6
						  : sizeof address->v4;
}

void address_set_port(union address *address, uint16_t port)
{
	if (address->any.sa_family == AF_INET6)
		address->v6.sin6_port = htons(port);
	else
		address->v4.sin_port = htons(port);
}

int address_literal(const char *host, union address *out)
{
	memset(out, 0, sizeof *out);
	out->any.sa_family = AF_INET;
	if (inet_pton(AF_INET, host, &out->v4.sin_addr) == 1)
		return 0;
	out->any.sa_family = AF_INET6;
	return inet_pton(AF_INET6, host, &out->v6.sin6_addr) == 1 ? 0 : -EINVAL;
}

/* The first from i on that is, or is not, of a family; n: there is none. */
static uint32_t find(const struct address_list *list, uint32_t i, int family, bool same)
{
	while (i < list->n && (list->all[i].any.sa_family == family) != same)
		i++;
	return i;
}

void address_mix(struct address_list *list)
{
	struct address_list mixed = {.n = list->n};
	uint32_t a = 0, b, n = 0;
	int family = list->n ? list->all[0].any.sa_family : 0;
	b = find(list, 0, family, false);
	while (n < list->n) {
		if (a < list->n)
			mixed.all[n++] = list->all[a];
		if (b < list->n)
			mixed.all[n++] = list->all[b];
		a = find(list, a + 1, family, true);
		b = find(list, b + 1, family, false);
	}
	*list = mixed;
}
