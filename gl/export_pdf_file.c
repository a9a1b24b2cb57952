#include "gl/export_pdf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <zlib.h>

/* Objects that are the same in every file. */
enum {
	CATALOG = 1,
	PAGES,
	PAGE,
	RESOURCES,
	FIRST_FREE,
};

void pdf_fail(struct export *x, int rc)
{
	x->rc = x->rc ? x->rc : rc;
}

static void put(struct pdf *pdf, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void put(struct pdf *pdf, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	int n = vfprintf(pdf->out, format, args);
	va_end(args);
	pdf->written += n > 0 ? (uint64_t)n : 0;
}

static void put_bytes(struct pdf *pdf, const void *bytes, size_t size)
{
	pdf->written += fwrite(bytes, 1, size, pdf->out);
}

/* Objects. */

uint32_t pdf_object(struct export *x)
{
	struct pdf *pdf = pdf_of(x);
	if (pdf->n_offsets == pdf->cap_offsets) {
		size_t cap = pdf->cap_offsets ? pdf->cap_offsets * 2 : 256;
		uint64_t *offsets = realloc(pdf->offsets, cap * sizeof *offsets);
		if (!offsets) {
			pdf_fail(x, -ENOMEM);
			return 0;
		}
		pdf->offsets = offsets;
		pdf->cap_offsets = cap;
	}
	pdf->offsets[pdf->n_offsets] = 0;
	return (uint32_t)pdf->n_offsets++;
}

static void begin_object(struct export *x, uint32_t number)
{
	struct pdf *pdf = pdf_of(x);
	if (number < pdf->n_offsets)
		pdf->offsets[number] = pdf->written;
	put(pdf, "%u 0 obj\n", number);
}

static void end_object(struct export *x)
{
	put(pdf_of(x), "endobj\n");
}

void pdf_stream(struct export *x, uint32_t number, const char *entries, const void *bytes,
	size_t size)
{
	struct pdf *pdf = pdf_of(x);
	uLongf deflated = compressBound(size);
	uint8_t *packed = malloc(deflated);
	if (!packed || compress2(packed, &deflated, bytes, size, 6) != Z_OK) {
		free(packed);
		pdf_fail(x, -ENOMEM);
		return;
	}
	begin_object(x, number);
	put(pdf, "<< %s /Filter /FlateDecode /Length %lu >>\nstream\n", entries,
		(unsigned long)deflated);
	put_bytes(pdf, packed, deflated);
	put(pdf, "\nendstream\n");
	end_object(x);
	free(packed);
}

void pdf_name(
	struct export *x, enum pdf_kind kind, char letter, uint32_t id, uint32_t object)
{
	fprintf(pdf_of(x)->names[kind], "/%c%u %u 0 R\n", letter, id, object);
}

/* Forms. */

static void begin_form(struct export *x)
{
	struct pdf *pdf = pdf_of(x);
	struct pdf_form *form = calloc(1, sizeof *form);
	if (form)
		form->out = open_memstream(&form->bytes, &form->size);
	if (!form || !form->out) {
		free(form);
		pdf_fail(x, -ENOMEM);
		return;
	}
	form->outer = pdf->form;
	pdf->form = form;
}

struct pdf_form *pdf_pop_form(struct export *x)
{
	struct pdf *pdf = pdf_of(x);
	struct pdf_form *form = pdf->form;
	pdf->form = form->outer;
	if (fclose(form->out) != 0)
		pdf_fail(x, -ENOMEM);
	return form;
}

void pdf_free_form(struct pdf_form *form)
{
	free(form->bytes);
	free(form);
}

uint32_t pdf_end_form(struct export *x, const char *group)
{
	char entries[256], of_group[96] = "";
	struct pdf_form *form = pdf_pop_form(x);
	uint32_t number = pdf_object(x);
	if (group)
		snprintf(of_group, sizeof of_group,
			" /Group << /S /Transparency /I true%s >>", group);
	snprintf(entries, sizeof entries,
		"/Type /XObject /Subtype /Form /BBox [0 0 %d %d] /Resources %d 0 R%s",
		x->level->width, x->level->height, RESOURCES, of_group);
	if (!x->rc)
		pdf_stream(x, number, entries, form->bytes, form->size);
	pdf_free_form(form);
	return number;
}

/* Without memory there is always a form to write to: the outermost is made first. */
bool pdf_nest(struct export *x)
{
	struct pdf_form *was = pdf_of(x)->form;
	begin_form(x);
	return pdf_of(x)->form != was;
}

void pdf_show(struct export *x, uint32_t object)
{
	pdf_name(x, PDF_XOBJECT, 'X', object, object);
	fprintf(pdf_out(x), "/X%u Do\n", object);
}

/* Graphics states. */

static void put_gstate(struct export *x, uint32_t id, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void put_gstate(struct export *x, uint32_t id, const char *format, ...)
{
	va_list args;
	FILE *names = pdf_of(x)->names[PDF_GSTATE];
	fprintf(names, "/G%u << /Type /ExtGState ", id);
	va_start(args, format);
	vfprintf(names, format, args);
	va_end(args);
	fputs(" >>\n", names);
}

void pdf_set_alpha(struct export *x, double alpha)
{
	bool is_new;
	uint32_t id = export_once(
		x, export_key(EXPORT_ALPHA, (uint64_t)(alpha * 65535), 0), &is_new);
	if (is_new)
		put_gstate(x, id, "/ca %.5f /CA %.5f", alpha, alpha);
	fprintf(pdf_out(x), "/G%u gs\n", id);
}

void pdf_set_blend(struct export *x, unsigned blend)
{
	bool is_new;
	uint32_t id = export_once(x, export_key(EXPORT_BLEND, blend, 0), &is_new);
	if (is_new)
		put_gstate(x, id, "/BM /%s",
			blend == BLEND_MULTIPLY ? "Multiply" : "Screen");
	fprintf(pdf_out(x), "/G%u gs\n", id);
}

void pdf_set_mask(struct export *x, uint32_t form, bool outside)
{
	uint32_t id = ++x->last_id;
	put_gstate(x, id, "/SMask << /Type /Mask /S /Luminosity /G %u 0 R /BC [%d] >>",
		form, outside);
	fprintf(pdf_out(x), "/G%u gs\n", id);
}

void pdf_numbers(struct export *x, const double *v, size_t n, const char *operator)
{
	for (size_t i = 0; i < n; i++) {
		export_number(pdf_out(x), v[i]);
		fputc(' ', pdf_out(x));
	}
	fprintf(pdf_out(x), "%s\n", operator);
}

/* The whole. */

static void put_resources(struct export *x)
{
	static const char *const kinds[] = {"XObject", "ExtGState", "Pattern"};
	struct pdf *pdf = pdf_of(x);
	begin_object(x, RESOURCES);
	put(pdf, "<<\n");
	for (int i = 0; i < PDF_KINDS; i++) {
		fflush(pdf->names[i]);
		put(pdf, "/%s <<\n", kinds[i]);
		put_bytes(pdf, pdf->name_bytes[i], pdf->name_sizes[i]);
		put(pdf, ">>\n");
	}
	put(pdf, ">>\n");
	end_object(x);
}

static void put_page(struct export *x, uint32_t form)
{
	struct pdf *pdf = pdf_of(x);
	double w = x->level->width * 0.75, h = x->level->height * 0.75;
	char text[100];
	uint32_t number = pdf_object(x);
	int n = snprintf(
		text, sizeof text, "0.75 0 0 -0.75 0 %.2f cm /X%u Do\n", h, form);
	pdf_name(x, PDF_XOBJECT, 'X', form, form);
	pdf_stream(x, number, "", text, (size_t)n);
	begin_object(x, CATALOG);
	put(pdf, "<< /Type /Catalog /Pages %d 0 R >>\n", PAGES);
	end_object(x);
	begin_object(x, PAGES);
	put(pdf, "<< /Type /Pages /Kids [%d 0 R] /Count 1 >>\n", PAGE);
	end_object(x);
	begin_object(x, PAGE);
	put(pdf,
		"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 %.2f %.2f] /Resources %d 0 "
		"R "
		"/Contents %u 0 R /Group << /S /Transparency /CS /DeviceRGB >> >>\n",
		PAGES, w, h, RESOURCES, number);
	end_object(x);
	put_resources(x);
}

static void put_xref(struct pdf *pdf)
{
	uint64_t start = pdf->written;
	put(pdf, "xref\n0 %zu\n0000000000 65535 f \n", pdf->n_offsets);
	for (size_t i = 1; i < pdf->n_offsets; i++)
		put(pdf, "%010llu 00000 %c \n", (unsigned long long)pdf->offsets[i],
			pdf->offsets[i] ? 'n' : 'f');
	put(pdf, "trailer\n<< /Size %zu /Root %d 0 R >>\nstartxref\n%llu\n%%%%EOF\n",
		pdf->n_offsets, CATALOG, (unsigned long long)start);
}

void pdf_begin(struct export *x)
{
	struct pdf *pdf = pdf_of(x);
	for (int i = 0; i < PDF_KINDS; i++) {
		pdf->names[i] = open_memstream(&pdf->name_bytes[i], &pdf->name_sizes[i]);
		if (!pdf->names[i])
			pdf_fail(x, -ENOMEM);
	}
	for (int i = 0; i < FIRST_FREE; i++)
		pdf_object(x);
	begin_form(x);
	if (!x->rc)
		put(pdf, "%%PDF-1.7\n%%\xc3\xa4\xc3\xb6\xc3\xbc\n");
}

void pdf_end(struct export *x)
{
	put_page(x, pdf_end_form(x, ""));
	if (!x->rc)
		put_xref(pdf_of(x));
}

void pdf_finish(struct pdf *pdf)
{
	while (pdf->form) {
		struct pdf_form *form = pdf->form;
		pdf->form = form->outer;
		fclose(form->out);
		pdf_free_form(form);
	}
	for (int i = 0; i < PDF_KINDS; i++) {
		if (pdf->names[i])
			fclose(pdf->names[i]);
		free(pdf->name_bytes[i]);
	}
	free(pdf->offsets);
}
