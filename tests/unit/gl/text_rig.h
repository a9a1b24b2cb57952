/* text_rig: one style, one text, laid out; DejaVu Sans Mono's letters are 0.60205 em wide. */
#ifndef OSAAS_TESTS_GL_TEXT_RIG_H
#define OSAAS_TESTS_GL_TEXT_RIG_H

#include "gl/font.h"
#include "gl/text.h"

#define MONO (1233.0f / 2048.0f) /* em */

struct text_rig {
	struct gl_fonts *fonts;
	struct gl_text *text;
	struct gl_text_run run;
	struct gl_text_request request; /* of one run: rig.run, 10 px DejaVu Sans Mono */
	struct text_layout layout;
	char why[256];
};

/* cmocka's set-up and tear-down of a rig. */
int text_rig_open(void **state);
int text_rig_close(void **state);
/* text_rig_reset: the request as it is at first. text_rig_lay: what gl_text_lay says. */
void text_rig_reset(struct text_rig *rig);
int text_rig_lay(struct text_rig *rig, const char *text);
int text_rig_lay_bytes(struct text_rig *rig, const char *text, size_t size);

/* Everything that holds for any block: fails the test if not. */
void text_rig_check(const struct text_rig *rig);

#endif
