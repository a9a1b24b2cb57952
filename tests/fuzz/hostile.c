#include "hostile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gl/optext.h"
#include "util/opwire.h"

#define FIRST_LINE "osaas ops 1.1\n"
#define SQUARE     "clip rect 0 0 100 100\n"
#define DONE       "paint\nclip pop\n"
#define STOPS64    "0 #ff000080 0.5 #00ff0080 1 #0000ff80"

/* Short ones. */
static const struct {
	const char *name, *text;
} texts[] = {
	{"nothing", ""},
	{"nan in a rect", "clip rect 0 nan 10 10\n" DONE},
	{"another nan", "clip rect 0 nan:ffffffff 10 10\n" DONE},
	{"inf in a rect", "clip rect 0 0 inf 10\n" DONE},
	{"-inf in an ellipse", "clip ellipse -inf -inf inf inf\n" DONE},
	{"denormal rect", "clip rect 1e-45 1e-45 2e-45 2e-45\n" DONE},
	{"denormal matrix",
		"transform push 1e-45 0 0 0 1e-45 0\n" SQUARE DONE "transform pop\n"},
	{"huge rect", "clip rect -1e6 -1e6 1e6 1e6\n" DONE},
	{"too large a rect", "clip rect 0 0 1000001 1\n" DONE},
	{"largest floats", "clip ellipse -3.4e38 -3.4e38 3.4e38 3.4e38\n" DONE},
	{"rect inside out", "clip rect 100 100 0 0\n" DONE},
	{"huge radii", "clip rrect 0 0 50 50 1e6 1e6 1e6 1e6\n" DONE},
	{"negative radii", "clip rrect 0 0 50 50 -1 -1 -1 -1\n" DONE},
	{"radii of an empty rect", "clip rrect 5 5 5 5 1 1 1 1\n" DONE},
	{"radii inside out", "clip rrect 50 50 0 0 9 9 9 9\n" DONE},
	{"nan in the matrix", "transform multiply 1 0 nan 0 1 0\n" SQUARE DONE},
	{"inf in the matrix", "transform multiply 1 0 inf 0 1 0\n" SQUARE DONE},
	{"matrix that grows",
		"transform multiply 1e6 0 0 0 1e6 0\ntransform multiply 1e6 0 0 0 1e6 0\n"
		"transform multiply 1e6 0 0 0 1e6 0\n" SQUARE DONE},
	{"singular matrix", "transform multiply 1 1 0 1 1 0\n" SQUARE
			    "brush radial 50 50 0 50 50 20 reflect " STOPS64 "\n" DONE},
	{"nearly singular matrix", "transform multiply 1 1 0 1 1.0000001 0\n" SQUARE
				   "brush linear 0 0 1e-3 0 repeat " STOPS64 "\n" DONE},
	{"matrix of zeros", "transform multiply 0 0 0 0 0 0\n" SQUARE DONE},
	{"needle", "transform multiply 1e6 0 0 0 1e-6 5\nclip ellipse 0 0 1 1e6\n" DONE},
	{"curve under a huge scale",
		"transform multiply 1e6 0 0 0 1e6 0\nclip path {\nmove 0 0\n"
		"cubic 1e3 0 -1e3 1e3 0 1e3\n}\n" DONE},
	{"curve with points far off",
		"clip path {\nmove 0 0\ncubic 1e6 1e6 -1e6 1e6 100 0\nclose\n}\n" DONE},
	{"path of a gap", "clip path {\ngap 1 1\n}\n" DONE},
	{"path that does not move", "clip path {\nline 1 1\n}\n" DONE},
	{"only moves", "clip path {\nmove 1 1\nmove 2 2\nmove 3 3\n}\n" DONE},
	{"closes again and again",
		"clip path {\nmove 1 1\nclose\nclose\nclose\nclose\n}\n" DONE},
	{"verb without numbers", "raw 0x13 00000001 3f800000\n" DONE},
	{"unknown verb", "raw 0x13 00000001 0 0 00000063 0 0\n" DONE},
	{"nan in a curve", "clip path {\nmove 0 0\ncubic 1 nan 3 4 5 6\nclose\n}\n" DONE},
	{"stroke of no width",
		"clip stroke 0 round round 4 0 {\nmove 0 0\nline 9 9\n}\n" DONE},
	{"stroke of negative width",
		"clip stroke -1 round round 4 0 {\nmove 0 0\nline 9 9\n}\n" DONE},
	{"stroke of width nan",
		"clip stroke nan round round 4 0 {\nmove 0 0\nline 9 9\n}\n" DONE},
	{"stroke of huge width",
		"clip stroke 1e6 round round 4 0 {\nmove 0 0\nline 9 9\n}\n" DONE},
	{"stroke of huge width, huge scale", "transform multiply 1e3 0 0 0 1e3 0\n"
					     "clip stroke 1e6 round round 4 0 {\nmove 0 "
					     "0\ncubic 9 9 1 4 3 5\n}\n" DONE},
	{"miter of 1e6", "clip stroke 20 miter butt 1e6 0 {\nmove 0 50\nline 100 50\n"
			 "line 0 50.0001\n}\n" DONE},
	{"miter below 1",
		"clip stroke 2 miter butt 0.5 0 {\nmove 0 0\nline 9 9\n}\n" DONE},
	{"miter of nan",
		"clip stroke 2 miter butt nan 0 {\nmove 0 0\nline 9 9\n}\n" DONE},
	{"stroke of points",
		"clip stroke 5 round square 4 0 {\nmove 9 9\nline 9 9\nmove 20 20\n"
		"cubic 20 20 20 20 20 20\nclose\nmove 30 30\nclose\n}\n" DONE},
	{"stroke there and back",
		"clip stroke 5 round round 4 0 {\nmove 9 9\nline 90 9\nline 9 9\n"
		"line 90 9\n}\n" DONE},
	{"stroke of cusps",
		"clip stroke 9 miter butt 9 0 {\nmove 0 0\ncubic 100 100 0 100 100 0\n"
		"cubic 0 0 0 0 0 50\nquad 100 50 0 50\n}\n" DONE},
	{"stroke of a singular matrix", "transform multiply 1 1 0 1 1 0\n"
					"clip stroke 9 miter butt 9 0 {\nmove 0 0\nline "
					"10 30\nline 50 2\n}\n" DONE},
	{"stroke of a needle", "transform multiply 1e5 0 0 0 1e-5 50\n"
			       "clip stroke 1 round round 9 0 {\nmove 0 0\nline 10 "
			       "30\nline 50 2\n}\n" DONE},
	{"tiny dashes", "clip stroke 2 round round 4 0 1e-6 1e-6 {\nmove 0 0\n"
			"line 1e6 1e6\nline 0 1e6\n}\n" DONE},
	{"denormal dashes", "clip stroke 2 round round 4 0 1e-45 1e-45 {\nmove 0 0\nline "
			    "99 9\n}\n" DONE},
	{"dashes by the million",
		"clip stroke 0.5 round round 4 0 0.01 0.01 {\nmove 0 0\nline 1e4 1e2\n"
		"line 0 100\n}\n" DONE},
	{"dashes of zeros",
		"clip stroke 2 round round 4 0 0 0 0 {\nmove 0 0\nline 99 9\n}\n" DONE},
	{"dashes of zero and tiny",
		"clip stroke 2 round round 4 0 0 1e-4 {\nmove 0 0\nline 99 9\n}\n" DONE},
	{"negative dash",
		"clip stroke 2 round round 4 0 5 -1 {\nmove 0 0\nline 99 9\n}\n" DONE},
	{"infinite dash",
		"clip stroke 2 round round 4 0 5 inf {\nmove 0 0\nline 99 9\n}\n" DONE},
	{"far dash offset",
		"clip stroke 2 round butt 4 -3e38 5 3 {\nmove 0 0\nline 99 9\n}\n" DONE},
	{"dash offset of 1e6 in tiny dashes", "clip stroke 2 round butt 4 1e6 0.001 "
					      "0.001 {\nmove 0 0\nline 99 9\n}\n" DONE},
	{"dash offset of nan",
		"clip stroke 2 round butt 4 nan 5 3 {\nmove 0 0\nline 99 9\n}\n" DONE},
	{"too many dashes",
		"clip stroke 2 round butt 4 0 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 {\n"
		"move 0 0\nline 99 9\n}\n" DONE},
	{"more dashes than words", "raw 0x15 3f800000 0 40800000 0 ffffffff\n" DONE},
	{"unknown join", "raw 0x15 3f800000 00000007 40800000 0 0\n" DONE},
	{"blur of the largest sigma",
		"clip blur -1e5 -1e5 1e5 1e5 50 50 50 50 1000\n" DONE},
	{"blur of a larger sigma", "clip blur 0 0 50 50 5 5 5 5 1001\n" DONE},
	{"blur of sigma nan", "clip blur 0 0 50 50 5 5 5 5 nan\n" DONE},
	{"blur of negative sigma", "clip blur 0 0 50 50 5 5 5 5 -1\n" DONE},
	{"blur of tiny sigma", "clip blur 0 0 50 50 5 5 5 5 1e-30\n" DONE},
	{"blur under a huge scale", "transform multiply 1e5 0 0 0 1e5 0\n"
				    "clip blur 0 0 50 50 5 5 5 5 900 inverted\n" DONE},
	{"blur under a needle", "transform multiply 1e5 0 0 0 1e-5 0\n"
				"clip blur 0 0 50 50 5 5 5 5 900\n" DONE},
	{"blur of an empty rect", "clip blur 5 5 5 5 1 1 1 1 9 inverted\n" DONE},
	{"unknown flag of a blur", "raw 0x16 0 0 0 0 0 0 0 0 0 00000002\n" DONE},
	{"pops without pushes: transform", "transform pop\n"},
	{"pops without pushes: clip", "clip pop\n"},
	{"pops without pushes: group", "group pop\n"},
	{"pops without pushes: pass", "pass pop\n"},
	{"clip that stays", SQUARE "paint\n"},
	{"transform that stays", "transform push 1 0 0 0 1 0\npaint\n"},
	{"group that stays", "group push 1 over\npaint\n"},
	{"pass that stays", "pass push\npaint\n"},
	{"group of opacity nan", "group push nan over\npaint\ngroup pop\n"},
	{"group of opacity 2", "group push 2 over\npaint\ngroup pop\n"},
	{"unknown blend", "raw 0x24 ffffffff\npaint\n"},
	{"gradient of no stops", "brush linear 0 0 9 9 pad\npaint\n"},
	{"gradient of one point", "brush linear 5 5 5 5 repeat " STOPS64 "\npaint\n"},
	{"gradient of nearly one point",
		"brush linear 5 5 5.0000005 5 reflect " STOPS64 "\npaint\n"},
	{"gradient of denormals", "brush linear 0 0 1e-45 0 repeat " STOPS64 "\npaint\n"},
	{"gradient of 1e6", "brush linear -1e6 0 1e6 1e6 pad " STOPS64 "\npaint\n"},
	{"stops that fall", "brush linear 0 0 9 9 pad 1 #000000ff 0 #ffffffff\npaint\n"},
	{"stop of nan", "brush linear 0 0 9 9 pad nan #000000ff\npaint\n"},
	{"stop beyond 1", "brush linear 0 0 9 9 pad 0 #000000ff 2 #ffffffff\npaint\n"},
	{"more stops than words", "raw 0x21 0 0 0 0 0 ffffffff 0 0\npaint\n"},
	{"circle not within the other",
		"brush radial 0 0 5 50 50 5 pad " STOPS64 "\npaint\n"},
	{"circle of negative radius",
		"brush radial 0 0 -5 0 0 5 pad " STOPS64 "\npaint\n"},
	{"circles that nearly touch",
		"brush radial 0 0 0 49.9999 0 50 repeat " STOPS64 "\npaint\n"},
	{"circle of 1e-20",
		"brush radial 50 50 0 50 50 1e-20 reflect " STOPS64 "\npaint\n"},
	{"circles of one size",
		"brush radial 50 50 9 50 50 9 repeat " STOPS64 "\npaint\n"},
	{"image that is not there", "brush image 7 linear 0 0 1 1\npaint\n"},
	{"image of nothing", "image 1 0 0 {\n}\nbrush image 1 linear 0 0 0 0\npaint\n"},
	{"image of no height", "image 1 16384 0 {\n}\n"},
	{"image of too wide", "raw 0x70 1 00004001 00000001 0\n"},
	{"image of 16384 squared without pixels", "raw 0x70 1 00004000 00004000\n"},
	{"image of sides that overflow", "raw 0x70 1 ffffffff ffffffff ffffffff\n"},
	{"image of sides whose product is 0", "raw 0x70 1 80000000 00000002\n"},
	{"image retired, then used", "image 1 1 1 { ffffffff }\nimage retire 1\nbrush "
				     "image 1 linear 0 0 1 1\npaint\n"},
	{"image used, then retired",
		"image 1 1 1 { ffffffff }\nbrush image 1 linear 0 0 1 1\npaint\n"
		"image retire 1\npaint\n"},
	{"image used, then defined anew",
		"image 1 2 2 { ffffffff ffffffff ffffffff ffffffff }\n"
		"brush image 1 linear 0 0 2 2\npaint\nimage 1 1 1 { 000000ff }\npaint\n"},
	{"image used, then updated",
		"image 1 1 1 { ffffffff }\nbrush image 1 linear 0 0 1 1\npaint\n"
		"image update 1 0 0 1 1 { 000000ff }\npaint\n"},
	{"image part outside",
		"image 1 1 1 { ffffffff }\nbrush image 1 linear 0 0 2 2\npaint\n"},
	{"image part of nan",
		"image 1 1 1 { ffffffff }\nbrush image 1 linear nan 0 1 1\npaint\n"},
	{"image part of nearly nothing",
		"image 1 1 1 { ffffffff }\ntransform multiply 1e6 0 0 0 1e6 0\n"
		"brush image 1 linear 0.5 0.5 0.50000006 0.50000006\npaint\n"},
	{"image under a huge scale", "image 1 2 1 { ffffffff 00000080 }\ntransform "
				     "multiply 1e6 3e5 0 -3e5 1e6 0\n"
				     "brush image 1 nearest 0 0 2 1\npaint\n"},
	{"image under a tiny scale", "image 1 2 1 { ffffffff 00000080 }\ntransform "
				     "multiply 1e-6 0 0 0 1e-6 0\n"
				     "brush image 1 linear 0 0 2 1\npaint\n"},
	{"image under a needle",
		"image 1 2 1 { ffffffff 00000080 }\ntransform multiply 1e6 0 0 0 1e-6 9\n"
		"brush image 1 linear 0 0 2 1\npaint\n"},
	{"update of what is not there", "image update 1 0 0 1 1 { ffffffff }\n"},
	{"update outside",
		"image 1 1 1 { ffffffff }\nimage update 1 1 0 1 1 { ffffffff }\n"},
	{"update of coordinates that overflow",
		"image 1 1 1 { ffffffff }\n"
		"image update 1 4294967295 4294967295 1 1 { ffffffff }\n"},
	{"colour that is more than its alpha",
		"image 1 1 1 { ffffff00 }\nbrush image 1 linear 0 0 1 1\npaint\n"},
	{"glyphs of no font", "glyphs 1 16 {\n65 1 20\n}\n"},
	{"glyphs of a host font that is not there",
		"glyphs 4294967295 16 {\n65 1 20\n}\n"},
	{"glyphs of size 0",
		"font query 1 400 upright \"sans\"\nglyphs 1 0 {\n65 1 20\n}\n"},
	{"glyphs of size nan",
		"font query 1 400 upright \"sans\"\nglyphs 1 nan {\n65 1 20\n}\n"},
	{"glyphs of size 4097",
		"font query 1 400 upright \"sans\"\nglyphs 1 4097 {\n65 1 20\n}\n"},
	{"glyphs far off", "font query 1 400 upright \"sans\"\nglyphs 1 16 {\n65 1e6 "
			   "-1e6\n66 nan 0\n}\n"},
	{"glyphs that no font has",
		"font query 1 400 upright \"sans\"\nglyphs 1 16 {\n4294967295 1 20\n"
		"2147483648 1 20\n65536 9 20\n}\n"},
	{"glyphs of a third of one", "raw 0x33 1 41800000 0 1\n"},
	{"font that is no font",
		"font bytes 1 0 { deadbeef }\nglyphs 1 16 {\n65 1 20\n}\n"},
	{"font of nothing", "font bytes 1 0 { }\n"},
	{"font longer than its record", "raw 0x75 1 0 ffffffff 0\n"},
	{"font of weight 0", "font query 1 0 upright \"sans\"\n"},
	{"font of a strange name",
		"font query 1 400 upright "
		"\"a:b=c:\\x00\\xff\\n-\\\\:size=1e9:file=/etc/passwd\"\n"},
	{"host font defined", "font query 2147483648 400 upright \"sans\"\n"},
	{"macro that calls itself", "macro 1 {\ncall 1\n}\ncall 1\n"},
	{"macro that defers itself", "macro 1 {\ndefer 1\npaint\n}\ncall 1\n"},
	{"macro that defers itself twice", "macro 1 {\ndefer 1\ndefer 1\n}\ndefer 1\n"},
	{"macros that call each other",
		"macro 1 {\ncall 2\n}\nmacro 2 {\ncall 1\n}\ncall 1\n"},
	{"macro defined while it is called",
		"macro 1 {\nmacro 1 {\npaint\n}\n}\ncall 1\n"},
	{"macro retired while it is called",
		"macro 1 {\nmacro retire 1\npaint\n}\ncall 1\n"},
	{"macro defined anew before its deferred call",
		"macro 1 {\npaint\n}\ndefer 1\nmacro 1 {\ntransform pop\n}\n"},
	{"macro retired before its deferred call",
		"macro 1 {\npaint\n}\ndefer 1\nmacro retire 1\n"},
	{"macro that is not there", "call 9\n"},
	{"deferred macro that is not there", "defer 9\n"},
	{"retired twice", "macro 1 {\n}\nmacro retire 1\nmacro retire 1\n"},
	{"pushes in a macro",
		"macro 1 {\n" SQUARE "}\ncall 1\ncall 1\npaint\nclip pop\nclip pop\n"},
	{"pops in a macro",
		"macro 1 {\nclip pop\n}\n" SQUARE SQUARE "call 1\ncall 1\npaint\n"},
	{"pushes in a deferred macro", "macro 1 {\n" SQUARE "}\ndefer 1\n"},
	{"pops in a deferred macro", "macro 1 {\nclip pop\n}\ndefer 1\n"},
	{"group over the end of a macro", "macro 1 {\ngroup push 1 over\n}\ncall 1\n"},
	{"macro with half a record", "raw 0x60 1 00000501 0\ncall 1\n"},
	{"macro with an unknown op", "raw 0x60 1 000000ee\ncall 1\n"},
	{"macro without an id", "raw 0x60\n"},
	{"sub-layer in a sub-layer",
		"sublayer 1 9 9 {\nsublayer 2 9 9 {\npaint\n}\nplace 2 0 0 9 9 0 0\n}\n"
		"place 1 0 0 9 9 0 0\n"},
	{"sub-layer that places itself",
		"sublayer 1 9 9 {\nplace 1 0 0 9 9 0 0\n}\nplace 1 0 0 9 9 0 0\n"},
	{"sub-layer that places its last self",
		"sublayer 1 9 9 {\npaint\n}\nsublayer 1 9 9 {\nplace 1 0 0 9 9 0 0\n}\n"
		"place 1 0 0 9 9 0 0\n"},
	{"sub-layer of no size", "sublayer 1 0 0 {\npaint\n}\nplace 1 0 0 9 9 0 0\n"},
	{"sub-layer of the largest size",
		"sublayer 1 4294967295 4294967295 {\npaint\n}\nplace 1 0 0 99 99 0 0\n"},
	{"sub-layer of 32767 squared",
		"sublayer 1 32767 32767 {\nclip ellipse 0 0 32767 32767\n" DONE "}\n"
		"place 1 0 0 99 99 16000 20000\n"},
	{"sub-layer of 16384 squared, small",
		"sublayer 1 16384 16384 {\nclip ellipse 0 0 16384 16384\n" DONE "}\n"
		"transform multiply 0.006 0 0 0 0.006 0\nplace 1 0 0 16384 16384 0 0\n"},
	{"sub-layer scrolled far off",
		"sublayer 1 9 9 {\npaint\n}\nplace 1 0 0 99 99 1e6 -1e6\n"},
	{"sub-layer scrolled by nan",
		"sublayer 1 9 9 {\npaint\n}\nplace 1 0 0 99 99 nan 0\n"},
	{"sub-layer under a needle",
		"sublayer 1 9 9 {\npaint\n}\ntransform multiply 1e6 0 0 0 1e-6 9\n"
		"place 1 0 0 99 99 0 0\n"},
	{"sub-layer with an image in it",
		"sublayer 1 9 9 {\nimage 1 1 1 { ffffffff }\n}\n"},
	{"sub-layer whose clip stays", "sublayer 1 9 9 {\n" SQUARE "paint\n}\n"},
	{"sub-layer that pops ours", SQUARE "sublayer 1 9 9 {\nclip pop\n}\nclip pop\n"},
	{"sub-layer retired, then placed",
		"sublayer 1 9 9 {\npaint\n}\nsublayer retire 1\nplace 1 0 0 9 9 0 0\n"},
	{"sub-layer placed, then retired",
		"sublayer 1 9 9 {\npaint\n}\nplace 1 0 0 9 9 0 0\nsublayer retire 1\n"},
	{"sub-layer that defers", "macro 1 {\npaint\n}\nsublayer 1 9 9 {\ndefer "
				  "1\n}\nplace 1 0 0 9 9 0 0\n"},
	{"string that is no UTF-8", "label \"\\xff\\xfe\\xc0\\x80\"\n"},
	{"string longer than its record", "raw 0x50 0000ffff 41414141\n"},
	{"string of 2^32 - 1", "raw 0x50 ffffffff 41414141\n"},
	{"string with something behind it", "raw 0x50 00000001 ffffff41\n"},
	{"unknown cursor", "raw 0x43 000000ff\n"},
	{"unknown semantic actions", "semantic-actions 4294967295\n"},
	{"unknown kinds", "raw 0x45 1 0 00001000 0 0 0 0\n"},
	{"scroll range of nan", "listen 1 scroll nan 0 0 0\n"},
	{"scroll range of all", "listen 1 scroll -inf inf -inf inf\n"},
	{"scroll range backwards", "listen 1 scroll 1 0 0 0\n"},
	{"keys with unknown modifiers", "raw 0x46 1 0 00000020 0 0 0\n"},
	{"keys with unknown flags", "raw 0x46 1 0 0 0 0 00000002\n"},
	{"transfer neither way", "raw 0x47 1 0 00000002 00000003 00622f61\n"},
	{"transfer of no type", "transfer 1 source \"\"\n"},
	{"transfer of two types", "transfer 1 target \"text/plain, text/html\"\n"},
	{"selection backwards", "selection 1 4294967295 0 nan inf -inf 0\n"},
	{"range of nan", "range nan 1 0\n"},
	{"selected twice over", "raw 0x53 00000002\n"},
	{"unknown opcode", "paint\nraw 0x00\n"},
	{"words too many", "raw 0x30 00000001\n"},
};

