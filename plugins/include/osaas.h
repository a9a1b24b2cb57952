/*
 * osaas.h: everything a plugin can do, apart from computing.
 *
 * A plugin is a freestanding ELF shared object that imports osaas_* and nothing
 * else. It starts at one function, holds channels that the user granted, and
 * speaks the protocols of osaas_window.h and osaas_audio.h on them. It has no
 * system calls; one is a fault that ends it.
 *
 *	OSAAS_MANIFEST(
 *		"id = org.example.clock\n"
 *		"name = Clock\n"
 *		"version = 1.0\n"
 *		"abi = 1.0\n"
 *		"entry = clock_main\n"
 *		"want = gui.window required: shows the time\n")
 *
 *	OSAAS_EXPORT void clock_main(void) { ... }
 *
 * YIELDING. These calls may let other coroutines run before they return:
 * osaas_send, osaas_recv, osaas_alt, osaas_yield, osaas_exit, and osaas_freeze with
 * OSAAS_FREEZE_IDLE. No other call does. Besides, a coroutine may be preempted anywhere in the plugin's own
 * code; coroutines of one plugin that share data do so under that rule.
 *
 * This header and libosaas-abi.so are enough to write a plugin. A C compiler may call memcpy,
 * memmove, memset and memcmp on its own: libosaas-plugin.a has them, among much else.
 *
 * OWNERSHIP. A buffer from osaas_buf_alloc and a channel belong to the plugin
 * until they are sent; then they are gone, and the receiver owns them. While
 * osaas_send or osaas_alt waits they are gone already; they come back if it
 * fails. What nobody receives is freed with the channel. When a plugin ends,
 * however it ends, all it has is freed and its channels are closed.

 *
 * ERRORS are negative: OSAAS_E*. All integers are little endian, times are
 * nanoseconds of CLOCK_MONOTONIC. Pointers handed to the host must lie in the
 * plugin's data, in one of its stacks, its heap or one of its buffers: OSAAS_EFAULT.
 *
 * MEMORY. The limit of the manifest (64 MiB where it has none) holds for buffers,
 * for the queues of the plugin's own channels and for the stacks of spawned
 * coroutines, together. A buffer counts for who received it last, and until
 * then for who made it. The heap (osaas_heap.h) has a limit of its own beside it, `heap`
 * of the manifest, 16 MiB where it has none; what was never used of it takes no memory.

 *
 * VERSIONS. A plugin names the ABI it was built for in its manifest. The same
 * major and a minor up to the host's runs; anything else is refused at load.
 */
#ifndef OSAAS_H
#define OSAAS_H

#include <stddef.h>
#include <stdint.h>

#define OSAAS_ABI_MAJOR 1
#define OSAAS_ABI_MINOR 1

#define OSAAS_EXPORT    __attribute__((visibility("default"), used))

/* The manifest's text, in a section that `readelf -p .osaas.manifest` shows. */
#define OSAAS_MANIFEST(text)                                                             \
	__attribute__((section(".osaas.manifest"), visibility("default"), used))         \
	const char osaas_manifest[] = text;

enum osaas_error {
	OSAAS_EINVAL = -22, /* an argument makes no sense */
	OSAAS_EBADF = -9,   /* no such channel, or not yours (any more) */
	OSAAS_EPIPE = -32,  /* the other end is closed, and nothing is left to receive */
	OSAAS_EAGAIN = -11, /* the deadline passed first */
	OSAAS_ENOMEM = -12, /* over the plugin's limit, or of its 1023 channel ends */
	OSAAS_EFAULT = -14, /* a pointer that is not the plugin's memory or buffer */
	OSAAS_EACCES = -13, /* the manifest does not want it, or the user said no */
	OSAAS_EBUSY =
		-16, /* another coroutine waits on that channel: it cannot be sent now */
	OSAAS_EDEADLK = -35, /* every coroutine waits for the others: see osaas_pair */
	/* Of services only; their headers say when. */
	OSAAS_ENOENT = -2,         /* there is none of that name */
	OSAAS_EIO = -5,            /* it failed below the service */
	OSAAS_E2BIG = -7,          /* over a limit of the service */
	OSAAS_EEXIST = -17,        /* there is one already */
	OSAAS_ENOTDIR = -20,       /* a part of the path is no folder */
	OSAAS_EISDIR = -21,        /* it is a folder */
	OSAAS_EMFILE = -24,        /* too many open at a time */
	OSAAS_ENOTEMPTY = -39,     /* the folder is not empty */
	OSAAS_ECONNRESET = -104,   /* the other side broke it off */
	OSAAS_ETIMEDOUT = -110,    /* the other side does not answer */
	OSAAS_ECONNREFUSED = -111, /* nobody listens there */
	OSAAS_EHOSTUNREACH = -113, /* there is no way to it */
	OSAAS_ENOSPC = -28,        /* the plugin's room is used up */
	OSAAS_ENOSYS = -38,        /* this session does not know the request */
	OSAAS_ECANCELED = -125,    /* something before it failed */
};

