/*
 * plugin: from a file on disk to a running group of coroutines, and back to
 * nothing. Knows the ABI, the manifest, the loader; not what a window is.
 */
#ifndef OSAAS_PLUGINS_PLUGIN_H
#define OSAAS_PLUGINS_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "sched/fence.h"

struct analysis;
struct code_place;
struct endpoint;
struct group;
struct group_fault;
struct log_ring;
struct plugin;

/* One line for the user: "hello.so: manifest line 3: unknown key 'nmae'; see 'readelf -p ...'". */
struct plugin_error {
	char text[256];
};

#define MANIFEST_MAX_SIZE  8192
#define MANIFEST_MAX_WANTS 32

struct manifest_want {
	char cap[64];    /* "gui.window" */
	char scope[128]; /* after the colon of "fs.read:~/Pictures"; "" */
	bool required;
	char reason[160]; /* plain words */
};

struct manifest {
	char id[64]; /* reverse DNS */
	char name[64];
	char version[32];
	unsigned abi_major, abi_minor;
	char entry[64]; /* symbol */
	size_t stack;   /* bytes; 0: default */
	size_t memory;  /* bytes, see osaas.h MEMORY; 0: 64 MiB */
	size_t heap;    /* bytes; 0: 16 MiB */
	bool gc;        /* what is unreachable of the heap is freed */
	int hint; /* class of profile.h: what the scheduler is to expect; or CLASS_NONE */
	bool reload; /* it speaks osaas_reload.h */
	struct manifest_want wants[MANIFEST_MAX_WANTS];
	size_t n_wants;
};

/*
 * manifest_parse reads the text of the section (bounded, any bytes). 0 or
 * -EINVAL with a line-numbered error. The grammar is in plugins/README.md.
 */
int manifest_parse(
	const char *text, size_t size, struct manifest *out, struct plugin_error *err);

/*
 * plugin_load reads the file once into sealed memory, checks it, maps it,
 * relocates it and binds its imports. Nothing of it has run. 0, or -errno with
 * err: -ENOENT no such file, -ENOEXEC not a plugin (which rule it breaks),
 * -EPROTO built for another ABI, -EINVAL manifest.
 */
int plugin_load(const char *path, struct plugin **out, struct plugin_error *err);

const struct manifest *plugin_manifest(const struct plugin *plugin);
const char *plugin_path(const struct plugin *plugin);
/* The content of its file, as it was loaded; what is on disk may be another by now. */
const void *plugin_bytes(const struct plugin *plugin, size_t *size);
struct group *plugin_group(struct plugin *plugin);
/* Its last lines (log_ring.h); NULL: it wrote none. Kept until plugin_destroy. */
const struct log_ring *plugin_log(const struct plugin *plugin);

/* plugin_heap_figures: what it says of its heap, within the limit. */
struct plugin_heap {
	uint64_t used, peak, limit; /* bytes */
	uint64_t collections;
};
void plugin_heap_figures(const struct plugin *plugin, struct plugin_heap *out);
/* What static analysis found, and "function+0x12 (0x1412)" of a place in it. */
const struct analysis *plugin_analysis(const struct plugin *plugin);
struct code_place plugin_code_place(const struct plugin *plugin, uint32_t at);

/*
 * plugin_grant hands over an endpoint for a capability of its manifest: "CAP", or
 * "CAP:SCOPE" where the want has a scope. On error the endpoint stays the caller's:
 * -ENOENT it does not want it, -EEXIST it has it already, -ENOMEM.
 */
int plugin_grant(struct plugin *plugin, const char *cap, struct endpoint *end);

/*
 * plugin_grant_reload likewise hands over the channel of osaas_reload.h. -ENOENT: its
 * manifest does not say that it speaks it.
 */
int plugin_grant_reload(struct plugin *plugin, struct endpoint *end);

/*
 * plugin_start makes the entry function ready to run. ended is called from
 * the loop (plugin_reap), once, when the plugin is over; it may destroy the
 * plugin. 0, -EALREADY, -ENOMEM.
 */
enum plugin_end {
	PLUGIN_RUNNING,
	PLUGIN_RETURNED, /* from its entry function, or osaas_exit(0) */
	PLUGIN_FAILED,   /* osaas_exit(non-zero) */
	PLUGIN_NO_STACK, /* it ran out of stack */
	PLUGIN_KILLED,   /* plugin_kill */
	PLUGIN_FAULTED,  /* its code, or a pointer it gave the host, faulted */
};
int plugin_start(struct plugin *plugin,
	void (*ended)(void *data, struct plugin *plugin, enum plugin_end how, int code),
	void *data);

/*
 * How a plugin faulted, from PLUGIN_FAULTED or PLUGIN_NO_STACK until it is destroyed.
 * plugin_fault: NULL if it did not. plugin_fault_line is one line in plain words, after
 * the plugin's name, "" if it did not: "wrote to address 0x10, where it has no memory, in
 * draw+0x42". plugin_report writes all that is known: 0, -ENOENT there is none, -EIO.
 */
const struct group_fault *plugin_fault(const struct plugin *plugin);
const char *plugin_fault_line(const struct plugin *plugin);
int plugin_report(const struct plugin *plugin, FILE *out);

/*
 * plugin_fence: a system call of a plugin ends it. After sched_init, from the thread that runs
 * plugins; see sched/fence.h. 0, or -ENOTSUP: this kernel cannot.
 */
int plugin_fence(enum fence_mode mode);

/*
 * plugin_freeze: nothing of it runs until plugin_thaw; what it has frozen itself
 * (osaas_freeze) stays so. From the loop.
 */
void plugin_freeze(struct plugin *plugin);
void plugin_thaw(struct plugin *plugin);

/* plugin_kill ends it; from the loop. ended is called by the next plugin_reap. */
void plugin_kill(struct plugin *plugin);

/*
 * plugin_reap closes the channels of every plugin that is over since, frees its
 * buffers, and calls ended; from the loop, after sched_run.
 */
void plugin_reap(void);

/*
 * plugin_idle wakes somebody who waits until there is nothing else to do (osaas_freeze);
 * from the loop, when nothing is ready and it is about to wait. Returns whether it did.
 */
bool plugin_idle(void);

/*
 * plugin_destroy gives back everything it had: tasks, channels, buffers, mappings.
 * ended is not called any more. Takes NULL. From the loop.
 */
void plugin_destroy(struct plugin *plugin);

#endif