static void nest(
	FILE *out, unsigned n, const char *push, const char *inside, const char *pop)
{
	for (unsigned i = 0; i < n; i++)
		fputs(push, out);
	fputs(inside, out);
	for (unsigned i = 0; i < n; i++)
		fputs(pop, out);
}

static void repeat(FILE *out, unsigned n, const char *text)
{
	nest(out, n, text, "", "");
}

/* Macro 1 is text; each of `levels` more calls the one before n times; the last is called. */
static void multiply(FILE *out, const char *text, unsigned levels, unsigned n)
{
	fprintf(out, "macro 1 {\n%s}\n", text);
	for (unsigned level = 2; level < 2 + levels; level++) {
		fprintf(out, "macro %u {\n", level);
		for (unsigned i = 0; i < n; i++)
			fprintf(out, "call %u\n", level - 1);
		fputs("}\n", out);
	}
	fprintf(out, "call %u\n", levels + 1);
}

static void write_exponential(FILE *out, unsigned frame)
{
	multiply(out, "clip rect 0 0 9 9\npaint\nclip pop\n", 15, 10);
}

static void write_exponential_nothing(FILE *out, unsigned frame)
{
	multiply(out, "", 15, 64);
}

static void write_exponential_defers(FILE *out, unsigned frame)
{
	multiply(out, "defer 99\n", 14, 4);
	fputs("macro 99 {\npaint\n}\n", out);
}

