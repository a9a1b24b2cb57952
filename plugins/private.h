/* The room's data model; for plugins/ only. */
#ifndef OSAAS_PLUGINS_PRIVATE_H
#define OSAAS_PLUGINS_PRIVATE_H

#include "plugins/endpoint.h"
#include "plugins/loader.h"
#include "plugins/log_ring.h"
#include "plugins/plugin.h"
#include "sched/chan.h"
#include "sched/sched.h"
#include "util/list.h"

/* plugin_fail writes the line and returns code. */
int plugin_fail(struct plugin_error *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* plugin_quote makes at most 47 bytes of somebody else's text fit for a message. */
struct quoted {
	char text[48];
};
struct quoted plugin_quote(const char *text, size_t len);

/*
 * account.c: what a plugin is charged for, wherever it lies: buffers and queues it made or
 * received, stacks it spawned. Lives as long as anything is charged to it.
 */
struct account {
	size_t bytes, limit;
	size_t pairs; /* at most ACCOUNT_PAIRS */
	size_t refs;
};
#define ACCOUNT_PAIRS 1024
struct account *account_create(size_t limit); /* NULL: no memory */
/* account_charge: false, and nothing charged, when it does not fit. */
bool account_charge(struct account *account, size_t bytes);
void account_discharge(struct account *account, size_t bytes);
void account_get(struct account *account);
void account_put(struct account *account); /* takes NULL */

/* buffer.c */
/* buffer_create_for charges the account (may be NULL: the host's own). */
struct buffer *buffer_create_for(struct account *account, size_t size);
/* buffer_charge moves the charge; a received buffer counts even beyond the limit. */
void buffer_charge(struct buffer *buffer, struct account *account);

/* endpoint.c */
int endpoint_pair_for(struct account *account, struct endpoint *ends[2], size_t depth);
/* A pin: a coroutine of the holder waits. The end cannot move then, and its memory stays. */
void endpoint_pin(struct endpoint *end);
void endpoint_unpin(struct endpoint *end);
bool endpoint_pinned(const struct endpoint *end);
/*
 * endpoint_launch notes that carried is on its way through via. -EINVAL when
 * nobody could ever receive it: its own pair, or a ring of ends that wait in
 * each other's queues. endpoint_land undoes it.
 */
int endpoint_launch(struct endpoint *via, struct endpoint *carried);
/* The pair's channels are held by this group alone, or (NULL) no more: see chan_set_home. */
void endpoint_set_home(struct endpoint *end, const struct group *group);
void endpoint_land(struct endpoint *carried);
/* message_land: msg was received, for the account (NULL: the host). */
void message_land(struct message *msg, struct account *account);

/* handle.c: a plugin's channel ends by number. */
#define HANDLES_MAX 1024
struct handle {
	struct endpoint *end; /* NULL: free, or on its way */
	uint32_t generation;  /* of the present number of this slot, or the next one */
	uint32_t next_free;   /* slot; 0: none, as slot 0 is never used */
};
struct handles {
	struct handle *slots;
	uint32_t n, cap; /* slots made so far, room for slots */
	uint32_t free_first,
		free_last; /* the longest free first: numbers come back late */
	uint32_t used, reserved;
};
void handles_finish(struct handles *h); /* closes what is in it */
/* handles_reserve makes sure that one handles_add works. 0 or OSAAS_ENOMEM. */
int handles_reserve(struct handles *h);
void handles_unreserve(struct handles *h);
osaas_chan handles_add(
	struct handles *h, struct endpoint *end); /* uses up one reservation */
struct endpoint *handles_get(const struct handles *h, osaas_chan chan); /* or NULL */
/* handles_take: it is on its way; then comes either back, or forget. */
struct endpoint *handles_take(struct handles *h, osaas_chan chan);
void handles_back(struct handles *h, osaas_chan chan, struct endpoint *end);
void handles_forget(struct handles *h, osaas_chan chan);
/* handles_next: the end after *chan (OSAAS_NONE: the first), and its number; NULL: no more. */
struct endpoint *handles_next(const struct handles *h, osaas_chan *chan);

/* memory.c: a plugin's buffers by address. */
struct memory {
	struct buffer **sorted; /* by address */
	size_t n, cap, reserved;
};
void memory_finish(struct memory *m); /* destroys what is in it */
/* memory_reserve makes sure that one memory_add works. 0 or OSAAS_ENOMEM. */
int memory_reserve(struct memory *m);
void memory_unreserve(struct memory *m);
void memory_add(struct memory *m, struct buffer *buffer); /* uses up one reservation */
struct buffer *memory_find(const struct memory *m, uintptr_t start); /* or NULL */
/* memory_take: it is on its way; then comes either memory_add, or memory_unreserve. */
void memory_take(struct memory *m, const struct buffer *buffer);
/* memory_span: how many bytes from p on lie in one buffer. */
size_t memory_span(const struct memory *m, uintptr_t p);

/* heap.c: the region of osaas_heap; made when it is first asked for. */
struct heap {
	uintptr_t lo, hi; /* 0, 0: not made */
};
#define HEAP_DEFAULT ((size_t)16 << 20)
void heap_finish(struct heap *heap);
/* 0 or OSAAS_ENOMEM. */
int heap_get(struct heap *heap, const struct manifest *m, struct osaas_heap *out);
int heap_give(const struct heap *heap, uintptr_t at, size_t size); /* 0 or OSAAS_E* */
/* heap_span: how many bytes from p on lie in it. */
size_t heap_span(const struct heap *heap, uintptr_t p);
void heap_figures(
	const struct heap *heap, const struct manifest *m, struct plugin_heap *out);

/* call.c: one send, receive or alt that is under way. */
struct call_op {
	osaas_chan moved;     /* number of the end that is sent, or OSAAS_NONE */
	void *user;           /* where the plugin wants what it receives */
	struct endpoint *via; /* pinned */
	struct message msg;
};
/*
 * The operations lie here, not on the coroutine's stack: when the plugin is
 * ended while it waits, what it was sending or has just been given is found
 * here. alts[i].result is CALL_WAITING until the operation is done.
 */
struct call {
	size_t n, cap;
	struct alt *alts;
	struct call_op *ops;
	bool receives; /* room is reserved */
};
#define CALL_WAITING 1
#define CALL_MAX     64

struct coroutine {
	struct list link; /* plugin.coroutines */
	struct plugin *plugin;
	struct task *task;
	void (*fn)(void *arg);
	void *arg;    /* until it runs nobody else may know it: see freeze.c */
	bool started; /* it is on its stack now */
	uintptr_t stack_lo, stack_hi;
	size_t charged; /* of the account, for the stack */
	struct call call;
};

/* Behind the wants of the manifest comes what it has without wanting it. */
#define PLUGIN_RELOAD MANIFEST_MAX_WANTS
#define PLUGIN_WANTS  (MANIFEST_MAX_WANTS + 1)

struct plugin {
	struct group group;
	struct list link; /* the running ones, or those that are over; see plugin.c */
	char *path;
	struct image *image;
	struct mapping mapping;
	struct account *account;
	struct handles handles;
	struct memory memory;
	struct heap heap;
	struct coroutine *freezer; /* the others are frozen; NULL: they are not */
	struct chan *idle; /* osaas_freeze waits here for plugin_idle; NULL: never did */
	struct list idle_link;            /* freeze.c's idlers */
	osaas_chan granted[PLUGIN_WANTS]; /* OSAAS_NONE: not */
	struct list coroutines;           /* coroutine.link */
	size_t n_coroutines;
	unsigned spawned;     /* so far, for their names */
	struct log_ring *log; /* NULL: it wrote nothing */
	bool started;
	enum plugin_end end;
	int code;
	void (*ended)(void *data, struct plugin *plugin, enum plugin_end how, int code);
	void *data;
	char fault_line[256];
	char *report; /* NULL: none */
};
#define COROUTINES_MAX 4096

/* plugin_self: whose host call this is; NULL from the loop. */
struct plugin *plugin_self(void);
struct coroutine *coroutine_self(struct plugin *plugin);
/* plugin_find_want: the index of "CAP" or "CAP:SCOPE" in plugin.granted, or -ENOENT. */
int plugin_find_want(const struct plugin *plugin, const char *name);
/* coroutine_spawn: 0, -ENOMEM. */
int coroutine_spawn(
	struct plugin *plugin, void (*fn)(void *arg), void *arg, size_t stack);
/* plugin_end_self ends the plugin the caller runs in. */
_Noreturn void plugin_end_self(struct plugin *plugin, enum plugin_end how, int code);

/* report.c: describes what the group's fault says, before anything is reclaimed. */
void plugin_note_fault(struct plugin *plugin);

/* Bytes from p on that the plugin may read, or write: in its data, its stacks, its heap, its buffers. */
size_t plugin_span(const struct plugin *plugin, const void *p, bool write);
bool plugin_may(const struct plugin *plugin, const void *p, size_t len, bool write);
/*
 * What passed plugin_may is copied by fault_copy (sched/fault.h): its pages may be gone all
 * the same. Then the call fails, and the plugin ends when it leaves the host.
 */

int call_send(struct plugin *plugin, osaas_chan chan, const struct osaas_msg *msg);
int call_recv(struct plugin *plugin, osaas_chan chan, struct osaas_msg *msg);
int call_alt(
	struct plugin *plugin, struct osaas_alt *alts, size_t n, uint64_t deadline_ns);
/* freeze.c: osaas_freeze; idle waits. */
int freeze(struct plugin *plugin, struct osaas_range *to, uint32_t max, uint32_t flags);
void thaw(struct plugin *plugin);

/* call_settle frees what the killed coroutine was sending or given; frees the call. */
void call_settle(struct call *call);

/* plugin_load_bytes is plugin_load of bytes that were read already. */
int plugin_load_bytes(const char *path, const void *bytes, size_t size,
	struct plugin **out, struct plugin_error *err);

/* abi_find: the host's function of that name, or NULL. */
const void *abi_find(const char *name);

#endif
