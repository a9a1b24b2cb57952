/*
 * labels.h: texts that were set once, and are painted many times. What is seen again in the
 * next frame is not asked for again.
 */
#ifndef KEYBOARD_LABELS_H
#define KEYBOARD_LABELS_H

#include <osaas_text.h>

#define LABELS_MAX  256
#define LABEL_BYTES 64 /* of a text, with the zero; what is longer is cut */

struct label_style {
	float size;  /* px */
	float width; /* at most, then an ellipsis; 0: any */
	uint32_t weight;
};

struct label {
	char text[LABEL_BYTES];
	struct label_style style;
	uint32_t used; /* by which use last; 0: free */
	struct osaas_text set;
};

struct labels {
	osaas_chan chan; /* of gui.text; below 0: there are no texts, or no more */
	uint32_t uses;
	struct label labels[LABELS_MAX];
};

/* labels_get sets a text, or has it already. NULL: it cannot be had. YIELDS. */
const struct osaas_text *labels_get(
	struct labels *labels, const char *text, const struct label_style *style);

/* labels_clear: the sizes are others from now on. */
void labels_clear(struct labels *labels);

#endif