static void write_exponential_multiplies(FILE *out, unsigned frame)
{
	multiply(out, "transform multiply 1.01 0 0 0 1 0\n", 15, 3);
}

static void write_exponential_strings(FILE *out, unsigned frame)
{
	char text[60100];
	int n = sprintf(text, "label \"");
	memset(text + n, 'x', 60000);
	strcpy(text + n + 60000, "\"\n");
	multiply(out, text, 4, 10);
}

static void write_exponential_stops(FILE *out, unsigned frame)
{
	multiply(out, "brush linear 0 0 9 9 pad " STOPS64 "\npaint\n", 6, 10);
}

static void write_exponential_areas(FILE *out, unsigned frame)
{
	multiply(out, "clip ellipse 0 0 90 90\narea 1\nclip pop\n", 6, 10);
}

static void write_exponential_strokes(FILE *out, unsigned frame)
{
	multiply(out,
		"clip stroke 9 round round 4 0 0.5 0.5 {\nmove 0 0\ncubic 300 0 0 300 "
		"300 300\n"
		"}\npaint\nclip pop\ntransform multiply 1 0 0.01 0 1 0\n",
		6, 10);
}

static void write_exponential_glyphs(FILE *out, unsigned frame)
{
	fputs("font query 1 400 upright \"sans\"\n", out);
	multiply(out, "glyphs 1 30 {\n36 1 30\n37 20 30\n38 40 30\n}\n", 6, 10);
}

