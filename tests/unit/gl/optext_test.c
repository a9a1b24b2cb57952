/* The text form: every op both ways, any well-framed stream back as it was, and errors. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "gl/optext.h"
#include "gl/optext_private.h"

static char *dump(const void *stream, size_t size, int expected)
{
	char *text = NULL;
	size_t n;
	struct gl_op_error err = {0};
	FILE *out = open_memstream(&text, &n);
	assert_non_null(out);
	assert_int_equal(optext_dump(stream, size, out, &err), expected);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(expected == 0, err.reason[0] == '\0');
	assert_int_equal(expected == 0, n > 0);
	return text;
}

static uint8_t *assemble(const char *text, size_t *size)
{
	uint8_t *stream = NULL;
	struct optext_error err = {0};
	int rc = optext_assemble(text, strlen(text), &stream, size, &err);
	if (rc)
		fail_msg("%d: line %zu, column %zu: %s", rc, err.line, err.column,
			err.text);
	return stream;
}

/* As optext_dump writes it; every op and everything that an op can hold. */
static const char every[] =
	"osaas ops 1.1\n"
	"transform push 1 0 0.1 -0 1e+09 3.1415927\n"
	"transform multiply nan inf -inf nan:7fc00001 nan:ffc00000 1e-45\n"
	"transform pop\n"
	"clip rect 1 2 3 4\n"
	"clip rrect 1 2 3 4 5 6 7 8\n"
	"clip ellipse 0.25 -0.5 3.4028235e+38 1.1754944e-38\n"
	"clip path {\n"
	"  move 1 2\n"
	"  line 3 4\n"
	"  quad 1 2 3 4\n"
	"  cubic 1 2 3 4 5 6\n"
	"  gap 7 8\n"
	"  close\n"
	"}\n"
	"clip even-odd {\n"
	"}\n"
	"clip stroke 2 miter square 4 -1.5 3 1 {\n"
	"  move 1 2\n"
	"}\n"
	"clip stroke 2 round butt 4 0 {\n"
	"}\n"
	"clip stroke 2 bevel round 4 0 {\n"
	"}\n"
	"clip blur 1 2 3 4 5 6 7 8 9.5\n"
	"clip blur 1 2 3 4 5 6 7 8 9.5 inverted\n"
	"clip pop\n"
	"brush color #d7263d80\n"
	"brush linear 1 2 3 4 pad 0 #00000000 1 #ffffffff\n"
	"brush radial 1 2 3 4 5 6 reflect 0.5 #01020304\n"
	"brush radial 1 2 3 4 5 6 repeat\n"
	"brush image 7 linear 1 2 3 4\n"
	"brush image 7 nearest 1 2 3 4\n"
	"blend dest-atop\n"
	"paint\n"
	"group push 0.5 multiply\n"
	"group pop\n"
	"glyphs 2147483648 16 {\n"
	"  65 1 2\n"
	"  4294967295 3 4.5\n"
	"}\n"
	"place 1 2 3 4 5 6 7\n"
	"area 18446744073709551615\n"
	"pass push\n"
	"pass pop\n"
	"cursor nwse-resize\n"
	"action resize-nw\n"
	"listen 1 "
	"cancel,press,release,move,drag,enter,leave,scroll,focus,gesture,pen,merge "
	"-1 2 -3 4\n"
	"listen 18446744073709551615 none 0 0 0 0\n"
	"listen 2 pen 0 0 0 0\n"
	"keys 1 ctrl,command,shift,alt,super none 65289 focused\n"
	"keys 1 none shift 4294967295\n"
	"transfer 1 source \"text/plain\"\n"
	"transfer 1 target \"a\"\n"
	"hint 4294967296 password\n"
	"selection 1 2 3 4 5 6 7\n"
	"composition 1 2 3 4 5\n"
	"snippet 1 2 3 \"a \\\"quoted\\\" \\\\ word\\nand \xe4\xbd\xa0 # {\"\n"
	"label \"\"\n"
	"description \"\\x00\\x1b\\xff1\\xc0\\x80\\x7f\"\n"
	"class terminal\n"
	"selected 0\n"
	"enabled 1\n"
	"value \"abcd\"\n"
	"range 1 2 3\n"
	"semantic-actions 255\n"
	"macro 1 {\n"
	"  macro 2 {\n"
	"    clip path {\n"
	"      move 1 2\n"
	"    }\n"
	"  }\n"
	"  raw 0xff 00000001\n"
	"}\n"
	"macro 3 {\n"
	"}\n"
	"call 1\n"
	"defer 2\n"
	"macro retire 3\n"
	"sublayer 1 20 30 {\n"
	"  paint\n"
	"}\n"
	"sublayer retire 1\n"
	"image 1 2 3 {\n"
	"  01020304 05060708\n"
	"  01020304 05060708\n"
	"  01020304 05060708\n"
	"}\n"
	"image 2 9 1 {\n"
	"  00000000 11111111 22222222 33333333 44444444 55555555 66666666 77777777\n"
	"  88888888\n"
	"}\n"
	"image 3 0 5 {\n"
	"}\n"
	"image update 1 0 0 1 1 {\n"
	"  a1b2c3d4\n"
	"}\n"
	"image retire 1\n"
	"font query 1 400 oblique \"DejaVu Sans, sans-serif\"\n"
	"font bytes 2 0 {\n"
	"  00010203 04050607 08090a0b 0c0d0e0f 10111213 14151617 18191a1b 1c1d1e1f\n"
	"  202122\n"
	"}\n"
	"font bytes 2 0 {\n"
	"}\n"
	"font retire 2\n"
	"raw 0x00\n"
	"raw 0x10 00000000\n"
	"raw 0x77 deadbeef 00000000\n";

