/* output_rows: displays, what they are and are to be, as rows of an answer of 'osaas ctl output'. */
#ifndef OSAAS_SESSION_OUTPUT_ROWS_H
#define OSAAS_SESSION_OUTPUT_ROWS_H

#include <stdbool.h>
#include <stddef.h>

struct kms_connector_info;
struct reply;
struct screen;
struct session;

/* output_each tells of each connector; where there is no card, of each screen as one. */
void output_each(struct session *session,
	void (*tell)(void *data, const struct kms_connector_info *info), void *data);
/* NULL: it is off, or not connected. */
struct screen *output_screen(struct session *session, const char *connector);

/* For output_each: looks for name, and notes all that there are. */
struct output_search {
	const char *name;
	bool found, connected;
	size_t n_modes;
	char names[300]; /* of all, for the user */
};
void output_look(void *search, const struct kms_connector_info *info);

/* output_color_refusal: why the colours of what is there are not as they are to be; NULL: they are. */
const char *output_color_refusal(struct session *session, const char *connector);

void output_rows_all(struct session *session, struct reply *reply);
/* output_rows_one: one, kept by that name; its connector "": it is not here. */
void output_rows_one(struct session *session, const char *connector, const char *name,
	struct reply *reply);

#endif
