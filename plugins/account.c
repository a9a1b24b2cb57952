#include <stdlib.h>

#include "plugins/private.h"

struct account *account_create(size_t limit)
{
	struct account *account = malloc(sizeof *account);
	if (account)
		*account = (struct account){.limit = limit, .refs = 1};
	return account;
}

bool account_charge(struct account *account, size_t bytes)
{
	if (bytes > account->limit || account->bytes > account->limit - bytes)
		return false;
	account->bytes += bytes;
	return true;
}

void account_discharge(struct account *account, size_t bytes)
{
	account->bytes -= bytes;
}

void account_get(struct account *account)
{
	account->refs++;
}

void account_put(struct account *account)
{
	if (account && --account->refs == 0)
		free(account);
}