static void every_op_there_and_back(void **state)
{
	size_t size;
	uint8_t *stream = assemble(every, &size);
	char *text = dump(stream, size, 0);
	assert_string_equal(text, every);
	free(text);
	free(stream);
}

/* Nothing was forgotten above: each name of each table is in it, but for raw ones. */
static void every_op_is_tried(void **state)
{
	for (size_t i = 0; i < 256; i++) {
		char line[64];
		const char *name = optext_ops[i].name;
		if (!name)
			continue;
		snprintf(line, sizeof line, "\n%s%s", name,
			optext_ops[i].fields[0] ? " " : "\n");
		if (!strstr(every, line))
			fail_msg("%s is not tried", name);
	}
	for (size_t i = 1; i < OPTEXT_VERBS; i++)
		assert_non_null(strstr(every, optext_verbs[i].name));
}

static void names_there_and_back(void **state)
{
	static const struct {
		const char *op;
		char field;
	} cases[] = {
		{"blend", FIELD_BLEND},
		{"cursor", FIELD_CURSOR},
		{"action", FIELD_ACTION},
		{"hint 1", FIELD_HINT},
		{"class", FIELD_CLASS},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct optext_names names = optext_names(cases[i].field);
		for (uint32_t v = 0; v < names.n; v++) {
			char text[128];
			size_t size;
			snprintf(text, sizeof text, "osaas ops 1.1\n%s %s\n", cases[i].op,
				names.names[v]);
			uint8_t *stream = assemble(text, &size);
			assert_int_equal(stream[size - 4], v);
			char *back = dump(stream, size, 0);
			assert_string_equal(back, text);
			free(back);
			free(stream);
		}
	}
}

/* Written freely, and the bytes that it stands for. */
static void bytes_are_as_specified(void **state)
{
	static const char text[] =
		"# made by hand\r\n\n  osaas ops 1.1 # one\n"
		"brush color #ff8000C0 # orange\n"
		"macro 9 { clip path { move 1\t+2e0 }\n clip  pop\n paint }\n"
		"image 5 1 1 { ff\n00 # half of it\n  8040 }\n"
		"label \"ab\\x63\"";
	static const uint8_t bytes[] = {
		'O', 'S', 'o', 'p', 1, 0, 1, 0, 88, 0, 0, 0, 0, 0, 0, 0,    /* */
		0x20, 1, 0, 0, 0xff, 0x80, 0, 0xc0,                         /* brush */
		0x60, 7, 0, 0, 9, 0, 0, 0,                                  /* macro */
		0x13, 3, 0, 0, 1, 0, 0, 0, 0, 0, 0x80, 0x3f, 0, 0, 0, 0x40, /* path */
		0x1f, 0, 0, 0, 0x30, 0, 0, 0,                      /* pop, paint */
		0x70, 4, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, /* image */
		0xff, 0, 0x80, 0x40,                               /* */
		0x50, 2, 0, 0, 3, 0, 0, 0, 'a', 'b', 'c', 0,       /* label */
	};
	size_t size;
	uint8_t *stream = assemble(text, &size);
	assert_int_equal(size, sizeof bytes);
	assert_memory_equal(stream, bytes, size);
	free(stream);
}

