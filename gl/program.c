#include "gl/program.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PRECISION                                                                        \
	"#ifdef GL_FRAGMENT_PRECISION_HIGH\n"                                            \
	"precision highp float;\n"                                                       \
	"#else\n"                                                                        \
	"precision mediump float;\n"                                                     \
	"#endif\n"

static const char fill_vertex[] = "attribute vec2 at, texel;\n"
				  "attribute vec4 color;\n"
				  "uniform vec2 scale, unit;\n"
				  "varying vec2 v_at;\n"
				  "varying vec4 v_color;\n"
				  "void main() {\n"
				  "	gl_Position = vec4(at * scale - 1.0, 0.0, 1.0);\n"
				  "	v_at = texel * unit;\n"
				  "	v_color = color;\n"
				  "}\n";

static const char fill_fragment[] =
	PRECISION "uniform sampler2D source;\n"
		  "varying vec2 v_at;\n"
		  "varying vec4 v_color;\n"
		  "void main() {\n"
		  "	gl_FragColor = v_color * texture2D(source, v_at).a;\n"
		  "}\n";

/* unit: one over the texture's size; origin: where it lies. */
static const char blit_vertex[] = "attribute vec2 at;\n"
				  "uniform vec2 scale, unit, origin;\n"
				  "varying vec2 v_at;\n"
				  "void main() {\n"
				  "	gl_Position = vec4(at * scale - 1.0, 0.0, 1.0);\n"
				  "	v_at = (at - origin) * unit;\n"
				  "}\n";

static const char copy_fragment[] = PRECISION "uniform sampler2D source;\n"
					      "varying vec2 v_at;\n"
					      "void main() {\n"
					      "	gl_FragColor = texture2D(source, v_at);\n"
					      "}\n";

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

static const char encode_fragment[] =
	PRECISION "uniform sampler2D source;\n"
		  "uniform vec3 background;\n"
		  "varying vec2 v_at;\n" ENCODE "void main() {\n"
		  "	vec4 over = texture2D(source, v_at);\n"
		  "	vec3 c = min(over.rgb + background * (1.0 - over.a), 1.0);\n"
		  "	gl_FragColor = vec4(encode(c), 1.0);\n"
		  "}\n";

/* What is opaque or clear goes through untouched: exact without highp too. */
static const char lay_fragment[] = PRECISION
	"uniform sampler2D source;\n"
	"uniform vec3 background;\n"
	"varying vec2 v_at;\n" ENCODE DECODE "void main() {\n"
	"	vec4 over = texture2D(source, v_at);\n"
	"	vec3 c = min(decode(over.rgb) + decode(background) * (1.0 - over.a), "
	"1.0);\n"
	"	c = over.a == 1.0 ? over.rgb : over.a == 0.0 ? background : encode(c);\n"
	"	gl_FragColor = vec4(c, 1.0);\n"
	"}\n";

static const char over_fragment[] = PRECISION
	"uniform sampler2D source, under;\n"
	"uniform vec2 extent;\n"
	"varying vec2 v_at;\n" ENCODE DECODE "void main() {\n"
	"	vec4 over = texture2D(source, v_at);\n"
	"	vec3 below = texture2D(under, gl_FragCoord.xy * extent).rgb;\n"
	"	vec3 c = min(decode(over.rgb) + decode(below) * (1.0 - over.a), 1.0);\n"
	"	c = over.a == 1.0 ? over.rgb : over.a == 0.0 ? below : encode(c);\n"
	"	gl_FragColor = vec4(c, 1.0);\n"
	"}\n";

static int compile(GLenum kind, const char *source, GLuint *out, struct gl_error *err)
{
	GLuint shader = glCreateShader(kind);
	GLint ok = 0;
	glShaderSource(shader, 1, &source, NULL);
	glCompileShader(shader);
	glGetShaderiv(shader, GL_COMPILE_STATUS, &ok);
	if (!ok) {
		char log[120] = "";
		glGetShaderInfoLog(shader, sizeof log, NULL, log);
		snprintf(err->text, sizeof err->text,
			"the driver refuses a shader (%s): update Mesa", log);
		glDeleteShader(shader);
		return -EIO;
	}
	*out = shader;
	return 0;
}

static int link_program(
	struct gl_program *p, GLuint vertex, GLuint fragment, struct gl_error *err)
{
	GLint ok = 0;
	p->id = glCreateProgram();
	glAttachShader(p->id, vertex);
	glAttachShader(p->id, fragment);
	glBindAttribLocation(p->id, ATTR_AT, "at");
	glBindAttribLocation(p->id, ATTR_TEXEL, "texel");
	glBindAttribLocation(p->id, ATTR_COLOR, "color");
	glLinkProgram(p->id);
	glGetProgramiv(p->id, GL_LINK_STATUS, &ok);
	if (!ok) {
		snprintf(err->text, sizeof err->text,
			"the driver does not link a shader program: update Mesa");
		return -EIO;
	}
	p->scale = glGetUniformLocation(p->id, "scale");
	p->unit = glGetUniformLocation(p->id, "unit");
	p->origin = glGetUniformLocation(p->id, "origin");
	p->background = glGetUniformLocation(p->id, "background");
	p->extent = glGetUniformLocation(p->id, "extent");
	glUseProgram(p->id);
	glUniform1i(glGetUniformLocation(p->id, "source"), 0);
	glUniform1i(glGetUniformLocation(p->id, "under"), 1);
	return 0;
}

static int build(struct gl_program *p, const char *vertex, const char *fragment,
	struct gl_error *err)
{
	GLuint v = 0, f = 0;
	int rc = compile(GL_VERTEX_SHADER, vertex, &v, err);
	if (!rc)
		rc = compile(GL_FRAGMENT_SHADER, fragment, &f, err);
	if (!rc)
		rc = link_program(p, v, f, err);
	glDeleteShader(v);
	glDeleteShader(f);
	return rc;
}

int programs_init(struct gl_programs *p, struct gl_error *err)
{
	int rc = build(&p->fill, fill_vertex, fill_fragment, err);
	if (!rc)
		rc = build(&p->copy, blit_vertex, copy_fragment, err);
	if (!rc)
		rc = build(&p->encode, blit_vertex, encode_fragment, err);
	if (!rc)
		rc = build(&p->lay, blit_vertex, lay_fragment, err);
	if (!rc)
		rc = build(&p->over, blit_vertex, over_fragment, err);
	if (rc)
		programs_finish(p);
	return rc;
}

void programs_finish(struct gl_programs *p)
{
	glDeleteProgram(p->fill.id);
	glDeleteProgram(p->copy.id);
	glDeleteProgram(p->encode.id);
	glDeleteProgram(p->lay.id);
	glDeleteProgram(p->over.id);
	memset(p, 0, sizeof *p);
}