static void write_exponential_places(FILE *out, unsigned frame)
{
	fputs("sublayer 1 300 300 {\nclip ellipse 0 0 300 300\npaint\nclip pop\n}\n",
		out);
	multiply(out, "place 1 0 0 300 300 0.5 0.5\n", 6, 10);
}

static void write_deep_calls(FILE *out, unsigned frame)
{
	multiply(out, "paint\n", 16, 1);
}

static void write_sublayers_exponential(FILE *out, unsigned frame)
{
	fputs("macro 1 {\npaint\n}\n", out);
	for (unsigned i = 2; i < 10; i++)
		fprintf(out, "macro %u {\ncall %u\ncall %u\ncall %u\ncall %u\n}\n", i,
			i - 1, i - 1, i - 1, i - 1);
	for (unsigned i = 0; i < 64; i++)
		fprintf(out, "sublayer %u 9 9 {\ncall 9\n}\n", i);
}

static void write_macros_many(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 4097; i++)
		fprintf(out, "macro %u {\npaint\n}\n", i);
}

static void write_macro_again(FILE *out, unsigned frame)
{
	repeat(out, 100000, "macro 1 {\npaint\n}\ncall 1\n");
}

/* Bodies of 1 MiB, 20 of them in two frames: more than a window may keep. */
static void write_macro_hoard(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 10; i++) {
		fprintf(out, "macro %u {\n", frame * 10 + i);
		repeat(out, 250000, "paint\n");
		fputs("}\n", out);
	}
}

