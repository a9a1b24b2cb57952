/* control_drawing: what the renderer holds and what drawing cost, for osaas ctl stats. */
#ifndef OSAAS_SESSION_CONTROL_DRAWING_H
#define OSAAS_SESSION_CONTROL_DRAWING_H

struct gl;
struct gl_text;
struct reply;

/* layouts sets the plugins' texts. Either may be NULL. */
void control_drawing_put(
	const struct gl *gl, const struct gl_text *layouts, struct reply *reply);

#endif
