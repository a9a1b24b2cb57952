/*
 * Scenes as SVG and PDF: whole files, and the pictures that other programs make of them,
 * held to those of tests/golden where both mix colours in the same way.
 *
 * argv[1]: tests/golden. The programs (rsvg-convert, pdftoppm, xmllint, qpdf) are used where
 * they are; without them their cases are skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "gl/export.h"
#include "gl/gl.h"
#include "gl/optext.h"
#include "gl/scene.h"
#include "rig.h"

static const char *golden;
static struct gl *gl;
static char dir[] = "/tmp/osaas-export-XXXXXX";

static const char *in_dir(const char *name)
{
	static char paths[4][300];
	static unsigned at;
	char *path = paths[at++ % 4];
	snprintf(path, sizeof paths[0], "%s/%s", dir, name);
	return path;
}

static char *read_file(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	if (!file)
		fail_msg("%s: %s", path, strerror(errno));
	fseek(file, 0, SEEK_END);
	*size = (size_t)ftell(file);
	rewind(file);
	char *bytes = malloc(*size + 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, *size, file), *size);
	bytes[*size] = '\0';
	fclose(file);
	return bytes;
}

/* Layers of texts. */

static struct gl_layer *layer_of(const char *text, int32_t width, int32_t height)
{
	struct optext_error error = {0};
	struct gl_op_error op = {0};
	struct gl_region damage;
	struct gl_layer *layer;
	uint8_t *stream;
	size_t size;
	if (optext_assemble(text, strlen(text), &stream, &size, &error) != 0)
		fail_msg("line %zu: %s", error.line, error.text);
	assert_int_equal(gl_layer_create(gl, width, height, &layer), 0);
	if (gl_layer_submit(layer, stream, size, &damage, &op) != 0)
		fail_msg("byte %zu: %s", op.offset, op.reason);
	free(stream);
	return layer;
}

/* The text of a golden picture; those with a scale have it in them then. */
static struct gl_layer *golden_layer(const char *name, int32_t *width, int32_t *height)
{
	char path[400];
	size_t size;
	double scale = 1;
	snprintf(path, sizeof path, "%s/%s.ops", golden, name);
	char *text = read_file(path, &size), *whole = NULL;
	*width = *height = 128;
	optext_size(text, size, width, height);
	const char *said = strstr(text, "# scale ");
	if (said)
		scale = atof(said + 8);
	*width = (int32_t)ceil(*width * scale);
	*height = (int32_t)ceil(*height * scale);
	const char *rest = strchr(text, '\n');
	assert_non_null(rest);
	assert_true(
		asprintf(&whole, "%.*s\ntransform push %g 0 0 0 %g 0%s\ntransform pop\n",
			(int)(rest - text), text, scale, scale, rest) > 0);
	struct gl_layer *layer = layer_of(whole, *width, *height);
	free(whole);
	free(text);
	return layer;
}

/* SVG */

static const char *name_end(const char *s)
{
	return s + strcspn(s, " \t\r\n/>");
}

/* Elements close in order, attributes are quoted, nothing stands outside. */
static void check_xml(const char *s)
{
	const char *open[64];
	size_t n = 0, elements = 0;
	if (strncmp(s, "<?xml", 5) == 0)
		s = strstr(s, "?>") + 2;
	while ((s = strchr(s, '<'))) {
		const char *name = s + 1, *end;
		if (*name == '/') {
			assert_true(n > 0);
			name++;
			end = name_end(name);
			n--;
			assert_int_equal(name_end(open[n]) - open[n], end - name);
			assert_memory_equal(open[n], name, (size_t)(end - name));
			s = end;
			continue;
		}
		elements++;
		assert_true(n > 0 || elements == 1);
		assert_true(n < 64);
		for (end = name; *end != '>'; end++) {
			assert_true(*end && *end != '<' && *end != '&');
			if (*end == '"') {
				end = strchr(end + 1, '"');
				assert_non_null(end);
			}
		}
		if (end[-1] != '/')
			open[n++] = name;
		s = end;
	}
	assert_int_equal(n, 0);
	assert_true(elements > 0);
}

static size_t count(const char *s, const char *what)
{
	size_t n = 0;
	for (; (s = strstr(s, what)); s += strlen(what))
		n++;
	return n;
}

/* Everything that is referred to is there, once. */
static void check_ids(const char *s)
{
	for (const char *at = s; (at = strchr(at, '#')); at++) {
		char id[64], letter;
		unsigned number;
		if (sscanf(at, "#%c%u", &letter, &number) != 2 ||
			(at[-1] != '(' && memcmp(at - 6, "href=\"", 6) != 0))
			continue;
		snprintf(id, sizeof id, " id=\"%c%u\"", letter, number);
		assert_int_equal(count(s, id), 1);
	}
}

