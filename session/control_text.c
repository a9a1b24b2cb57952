#include "session/control_text.h"

#include <stdbool.h>
#include <stdint.h>

#define REPLACEMENT "\xef\xbf\xbd"

/* Reads one character; returns its bytes, 0: it is none. Never reads past a NUL. */
static size_t read_char(const char *s, uint32_t *out)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char lead = (unsigned char)*s;
	size_t n = lead < 0x80   ? 1
		   : lead < 0xc2 ? 0
		   : lead < 0xe0 ? 2
		   : lead < 0xf0 ? 3
				 : 4;
	if (n == 0 || lead > 0xf4)
		return 0;
	uint32_t c = n == 1 ? lead : lead & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | ((unsigned char)s[i] & 0x3f);
	}
	if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*out = c;
	return n;
}

static bool is_control(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

size_t text_put(FILE *out, const char *s)
{
	size_t count = 0;
	for (; *s; count++) {
		uint32_t c = 0;
		size_t n = read_char(s, &c);
		if (n == 0 || is_control(c))
			fputs(REPLACEMENT, out);
		else
			fwrite(s, 1, n, out);
		s += n ? n : 1;
	}
	return count;
}

void text_put_json(FILE *out, const char *s)
{
	putc('"', out);
	while (*s) {
		uint32_t c = 0;
		size_t n = read_char(s, &c);
		if (n == 0)
			fputs(REPLACEMENT, out);
		else if (c == '"' || c == '\\')
			fprintf(out, "\\%c", (int)c);
		else if (is_control(c))
			fprintf(out, "\\u%04x", (unsigned)c);
		else
			fwrite(s, 1, n, out);
		s += n ? n : 1;
	}
	putc('"', out);
}