struct wrong {
	const char *text; /* after the first line, unless it begins with a '!' */
	size_t line, column;
	const char *says; /* part of it */
	int rc;           /* 0: -EINVAL */
};

static const struct wrong wrongs[] = {
	{"!", 1, 1,
		"expected 'osaas ops 1.2' as the first line, not the end of the text"},
	{"!osaas ops 2.0\n", 1, 11, "first line, not '2.0'"},
	{"!osaas ops 1.x", 1, 11, "first line, not '1.x'"},
	{"!osaas ops 1.65536", 1, 11, "first line"},
	{"!osaas ops 1.1 paint", 1, 15, "expected the end of the line, not 'paint'"},
	{"!paint\n", 1, 1, "first line, not 'paint'"},
	{"foo 1", 2, 1, "expected an op, as osaas-ops(1) lists them, not 'foo'"},
	{"  clip rekt 1", 2, 8,
		"expected one of rect, rrect, ellipse, path, even-odd, stroke, blur, pop "
		"after 'clip', not 'rekt'"},
	{"\n\nclip", 4, 5, "after 'clip', not the end of the text"},
	{"clip rect 1 2 x 4\n", 2, 15,
		"expected a number, not 'x'; write: clip rect X0 Y0 X1 Y1"},
	{"clip rect 1 2 3\npaint", 2, 16, "expected a number, not the end of the line"},
	{"clip rect 1 2 3 4 5", 2, 19, "expected the end of the line, not '5'"},
	{"clip rect 1 2 3 1e39", 2, 17, "expected a number, not '1e39'"},
	{"clip rect 1 2 3 0x10", 2, 17, "a number, not '0x10'"},
	{"clip rect 1 2 3 1..2", 2, 17, "a number"},
	{"clip rect 1 2 3 nan:7f800000", 2, 17, "a number, not 'nan:7f800000'"},
	{"clip rect 1 2 3 infinity", 2, 17, "a number"},
	{"transform pop 1", 2, 15, "expected the end of the line, not '1'"},
	{"brush color # blue", 2, 13, "expected a colour as #rrggbbaa"},
	{"brush color #00ff00", 2, 13, "a colour as #rrggbbaa, not '#00ff00'"},
	{"brush color red", 2, 13, "a colour as #rrggbbaa, not 'red'"},
	{"brush linear 0 0 1 1 pad 0 # none", 2, 28, "a colour"},
	{"brush linear 0 0 1 1 loop 0 #00000000", 2, 22,
		"expected one of pad, repeat, reflect, not 'loop'"},
	{"cursor hand", 2, 8, "expected one of default, none, text"},
	{"clip stroke 1 round flat 4 0 {", 2, 21,
		"one of round, butt, square, not 'flat'"},
	{"clip blur 0 0 1 1 0 0 0 0 1 outside", 2, 29, "expected 'inverted' or nothing"},
	{"listen 1 press,tap 0 0 0 0", 2, 16,
		"expected 'none' or some of cancel, press, release, move, drag, enter, "
		"leave, scroll, focus, gesture, pen, merge, not 'tap'"},
	{"listen 1 press, 0 0 0 0", 2, 16, "some of cancel"},
	{"listen 1 \"press\" 0 0 0 0", 2, 11, "some of cancel"},
	{"keys 1 none none,ctrl 1", 2, 13,
		"expected 'none' or some of ctrl, command, shift, alt, super, not "
		"'none'"},
	{"keys 1 ctrl ctrl 1 global", 2, 20, "expected 'focused' or nothing"},
	{"transfer 1 both \"a/b\"", 2, 12, "expected one of source, target"},
	{"clip path\nmove 1 2", 2, 10, "expected '{', not the end of the line"},
	{"clip path {\n move 1 2\n", 4, 1, "the '{' of line 2 is never closed"},
	{"clip path {\n line 1\n}", 3, 8,
		"expected a number, not the end of the line; write: line X Y"},
	{"clip path {\n arc 1\n}", 3, 2, "one of move, line, quad, cubic, close and gap"},
	{"clip path {\n move 1 2 line 3 4\n}", 3, 11, "expected the end of the line"},
	{"}", 2, 1, "there is no '{' that this closes"},
	{"macro 1 {\n paint\n} }", 4, 3, "there is no '{' that this closes"},
	{"macro 1 {\n oops\n}", 3, 2, "expected an op"},
	{"call 4294967296", 2, 6, "a whole number below 4294967296"},
	{"call -1", 2, 6, "a whole number"},
	{"call \"1\"", 2, 7, "a whole number below 4294967296, not a string"},
	{"area 18446744073709551616", 2, 6, "a whole number below 2^64"},
	{"selected 2", 2, 10, "expected 0 or 1, not '2'"},
	{"label x", 2, 7, "expected a string in double quotes, not 'x'"},
	{"label \"x\n\"", 2, 7, "the string is not closed in its line"},
	{"label \"a\\t\"", 2, 9, "after the backslash"},
	{"label \"a\\xg0\"", 2, 9, "after the backslash"},
	{"label \"a\\x0", 2, 9, "after the backslash"},
	{"glyphs 1 2 {\n \"5 1 2\n}", 3, 3, "the number of a glyph, not a string"},
	{"glyphs 1 2 {\n 5 1\n}", 3, 5, "write: GLYPH X Y"},
	{"image 1 2 2 { 00000000 }", 2, 12,
		"expected 4 pixels for 2x2 of 8 digits each, not 4 bytes"},
	{"image 1 1 1 { 0000000 }", 2, 15, "two hexadecimal digits a byte"},
	{"image 1 1 1 { 000000xx }", 2, 15, "two hexadecimal digits"},
	{"font bytes 1 0 { \"x\" }", 2, 19, "expected hexadecimal digits, not a string"},
	{"raw 0x100", 2, 5, "an opcode of two hexadecimal digits"},
	{"raw 13 123456789", 2, 8, "a word of eight hexadecimal digits"},
};

