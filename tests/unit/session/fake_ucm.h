/*
 * fake_ucm: use case managers of the library's names, over what a test says of a card. What is
 * done with them is written down: "HiFi +Speaker -Speaker +Headphones Inactive".
 */
#ifndef OSAAS_TESTS_UNIT_SESSION_FAKE_UCM_H
#define OSAAS_TESTS_UNIT_SESSION_FAKE_UCM_H

#define FAKE_UCM_CARDS 4

struct fake_ucm_value {
	const char *name; /* as it is asked for: "=PlaybackPCM/Speaker/HiFi"; NULL ends */
	const char *value;
};

struct fake_ucm_list {
	const char *name;  /* "_verbs", "_devices/HiFi"; NULL ends */
	const char *items; /* separated by |, comments as there are in the library's */
};

struct fake_ucm_conf {
	int error;        /* of opening */
	const char *text; /* what the library says of it */
	const struct fake_ucm_list *lists;
	const struct fake_ucm_value *values;
	const char *refuses;  /* what cannot be set: "HiFi", "+Speaker" */
	const char *shortcut; /* "Speaker>Headphones": it has a transition */
};

struct fake_ucm {
	const struct fake_ucm_conf *cards[FAKE_UCM_CARDS]; /* NULL: there is none */
	char done[512];
	unsigned open, opened, lists; /* lists: not freed */
};
extern struct fake_ucm fake_ucm;

/* fake_ucm_reset: no configurations; all must have been closed. */
void fake_ucm_reset(void);
/* fake_ucm_done: what was done since it was asked last. */
const char *fake_ucm_done(void);

#endif