static void write_defers_many(FILE *out, unsigned frame)
{
	fputs("macro 1 {\n}\n", out);
	repeat(out, 4097, "defer 1\n");
}

static void write_defers_of_paths(FILE *out, unsigned frame)
{
	fputs("macro 1 {\nclip path {\nmove 0 0\nline 99 9\nline 0 99\n}\npaint\nclip "
	      "pop\n}\n",
		out);
	repeat(out, 4096, "transform multiply 1 0 0.3 0 1 0.3\ndefer 1\n");
}

static void write_many_shapes(FILE *out, unsigned frame)
{
	repeat(out, 32769, "clip rect 0.5 0.5 9 9\nclip pop\n");
}

static void write_many_paints(FILE *out, unsigned frame)
{
	repeat(out, 32768, "paint\n");
}

static void write_many_blends(FILE *out, unsigned frame)
{
	static const char *const modes[] = {"xor", "multiply", "screen", "dest-atop"};
	for (unsigned i = 0; i < 32768; i++)
		fprintf(out, "blend %s\nbrush color #ff00ff%02x\npaint\n", modes[i % 4],
			i & 255);
}

static void write_zigzag(FILE *out, unsigned frame)
{
	fputs("clip path {\nmove 0 0\n", out);
	for (unsigned i = 1; i < 262000; i++)
		fprintf(out, "line %d %g\n", i % 2 ? 5000 : -5000, (double)i * 0.002);
	fputs("}\npaint\nclip pop\n", out);
}

/* All within one pixel. */
static void write_knot(FILE *out, unsigned frame)
{
	fputs("clip path {\nmove 50 50\n", out);
	for (unsigned i = 1; i < 262000; i++)
		fprintf(out, "line %g %g\n", 50 + 0.9 * fabs(sin(i * 1.7)),
			50 + 0.9 * fabs(sin(i * 2.3)));
	fputs("}\npaint\nclip pop\n", out);
}

