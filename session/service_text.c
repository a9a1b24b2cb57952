/* The other end of osaas_text.h. */
#include "plugins/include/osaas_text.h"

#include <errno.h>
#include <string.h>

#include "gl/gl.h"
#include "gl/text.h"
#include "plugins/include/osaas_request.h"
#include "session/service_table.h"
#include "session/session.h"
#include "util/clock.h"

#define SLOW_NS (2 * NS_PER_MS) /* after one that took longer the others come first */
#define WHY     160

struct text_font {
	uint32_t id;
	size_t size;
};

struct texts {
	struct service service;
	struct text_font fonts[OSAAS_TEXT_FONTS_MAX];
	size_t n;
	bool tired; /* of a slow request; held waits for the next turn */
	bool holding;
	struct message held;
};

/* A request, out of its buffer. */
struct ask {
	struct osaas_text_ask head;
	struct gl_text_run runs[OSAAS_TEXT_STYLES_MAX];
	struct gl_text_feature features[OSAAS_TEXT_STYLES_MAX * OSAAS_TEXT_FEATURES_MAX];
	float tabs[OSAAS_TEXT_TABS_MAX];
	char strings[OSAAS_TEXT_STRINGS_MAX + 2 * OSAAS_TEXT_STYLES_MAX];
	size_t strings_used;
};

static struct texts *texts_of(struct service *service)
{
	return container_of(service, struct texts, service);
}

/* The engine is made when it is first asked: most sessions have a plugin that does. */
static struct gl_text *engine(struct session *session)
{
	struct gl_fonts *fonts = session->gl ? gl_fonts(session->gl) : NULL;
	if (!session->layouts && fonts)
		session->layouts = gl_text_create(fonts);
	return session->layouts;
}

static bool owns(const struct texts *t, uint32_t font)
{
	for (size_t i = 0; i < t->n; i++) {
		if (t->fonts[i].id == font)
			return true;
	}
	return false;
}

/* Untrusted bytes, piece by piece; NULL: there are not so many. */
struct pieces {
	const char *at;
	size_t left;
};

static const void *take(struct pieces *p, size_t size)
{
	const char *at = p->at;
	if (size > p->left)
		return NULL;
	p->at += size;
	p->left -= size;
	return at;
}

/* A string of the message with a zero behind it; NULL: it lies elsewhere, or is no string. */
static const char *copy_string(
	struct ask *ask, const char *strings, uint32_t at, uint32_t size)
{
	char *to = ask->strings + ask->strings_used;
	if (at > ask->head.strings || size > ask->head.strings - at ||
		size + 1 > sizeof ask->strings - ask->strings_used ||
		memchr(strings + at, 0, size))
		return NULL;
	memcpy(to, strings + at, size);
	to[size] = 0;
	ask->strings_used += size + 1;
	return to;
}

static bool read_style(struct ask *ask, const struct texts *t,
	const struct osaas_text_ask_style *in, const char *strings, size_t *features,
	struct gl_text_run *run)
{
	if (in->features > OSAAS_TEXT_FEATURES_MAX ||
		in->features > ask->head.features - *features || in->slant > GL_OBLIQUE ||
		(in->font && !owns(t, in->font)))
		return false;
	*run = (struct gl_text_run){
		.end = in->end,
		.font = {.families = copy_string(
				 ask, strings, in->families, in->families_size),
			.weight = in->weight,
			.slant = (enum gl_font_slant)in->slant,
			.lang = copy_string(ask, strings, in->lang, in->lang_size),
			.first = in->font},
		.size = in->size,
		.spacing = in->spacing,
		.features = ask->features + *features,
		.feature_count = in->features,
	};
	*features += in->features;
	return run->font.families && run->font.lang;
}

static bool read_styles(
	struct ask *ask, const struct texts *t, const char *styles, const char *strings)
{
	size_t features = 0;
	ask->strings_used = 0;
	for (uint32_t i = 0; i < ask->head.styles; i++) {
		struct osaas_text_ask_style in;
		memcpy(&in, styles + i * sizeof in, sizeof in);
		if (!read_style(ask, t, &in, strings, &features, &ask->runs[i]))
			return false;
	}
	return true;
}

