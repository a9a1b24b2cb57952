/* card: which DRM node to drive. */
#ifndef OSAAS_SESSION_CARD_H
#define OSAAS_SESSION_CARD_H

struct udev;

/*
 * card_find: wanted, or the first of the seat that has a connected display, the
 * boot GPU before others; else the first that could have one. 0, or -ENODEV /
 * -ENOTSUP / -EACCES, logged.
 */
int card_find(struct udev *udev, const char *seat, const char *wanted, char *path,
	unsigned size);

#endif