static void errors_say_where(void **state)
{
	for (size_t i = 0; i < sizeof wrongs / sizeof *wrongs; i++) {
		const struct wrong *w = &wrongs[i];
		char text[256];
		uint8_t *stream = NULL;
		size_t size;
		struct optext_error err = {0};
		bool alone = w->text[0] == '!';
		int n = snprintf(text, sizeof text, "%s%s",
			alone ? "" : "osaas ops 1.1\n", w->text + alone);
		/* Just so large: a read beyond it is seen. */
		char *copy = malloc((size_t)n + 1);
		memcpy(copy, text, (size_t)n);
		int rc = optext_assemble(copy, (size_t)n, &stream, &size, &err);
		free(copy);
		if (rc != (w->rc ? w->rc : -EINVAL) || err.line != w->line ||
			err.column != w->column || !strstr(err.text, w->says))
			fail_msg("%s\n%d: line %zu, column %zu: %s", text, rc, err.line,
				err.column, err.text);
		assert_null(stream);
	}
}

static void nesting_is_bounded(void **state)
{
	for (unsigned depth = OPTEXT_MAX_DEPTH; depth < OPTEXT_MAX_DEPTH + 2; depth++) {
		char text[1024] = "osaas ops 1.1\n";
		uint8_t *stream;
		size_t size;
		struct optext_error err = {0};
		for (unsigned i = 0; i < depth; i++)
			strcat(text, "macro 1 {\n");
		for (unsigned i = 0; i < depth; i++)
			strcat(text, "}\n");
		int rc = optext_assemble(text, strlen(text), &stream, &size, &err);
		assert_int_equal(rc, depth > OPTEXT_MAX_DEPTH ? -E2BIG : 0);
		if (rc == 0)
			free(stream);
		else
			assert_non_null(strstr(err.text, "more than 16 blocks"));
	}
}

static uint32_t random_of(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (uint32_t)(((uint64_t)(*seed >> 8) * n) >> 24);
}

static void put_u32(uint8_t *at, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(v >> (8 * i));
}