/* 0, or OSAAS_E2BIG or OSAAS_EINVAL, with why. */
static int read_ask(const struct texts *t, const struct message *msg, struct ask *ask,
	const char **text, const char **why)
{
	struct pieces p = {msg->buffer ? buffer_data(msg->buffer) : NULL,
		msg->buffer ? msg->len : 0};
	struct osaas_text_ask *head = &ask->head;
	const void *from = take(&p, sizeof *head);
	*why = "it ends too early";
	if (!from)
		return OSAAS_EINVAL;
	memcpy(head, from, sizeof *head);
	*why = "over a limit";
	if (head->text_size > OSAAS_TEXT_MAX || head->styles > OSAAS_TEXT_STYLES_MAX ||
		head->features > OSAAS_TEXT_STYLES_MAX * OSAAS_TEXT_FEATURES_MAX ||
		head->tabs > OSAAS_TEXT_TABS_MAX ||
		head->strings > OSAAS_TEXT_STRINGS_MAX)
		return OSAAS_E2BIG;
	const char *styles = take(&p, head->styles * sizeof(struct osaas_text_ask_style));
	const void *features =
		take(&p, head->features * sizeof(struct osaas_text_feature));
	const void *tabs = take(&p, head->tabs * sizeof(float));
	const char *strings = take(&p, head->strings);
	*text = take(&p, head->text_size);
	*why = "its parts are not as long as it says";
	if (!styles || !features || !tabs || !strings || !*text || p.left > 0)
		return OSAAS_EINVAL;
	memcpy(ask->features, features,
		head->features * sizeof(struct osaas_text_feature));
	memcpy(ask->tabs, tabs, head->tabs * sizeof(float));
	*why = "a style has a font, features or strings that there are not";
	return read_styles(ask, t, styles, strings) ? 0 : OSAAS_EINVAL;
}

_Static_assert(
	sizeof(struct gl_text_feature) == sizeof(struct osaas_text_feature), "wire");
_Static_assert((int)GL_TEXT_RTL == (int)OSAAS_TEXT_RTL, "bases");
_Static_assert((int)GL_TEXT_RIGHT == (int)OSAAS_TEXT_ALIGN_RIGHT, "alignments");
_Static_assert((int)GL_TEXT_CELL == (int)OSAAS_TEXT_WRAP_CELL, "wraps");
_Static_assert((int)GL_TEXT_ELLIPSIS_START == (int)OSAAS_TEXT_ELLIPSIS_START, "ellipses");

static struct gl_text_request request_of(const struct ask *ask, const char *text)
{
	return (struct gl_text_request){
		.text = text,
		.size = ask->head.text_size,
		.runs = ask->runs,
		.run_count = ask->head.styles,
		.base = (enum gl_text_base)ask->head.base,
		.align = (enum gl_text_align)ask->head.align,
		.wrap = (enum gl_text_wrap)ask->head.wrap,
		.ellipsis = (enum gl_text_ellipsis)ask->head.ellipsis,
		.width = ask->head.width,
		.max_lines = ask->head.max_lines,
		.line_height = ask->head.line_height,
		.tabs = ask->tabs,
		.tab_count = ask->head.tabs,
		.tab_width = ask->head.tab_width,
	};
}

static void answer_block(
	struct texts *t, struct message *msg, const void *block, size_t size)
{
	struct message answer = {.type = OSAAS_TEXT_LAYOUT | OSAAS_ANSWER, .len = size};
	int64_t lines = ((const struct osaas_text_head *)block)->lines;
	answer.buffer = buffer_create(size);
	if (!answer.buffer) {
		service_refuse(
			&t->service, msg, OSAAS_ENOMEM, "no memory for %zu bytes", size);
		return;
	}
	memcpy(buffer_data(answer.buffer), block, size);
	memcpy(answer.bytes, &lines, sizeof lines);
	message_drop(msg);
	service_answer(&t->service, &answer);
}

static int error_of(int r)
{
	return r == -EFBIG || r == -ETIME ? OSAAS_E2BIG
	       : r == -ENOMEM             ? OSAAS_ENOMEM
					  : OSAAS_EINVAL;
}