/* PDF */

static uint8_t *inflated(const char *bytes, size_t size, size_t *out_size)
{
	uLongf n = 1 << 16;
	uint8_t *out = NULL;
	int rc = Z_BUF_ERROR;
	for (; rc == Z_BUF_ERROR; n *= 4) {
		free(out);
		out = malloc(n + 1);
		assert_non_null(out);
		*out_size = n;
		uLongf is = n;
		rc = uncompress(out, &is, (const uint8_t *)bytes, size);
		*out_size = is;
	}
	assert_int_equal(rc, Z_OK);
	out[*out_size] = '\0';
	return out;
}

/* Every stream inflates; in those of forms q and Q balance. */
static void check_stream(const char *object, const char *end)
{
	const char *length = strstr(object, "/Length "), *at = strstr(object, "stream\n");
	size_t size = length ? (size_t)atol(length + 8) : 0, n;
	if (!at || at > end)
		return;
	at += 7;
	assert_memory_equal(at + size, "\nendstream", 10);
	uint8_t *bytes = inflated(at, size, &n);
	const char *form = strstr(object, "/Subtype /Form");
	if (form && form < at) {
		const char *text = (const char *)bytes;
		long depth = 0;
		for (const char *line = text; *line;
			line = strchrnul(line, '\n'), line += *line != 0) {
			size_t k = strcspn(line, "\n");
			depth += line[0] == 'q';
			depth -= k > 0 && line[k - 1] == 'Q' &&
				 (k == 1 || line[k - 2] == ' ');
			assert_true(depth >= 0);
		}
		assert_int_equal(depth, 0);
		assert_null(strstr(text, "nan"));
		assert_null(strstr(text, "inf"));
		assert_null(strstr(text, "e+"));
	}
	free(bytes);
}

static void check_pdf(const char *s, size_t size)
{
	size_t n, offset;
	assert_memory_equal(s, "%PDF-1.7\n", 9);
	const char *tail = s + size;
	while (tail > s && strncmp(tail, "startxref\n", 10) != 0)
		tail--;
	assert_memory_equal(tail, "startxref\n", 10);
	const char *xref = s + atol(tail + 10);
	assert_memory_equal(xref, "xref\n0 ", 7);
	n = (size_t)atol(xref + 7);
	assert_true(n > 5);
	const char *entry = strchr(xref + 5, '\n') + 1;
	for (size_t i = 0; i < n; i++, entry += 20) {
		char want[32];
		assert_memory_equal(entry + 18, " \n", 2);
		if (entry[17] == 'f')
			continue;
		offset = (size_t)atol(entry);
		int k = snprintf(want, sizeof want, "%zu 0 obj\n", i);
		assert_true(offset + (size_t)k < size);
		assert_memory_equal(s + offset, want, (size_t)k);
		check_stream(s + offset, s + size);
	}
	assert_memory_equal(entry, "trailer", 7);
}

/* Other programs. */

static bool run(const char *format, ...)
{
	char command[1500];
	va_list args;
	va_start(args, format);
	vsnprintf(command, sizeof command, format, args);
	va_end(args);
	return system(command) == 0;
}

static bool have(const char *program)
{
	return run("command -v %s >/dev/null", program);
}

/* Every text: whole files, in both formats. */
static void test_all(void **state)
{
	struct dirent **entries;
	int n = scandir(golden, &entries, NULL, alphasort), made = 0;
	bool xml = have("xmllint"), qpdf = have("qpdf");
	(void)state;
	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		char *dot = strstr(entries[i]->d_name, ".ops");
		int32_t width, height;
		size_t size;
		if (dot && dot[4] == '\0') {
			*dot = '\0';
			struct gl_layer *layer =
				golden_layer(entries[i]->d_name, &width, &height);
			assert_int_equal(
				gl_layer_export(layer, in_dir("a.svg"), GL_EXPORT_SVG),
				0);
			assert_int_equal(
				gl_layer_export(layer, in_dir("a.pdf"), GL_EXPORT_PDF),
				0);
			gl_layer_destroy(layer);
			char *svg = read_file(in_dir("a.svg"), &size);
			check_xml(svg);
			check_ids(svg);
			free(svg);
			char *pdf = read_file(in_dir("a.pdf"), &size);
			check_pdf(pdf, size);
			free(pdf);
			/* Programs take their time: of some. */
			if (made++ % 20 == 0) {
				assert_true(!xml || run("xmllint --huge --noout %s",
							    in_dir("a.svg")));
				assert_true(!qpdf || run("qpdf --check %s >/dev/null",
							     in_dir("a.pdf")));
			}
		}
		free(entries[i]);
	}
	free(entries);
	assert_true(made > 100);
	unlink(in_dir("a.svg"));
	unlink(in_dir("a.pdf"));
}

