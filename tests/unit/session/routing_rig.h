/*
 * routing_rig: windows with real layers (without a graphics card) and real channels in a
 * session of nothing else. A case is a table: what is done, as words, and the exact text of
 * what the plugins receive then.
 *
 * Words, places in pixels:
 *	frame              step.frame, in the text form of gl/OPS.md, is the window's next one
 *	window N           from here on `frame`, `focus` and `grab` are the Nth's (from 0)
 *	move|press|release X Y,  scroll X Y DX DY,  press2|release2 X Y: the right button,
 *	leave,  cancel
 *	down|drag ID X Y,  up ID: fingers
 *	pen in|move|press|release|out|gone X Y [PRESSURE]: its tip
 *	gesture begin|update|end|cancel: of three fingers, where the pointer was last
 *	focus TAG,  grab TAG [finger ID|pen],  keyboard 0|1: commands of the plugin
 *	offer TAG TYPE [DATA]: the plugin's answer to the last REQUEST that any received
 *	wait MS: time goes on
 *	key|keyup|repeat [ctrl-|shift-|alt-|super-]NAME[/LATIN]: xkb's names
 *	next,  previous: the keys go to another window;  click: what has the keys
 *	grant,  revoke: "input.capture" of the window's plugin;  capture 1|0: its command;
 *	motion DX DY: "no" if nobody takes it;  release-pointer;  keys N: go to that window
 *	cursor X Y,  action X Y: the trace is a number of OPS.md
 *
 * Traces: KIND:TAG, of KIND one letter of C P R M D E L S (cancel, press, release, move,
 * drag, enter, leave, scroll), "!" after it where the priority is grabbed, "'" and the id
 * where it is a finger, "~" where it is a pen, "@X,Y" if the rig shows places, "(DX,DY)" of a scroll. F+ F-: the
 * window's focus, +TAG -TAG: an area's. K:TAG=NAME, k: released, K*: repeated, and 'TEXT if the rig shows texts.
 * edit:TAG(FROM-TO) "TEXT", select:, compose:, snippet:TAG(FROM-TO). REFUSED,
 * LOST. X+ X-: captured, W:DX,DY motion. Of drags *I *E *M *L *R *D *C:TAG (initiate, enter, move, leave, request, data,
 * cancel), "=TYPE" behind *R, "=TYPE,DATA" behind *D. N:TAG=PRESSURE of a pen, G+ G= G- Gx:TAG of a gesture. "|" comes before what a further window received.
 */
#ifndef OSAAS_TESTS_ROUTING_RIG_H
#define OSAAS_TESTS_ROUTING_RIG_H

#include <stdbool.h>
#include <stddef.h>

#include "plugins/endpoint.h"
#include "session/hosted.h"
#include "session/screen.h"
#include "session/service.h"
#include "session/session.h"
#include "session/window.h"

#define RIG_WIDTH   400
#define RIG_HEIGHT  300
#define RIG_WINDOWS 3
#define RIG_STEPS   24

struct rig_step {
	const char *what, *trace;
	const char *frame;
};

struct rig_case {
	const char *name;
	struct rig_step steps[RIG_STEPS]; /* what NULL: the end */
	bool places;
};

struct rig {
	struct session session;
	struct screen screen;
	struct window
		*windows[RIG_WINDOWS]; /* those from 1 on when they are first named */
	struct endpoint *plugins[RIG_WINDOWS];
	struct hosted hosted[RIG_WINDOWS];
	struct service granted[RIG_WINDOWS];
	int at; /* whose commands and frames they are */
	bool places, texts;
	uint64_t time_ns;
	uint64_t asked; /* serial of the last REQUEST */
	char trace[8192];
};

void rig_init(struct rig *rig);
void rig_finish(struct rig *rig);
/* rig_do does one step, and leaves what was received in rig.trace. */
void rig_do(struct rig *rig, const struct rig_step *step);
/* rig_frame_bytes sends a stream; rig_collect writes the trace. */
void rig_frame_bytes(struct rig *rig, const void *stream, size_t size);
void rig_collect(struct rig *rig);
/* A cmocka test, *state is a rig_case. */
void rig_test(void **state);

#endif
