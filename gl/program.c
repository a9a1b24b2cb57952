#include "gl/program.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/*
 * Before each fragment shader. NVIDIA's driver has highp, and does not define what tells
 * of it: its mediump of 16 bits turns coverage into infinity.
 */
static const char highp_head[] = "precision highp float;\n"
				 "precision highp sampler2D;\n";
static const char mediump_head[] = "precision mediump float;\n";

#define ENCODE                                                                           \
	"vec3 encode(vec3 c) {\n"                                                        \
	"	vec3 curve = 1.055 * pow(max(c, 0.001), vec3(1.0 / 2.4)) - 0.055;\n"           \
	"	return mix(12.92 * c, curve, step(0.0031308, c));\n"                           \
	"}\n"
#define DECODE                                                                           \
	"vec3 decode(vec3 c) {\n"                                                        \
	"	vec3 curve = pow((c + 0.055) / 1.055, vec3(2.4));\n"                           \
	"	return mix(c / 12.92, curve, step(0.04045, c));\n"                             \
	"}\n"

/*
 * compose.c's; turn, shift: from the view to the surface's pixels; unit: one over the
 * texture's size, origin: where it lies.
 */

static const char blit_vertex[] =
	"attribute vec2 at;\n"
	"uniform vec4 turn;\n"
	"uniform vec2 shift, scale, unit, origin;\n"
	"varying vec2 v_at;\n"
	"void main() {\n"
	"	vec2 on = vec2(dot(turn.xy, at), dot(turn.zw, at));\n"
	"	gl_Position = vec4((on + shift) * scale - 1.0, 0.0, "
	"1.0);\n"
	"	v_at = (at - origin) * unit;\n"
	"}\n";

static const char copy_fragment[] = "uniform sampler2D source;\n"
				    "varying vec2 v_at;\n"
				    "void main() {\n"
				    "	gl_FragColor = texture2D(source, v_at);\n"
				    "}\n";

static const char encode_fragment[] =
	"uniform sampler2D source;\n"
	"uniform vec3 background;\n"
	"varying vec2 v_at;\n" ENCODE "void main() {\n"
	"	vec4 over = texture2D(source, v_at);\n"
	"	vec3 c = min(over.rgb + background * (1.0 - over.a), 1.0);\n"
	"	gl_FragColor = vec4(encode(c), 1.0);\n"
	"}\n";

/* What is opaque or clear goes through untouched: exact without highp too. */
static const char lay_fragment[] =
	"uniform sampler2D source;\n"
	"uniform vec3 background;\n"
	"varying vec2 v_at;\n" ENCODE DECODE "void main() {\n"
	"	vec4 over = texture2D(source, v_at);\n"
	"	vec3 c = min(decode(over.rgb) + decode(background) * (1.0 - over.a), "
	"1.0);\n"
	"	c = over.a == 1.0 ? over.rgb : over.a == 0.0 ? background : encode(c);\n"
	"	gl_FragColor = vec4(c, 1.0);\n"
	"}\n";

static const char over_fragment[] =
	"uniform sampler2D source, under;\n"
	"uniform vec2 extent;\n"
	"varying vec2 v_at;\n" ENCODE DECODE "void main() {\n"
	"	vec4 over = texture2D(source, v_at);\n"
	"	vec3 below = texture2D(under, gl_FragCoord.xy * extent).rgb;\n"
	"	vec3 c = min(decode(over.rgb) + decode(below) * (1.0 - over.a), 1.0);\n"
	"	c = over.a == 1.0 ? over.rgb : over.a == 0.0 ? below : encode(c);\n"
	"	gl_FragColor = vec4(c, 1.0);\n"
	"}\n";

/*
 * The mean of a box around v_at, both in texels, in linear light: texels count by how much
 * of them is in it. A box of one texel is bilinear; at most 32, so 33 are touched.
 */