/* Words that are often what a field wants: small, an f32 of any kind, or anything. */
static uint32_t random_word(uint32_t *seed)
{
	uint32_t any = random_of(seed, 1 << 16) << 16 | random_of(seed, 1 << 16);
	switch (random_of(seed, 4)) {
	case 0:
		return random_of(seed, 7);
	case 1:
		return 0x3f000000u + (random_of(seed, 1 << 12) << 12);
	case 2:
		return any | 0x7f800000u;
	}
	return any;
}

/* As many as a payload has that ends with nothing of free length. */
static uint32_t fixed_words(const char *fields)
{
	uint32_t n = 0;
	for (; *fields; fields++)
		n += *fields == FIELD_U64 ? 2 : 1;
	return n;
}

static size_t random_records(uint8_t *out, size_t room, uint32_t *seed, unsigned depth)
{
	size_t size = 0;
	for (uint32_t n = random_of(seed, 8); n > 0; n--) {
		uint32_t code = random_of(seed, 256), words = random_of(seed, 14);
		if (random_of(seed, 8) > 0)
			while (!optext_ops[code].name)
				code = random_of(seed, 256);
		if (optext_ops[code].name && random_of(seed, 4) > 0)
			words = fixed_words(optext_ops[code].fields);
		if (size + 256 > room)
			break;
		uint8_t *payload = out + size + 4;
		for (uint32_t i = 0; i < words; i++)
			put_u32(payload + (size_t)i * 4, random_word(seed));
		if ((code == 0x60 || code == 0x64) && depth < 20) {
			put_u32(payload + 12, 0);
			words = code == 0x60 ? 1 : 4;
			words += (uint32_t)random_records(payload + (size_t)words * 4,
					 (room - size) / 2, seed, depth + 1) /
				 4;
		}
		put_u32(out + size, code | words << 8);
		size += 4 + (size_t)words * 4;
	}
	return size;
}

static void random_streams_come_back(void **state)
{
	static uint8_t stream[65536];
	uint32_t seed = 5;
	size_t in_words = 0, in_hex = 0;
	for (int i = 0; i < 4000; i++) {
		size_t size = 16 +
			      random_records(stream + 16, sizeof stream - 16, &seed, 0),
		       back_size;
		memcpy(stream, "OSop\1\0\1\0", 8);
		put_u32(stream + 4, 1 | random_of(&seed, 1 << 16) << 16);
		put_u32(stream + 8, (uint32_t)size);
		put_u32(stream + 12, 0);
		char *text = dump(stream, size, 0);
		uint8_t *back = assemble(text, &back_size);
		assert_int_equal(back_size, size);
		assert_memory_equal(back, stream, size);
		char *again = dump(back, back_size, 0);
		assert_string_equal(again, text);
		for (const char *s = strchr(text, '\n'); s[1]; s = strchr(s + 1, '\n'))
			*(strncmp(s + 1 + strspn(s + 1, " "), "raw ", 4) ? &in_words
									 : &in_hex) += 1;
		free(again);
		free(back);
		free(text);
	}
	/* Neither way is rare. */
	if (in_words < 5000 || in_hex < 5000)
		fail_msg("%zu lines in words, %zu in hex", in_words, in_hex);
}

/* Every f32 of a spread through all of them. */
static void numbers_come_back(void **state)
{
	uint8_t stream[16 + 28];
	for (uint64_t bits = 0; bits < UINT64_C(1) << 32; bits += 262147) {
		size_t size;
		memcpy(stream, "OSop\1\0\1\0\54\0\0\0\0\0\0\0\1\6\0\0", 20);
		for (uint32_t i = 0; i < 6; i++)
			put_u32(stream + 20 + (size_t)i * 4, (uint32_t)bits + i * 1009);
		char *text = dump(stream, sizeof stream, 0);
		uint8_t *back = assemble(text, &size);
		assert_null(strstr(text, "raw"));
		assert_int_equal(size, sizeof stream);
		assert_memory_equal(back, stream, size);
		free(back);
		free(text);
	}
}

