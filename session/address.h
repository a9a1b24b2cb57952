/* address: where a connection may go: "HOST:PORT" of a grant, and what its name stands for. */
#ifndef OSAAS_SESSION_ADDRESS_H
#define OSAAS_SESSION_ADDRESS_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

#define ADDRESS_HOST 254 /* bytes with the NUL */
#define ADDRESS_MAX  16  /* of one name */

struct address_scope {
	char host[ADDRESS_HOST]; /* without brackets */
	uint16_t first, last;    /* ports */
};

/* address_scope_parse: "name:80", "127.0.0.1:8000-8010", "[::1]:80". 0 or -EINVAL. */
int address_scope_parse(const char *text, struct address_scope *out);

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};
socklen_t address_size(const union address *address);
void address_set_port(union address *address, uint16_t port);

/* address_literal: 0 when host is an IPv4 or IPv6 address by itself, else -EINVAL. */
int address_literal(const char *host, union address *out);

/* What helper_resolve writes, in one piece. */
struct address_list {
	int32_t error; /* 0 or -errno */
	uint32_t n;
	union address all[ADDRESS_MAX];
};

/* address_mix has the families take turns, the first one's first: one of them may not work. */
void address_mix(struct address_list *list);

#endif
