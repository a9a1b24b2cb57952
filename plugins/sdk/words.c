#include <osaas_math.h>
#include <osaas_string.h>
#include <osaas_words.h>

static bool is_same(
	const struct osaas_words_kept *k, const struct osaas_words *w, float width)
{
	return k->used > 0 && k->size == w->size && k->width == width &&
	       k->weight == w->weight && strcmp(k->text, w->text) == 0;
}

static int ask(
	osaas_chan chan, const struct osaas_words *w, float width, struct osaas_text *set)
{
	const struct osaas_text_style style = {.size = w->size, .weight = w->weight};
	const struct osaas_text_params params = {.text = w->text,
		.len = strlen(w->text),
		.styles = &style,
		.style_count = 1,
		.width = width,
		.max_lines = 1,
		.ellipsis = width > 0 ? OSAAS_TEXT_ELLIPSIS_END : OSAAS_TEXT_CLIP};
	int r = osaas_text_layout(chan, &params, set);
	return r < 0 ? r : 0;
}

static void keep(struct osaas_words_store *store, struct osaas_words_kept *k,
	const struct osaas_words *w, float width)
{
	osaas_text_free(&k->set);
	size_t size = strlcpy(k->text, w->text, sizeof k->text);
	k->size = w->size;
	k->weight = w->weight;
	k->width = width;
	/* One that is not all here would be taken for others: its place is the next to go. */
	k->used = size < sizeof k->text ? store->wanted : 0;
	k->error = ask(store->chan, w, width, &k->set);
}

int osaas_words_set(struct osaas_words_store *store, const struct osaas_words *words,
	float width, const struct osaas_text **set)
{
	struct osaas_words_kept *k = store->kept, *end = k + OSAAS_WORDS_KEPT;
	struct osaas_words_kept *oldest = k;
	store->wanted++;
	for (; k < end && !is_same(k, words, width); k++)
		oldest = k->used < oldest->used ? k : oldest;
	if (k == end) {
		k = oldest;
		keep(store, k, words, width);
	} else {
		k->used = store->wanted;
	}
	*set = &k->set;
	return k->error;
}

void osaas_words_forget(struct osaas_words_store *store)
{
	struct osaas_words_kept *end = store->kept + OSAAS_WORDS_KEPT;
	for (struct osaas_words_kept *k = store->kept; k < end; k++) {
		osaas_text_free(&k->set);
		k->used = 0;
	}
}

int osaas_words_paint(struct osaas_words_store *store, struct osaas_ops *ops,
	const struct osaas_words *words, struct osaas_text_rect box)
{
	float room = box.x1 - box.x0;
	const struct osaas_text *t;
	if (!*words->text || !(room >= 1))
		return 0;
	int r = osaas_words_set(store, words, room, &t);
	if (r < 0)
		return r;
	float more = room - t->head->width, x = box.x0;
	/* What is at the left stands where its line does: from right to left that is the right. */
	if (words->align != OSAAS_WORDS_LEFT)
		x += (words->align == OSAAS_WORDS_RIGHT ? more : more / 2) -
		     t->lines[0].x;
	osaas_text_paint(t, ops, roundf(x),
		roundf((box.y0 + box.y1 - t->head->height) / 2), NULL, 0);
	return 0;
}