static void lay(struct texts *t, struct message *msg)
{
	static struct ask ask; /* too large for a stack, and one is enough */
	struct gl_text *gl = engine(t->service.session);
	const char *text, *reason;
	const void *block;
	size_t size;
	char why[WHY];
	int r = read_ask(t, msg, &ask, &text, &reason);
	if (r < 0) {
		service_refuse(&t->service, msg, r, "%s", reason);
		return;
	}
	if (!gl) {
		service_refuse(&t->service, msg, OSAAS_ENOENT, "there is no font");
		return;
	}
	struct gl_text_request request = request_of(&ask, text);
	r = gl_text_lay(gl, &request, &block, &size, why, sizeof why);
	if (r < 0)
		service_refuse(&t->service, msg, error_of(r), "%s", why);
	else
		answer_block(t, msg, block, size);
}

/* Fonts of the plugin's own. */

static size_t font_bytes(const struct texts *t)
{
	size_t sum = 0;
	for (size_t i = 0; i < t->n; i++)
		sum += t->fonts[i].size;
	return sum;
}

static void add_font(struct texts *t, struct message *msg)
{
	struct gl_text *gl = engine(t->service.session);
	size_t size = msg->buffer ? msg->len : 0;
	char why[WHY] = "there is no font";
	uint32_t index, id;
	memcpy(&index, msg->bytes, sizeof index);
	if (size > OSAAS_TEXT_FONT_MAX || font_bytes(t) + size > OSAAS_TEXT_FONT_MAX) {
		service_refuse(&t->service, msg, OSAAS_E2BIG,
			"fonts of more than %u bytes", OSAAS_TEXT_FONT_MAX);
		return;
	}
	if (t->n == OSAAS_TEXT_FONTS_MAX) {
		service_refuse(&t->service, msg, OSAAS_ENOSPC, "it has %zu fonts", t->n);
		return;
	}
	int r = !gl ? -ENOENT
		    : gl_font_memory(gl_text_fonts(gl),
			      size ? buffer_data(msg->buffer) : "", size, index,
			      (uintptr_t)t->service.plugin, &id, why, sizeof why);
	if (r < 0) {
		service_refuse(&t->service, msg,
			r == -ENOSPC ? OSAAS_ENOSPC : OSAAS_EINVAL, "%s", why);
		return;
	}
	t->fonts[t->n++] = (struct text_font){id, size};
	message_drop(msg);
	service_result(&t->service, OSAAS_TEXT_FONT, id);
}

static void forget_font(struct texts *t, struct message *msg)
{
	uint32_t id;
	memcpy(&id, msg->bytes, sizeof id);
	for (size_t i = 0; i < t->n; i++) {
		if (t->fonts[i].id != id)
			continue;
		gl_font_unref(gl_text_fonts(engine(t->service.session)), id);
		t->fonts[i] = t->fonts[--t->n];
		message_drop(msg);
		service_result(&t->service, OSAAS_TEXT_FORGET, 0);
		return;
	}
	service_refuse(&t->service, msg, OSAAS_ENOENT, "font %u is none of its own", id);
}

static void work(struct texts *t, struct message *msg)
{
	uint64_t start = clock_now_ns();
	if (msg->type == OSAAS_TEXT_LAYOUT)
		lay(t, msg);
	else if (msg->type == OSAAS_TEXT_FONT)
		add_font(t, msg);
	else if (msg->type == OSAAS_TEXT_FORGET)
		forget_font(t, msg);
	else
		service_unknown(&t->service, msg);
	uint64_t end = clock_now_ns();
	t->tired = end - start > SLOW_NS;
	if (t->tired)
		service_wake_at(&t->service, end);
}

/* The loop turns between slow requests, so that frames and input are not late. */
static void receive(struct service *service, struct message *msg)
{
	struct texts *t = texts_of(service);
	if (!t->tired) {
		work(t, msg);
		return;
	}
	t->held = *msg;
	t->holding = true;
	service->busy++;
}

static void handle_wake(struct service *service)
{
	struct texts *t = texts_of(service);
	t->tired = false;
	if (!t->holding)
		return;
	t->holding = false;
	service->busy--;
	work(t, &t->held);
}

static void stop(struct service *service)
{
	struct texts *t = texts_of(service);
	if (t->holding)
		message_drop(&t->held);
	for (size_t i = 0; i < t->n; i++)
		gl_font_unref(gl_text_fonts(engine(service->session)), t->fonts[i].id);
}

const struct service_ops service_text = {
	.cap = "gui.text",
	.size = sizeof(struct texts),
	.receive = receive,
	.wake = handle_wake,
	.stop = stop,
	.harmless = true,
	.width = 1,
};