/* Pictures. */

struct picture {
	uint32_t width, height;
	uint8_t *rgba;
};

static struct picture read_picture(const char *path)
{
	png_image image = {.version = PNG_IMAGE_VERSION};
	if (!png_image_begin_read_from_file(&image, path))
		fail_msg("%s: %s", path, image.message);
	image.format = PNG_FORMAT_RGBA;
	struct picture out = {image.width, image.height, malloc(PNG_IMAGE_SIZE(image))};
	assert_non_null(out.rgba);
	assert_true(png_image_finish_read(&image, NULL, out.rgba, 0, NULL));
	return out;
}

static double decode(double c)
{
	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double encode(double c)
{
	return c <= 0.0031308 ? 12.92 * c : 1.055 * pow(c, 1 / 2.4) - 0.055;
}

/* On white, as viewers do it: golden pictures are premultiplied in light, others straight. */
static double on_white(const uint8_t *p, int c, bool is_golden)
{
	double a = p[3] / 255.0, v = p[c] / 255.0;
	if (is_golden && a > 0)
		v = encode(fmin(decode(v) / a, 1));
	return v * a + 1 - a;
}

static double mean_error(const char *name, const char *path)
{
	char want[400];
	double sum = 0;
	snprintf(want, sizeof want, "%s/%s.png", golden, name);
	struct picture a = read_picture(want), b = read_picture(path);
	assert_int_equal(a.width, b.width);
	assert_int_equal(a.height, b.height);
	size_t n = (size_t)a.width * a.height;
	for (size_t i = 0; i < n; i++)
		for (int c = 0; c < 3; c++)
			sum += fabs(on_white(a.rgba + 4 * i, c, true) -
				    on_white(b.rgba + 4 * i, c, false));
	free(a.rgba);
	free(b.rgba);
	return sum * 255 / 3 / (double)n;
}

static const char *const shown[] = {"rect-rotated", "rect-product", "rrect-four-radii",
	"ellipse-clips-ellipse", "even-odd-pentagram", "even-odd-in-non-zero",
	"path-letter", "path-clips-path", "path-gap", "stroke-join-miter", "stroke-caps",
	"stroke-closed-joins", "stroke-dots", "stroke-gap-close", "stroke-stretched",
	"dash-corners", "dash-sixteen", "linear-ramp", "linear-dark", "linear-sheared",
	"radial-focus", "radial-stretched", "linear-through-shapes", "blur-rrect",
	"blur-pill", "glyphs-turned", "glyphs-gradient", "glyphs-scaled", "group-dest-in",
	"group-source", "image-flat", "sublayer-turned", "sublayer-scrolled",
	"call-instances", "defer-menu", "notes"};

static bool is_there(const char *name)
{
	char path[400];
	snprintf(path, sizeof path, "%s/%s.ops", golden, name);
	return access(path, R_OK) == 0;
}

static void compare(enum gl_export_format format, const char *command)
{
	int wrong = 0, n = 0;
	double worst = 0;
	for (size_t i = 0; i < sizeof shown / sizeof *shown; i++) {
		int32_t width, height;
		if (!is_there(shown[i]))
			continue;
		struct gl_layer *layer = golden_layer(shown[i], &width, &height);
		assert_int_equal(gl_layer_export(layer, in_dir("b"), format), 0);
		gl_layer_destroy(layer);
		assert_true(run(command, in_dir("b"), in_dir("b")));
		double error = mean_error(shown[i], in_dir("b.png"));
		if (error >= 3)
			print_error("%s: %.2f/255\n", shown[i], error);
		wrong += error >= 3;
		worst = fmax(worst, error);
		n++;
	}
	print_message("# %d pictures, worst mean %.2f/255\n", n, worst);
	unlink(in_dir("b"));
	unlink(in_dir("b.png"));
	assert_int_equal(wrong, 0);
	assert_true(n > 25);
}

static void test_svg_pictures(void **state)
{
	(void)state;
	if (!have("rsvg-convert"))
		skip();
	compare(GL_EXPORT_SVG, "rsvg-convert %s -o %s.png");
}

static void test_pdf_pictures(void **state)
{
	(void)state;
	if (!have("pdftoppm"))
		skip();
	compare(GL_EXPORT_PDF, "pdftoppm -r 96 -png -singlefile %s %s");
}

/* What a file holds, and holds once. */
static void test_shared(void **state)
{
	static const char text[] =
		"osaas ops 1.1\n"
		"image 1 2 1 { ff0000ff 00ff00ff }\n"
		"clip rrect 0 0 60 60 8 8 8 8\n"
		"brush color #ff0000ff\npaint\n"
		"brush color #0000ff80\nclip rect 5 5 20 20\npaint\nclip pop\n"
		"clip pop\n"
		"brush image 1 linear 0 0 2 1\npaint\ntransform push 2 0 9 0 2 9\npaint\n"
		"transform pop\n"
		"group push 0.5 multiply\nbrush color #00ff00ff\npaint\ngroup pop\n";
	size_t size;
	(void)state;
	struct gl_layer *layer = layer_of(text, 64, 64);
	assert_int_equal(gl_layer_export(layer, in_dir("c.svg"), GL_EXPORT_SVG), 0);
	assert_int_equal(gl_layer_export(layer, in_dir("c.pdf"), GL_EXPORT_PDF), 0);
	gl_layer_destroy(layer);
	char *svg = read_file(in_dir("c.svg"), &size);
	assert_int_equal(count(svg, "<image "), 1);
	assert_int_equal(count(svg, "data:image/png;base64,"), 1);
	assert_int_equal(count(svg, "mix-blend-mode:multiply"), 1);
	assert_int_equal(count(svg, "opacity=\"0.5\""), 1);
	assert_non_null(strstr(svg, "fill=\"#0000ff\" fill-opacity=\"0.50196\""));
	/* The rounded one clips the second paint only: the first one fills it. */
	assert_int_equal(count(svg, "<clipPath"), 3);
	free(svg);
	char *pdf = read_file(in_dir("c.pdf"), &size);
	assert_non_null(memmem(pdf, size, "/BM /Multiply", 13));
	free(pdf);
	unlink(in_dir("c.svg"));
	unlink(in_dir("c.pdf"));
}

static void test_refused(void **state)
{
	static const char text[] = "osaas ops 1.1\nblend xor\npaint\n";
	struct gl_scene scene = {0};
	struct gl_item item = {.kind = ITEM_FILL, .blend = BLEND_XOR, .clip = SCENE_NONE};
	struct gl_brush brush = {.kind = BRUSH_COLOR, .color = 0xff000000};
	struct gl_export from = {.scene = &scene, .width = 8, .height = 8};
	(void)state;
	struct gl_layer *layer = layer_of(text, 8, 8);
	assert_int_equal(
		gl_layer_export(layer, in_dir("none/d.svg"), GL_EXPORT_SVG), -ENOENT);
	assert_int_equal(rmdir(dir), 0);
	assert_int_equal(mkdir(dir, 0700), 0);
	gl_layer_destroy(layer);
	scene.items = &item;
	scene.brushes = &brush;
	scene.n_items = scene.n_brushes = 1;
	for (int format = GL_EXPORT_SVG; format <= GL_EXPORT_PDF; format++) {
		FILE *null = fopen("/dev/null", "w"), *full = fopen("/dev/full", "w");
		assert_non_null(null);
		assert_non_null(full);
		/* No painter for that mode. */
		item.blend = BLEND_XOR;
		assert_int_equal(gl_export_write(null, format, &from), -ENOTSUP);
		item.blend = BLEND_OVER;
		assert_int_equal(gl_export_write(null, format, &from), 0);
		assert_int_equal(gl_export_write(full, format, &from), -ENOSPC);
		from.width = 0;
		assert_int_equal(gl_export_write(null, format, &from), -EINVAL);
		from.width = 8;
		fclose(null);
		fclose(full);
	}
}

static int open_all(void **state)
{
	struct gl_error error;
	struct gl_options options = {
		.platform = GL_PLATFORM_SURFACELESS, .painter = GL_PAINTER_SOFT};
	(void)state;
	rig_keep_drivers();
	if (gl_create_with(&gl, &options, &error) != 0) {
		print_error("%s\n", error.text);
		return -1;
	}
	return mkdtemp(dir) ? 0 : -1;
}

static int close_all(void **state)
{
	(void)state;
	gl_destroy(gl);
	return rmdir(dir);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_svg_pictures),
		cmocka_unit_test(test_pdf_pictures),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_refused),
	};
	if (argc < 2) {
		fprintf(stderr, "usage: export_test tests/golden\n");
		return 2;
	}
	golden = argv[1];
	return cmocka_run_group_tests(tests, open_all, close_all);
}
