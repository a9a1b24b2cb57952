/* fence: when all that was drawn is there, as a file that the kernel understands. */
#ifndef OSAAS_GL_FENCE_H
#define OSAAS_GL_FENCE_H

struct gl;

/* fence_find looks for what the driver offers: list, the display's extensions. */
void fence_find(struct gl *gl, const char *list);

/*
 * fence_after ends what was drawn: a descriptor that signals when it is done, the
 * caller's; -1: it is done.
 */
int fence_after(struct gl *gl);

#endif