static const char resample_fragment[] =
	"uniform sampler2D source;\n"
	"uniform vec2 extent, box, last;\n"
	"varying vec2 v_at;\n" ENCODE DECODE "vec3 texel(vec2 at) {\n"
	"	vec2 inside = clamp(at, vec2(0.0), last);\n"
	"	return decode(texture2D(source, (inside + 0.5) * extent).rgb);\n"
	"}\n"
	"void main() {\n"
	"	vec2 from = v_at - 0.5 * box;\n"
	"	vec2 to = from + box;\n"
	"	vec2 first = floor(from);\n"
	"	vec3 sum = vec3(0.0);\n"
	"	for (int j = 0; j < 34; j++) {\n"
	"		float y = first.y + float(j);\n"
	"		float h = min(y + 1.0, to.y) - max(y, from.y);\n"
	"		if (h <= 0.0)\n"
	"			break;\n"
	"		for (int i = 0; i < 34; i++) {\n"
	"			float x = first.x + float(i);\n"
	"			float w = min(x + 1.0, to.x) - max(x, from.x);\n"
	"			if (w <= 0.0)\n"
	"				break;\n"
	"			sum += w * h * texel(vec2(x, y));\n"
	"		}\n"
	"	}\n"
	"	gl_FragColor = vec4(encode(sum / (box.x * box.y)), 1.0);\n"
	"}\n";

/* paint.c's */

static const char paint_vertex[] =
	"attribute vec2 at, texel, brush;\n"
	"attribute vec3 radial, pick;\n"
	"attribute vec4 color, look;\n"
	"uniform vec2 scale, shift, unit, cover_unit, glyph_unit;\n"
	"varying vec2 v_cover, v_glyph, v_brush;\n"
	"varying vec3 v_radial, v_pick;\n"
	"varying vec4 v_color, v_look;\n"
	"void main() {\n"
	"	gl_Position = vec4((at - shift) * scale - 1.0, 0.0, 1.0);\n"
	"	v_cover = texel * cover_unit;\n"
	"	v_glyph = texel * glyph_unit;\n"
	"	v_brush = brush * unit;\n"
	"	v_radial = radial;\n"
	"	v_pick = pick;\n"
	"	v_color = color;\n"
	"	v_look = look;\n"
	"}\n";

/* Of 16 bits the upper ones are in luminance. */
#define COVERAGE                                                                         \
	"uniform sampler2D cover, glyphs;\n"                                             \
	"varying vec2 v_cover, v_glyph;\n"                                               \
	"varying vec3 v_pick;\n"                                                         \
	"float coverage() {\n"                                                           \
	"	vec2 c = texture2D(cover, v_cover).ra;\n"                                      \
	"	float g = texture2D(glyphs, v_glyph).a;\n"                                     \
	"	return dot(v_pick, vec3(1.0, (c.x * 65280.0 + c.y * 255.0) / 65535.0, "        \
	"g));\n"                                                                         \
	"}\n"

static const char fill_fragment[] = COVERAGE "varying vec4 v_color;\n"
					     "void main() {\n"
					     "	gl_FragColor = v_color * coverage();\n"
					     "}\n";

/*
 * A stop is two texels: the colour as on the wire, and the offset in 32 bits. Mixing from
 * stop to stop leaves the colour of the interval that t is in. Of a circle that grows from
 * the first radius at (0,0) by 1 for t = 1: t from the equation's greater root.
 */
static const char gradient_fragment[] = COVERAGE DECODE
	"uniform sampler2D stops;\n"
	"varying vec2 v_brush;\n"
	"varying vec3 v_radial;\n"
	"varying vec4 v_color, v_look;\n"
	"vec4 texel(float i) {\n"
	"	return texture2D(stops, vec2((i + 0.5) / 128.0, (v_look.x + 0.5) / "
	"256.0));\n"
	"}\n"
	"vec4 color_at(float i) {\n"
	"	vec4 c = texel(2.0 * i);\n"
	"	return vec4(decode(c.rgb) * c.a, c.a);\n"
	"}\n"
	"float offset_at(float i) {\n"
	"	vec4 bytes = floor(texel(2.0 * i + 1.0) * 255.0 + 0.5);\n"
	"	return dot(bytes, vec4(1.0 / 256.0, 1.0 / 65536.0, 1.0 / 16777216.0, "
	"1.0 / 4294967296.0));\n"
	"}\n"
	"float radial_t() {\n"
	"	float a = 1.0 - dot(v_radial.xy, v_radial.xy);\n"
	"	float b = v_radial.z + dot(v_brush, v_radial.xy);\n"
	"	float c = v_radial.z * v_radial.z - dot(v_brush, v_brush);\n"
	"	return (sqrt(max(b * b - a * c, 0.0)) - b) / a;\n"
	"}\n"
	"void main() {\n"
	"	float t = v_look.w > 0.5 ? radial_t() : v_brush.x;\n"
	"	if (v_look.z > 1.5)\n"
	"		t = 1.0 - abs(mod(t, 2.0) - 1.0);\n"
	"	else if (v_look.z > 0.5)\n"
	"		t = fract(t);\n"
	"	float from = offset_at(0.0);\n"
	"	vec4 c = color_at(0.0);\n"
	"	for (int i = 1; i < 64; i++) {\n"
	"		if (float(i) > v_look.y - 0.5)\n"
	"			break;\n"
	"		float to = offset_at(float(i));\n"
	"		float k = to > from ? clamp((t - from) / (to - from), 0.0, 1.0) "
	": "
	"step(to, t);\n"
	"		c = mix(c, color_at(float(i)), k);\n"
	"		from = to;\n"
	"	}\n"
	"	gl_FragColor = c * v_color.a * coverage();\n"
	"}\n";