static void write_star(FILE *out, unsigned frame)
{
	fputs("clip even-odd {\nmove 100 100\n", out);
	for (unsigned i = 1; i < 20000; i++)
		fprintf(out, "line %g %g\n", 100 + 100 * cos(i * 2.5),
			100 + 100 * sin(i * 2.5));
	fputs("}\npaint\nclip pop\n", out);
}

static void write_curves(FILE *out, unsigned frame)
{
	fputs("clip path {\nmove 0 0\n", out);
	for (unsigned i = 0; i < 60000; i++)
		fprintf(out, "cubic %d 0 %d 300 %u %u\n", i % 2 ? 99999 : -99999,
			i % 3 ? 99999 : -99999, i % 300, i % 200);
	fputs("}\npaint\nclip pop\n", out);
}

static void write_million_segments(FILE *out, unsigned frame)
{
	fputs("clip path {\nmove 0 0\n", out);
	for (unsigned i = 0; i < 1000000; i++)
		fprintf(out, "line %u %u\n", i % 300, i % 299);
	fputs("}\npaint\nclip pop\n", out);
}

static void write_stroke_segments(FILE *out, unsigned frame)
{
	fputs("clip stroke 30 round round 4 0 {\nmove 0 0\n", out);
	for (unsigned i = 0; i < 262000; i++)
		fprintf(out, "line %u %u\n", i * 7 % 300, i * 11 % 299);
	fputs("}\npaint\nclip pop\n", out);
}

static void write_stroke_dots(FILE *out, unsigned frame)
{
	fputs("clip stroke 300 round round 4 0 {\n", out);
	for (unsigned i = 0; i < 131000; i++)
		fprintf(out, "move %u %u\nclose\n", i % 300, i % 299);
	fputs("}\npaint\nclip pop\n", out);
}

static void write_dashed_many(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 3000; i++)
		fprintf(out,
			"clip stroke 3 round round 4 %u 0.02 0.02 {\nmove 0 %u\n"
			"cubic 300 0 0 300 300 %u\n}\npaint\nclip pop\n",
			i, i % 300, i % 299);
}

static void write_clips_deep(FILE *out, unsigned frame)
{
	nest(out, 64, "clip ellipse 0.25 0.25 300 200\n", "paint\n", "clip pop\n");
}

static void write_clips_too_deep(FILE *out, unsigned frame)
{
	nest(out, 65, "clip rect 0 0 9 9\n", "paint\n", "clip pop\n");
}

/* Each is a mask of its own, of all above. */
static void write_clips_wide(FILE *out, unsigned frame)
{
	nest(out, 60, "clip ellipse 0.25 0.25 300 200\n", "", "");
	for (unsigned i = 0; i < 8000; i++)
		fprintf(out, "clip ellipse %g 0 300 200\npaint\nclip pop\n", i * 0.01);
	repeat(out, 60, "clip pop\n");
}

static void write_transforms_deep(FILE *out, unsigned frame)
{
	nest(out, 65, "transform push 1 0 1 0 1 0\n", "paint\n", "transform pop\n");
}

static void write_groups_deep(FILE *out, unsigned frame)
{
	nest(out, 16, "group push 0.9 over\npaint\n", "paint\n", "group pop\n");
}

static void write_groups_too_deep(FILE *out, unsigned frame)
{
	nest(out, 64, "group push 0.9 over\n", "paint\n", "group pop\n");
}

static void write_groups_many(FILE *out, unsigned frame)
{
	repeat(out, 10000, "group push 0.9 clear\npaint\ngroup pop\n");
}

static void write_groups_deep_many(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 500; i++)
		nest(out, 16, "group push 0.9 source\n", "paint\n", "group pop\n");
}

static void write_groups_empty(FILE *out, unsigned frame)
{
	repeat(out, 32000, "group push 1 source\ngroup pop\n");
}

static void write_passes_deep(FILE *out, unsigned frame)
{
	nest(out, 65, "pass push\n", "area 1\n", "pass pop\n");
}

static void write_blurs(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 3000; i++)
		fprintf(out, "clip blur 0 0 %u 200 20 20 20 20 %u\npaint\nclip pop\n",
			200 + i % 100, 20 + i % 77);
}

static void write_stops_many(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 1100; i++) {
		fputs("brush linear 0 0 300 0 repeat", out);
		for (unsigned k = 0; k < 64; k++)
			fprintf(out, " %g #%02x%02x0080", k / 63.0, k, i & 255);
		fputs("\npaint\n", out);
	}
}

static void write_stops_singular(FILE *out, unsigned frame)
{
	fputs("transform multiply 1 2 0 2 4 0\nbrush radial 0 0 0 1 1 9 reflect", out);
	for (unsigned k = 0; k < 65; k++)
		fprintf(out, " %g #%02x000080", k / 64.0, k);
	fputs("\npaint\n", out);
}

/* All rows alike. */
static void write_pixels(FILE *out, unsigned id, unsigned width, unsigned height)
{
	char *row = malloc((size_t)width * 8 + 1);
	if (!row)
		abort();
	for (unsigned x = 0; x < width; x++)
		sprintf(row + (size_t)x * 8, "%02x%02x0980", x & 127, x / 3 & 127);
	fprintf(out, "image %u %u %u {\n", id, width, height);
	for (unsigned y = 0; y < height; y++)
		fprintf(out, "%s\n", row);
	fputs("}\n", out);
	free(row);
}

static void write_image_hoard(FILE *out, unsigned frame)
{
	write_pixels(out, frame, 2000, 2000);
}

/* Each is shown small: what a painter keeps for that is more than the image. */
static void write_images_shown(FILE *out, unsigned frame)
{
	write_pixels(out, frame, 2000, 2000);
	for (unsigned i = 0; i <= frame; i++)
		fprintf(out,
			"transform push 0.1 0 %u 0 0.1 0\nbrush image %u linear 0 0 2000 "
			"2000\n"
			"paint\ntransform pop\n",
			i * 30, i);
}

