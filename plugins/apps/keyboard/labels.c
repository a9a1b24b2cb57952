#include "labels.h"

#include <osaas_std.h>

static bool is_it(
	const struct label *label, const char *text, const struct label_style *style)
{
	return label->used && label->style.size == style->size &&
	       label->style.width == style->width &&
	       label->style.weight == style->weight &&
	       strncmp(label->text, text, LABEL_BYTES - 1) == 0;
}

/* Into the place of what was not used for longest. */
static struct label *oldest(struct labels *labels)
{
	struct label *found = &labels->labels[0];
	for (uint32_t i = 0; i < LABELS_MAX; i++) {
		if (labels->labels[i].used < found->used)
			found = &labels->labels[i];
	}
	return found;
}

static int set(struct labels *labels, struct label *label)
{
	const struct osaas_text_style style = {
		.size = label->style.size,
		.weight = label->style.weight,
		.families = "sans-serif",
	};
	const struct osaas_text_params params = {
		.text = label->text,
		.len = strlen(label->text),
		.styles = &style,
		.style_count = 1,
		.width = label->style.width,
		.max_lines = 1,
		.ellipsis = label->style.width > 0 ? OSAAS_TEXT_ELLIPSIS_END
						   : OSAAS_TEXT_CLIP,
	};
	return osaas_text_layout(labels->chan, &params, &label->set);
}

const struct osaas_text *labels_get(
	struct labels *labels, const char *text, const struct label_style *style)
{
	if (labels->chan < 0 || !text[0])
		return NULL;
	labels->uses++;
	for (uint32_t i = 0; i < LABELS_MAX; i++) {
		struct label *label = &labels->labels[i];
		if (is_it(label, text, style)) {
			label->used = labels->uses;
			return label->set.head ? &label->set : NULL;
		}
	}
	struct label *label = oldest(labels);
	osaas_text_free(&label->set);
	strlcpy(label->text, text, sizeof label->text);
	label->style = *style;
	label->used = labels->uses;
	int r = set(labels, label);
	if (r < 0)
		osaas_printf(OSAAS_LOG_ERROR, "a label cannot be set: error %d", r);
	if (r == OSAAS_EPIPE)
		labels->chan = r;
	return r < 0 ? NULL : &label->set;
}

void labels_clear(struct labels *labels)
{
	for (uint32_t i = 0; i < LABELS_MAX; i++) {
		osaas_text_free(&labels->labels[i].set);
		labels->labels[i].used = 0;
	}
}
