/* control_drawing: what the renderer holds and what drawing cost, for osaas ctl stats. */
#ifndef OSAAS_SESSION_CONTROL_DRAWING_H
#define OSAAS_SESSION_CONTROL_DRAWING_H

struct gl;
struct reply;

void control_drawing_put(const struct gl *gl, struct reply *reply); /* takes NULL */

#endif