static const char picture_fragment[] = COVERAGE
	"uniform sampler2D source;\n"
	"varying vec2 v_brush;\n"
	"varying vec4 v_color;\n"
	"void main() {\n"
	"	gl_FragColor = texture2D(source, v_brush) * v_color.a * coverage();\n"
	"}\n";

/*
 * levels: size of a texel of either level in texels of the finest, how much of the coarser
 * counts, and whether the nearest texel does alone: cards differ in the last bits of
 * v_brush, and where two are as near (a pixel's centre on their border) it is the later one.
 */
static const char image_fragment[] = COVERAGE
	"uniform sampler2D source, under;\n"
	"uniform vec2 fine, extent;\n"
	"uniform vec4 levels, clamp_fine, clamp_coarse;\n"
	"varying vec2 v_brush;\n"
	"varying vec4 v_color;\n"
	"void main() {\n"
	"	vec2 at = levels.w > 0.5 ? floor(v_brush + 0.0001) + 0.5 : v_brush;\n"
	"	vec2 a = clamp(at / levels.x, clamp_fine.xy, clamp_fine.zw);\n"
	"	vec2 b = clamp(at / levels.y, clamp_coarse.xy, clamp_coarse.zw);\n"
	"	vec4 c = mix(texture2D(source, a * fine), texture2D(under, b * extent), "
	"levels.z);\n"
	"	gl_FragColor = c * v_color.a * coverage();\n"
	"}\n";

/* B(s, d) = s (x + y da) + d (z + w sa) + more s d. */
static const char blend_fragment[] = COVERAGE
	"uniform sampler2D source, under;\n"
	"uniform vec2 fine, extent;\n"
	"uniform vec4 terms;\n"
	"uniform float more;\n"
	"varying vec2 v_brush;\n"
	"varying vec4 v_color;\n"
	"void main() {\n"
	"	vec4 s = texture2D(source, v_brush * fine) * v_color.a;\n"
	"	vec4 d = texture2D(under, v_brush * extent);\n"
	"	vec4 b = s * (terms.x + terms.y * d.a) + d * (terms.z + terms.w * s.a) + "
	"more * s * d;\n"
	"	gl_FragColor = mix(d, min(b, 1.0), coverage());\n"
	"}\n";

static int compile(GLenum kind, const char *head, const char *body, GLuint *out,
	struct gl_error *err)
{
	const char *const source[] = {head, body};
	GLuint shader = glCreateShader(kind);
	GLint ok = 0;
	glShaderSource(shader, 2, source, NULL);
	glCompileShader(shader);
	glGetShaderiv(shader, GL_COMPILE_STATUS, &ok);
	if (!ok) {
		char log[120] = "";
		glGetShaderInfoLog(shader, sizeof log, NULL, log);
		snprintf(err->text, sizeof err->text,
			"the driver does not compile a shader: %s", log);
		glDeleteShader(shader);
		return -EIO;
	}
	*out = shader;
	return 0;
}

static void bind_units(const struct gl_program *p)
{
	static const char *const names[] = {
		[UNIT_SOURCE] = "source",
		[UNIT_UNDER] = "under",
		[UNIT_COVER] = "cover",
		[UNIT_GLYPHS] = "glyphs",
		[UNIT_STOPS] = "stops",
	};
	glUseProgram(p->id);
	for (int i = 0; i < (int)(sizeof names / sizeof *names); i++)
		glUniform1i(glGetUniformLocation(p->id, names[i]), i);
}

