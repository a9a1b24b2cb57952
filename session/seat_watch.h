/*
 * seat_watch: a seat that is ours again and was not told. Providers hear of switches by
 * signals, which do not queue: of two in a row seatd 0.7 can lose one, and leaves us disabled
 * on the console that is shown, for ever. The kernel's own word is watched, and
 * going to another console and back puts it right.
 */
#ifndef OSAAS_SESSION_SEAT_WATCH_H
#define OSAAS_SESSION_SEAT_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct loop;
struct seat_watch;

/* seat_watch_create: vt is ours. NULL: the kernel does not tell; the other calls take it. */
struct seat_watch *seat_watch_create(struct loop *loop, int vt);
void seat_watch_destroy(struct seat_watch *watch);

/* seat_watch_seat: the seat was enabled, or disabled. */
void seat_watch_seat(struct seat_watch *watch, bool enabled);

/* When seat_watch_turn must be called at the latest; UINT64_MAX: no matter. */
uint64_t seat_watch_next_ns(const struct seat_watch *watch);
void seat_watch_turn(struct seat_watch *watch, uint64_t now_ns);

#endif
