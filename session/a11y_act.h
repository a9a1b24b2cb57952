/*
 * a11y_act: what assistive technology asks a thing to do, as the plugin hears it:
 * OSAAS_WINDOW_ACT, where it says that it understands that; else as a finger or the Tab key
 * would. False: it cannot be done.
 */
#ifndef OSAAS_SESSION_A11Y_ACT_H
#define OSAAS_SESSION_A11Y_ACT_H

#include <stdbool.h>
#include <stdint.h>

struct a11y_target;
struct a11y_window;

#define A11Y_WISH_FRAMES 200 /* that a value may take */

/* a11y_do: one bit of enum op_semantic_action. */
bool a11y_do(const struct a11y_target *target, uint32_t action);
/* a11y_focus gives it, and its window, the keys. */
bool a11y_focus(const struct a11y_target *target);
/*
 * a11y_wish_value: the protocol has steps only: it is told to step until it is there, or as near
 * as it gets. a11y_wish_turn goes on, after a frame.
 */
bool a11y_wish_value(const struct a11y_target *target, double value);
void a11y_wish_turn(struct a11y_window *window);

/* Of fields; characters of the whole text; at most A11Y_VALUE_BYTES are put there at once. */
bool a11y_edit(
	const struct a11y_target *target, uint32_t start, uint32_t end, const char *text);
bool a11y_select(const struct a11y_target *target, uint32_t start, uint32_t end);
/* a11y_ask_text: all of it is to be told with the next frame, where only a part is known. */
void a11y_ask_text(const struct a11y_target *target);

#endif
