/* card: which DRM node to drive. */
#ifndef OSAAS_SESSION_CARD_H
#define OSAAS_SESSION_CARD_H

#include <stdbool.h>
#include <stddef.h>

struct udev;

/*
 * card_wait waits until udev has set up all cards that are there, or wanted, which may be NULL; at
 * most 30 s, and says so; not where no udev runs. Before that a card is on no seat: logind gives it to nobody, and
 * card_find may take one of another seat.
 */
void card_wait(struct udev *udev, const char *wanted);

/* card_is_set_up: by udev; true, too, of what is no card. */
bool card_is_set_up(struct udev *udev, const char *path);

/*
 * card_find: wanted, or the first of the seat that has a connected display, the
 * boot GPU before others; else the first that could have one. 0, or -ENODEV /
 * -ENOTSUP / -EACCES, logged. fd: the card, or -1: to be closed when it was opened to be
 * driven (see kms_probe_open).
 */
int card_find(struct udev *udev, const char *seat, const char *wanted, char *path,
	unsigned size, int *fd);

/* card_seek is the same without a word: whether there is one. wanted comes before others then. */
bool card_seek(struct udev *udev, const char *seat, const char *wanted, char *path,
	unsigned size);

/*
 * card_draws: whether Mesa has a driver that draws with a card, of which fd is any node. Of a
 * card that is not known it is taken to. why: a phrase that says so.
 */
bool card_draws(int fd, char *why, size_t size);

#endif
