/* percent: a level as it is typed: "60%", or, from what it is now on, "+5%" and "-5%". */
#ifndef OSAAS_SESSION_PERCENT_H
#define OSAAS_SESSION_PERCENT_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct percent {
	long value; /* 0 to 100 */
	int sign;   /* 1 or -1: that much more or less than now; 0: as much */
};

/* percent_parse: 0 or -EINVAL. */
static inline int percent_parse(const char *text, struct percent *out)
{
	int sign = text[0] == '+' ? 1 : text[0] == '-' ? -1 : 0;
	const char *number = text + (sign != 0);
	size_t n = strspn(number, "0123456789");
	if (n == 0 || n > 3 || strcmp(number + n, "%") != 0)
		return -EINVAL;
	*out = (struct percent){strtol(number, NULL, 10), sign};
	return out->value > 100 ? -EINVAL : 0;
}

#endif
