/*
 * service_shortcut: who holds which combination of keys, for shortcut_actions.c. A press goes
 * to the first that was given it, and to nobody else.
 */
#ifndef OSAAS_SESSION_SERVICE_SHORTCUT_H
#define OSAAS_SESSION_SERVICE_SHORTCUT_H

#include <stdbool.h>

struct input_key;
struct session;

/* service_shortcut_press: true: somebody holds it, and was told. */
bool service_shortcut_press(struct session *session, const struct input_key *key);
/* service_shortcut_release: whoever was told of the press of that key. */
void service_shortcut_release(struct session *session, const struct input_key *key);

#endif
