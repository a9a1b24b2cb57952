/* strip: what the method shows in its panel: whether it is on, and the candidates, a row of them. */
#ifndef KANA_STRIP_H
#define KANA_STRIP_H

#include <osaas.h>
#include <osaas_window.h>

#include "ime.h"

/* What was touched: areas' tags. */
enum strip_tag {
	STRIP_MODE = 1,
	STRIP_BACK,
	STRIP_NEXT,
	STRIP_CANDIDATE = 16, /* and on: of the page */
	STRIP_END = STRIP_CANDIDATE + IME_PAGE,
};

struct strip {
	osaas_chan panel, text; /* text: below 0: nothing can be written */
	struct osaas_window_config config;
	uint32_t docked;     /* pixels; 0: it is not seen */
	bool changed, waits; /* a frame is under way */
	uint64_t serial;
	uint64_t pressed; /* a tag; 0: none */
};

/* strip_show docks it, or takes it away. */
void strip_show(struct strip *strip, bool shown);

/* strip_per_page: how many candidates it has room for at a time. */
uint32_t strip_per_page(const struct strip *strip);

/* strip_event takes a message of the panel: the tag that was chosen by it, or 0. */
uint64_t strip_event(struct strip *strip, const struct osaas_msg *msg);

/* strip_draw sends a frame, if there is something new; trouble: as in struct kept. YIELDS. */
void strip_draw(struct strip *strip, const struct ime *ime, const char *trouble);

#endif
