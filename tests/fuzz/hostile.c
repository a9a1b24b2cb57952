#include "hostile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/optext.h"
#include "hostile_tables.h"

#define FIRST_LINE "osaas ops 1.1\n"

/* Bytes that no text gives: what is wrong with header or framing. */
static const struct {
	const char *name, *bytes;
	size_t size;
} frames[] = {
	{"no byte", "", 0},
	{"half a header", "OSop\1\0\1\0", 8},
	{"no magic", "OSoq\1\0\1\0\20\0\0\0\0\0\0\0", 16},
	{"version 2", "OSop\2\0\1\0\20\0\0\0\0\0\0\0", 16},
	{"size of 2^32 - 1", "OSop\1\0\1\0\377\377\377\377\0\0\0\0", 16},
	{"size of 0", "OSop\1\0\1\0\0\0\0\0\0\0\0\0", 16},
	{"size of 17", "OSop\1\0\1\0\21\0\0\0\0\0\0\0\0", 17},
	{"header of ones", "OSop\1\0\1\0\20\0\0\0\377\377\377\377", 16},
	{"record of 64 MB", "OSop\1\0\1\0\24\0\0\0\0\0\0\0\23\377\377\377", 20},
	{"record longer by a word",
		"OSop\1\0\1\0\34\0\0\0\0\0\0\0\40\2\0\0\0\0\0\0\60\0\0\0", 28},
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

size_t hostile_count(void)
{
	return hostile_texts.n + hostile_written.n + COUNT(frames);
}

const char *hostile_name(size_t i)
{
	if (i < hostile_texts.n)
		return hostile_texts.of[i].name;
	i -= hostile_texts.n;
	return i < hostile_written.n ? hostile_written.of[i].name
				     : frames[i - hostile_written.n].name;
}

unsigned hostile_frames(size_t i)
{
	return i >= hostile_texts.n && i - hostile_texts.n < hostile_written.n
		       ? hostile_written.of[i - hostile_texts.n].frames
		       : 1;
}

static uint8_t *assemble(
	const char *name, const char *text, size_t text_size, size_t *size)
{
	uint8_t *stream;
	struct optext_error err;
	if (optext_assemble(text, text_size, &stream, size, &err) != 0) {
		fprintf(stderr, "%s: line %zu: %s\n", name, err.line, err.text);
		abort();
	}
	return stream;
}

uint8_t *hostile_make(size_t i, unsigned frame, size_t *size)
{
	char *text = NULL;
	size_t n;
	if (i >= hostile_texts.n + hostile_written.n) {
		i -= hostile_texts.n + hostile_written.n;
		uint8_t *bytes = malloc(frames[i].size ? frames[i].size : 1);
		if (!bytes)
			abort();
		memcpy(bytes, frames[i].bytes, frames[i].size);
		*size = frames[i].size;
		return bytes;
	}
	FILE *out = open_memstream(&text, &n);
	if (!out)
		abort();
	fputs(FIRST_LINE, out);
	if (i < hostile_texts.n)
		fputs(hostile_texts.of[i].text, out);
	else
		hostile_written.of[i - hostile_texts.n].write(out, frame);
	if (fclose(out) != 0)
		abort();
	uint8_t *stream = assemble(hostile_name(i), text, n, size);
	free(text);
	return stream;
}

static const char rich[] = FIRST_LINE
	"image 1 2 2 { ffffffff 00000080 00000080 ffffffff }\n"
	"font query 1 700 italic \"sans, serif\"\n"
	"macro 1 {\nclip rrect 0 0 30 20 3 4 5 6\npaint\nclip pop\n}\n"
	"sublayer 1 40 40 {\nbrush color #00ff00ff\npaint\narea 9\n}\n"
	"transform push 1 0.25 3 -0.25 1 4\n"
	"transform multiply 1 0 2 0 1 2\n"
	"clip path {\nmove 0 0\nline 90 0\nquad 90 90 50 90\ngap 40 90\ncubic 0 90 0 50 "
	"0 40\n"
	"close\n}\n"
	"brush linear 0 0 50 50 reflect 0 #ff0000ff 0.5 #00ff0080 1 #0000ffff\n"
	"paint\ncall 1\ndefer 1\n"
	"clip pop\ntransform pop\n"
	"clip even-odd {\nmove 0 0\nline 90 0\nline 0 90\n}\n"
	"brush radial 30 30 5 35 35 30 repeat 0 #ffffffff 1 #000000ff\nblend "
	"multiply\npaint\n"
	"clip pop\nblend over\n"
	"clip stroke 4 miter square 4 1 5 3 2 {\nmove 5 5\nline 80 20\ncubic 90 40 10 60 "
	"70 80\n"
	"}\n"
	"brush image 1 linear 0 0 2 2\npaint\nclip pop\n"
	"clip blur 10 10 60 40 5 5 5 5 4 inverted\ngroup push 0.5 over\npaint\ngroup "
	"pop\nclip pop\n"
	"clip ellipse 5 5 60 40\narea 18446744073709551615\npass push\narea 2\npass pop\n"
	"cursor pointer\naction move\nlisten 2 press,scroll,focus -9 9 0 0\n"
	"keys 2 ctrl shift 115 focused\ntransfer 2 target \"text/plain\"\nclass "
	"button\nlabel \"OK\"\ndescription \"does "
	"it\"\n"
	"selected 1\nenabled 0\nvalue \"v\"\nrange 1 0 2\nsemantic-actions 3\n"
	"hint 2 email\nselection 2 0 1 1 2 3 4\ncomposition 2 1 2 3 4\nsnippet 2 0 2 "
	"\"ab\"\n"
	"clip pop\n"
	"glyphs 1 16 {\n36 5 20\n37 15 20\n}\n"
	"place 1 10 10 50 50 3 4\n"
	"image update 1 0 0 1 1 { 10101010 }\n"
	"image retire 1\nfont retire 1\nsublayer retire 1\nmacro retire 1\n";

uint8_t *hostile_rich(size_t *size)
{
	return assemble("rich", rich, sizeof rich - 1, size);
}