static void write_image_strips(FILE *out, unsigned frame)
{
	write_pixels(out, 1, 16384, 2);
	write_pixels(out, 2, 2, 16384);
	for (unsigned i = 0; i < 40; i++)
		fprintf(out,
			"transform push 0.01 %g 0 0.3 0.02 0\nbrush image %u linear 0 0 "
			"%s\n"
			"paint\ntransform pop\n",
			i * 0.1, 1 + i % 2, i % 2 ? "2 16384" : "16384 2");
}

static void write_images_many(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 1025; i++)
		fprintf(out, "image %u 1 1 { ffffffff }\n", i);
}

static void write_updates_many(FILE *out, unsigned frame)
{
	write_pixels(out, 1, 512, 512);
	for (unsigned i = 0; i < 20000; i++)
		fprintf(out,
			"image update 1 %u %u 1 1 { ffffffff }\nbrush image 1 linear 0 0 "
			"9 9\npaint\n",
			i % 512, i % 511);
}

static void write_glyphs_many(FILE *out, unsigned frame)
{
	fputs("font query 1 400 upright \"sans\"\nglyphs 1 200 {\n", out);
	for (unsigned i = 0; i < 131072; i++)
		fprintf(out, "%u %g %u\n", i % 3000, (i % 4) * 0.25, i % 300);
	fputs("}\n", out);
}

static void write_glyphs_huge(FILE *out, unsigned frame)
{
	fputs("font query 1 400 upright \"sans\"\ntransform multiply 1000 0 0 0 1000 0\n"
	      "glyphs 1 4096 {\n",
		out);
	for (unsigned i = 0; i < 2000; i++)
		fprintf(out, "%u %d 1\n", i, -(int)i);
	fputs("}\n", out);
}

static void write_glyphs_turned(FILE *out, unsigned frame)
{
	fputs("font query 1 400 upright \"sans\"\n", out);
	for (unsigned i = 0; i < 200; i++)
		fprintf(out,
			"transform push %g %g 50 %g %g 50\nglyphs 1 300 {\n%u 0 0\n%u 9 "
			"9\n}\n"
			"transform pop\n",
			cos(i * 0.1), sin(i * 0.1), -sin(i * 0.1), cos(i * 0.1), i,
			i + 1);
}

static void write_glyphs_sizes(FILE *out, unsigned frame)
{
	fputs("font query 1 400 upright \"sans\"\n", out);
	for (unsigned i = 0; i < 3000; i++)
		fprintf(out, "glyphs 1 %g {\n36 1 200\n40 100 200\n}\n", 100 + i * 0.05);
}

static void write_fonts_many(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 65; i++)
		fprintf(out, "font query %u 400 upright \"sans\"\n", i);
}

static void write_sublayers_many(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 65; i++)
		fprintf(out,
			"sublayer %u 16384 16384 {\npaint\n}\nplace %u 0 0 300 300 0 0\n",
			i, i);
}

static void write_sublayer_stores(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 64; i++)
		fprintf(out,
			"sublayer %u 16384 16384 {\nclip ellipse 0 0 16384 "
			"16384\npaint\nclip "
			"pop\n}\ntransform push 0.5 0.1 0 -0.1 0.5 0\nplace %u 0 0 600 "
			"600 %u 99\n"
			"transform pop\n",
			i, i, frame * 1000);
}

/* Each shows another part of it, all of it nearly, in a few pixels. */
static void write_sublayer_parts(FILE *out, unsigned frame)
{
	fputs("sublayer 1 16384 4096 {\nclip ellipse 0 0 16384 4096\npaint\nclip "
	      "pop\n}\ntransform multiply 0.01 0 0 0 0.01 0\n",
		out);
	for (unsigned i = 0; i < 16000; i++)
		fprintf(out, "place 1 %u 0 %u 3000 %u 0\n", i, i + 3000, i % 64 * 200);
}

static void write_areas_chain(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 16384; i++)
		fprintf(out, "area %u\n", i);
}

static void write_areas_many(FILE *out, unsigned frame)
{
	repeat(out, 16385, "area 1\n");
}

static void write_filters(FILE *out, unsigned frame)
{
	for (uint64_t i = 0; i < OPWIRE_MAX_LISTENS; i++)
		fprintf(out, "area %llu\nlisten %llu press,scroll,focus -9 9 0 0\n",
			(unsigned long long)(i << 40 | i),
			(unsigned long long)(i << 40 | i));
	repeat(out, OPWIRE_MAX_KEYS, "keys 1 ctrl none 115\n");
	repeat(out, OPWIRE_MAX_TRANSFERS, "transfer 1 source \"text/plain\"\n");
}

/* All that a content may hold which is no paint, at each of its places. */
static void write_filters_placed(FILE *out, unsigned frame)
{
	fputs("sublayer 1 99 99 {\n", out);
	for (unsigned i = 0; i < 8000; i++)
		fprintf(out, "area %u\nlisten %u focus 0 0 0 0\nlabel \"x\"\n", i, i);
	fputs("}\n", out);
	repeat(out, 16000, "place 1 0 0 9 9 0 0\n");
}

static void write_areas_of_paths(FILE *out, unsigned frame)
{
	fputs("clip path {\nmove 0 0\n", out);
	for (unsigned i = 0; i < 200000; i++)
		fprintf(out, "line %u %u\n", i * 7 % 300, i * 11 % 299);
	fputs("}\n", out);
	for (unsigned i = 0; i < 16384; i++)
		fprintf(out, "area %u\n", i);
	fputs("clip pop\n", out);
}

static void write_areas_of_strokes(FILE *out, unsigned frame)
{
	fputs("clip stroke 3 round round 4 0 0.1 0.1 {\nmove 0 0\n", out);
	for (unsigned i = 0; i < 20000; i++)
		fprintf(out, "cubic 300 0 0 %u %u %u\n", i % 300, i * 7 % 300,
			i * 11 % 299);
	fputs("}\narea 1\nclip pop\n", out);
}

static void write_notes_many(FILE *out, unsigned frame)
{
	repeat(out, 16385, "cursor pointer\n");
}