static void bad_frames_are_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t size, offset;
	} cases[] = {
		{"", 0, 0},
		{"OSop\1\0\1\0\14\0\0\0\0\0\0", 15, 0},
		{"OSoq\1\0\1\0\20\0\0\0\0\0\0\0", 16, 0},
		{"OSop\2\0\1\0\20\0\0\0\0\0\0\0", 16, 4},
		{"OSop\1\0\1\0\24\0\0\0\0\0\0\0", 16, 8},
		{"OSop\1\0\1\0\20\0\0\0\1\0\0\0", 16, 12},
		{"OSop\1\0\1\0\30\0\0\0\0\0\0\0\60\0\0\0\20\1\0\0", 24, 20},
		{"OSop\1\0\1\0\26\0\0\0\0\0\0\0\60\0\0\0\60\0", 22, 20},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct gl_op_error err = {.offset = 99};
		char *text = NULL;
		size_t n;
		FILE *out = open_memstream(&text, &n);
		assert_int_equal(
			optext_dump(cases[i].bytes, cases[i].size, out, &err), -EINVAL);
		fclose(out);
		assert_int_equal(n, 0);
		assert_int_equal(err.offset, cases[i].offset);
		assert_true(err.reason[0]);
		free(text);
	}
}

static void long_streams_are_refused(void **state)
{
	static const char line[] = "paint\n";
	size_t lines = (16u << 20) / 4, n = 14 + lines * (sizeof line - 1);
	char *text = malloc(n + 1);
	uint8_t *stream;
	size_t size;
	struct optext_error err;
	strcpy(text, "osaas ops 1.1\n");
	for (size_t i = 0; i < lines; i++)
		memcpy(text + 14 + i * (sizeof line - 1), line, sizeof line - 1);
	assert_int_equal(optext_assemble(text, n, &stream, &size, &err), -E2BIG);
	assert_int_equal(err.line, 2 + lines - 4);
	assert_non_null(strstr(err.text, "longer than 16777216 bytes"));
	n -= 4 * (sizeof line - 1);
	assert_int_equal(optext_assemble(text, n, &stream, &size, &err), 0);
	assert_int_equal(size, 16u << 20);
	free(stream);
	free(text);
}

static void lines_of_records(void **state)
{
	static const char text[] =
		"osaas ops 1.1\n\npaint\nmacro 1 {\n paint\n}\npaint\n";
	static const size_t lines[][2] = {
		{0, 0}, {16, 3}, {19, 3}, {20, 4}, {24, 4}, {28, 5}, {32, 7}, {99, 7}};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		assert_int_equal(
			optext_line(text, sizeof text - 1, lines[i][0]), lines[i][1]);
	assert_int_equal(optext_line("paint", 5, 99), 0);
}

static void sizes_are_hints(void **state)
{
	static const struct {
		const char *text;
		bool found;
		int32_t width, height;
	} cases[] = {
		{"osaas ops 1.1\n# size 64x32\n# size 1x1\n", true, 64, 32},
		{"# size 16384x1", true, 16384, 1},
		{"# size 16385x1", false, 0, 0},
		{"# size 0x1\n", false, 0, 0},
		{"# size 12\n", false, 0, 0},
		{" # size 1x1\n#size 2x2\n", false, 0, 0},
		{"# size ", false, 0, 0},
		{"", false, 0, 0},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int32_t w = 0, h = 0;
		bool found = optext_size(cases[i].text, strlen(cases[i].text), &w, &h);
		assert_int_equal(found, cases[i].found);
		if (found) {
			assert_int_equal(w, cases[i].width);
			assert_int_equal(h, cases[i].height);
		}
	}
	assert_true(optext_is_stream("OSop", 4));
	assert_false(optext_is_stream("OSo", 3));
	assert_false(optext_is_stream("osaas ops 1.1", 13));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_op_there_and_back),
		cmocka_unit_test(every_op_is_tried),
		cmocka_unit_test(names_there_and_back),
		cmocka_unit_test(bytes_are_as_specified),
		cmocka_unit_test(errors_say_where),
		cmocka_unit_test(nesting_is_bounded),
		cmocka_unit_test(random_streams_come_back),
		cmocka_unit_test(numbers_come_back),
		cmocka_unit_test(bad_frames_are_refused),
		cmocka_unit_test(long_streams_are_refused),
		cmocka_unit_test(lines_of_records),
		cmocka_unit_test(sizes_are_hints),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
