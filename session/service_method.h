/* service_method: the other end of osaas_method.h: input methods, and which one is chosen. */
#ifndef OSAAS_SESSION_SERVICE_METHOD_H
#define OSAAS_SESSION_SERVICE_METHOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct input_key;
struct session;

#define METHOD_NONE "off" /* as a name: the user wants none */

/* service_method_key: a key for the field goes to a method first. False: it does not. */
bool service_method_key(struct session *session, const struct input_key *key);
/* service_method_leave: the keys go elsewhere: those that wait go to where they were meant for. */
void service_method_leave(struct session *session);
/* service_method_turn tells all what is otherwise; of texting_turn. */
void service_method_turn(struct session *session);

/* service_method_each tells of every method, the chosen one among them. */
struct service_method_info {
	const char *id, *name;
	bool takes_keys; /* it asked for keys: it can be chosen */
	bool chosen;
	bool silent; /* it left keys without an answer, and is asked none for a while */
};
void service_method_each(struct session *session,
	void (*tell)(void *data, const struct service_method_info *info), void *data);
/* service_method_next: the name of the one after the chosen one, METHOD_NONE after the last. */
const char *service_method_next(struct session *session);

#endif
