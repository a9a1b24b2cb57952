/*
 * field_host: what a field asks of its host, without one: text that is set in cells of 10
 * by 20 px, a clipboard, a window that takes all. One for all of a process.
 */
#ifndef TESTS_PLUGINS_FIELD_HOST_H
#define TESTS_PLUGINS_FIELD_HOST_H

#include "plugins/include/osaas_field.h"

enum {
	HOST_WINDOW = 1,
	HOST_TEXT,
	HOST_CLIPBOARD,
	HOST_CELL = 10, /* px: how wide and high a cell is */
	HOST_LINE = 20,
};

struct field_host {
	char clip[2][OSAAS_FIELD_MAX + 1]; /* what was copied; what is selected */
	size_t clip_size[2];
	bool no_fonts;          /* text is refused with OSAAS_ENOENT */
	struct osaas_msg frame; /* the last one */
	uint64_t focused;       /* the last FOCUS_AREA */
	uint32_t layouts;       /* texts that were set */
	uint32_t buffers;       /* that are not freed */
};
extern struct field_host field_host;

/* As osaas_std.h has them, which stands for the C library's headers, too. */
void osaas_printf(int level, const char *format, ...);
_Noreturn void osaas_assert_failed(const char *file, int line, const char *what);

#endif