/*
 * A channel end: a positive number that only the host can make. Both ends send
 * and receive. A message that is zero apart from its type carries none.
 */
typedef int32_t osaas_chan;
#define OSAAS_NONE      ((osaas_chan)0)

#define OSAAS_MSG_BYTES 40

/* What travels. The protocol of the channel says what type and payload mean. */
struct osaas_msg {
	uint32_t type;
	osaas_chan chan; /* a channel end that moves along, or OSAAS_NONE */
	void *buf;       /* a buffer that moves along, or NULL */
	uint64_t len;    /* bytes of buf that count; at most its size */
	union {
		uint8_t bytes[OSAAS_MSG_BYTES];
		uint64_t u64[OSAAS_MSG_BYTES / 8];
		int64_t i64[OSAAS_MSG_BYTES / 8];
		uint32_t u32[OSAAS_MSG_BYTES / 4];
		float f32[OSAAS_MSG_BYTES / 4];
	} u;
};

/*
 * osaas_cap gives the channel of a capability that the manifest wants and the
 * user granted: "gui.window", or with its scope "fs.read:~/Pictures". The same end
 * each time; OSAAS_EBADF once it was closed or sent. OSAAS_EACCES otherwise.
 */
osaas_chan osaas_cap(const char *name);

/*
 * osaas_pair makes a channel of the plugin's own with both ends. depth messages
 * (0..1024) fit in each direction before send waits; 0 is a rendezvous.
 *
 * When every coroutine of the plugin waits without a deadline, and only on such
 * channels, of which no end was ever sent, none can go on: the call of the last gives
 * OSAAS_EDEADLK instead of waiting. If the last that could have helped returns, it is
 * the call of the oldest one.
 */
int osaas_pair(osaas_chan ends[2], uint32_t depth);

/*
 * osaas_send gives msg to the other end, waiting for room. YIELDS. On 0 its buf
 * and chan are no longer the caller's; on error they still are. OSAAS_EINVAL
 * besides for a channel end that nobody could ever receive: one of this same
 * channel, or one that would close a ring of ends in each other's queues.
 */
int osaas_send(osaas_chan chan, const struct osaas_msg *msg);

/* osaas_recv waits for a message. YIELDS. Its buf and chan are the caller's now. */
int osaas_recv(osaas_chan chan, struct osaas_msg *msg);

/*
 * osaas_alt waits until one of n (1..64) operations can be done, does it, and
 * returns its index. Of several that are ready one is chosen fairly. At
 * deadline_ns it gives OSAAS_EAGAIN: OSAAS_NOW tries without waiting,
 * OSAAS_FOREVER has no deadline. An operation whose channel is closed is ready:
 * alts[i].result says OSAAS_EPIPE. With n = 0 it is a sleep. A buffer or a channel
 * end can be in the message of one of the operations only. YIELDS, but not with
 * OSAAS_NOW.
 */
enum osaas_op {
	OSAAS_SEND = 1,
	OSAAS_RECV = 2,
};
struct osaas_alt {
	osaas_chan chan;
	int32_t op;            /* enum osaas_op */
	struct osaas_msg *msg; /* to send from or receive into */
	int32_t result;        /* of the one that was done: 0 or an error */
	int32_t reserved;      /* 0 */
};
#define OSAAS_NOW     UINT64_C(0)
#define OSAAS_FOREVER UINT64_MAX
int osaas_alt(struct osaas_alt *alts, uint32_t n, uint64_t deadline_ns);