static void find_uniforms(struct gl_program *p)
{
	const struct {
		const char *name;
		GLint *at;
	} uniforms[] = {
		{"scale", &p->scale},
		{"shift", &p->shift},
		{"unit", &p->unit},
		{"extent", &p->extent},
		{"fine", &p->fine},
		{"cover_unit", &p->cover_unit},
		{"glyph_unit", &p->glyph_unit},
		{"origin", &p->origin},
		{"turn", &p->turn},
		{"box", &p->box},
		{"last", &p->last},
		{"background", &p->background},
		{"clamp_fine", &p->clamp_fine},
		{"clamp_coarse", &p->clamp_coarse},
		{"levels", &p->levels},
		{"terms", &p->terms},
		{"more", &p->more},
	};
	for (size_t i = 0; i < sizeof uniforms / sizeof *uniforms; i++)
		*uniforms[i].at = glGetUniformLocation(p->id, uniforms[i].name);
}

static int link_program(
	struct gl_program *p, GLuint vertex, GLuint fragment, struct gl_error *err)
{
	static const char *const names[ATTR_KINDS] = {
		[ATTR_AT] = "at",
		[ATTR_TEXEL] = "texel",
		[ATTR_COLOR] = "color",
		[ATTR_BRUSH] = "brush",
		[ATTR_RADIAL] = "radial",
		[ATTR_PICK] = "pick",
		[ATTR_LOOK] = "look",
	};
	GLint ok = 0;
	p->id = glCreateProgram();
	glAttachShader(p->id, vertex);
	glAttachShader(p->id, fragment);
	for (GLuint i = 0; i < ATTR_KINDS; i++)
		glBindAttribLocation(p->id, i, names[i]);
	glLinkProgram(p->id);
	glGetProgramiv(p->id, GL_LINK_STATUS, &ok);
	if (!ok) {
		snprintf(err->text, sizeof err->text,
			"the driver does not link a shader program: update Mesa");
		return -EIO;
	}
	find_uniforms(p);
	bind_units(p);
	return 0;
}

static int build(struct gl_program *p, bool highp, const char *vertex,
	const char *fragment, struct gl_error *err)
{
	GLuint v = 0, f = 0;
	int rc = compile(GL_VERTEX_SHADER, "", vertex, &v, err);
	if (!rc)
		rc = compile(GL_FRAGMENT_SHADER, highp ? highp_head : mediump_head,
			fragment, &f, err);
	if (!rc)
		rc = link_program(p, v, f, err);
	glDeleteShader(v);
	glDeleteShader(f);
	return rc;
}

int programs_init(struct gl_programs *p, bool highp, bool paint, struct gl_error *err)
{
	const struct {
		struct gl_program *program;
		bool paint;
		const char *fragment;
	} all[] = {
		{&p->copy, false, copy_fragment},
		{&p->encode, false, encode_fragment},
		{&p->lay, false, lay_fragment},
		{&p->over, false, over_fragment},
		{&p->fill, true, fill_fragment},
		{&p->gradient, true, gradient_fragment},
		{&p->picture, true, picture_fragment},
		{&p->image, true, image_fragment},
		{&p->blend, true, blend_fragment},
	};
	int rc = 0;
	for (size_t i = 0; i < sizeof all / sizeof *all && !rc; i++)
		if (paint || !all[i].paint)
			rc = build(all[i].program, highp,
				all[i].paint ? paint_vertex : blit_vertex,
				all[i].fragment, err);
	if (rc)
		programs_finish(p);
	return rc;
}

int programs_resample(struct gl_programs *p, bool highp, struct gl_error *err)
{
	if (p->resample.id)
		return 0;
	int rc = build(&p->resample, highp, blit_vertex, resample_fragment, err);
	if (rc && p->resample.id)
		glDeleteProgram(p->resample.id);
	if (rc)
		p->resample.id = 0;
	return rc;
}

void programs_finish(struct gl_programs *p)
{
	struct gl_program *all = &p->copy;
	for (size_t i = 0; i < sizeof *p / sizeof *all; i++)
		if (all[i].id)
			glDeleteProgram(all[i].id);
	memset(p, 0, sizeof *p);
}
