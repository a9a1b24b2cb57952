/*
 * export_pdf: the PDF that is being written: its objects, its forms, of which the innermost
 * takes the operators, and brushes. Every function may set x->rc.
 */
#ifndef OSAAS_GL_EXPORT_PDF_H
#define OSAAS_GL_EXPORT_PDF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "gl/export_private.h"

/* What the page's resources name. */
enum pdf_kind {
	PDF_XOBJECT,
	PDF_GSTATE,
	PDF_PATTERN,
	PDF_KINDS
};

/* A content stream that is being written; the innermost is last. */
struct pdf_form {
	char *bytes;
	size_t size;
	FILE *out;
	struct pdf_form *outer;
};

struct pdf {
	FILE *out;
	uint64_t written;
	uint64_t *offsets; /* of objects, by number; 0: not written */
	size_t n_offsets, cap_offsets;
	struct pdf_form *form;
	FILE *names[PDF_KINDS]; /* of the resources */
	char *name_bytes[PDF_KINDS];
	size_t name_sizes[PDF_KINDS];
};

static inline struct pdf *pdf_of(struct export *x)
{
	return x->own;
}

/* pdf_out: where operators go. */
static inline FILE *pdf_out(struct export *x)
{
	return pdf_of(x)->form->out;
}

void pdf_fail(struct export *x, int rc);

/*
 * pdf_begin makes the outermost form, pdf_end a page that shows it, and writes the rest of the
 * file. pdf_finish frees what there is, however far that came.
 */
void pdf_begin(struct export *x);
void pdf_end(struct export *x);
void pdf_finish(struct pdf *pdf);

/* pdf_object gives the number of a new object; 0 on error. */
uint32_t pdf_object(struct export *x);
/* pdf_stream writes a whole object: a dictionary's entries, and bytes deflated. */
void pdf_stream(struct export *x, uint32_t number, const char *entries, const void *bytes,
	size_t size);
/* pdf_name: operators call the object by letter and id. */
void pdf_name(
	struct export *x, enum pdf_kind kind, char letter, uint32_t id, uint32_t object);

/*
 * pdf_nest: what follows goes to a form within. False without memory: it goes where it went.
 * pdf_end_form makes an object of it; group: extra entries of /Group, or NULL.
 * pdf_pop_form leaves that to the caller, who frees it.
 */
bool pdf_nest(struct export *x);
uint32_t pdf_end_form(struct export *x, const char *group);
struct pdf_form *pdf_pop_form(struct export *x);
void pdf_free_form(struct pdf_form *form);
void pdf_show(struct export *x, uint32_t object);

void pdf_set_alpha(struct export *x, double alpha);
void pdf_set_blend(struct export *x, unsigned blend);
/* pdf_set_mask: what follows shows through the form; outside: around it, too. */
void pdf_set_mask(struct export *x, uint32_t form, bool outside);

void pdf_numbers(struct export *x, const double *v, size_t n, const char *operator);

/* pdf_set_brush: between q and Q, fills and strokes have the brush. */
void pdf_set_brush(struct export *x, const struct gl_brush *brush);

#endif