static void write_string_long(FILE *out, unsigned frame)
{
	fputs("value \"", out);
	repeat(out, 65536, "x");
	fputs("\"\n", out);
}

static void write_strings_many(FILE *out, unsigned frame)
{
	for (unsigned i = 0; i < 17; i++) {
		fputs("value \"", out);
		repeat(out, 65535, "x");
		fputs("\"\n", out);
	}
}

/* The next frame lives on what the last one defined. */
static void write_ids_over_frames(FILE *out, unsigned frame)
{
	static const char *const frames[] = {
		("image 1 1 1 { ff0000ff }\n"
		 "macro 1 {\nbrush image 1 linear 0 0 1 1\npaint\n}\n"
		 "sublayer 1 9 9 {\ncall 1\n}\nplace 1 0 0 9 9 0 0\n"),
		"image retire 1\ncall 1\n",
		"image retire 1\nplace 1 0 0 9 9 0 0\n",
		"call 1\n",
		("image 1 2 1 { ff0000ff 00ff00ff }\ncall 1\nsublayer retire 1\n"
		 "macro 1 {\ncall 1\n}\n"),
		"call 1\n",
		"place 1 0 0 9 9 0 0\n",
	};
	fputs(frames[frame], out);
}

static const struct {
	const char *name;
	unsigned frames;
	void (*write)(FILE *out, unsigned frame);
} written[] = {
	{"calls of calls, 10^15 paints", 1, write_exponential},
	{"calls of calls of nothing, 64^15", 1, write_exponential_nothing},
	{"calls of calls, defers", 1, write_exponential_defers},
	{"calls of calls, multiplies", 1, write_exponential_multiplies},
	{"calls of calls, strings", 1, write_exponential_strings},
	{"calls of calls, gradients", 1, write_exponential_stops},
	{"calls of calls, areas", 1, write_exponential_areas},
	{"calls of calls, dashed curves", 1, write_exponential_strokes},
	{"calls of calls, glyphs", 1, write_exponential_glyphs},
	{"calls of calls, places", 1, write_exponential_places},
	{"calls 17 deep", 1, write_deep_calls},
	{"sub-layers of calls of calls", 1, write_sublayers_exponential},
	{"4097 macros", 1, write_macros_many},
	{"one macro 100000 times", 2, write_macro_again},
	{"20 MB of macros in two frames", 2, write_macro_hoard},
	{"4097 defers", 1, write_defers_many},
	{"4096 deferred paths", 1, write_defers_of_paths},
	{"32769 shapes", 1, write_many_shapes},
	{"32768 paints of all", 1, write_many_paints},
	{"32768 paints of all by modes", 1, write_many_blends},
	{"zigzag of 262000 lines", 1, write_zigzag},
	{"262000 lines in a pixel", 1, write_knot},
	{"star of 20000 points", 1, write_star},
	{"60000 long curves", 1, write_curves},
	{"path of a million lines", 1, write_million_segments},
	{"wide stroke of 262000 lines", 1, write_stroke_segments},
	{"131000 wide dots", 1, write_stroke_dots},
	{"3000 curves of tiny dashes", 1, write_dashed_many},
	{"64 clips", 1, write_clips_deep},
	{"65 clips", 1, write_clips_too_deep},
	{"8000 clips in 60", 1, write_clips_wide},
	{"65 transforms", 1, write_transforms_deep},
	{"16 groups", 1, write_groups_deep},
	{"64 groups", 1, write_groups_too_deep},
	{"10000 groups", 1, write_groups_many},
	{"500 times 16 groups", 1, write_groups_deep_many},
	{"32000 groups of nothing", 1, write_groups_empty},
	{"65 passes", 1, write_passes_deep},
	{"3000 blurs", 1, write_blurs},
	{"1100 gradients of 64 stops", 1, write_stops_many},
	{"65 stops under a singular matrix", 1, write_stops_singular},
	{"20 images of 16 MB", 20, write_image_hoard},
	{"16 images of 16 MB, shown small", 16, write_images_shown},
	{"images of two rows and two columns", 1, write_image_strips},
	{"1025 images", 1, write_images_many},
	{"20000 updates of an image in use", 2, write_updates_many},
	{"131072 glyphs of 200 px", 1, write_glyphs_many},
	{"glyphs of 4 million px", 1, write_glyphs_huge},
	{"glyphs at all angles", 1, write_glyphs_turned},
	{"glyphs of 3000 sizes", 1, write_glyphs_sizes},
	{"65 fonts", 1, write_fonts_many},
	{"65 sub-layers", 1, write_sublayers_many},
	{"64 sub-layers of 16384 squared", 3, write_sublayer_stores},
	{"16000 parts of a sub-layer, small", 1, write_sublayer_parts},
	{"chain of 16384 areas", 1, write_areas_chain},
	{"16385 areas", 1, write_areas_many},
	{"all filters that there may be", 1, write_filters},
	{"8000 filters and notes in 16000 places", 1, write_filters_placed},
	{"16384 areas of a path", 1, write_areas_of_paths},
	{"area of a dashed stroke", 1, write_areas_of_strokes},
	{"16385 notes", 1, write_notes_many},
	{"string of 65536 bytes", 1, write_string_long},
	{"strings of more than a megabyte", 1, write_strings_many},
	{"ids over frames", 7, write_ids_over_frames},
};

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
	return COUNT(texts) + COUNT(written) + COUNT(frames);
}

const char *hostile_name(size_t i)
{
	if (i < COUNT(texts))
		return texts[i].name;
	i -= COUNT(texts);
	return i < COUNT(written) ? written[i].name : frames[i - COUNT(written)].name;
}

unsigned hostile_frames(size_t i)
{
	return i >= COUNT(texts) && i - COUNT(texts) < COUNT(written)
		       ? written[i - COUNT(texts)].frames
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
	if (i >= COUNT(texts) + COUNT(written)) {
		i -= COUNT(texts) + COUNT(written);
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
	if (i < COUNT(texts))
		fputs(texts[i].text, out);
	else
		written[i - COUNT(texts)].write(out, frame);
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
