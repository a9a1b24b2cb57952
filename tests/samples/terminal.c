/* A terminal's inside: bytes of a process, parsed, onto a grid of letters. */
#include "sample.h"

SAMPLE("Terminal", "want = pty required: runs a shell\n")

#define ROWS    24
#define COLUMNS 80

static char grid[ROWS][COLUMNS];
static int row, column, state;

static void put(char c)
{
	if (state) {
		state = c < '@' || c == '[';
		return;
	}
	if (c == 27) {
		state = 1;
		return;
	}
	if (c == '\n' || column == COLUMNS) {
		column = 0;
		row++;
	}
	if (row == ROWS) {
		memmove(grid[0], grid[1], sizeof grid - COLUMNS);
		memset(grid[ROWS - 1], ' ', COLUMNS);
		row--;
	}
	if (c >= ' ')
		grid[row][column++] = c;
}

void sample_main(void)
{
	osaas_chan pty = osaas_cap("pty");
	for (;;) {
		struct osaas_msg msg = {.type = ASK_READ};
		msg.u.u32[4] = 1024;
		int64_t n = ask(pty, &msg);
		if (n <= 0)
			return;
		for (int64_t i = 0; i < n; i++)
			put(((const char *)msg.buf)[i]);
		osaas_buf_free(msg.buf);
	}
}
