/* Filters: what tags listen to, which keys are taken, what may be dragged. */
#include <errno.h>

#include "gl/decode_private.h"
#include "gl/sublayer.h"
#include "util/mime.h"

static int check_bits(struct decoder *d, uint32_t bits, uint32_t known, const char *what)
{
	if (bits & ~known)
		return refuse(d, -EINVAL, "%s %u are unknown", what, bits);
	return 0;
}

/* Room for so many more. */
static int check_count(
	struct decoder *d, size_t have, size_t more, uint32_t most, const char *what)
{
	if (more > most - have)
		return refuse(d, -E2BIG, "more than %u %s in a stream", most, what);
	return 0;
}

static int reserve_listens(struct decoder *d, size_t n)
{
	struct gl_scene *s = d->scene;
	int rc = check_count(d, s->n_listens, n, OPWIRE_MAX_LISTENS, "listens");
	return rc || scene_reserve(s, listens, n) ? rc : refuse_memory(d);
}

static int reserve_keys(struct decoder *d, size_t n)
{
	struct gl_scene *s = d->scene;
	int rc = check_count(d, s->n_keys, n, OPWIRE_MAX_KEYS, "key filters");
	return rc || scene_reserve(s, keys, n) ? rc : refuse_memory(d);
}

static int reserve_transfers(struct decoder *d, size_t n)
{
	struct gl_scene *s = d->scene;
	int rc = check_count(d, s->n_transfers, n, OPWIRE_MAX_TRANSFERS, "drag filters");
	return rc || scene_reserve(s, transfers, n) ? rc : refuse_memory(d);
}

int op_listen(struct decoder *d)
{
	double v[4];
	struct gl_scene_listen listen = {
		.tag = bytes_u64(&d->in),
		.kinds = bytes_u32(&d->in),
		.focus = SCENE_NONE,
	};
	int rc = check_bits(d, listen.kinds, LISTEN_BITS, "kinds");
	if (!rc)
		rc = read_numbers(d, &d->in, v, 4);
	if (!rc && (v[0] > v[1] || v[2] > v[3]))
		rc = refuse(d, -EINVAL, "a scroll range ends before it begins");
	if (!rc)
		rc = reserve_listens(d, 1);
	if (rc)
		return rc;
	for (int i = 0; i < 4 && listen.kinds & LISTEN_SCROLL; i++)
		listen.scroll[i] = (float)v[i];
	d->scene->listens[d->scene->n_listens++] = listen;
	return 0;
}

int op_keys(struct decoder *d)
{
	struct gl_key_filter filter = {
		.tag = bytes_u64(&d->in),
		.required = bytes_u32(&d->in),
		.optional = bytes_u32(&d->in),
		.keysym = bytes_u32(&d->in),
	};
	uint32_t flags = bytes_u32(&d->in);
	int rc = check_bits(d, filter.required, KEYS_MODIFIERS, "modifiers");
	if (!rc)
		rc = check_bits(d, filter.optional, KEYS_MODIFIERS, "modifiers");
	if (!rc)
		rc = check_bits(d, flags, KEYS_BITS, "flags");
	if (!rc)
		rc = reserve_keys(d, 1);
	if (rc)
		return rc;
	filter.focused = flags & KEYS_FOCUSED;
	d->scene->keys[d->scene->n_keys++] = filter;
	return 0;
}

/* The room for it is there. */
static int add_transfer(
	struct decoder *d, struct gl_scene_transfer transfer, const char *type)
{
	struct gl_scene *s = d->scene;
	if (!scene_reserve(s, text, transfer.n_text))
		return refuse_memory(d);
	memcpy(&s->text[s->n_text], type, transfer.n_text);
	transfer.text = (uint32_t)s->n_text;
	s->n_text += transfer.n_text;
	s->transfers[s->n_transfers++] = transfer;
	return 0;
}

int op_transfer(struct decoder *d)
{
	struct gl_scene_transfer transfer = {.tag = bytes_u64(&d->in)};
	uint8_t kind;
	const char *type;
	int rc = read_choice(d, &d->in, TRANSFER_KINDS, "transfer", &kind);
	if (!rc)
		rc = read_string(d, &type, &transfer.n_text);
	if (!rc && !mime_is_type(type, transfer.n_text))
		rc = refuse(d, -EINVAL, "the string is no MIME type");
	if (!rc)
		rc = reserve_transfers(d, 1);
	if (rc)
		return rc;
	transfer.target = kind == TRANSFER_TARGET;
	return add_transfer(d, transfer, type);
}

/* contents */

static void append(struct gl_scene *s, const struct gl_scene *content)
{
	for (size_t i = 0; i < content->n_listen_tags; i++)
		s->listens[s->n_listens++] = content->listens[content->listen_tags[i].at];
	for (size_t i = 0; i < content->n_keys; i++)
		s->keys[s->n_keys++] = content->keys[i];
}

static int append_transfers(struct decoder *d, const struct gl_scene *content)
{
	int rc = 0;
	for (size_t i = 0; i < content->n_transfers && !rc; i++) {
		const struct gl_scene_transfer *t = &content->transfers[i];
		rc = add_transfer(d, *t, &content->text[t->text]);
	}
	return rc;
}

int place_filters(struct decoder *d, const struct gl_scene *content)
{
	int rc = reserve_listens(d, content->n_listen_tags);
	if (!rc)
		rc = reserve_keys(d, content->n_keys);
	if (!rc)
		rc = reserve_transfers(d, content->n_transfers);
	if (rc)
		return rc;
	append(d->scene, content);
	return append_transfers(d, content);
}

/* the end of a frame */

static void add_up(struct gl_scene_listen *all, const struct gl_scene_listen *more)
{
	all->kinds |= more->kinds;
	if (more->kinds & LISTEN_SCROLL)
		memcpy(all->scroll, more->scroll, sizeof all->scroll);
}

/* Of each tag the first listen stays, and all others go into it. */
static void add_up_listens(struct gl_scene *s)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n_listens; i++) {
		const struct gl_tag *next = &s->listen_tags[i];
		struct gl_tag *last = n > 0 ? &s->listen_tags[n - 1] : NULL;
		if (last && last->tag == next->tag)
			add_up(&s->listens[last->at], &s->listens[next->at]);
		else
			s->listen_tags[n++] = *next;
	}
	s->n_listen_tags = n;
}

static size_t count_focus(const struct gl_scene *s)
{
	size_t n = 0;
	for (size_t i = 0; i < s->n_listen_tags; i++)
		n += (s->listens[s->listen_tags[i].at].kinds & LISTEN_FOCUS) != 0;
	return n;
}

int add_up_filters(struct decoder *d)
{
	struct gl_scene *s = d->scene;
	size_t n = s->n_listens;
	if (!scene_reserve(s, listen_tags, 2 * n))
		return refuse_memory(d);
	for (size_t i = 0; i < n; i++)
		s->listen_tags[i] = (struct gl_tag){s->listens[i].tag, (uint32_t)i};
	if (n > 0)
		tags_sort(s->listen_tags, s->listen_tags + n, n);
	add_up_listens(s);
	return scene_reserve(s, focus, count_focus(s)) ? 0 : refuse_memory(d);
}
