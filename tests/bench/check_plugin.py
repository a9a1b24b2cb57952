#!/usr/bin/env python3
"""Prints the source of a plugin of many functions, more than 200 KiB of code: loops, tables,
floating point, jump tables, calls of the host. The same each time."""

import random

FUNCTIONS = 760

random.seed(1)
print('''#include <osaas.h>

OSAAS_MANIFEST("id = org.osaas.big\\nname = Big\\nversion = 1\\nabi = 1.0\\nentry = big_main\\n")

static struct { uint32_t a[64]; double d[16]; } s;
''')
for i in range(FUNCTIONS):
    c = [random.randrange(1, 1 << 20) for _ in range(8)]
    print(f'''__attribute__((noinline)) static uint32_t f{i}(uint32_t x, uint32_t n)
{{
	for (uint32_t i = 0; i < n; i++) {{
		s.a[(x + i) & 63] += x * {c[0]}u ^ (x >> {c[1] % 31});
		if (x & {c[2]})
			x += s.a[i & 63];
		else
			x ^= {c[3]}u;
	}}
	switch (x % 8) {{
	case 0: x += {c[4]}; break;
	case 1: x *= {c[5]}u | 1; break;
	case 2: s.d[x & 15] *= 1.{c[6]}; break;
	case 3: x = s.a[3] ^ {c[7]}; break;
	case 4: osaas_yield(); break;
	case 5: x -= 7; break;
	case 6: s.d[0] += x; break;
	default: x = ~x;
	}}
	return x;
}}
''')
print("OSAAS_EXPORT void big_main(void);\nvoid big_main(void)\n{\n\tuint32_t x = 1;")
for i in range(FUNCTIONS):
    print(f"\tx = f{i}(x, x & 15);")
print("\tosaas_log(1, (const char *)&x, 0);\n}")