/*
 * osaas_close gives a channel end back. The other end gets OSAAS_EPIPE after what
 * is still under way; so does a coroutine of the plugin that waits on this one.
 */
int osaas_close(osaas_chan chan);

/*
 * osaas_spawn makes fn(arg) ready to run as another coroutine of the plugin. stack
 * is in bytes, 0 for 256 KiB; rounded up, at least 64 KiB. The coroutine ends when
 * fn returns; the plugin ends when its entry function returns. A host call that
 * finds less than 16 KiB of stack left ends the plugin.
 */
int osaas_spawn(void (*fn)(void *arg), void *arg, size_t stack);

/* osaas_yield lets others run, if any are waiting: this plugin's first. YIELDS. */
void osaas_yield(void);

/* osaas_now is the time in nanoseconds. */
uint64_t osaas_now(void);

/* osaas_buf_alloc gives a zeroed buffer of at least size bytes, page aligned, or NULL. */
void *osaas_buf_alloc(size_t size);

/* osaas_buf_free gives it back; NULL is fine. OSAAS_EFAULT when it is not the plugin's. */
int osaas_buf_free(void *buf);

/*
 * The heap's four calls are for an allocator and its collector; the SDK has both
 * (malloc in osaas_std.h, osaas_heap.h), so few plugins call these themselves.
 *
 * osaas_heap gives the plugin's heap region: memory of its own, as large as the
 * manifest's `heap` says, zero until written to, in one place as long as the plugin runs.
 * The manifest's `gc = yes` is a flag. 0, OSAAS_EFAULT, or OSAAS_ENOMEM: no address space.
 *
 * The region begins with figures that the plugin keeps for `osaas ctl plugins`.
 */
enum osaas_heap_flag {
	OSAAS_HEAP_GC = 1,
};
struct osaas_heap {
	void *base;
	uint64_t size; /* bytes, whole pages of 4096 */
	uint32_t flags;
	uint32_t reserved;
};
struct osaas_heap_figures {
	uint64_t used; /* bytes */
	uint64_t peak;
	uint64_t collections;
	uint64_t reserved[5];
};
int osaas_heap(struct osaas_heap *heap);

/*
 * osaas_heap_give gives the memory of whole pages of the region back, 1 MiB at most in one
 * call: they are zero then. OSAAS_EINVAL: not whole pages, or more; OSAAS_EFAULT.
 */
#define OSAAS_HEAP_GIVE_MAX ((size_t)1 << 20)
int osaas_heap_give(void *at, size_t size);

/*
 * osaas_freeze stops every other coroutine of the plugin until osaas_thaw (or until the
 * caller's function returns), and lists where the plugin may hold pointers: first the
 * caller's own stack from here up (registers it has not stored itself are not in it),
 * then writable data, and of each other coroutine's stack what is in use, its registers
 * among it, or the argument of one that has not run yet. Not listed: the heap, buffers, messages under way.
 *
 * With OSAAS_FREEZE_IDLE it waits first, until nobody in the session has anything to do;
 * YIELDS then. Returns how many ranges there are. OSAAS_ENOMEM: there may be more than
 * max, nothing is frozen; OSAAS_RANGES_MAX are always enough. OSAAS_EINVAL: they are
 * frozen already. Who waits for a frozen coroutine waits for ever.
 */
enum osaas_freeze_flag {
	OSAAS_FREEZE_IDLE = 1,
};
#define OSAAS_RANGES_MAX 4112
struct osaas_range {
	void *lo, *hi;
};
int osaas_freeze(struct osaas_range *ranges, uint32_t max, uint32_t flags);

/* osaas_thaw lets them go on; harmless when they are. */
void osaas_thaw(void);

/* osaas_log writes one line (at most 512 bytes, control characters replaced) to the session's log. */
enum osaas_log_level {
	OSAAS_LOG_ERROR = 1,
	OSAAS_LOG_INFO = 2,
	OSAAS_LOG_DEBUG = 3,
};
void osaas_log(int level, const char *text, size_t len);

/* osaas_exit ends the plugin with all its coroutines; code 0 means all is well. */
_Noreturn void osaas_exit(int code);

#endif
