#include "session/control_request.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define HEAD 3 /* words before the command: osaas, version, format */

static int refuse(struct control_error *err, int r, const char *why)
{
	snprintf(err->text, sizeof err->text, "%s", why);
	return r;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool is_plain(char c)
{
	return (unsigned char)c > ' ' && c != '%' && c != 0x7f;
}

/* Writes the word and its NUL; returns its length, -1: it is none. */
static int decode(const char *from, size_t n, char *to)
{
	int len = 0;
	for (size_t i = 0; i < n; i++) {
		int high, low;
		if (is_plain(from[i])) {
			to[len++] = from[i];
			continue;
		}
		if (from[i] != '%' || n - i < 3 || (high = hex(from[i + 1])) < 0 ||
			(low = hex(from[i + 2])) < 0 || high + low == 0)
			return -1;
		to[len++] = (char)(high * 16 + low);
		i += 2;
	}
	to[len] = '\0';
	return len > 0 ? len : -1;
}

/* Fills words; returns how many there are, -1: one is none, or there are too many. */
static int split(
	const char *line, size_t size, char *text, const char **words, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; i <= size; n++) {
		const char *space = memchr(line + i, ' ', size - i);
		size_t len = space ? (size_t)(space - line) - i : size - i;
		int used = n < max ? decode(line + i, len, text) : -1;
		if (used < 0)
			return -1;
		words[n] = text;
		text += used + 1;
		i += len + 1;
	}
	return (int)n;
}

static int check_head(const char *const *words, size_t n, struct control_error *err)
{
	if (strcmp(words[0], "osaas") != 0)
		return refuse(
			err, -EPROTO, "this is a session of osaas: use 'osaas ctl'");
	if (n < 2 || strcmp(words[1], "1") != 0)
		return refuse(err, -EPROTO,
			"the session is of another version than this 'osaas ctl': use "
			"the osaas that it was started with");
	if (n < HEAD + 1 ||
		(strcmp(words[2], "text") != 0 && strcmp(words[2], "json") != 0))
		return refuse(err, -EINVAL,
			"a request is 'osaas 1 FORMAT COMMAND', FORMAT text or json");
	return 0;
}

int control_request_parse(const char *line, size_t size, struct control_request *out,
	struct control_error *err)
{
	const char *words[HEAD + CONTROL_WORDS_MAX];
	if (size >= CONTROL_REQUEST_MAX)
		return refuse(err, -EINVAL, "the request is too long: shorten its words");
	int n = split(line, size, out->text, words, sizeof words / sizeof *words);
	if (n < 0)
		return refuse(err, -EINVAL,
			"the request is not made of at most 16 words with one space "
			"between them");
	int r = check_head(words, (size_t)n, err);
	if (r < 0)
		return r;
	out->json = strcmp(words[2], "json") == 0;
	out->n_words = (size_t)n - HEAD;
	memcpy(out->words, words + HEAD, out->n_words * sizeof *words);
	return 0;
}

/* Returns the new length, 0: it does not fit with a newline behind it. */
static size_t encode(char *line, size_t len, const char *word)
{
	static const char digits[] = "0123456789abcdef";
	for (; *word; word++) {
		bool plain = is_plain(*word);
		if (len + (plain ? 1 : 3) + 1 > CONTROL_REQUEST_MAX)
			return 0;
		if (plain) {
			line[len++] = *word;
			continue;
		}
		line[len++] = '%';
		line[len++] = digits[(unsigned char)*word / 16];
		line[len++] = digits[(unsigned char)*word % 16];
	}
	return len;
}

int control_request_write(char line[static CONTROL_REQUEST_MAX + 1], bool json,
	const char *const *words, size_t n_words)
{
	int head = snprintf(line, CONTROL_REQUEST_MAX, "osaas %d %s", CONTROL_VERSION,
		json ? "json" : "text");
	size_t len = (size_t)head;
	if (n_words > CONTROL_WORDS_MAX)
		return -E2BIG;
	for (size_t i = 0; i < n_words; i++) {
		if (!*words[i])
			return -EINVAL;
		line[len++] = ' ';
		len = encode(line, len, words[i]);
		if (len == 0)
			return -E2BIG;
	}
	line[len++] = '\n';
	line[len] = '\0';
	return (int)len;
}
