#include <string.h>

#include "plugins/calls.h"
#include "plugins/private.h"
#include "util/log.h"

#define LOG_BYTES 512
#define NAME_BYTES                                                                       \
	(sizeof(((struct manifest_want *)0)->cap) +                                      \
		sizeof(((struct manifest_want *)0)->scope))
#define DEPTH_MAX 1024

/*
 * Every call stands between enter and leave: it runs on the plugin's stack, is
 * not preempted, and what was due meanwhile happens in leave. All that a plugin
 * hands in is checked here or in call.c and copied once.
 */
static struct plugin *enter(void)
{
	sched_host_enter();
	struct plugin *plugin = plugin_self();
	/* One of its coroutines faulted. plugin_reap ends them all, on the loop's stack. */
	if (plugin->group.fault.kind)
		task_exit();
	return plugin;
}

static int leave(int result)
{
	/* Memory it gave us was not there: see fault_copy. */
	if (task_group(task_self())->fault.kind)
		task_exit();
	sched_host_leave();
	return result;
}

/* Copies a string of the plugin's; false: not its memory, or too long. */
static bool copy_name(const struct plugin *plugin, const char *from, char to[NAME_BYTES])
{
	size_t max = plugin_span(plugin, from, false);
	size_t n = max < NAME_BYTES ? max : NAME_BYTES;
	return fault_copy(to, from, n) == 0 && memchr(to, '\0', n);
}

static osaas_chan find_cap(struct plugin *plugin, const char *name)
{
	char copy[NAME_BYTES];
	if (plugin_span(plugin, name, false) == 0)
		return OSAAS_EFAULT;
	int i = copy_name(plugin, name, copy) ? plugin_find_want(plugin, copy) : -1;
	if (i < 0 || plugin->granted[i] == OSAAS_NONE)
		return OSAAS_EACCES;
	return handles_get(&plugin->handles, plugin->granted[i]) ? plugin->granted[i]
								 : OSAAS_EBADF;
}

static osaas_chan abi_cap(const char *name)
{
	return leave(find_cap(enter(), name));
}

static int make_pair(struct plugin *plugin, osaas_chan *user, uint32_t depth)
{
	struct endpoint *ends[2];
	osaas_chan chans[2];
	if (depth > DEPTH_MAX)
		return OSAAS_EINVAL;
	if (!plugin_may(plugin, user, sizeof chans, true))
		return OSAAS_EFAULT;
	if (handles_reserve(&plugin->handles) < 0)
		return OSAAS_ENOMEM;
	int r = handles_reserve(&plugin->handles);
	if (r < 0 || endpoint_pair_for(plugin->account, ends, depth) < 0) {
		handles_unreserve(&plugin->handles);
		if (r == 0)
			handles_unreserve(&plugin->handles);
		return OSAAS_ENOMEM;
	}
	endpoint_set_home(ends[0], &plugin->group);
	for (int i = 0; i < 2; i++)
		chans[i] = handles_add(&plugin->handles, ends[i]);
	return fault_copy(user, chans, sizeof chans) < 0 ? OSAAS_EFAULT : 0;
}

static int abi_pair(osaas_chan ends[2], uint32_t depth)
{
	return leave(make_pair(enter(), ends, depth));
}

static int abi_send(osaas_chan chan, const struct osaas_msg *msg)
{
	return leave(call_send(enter(), chan, msg));
}

static int abi_recv(osaas_chan chan, struct osaas_msg *msg)
{
	return leave(call_recv(enter(), chan, msg));
}

static int abi_alt(struct osaas_alt *alts, uint32_t n, uint64_t deadline_ns)
{
	return leave(call_alt(enter(), alts, n, deadline_ns));
}

static int close_end(struct plugin *plugin, osaas_chan chan)
{
	struct endpoint *end = handles_get(&plugin->handles, chan);
	if (!end)
		return OSAAS_EBADF;
	handles_forget(&plugin->handles, chan);
	endpoint_close(end);
	return 0;
}

static int abi_close(osaas_chan chan)
{
	return leave(close_end(enter(), chan));
}

static int spawn(struct plugin *plugin, void (*fn)(void *arg), void *arg, size_t stack)
{
	uintptr_t pc = (uintptr_t)fn;
	if (pc < plugin->group.text_lo || pc >= plugin->group.text_hi)
		return OSAAS_EFAULT;
	return coroutine_spawn(plugin, fn, arg, stack) < 0 ? OSAAS_ENOMEM : 0;
}

static int abi_spawn(void (*fn)(void *arg), void *arg, size_t stack)
{
	return leave(spawn(enter(), fn, arg, stack));
}

static void abi_yield(void)
{
	enter();
	task_yield();
	leave(0);
}

static uint64_t abi_now(void)
{
	enter();
	uint64_t now = sched_now_ns();
	leave(0);
	return now;
}

static void *alloc(struct plugin *plugin, size_t size)
{
	if (memory_reserve(&plugin->memory) < 0)
		return NULL;
	struct buffer *buffer = buffer_create_for(plugin->account, size);
	if (!buffer) {
		memory_unreserve(&plugin->memory);
		return NULL;
	}
	memory_add(&plugin->memory, buffer);
	return buffer_data(buffer);
}

static void *abi_buf_alloc(size_t size)
{
	void *data = alloc(enter(), size);
	leave(0);
	return data;
}

static int free_buffer(struct plugin *plugin, void *data)
{
	if (!data)
		return 0;
	struct buffer *buffer = memory_find(&plugin->memory, (uintptr_t)data);
	if (!buffer)
		return OSAAS_EFAULT;
	memory_take(&plugin->memory, buffer);
	memory_unreserve(&plugin->memory);
	buffer_destroy(buffer);
	return 0;
}

static int abi_buf_free(void *data)
{
	return leave(free_buffer(enter(), data));
}

static int get_heap(struct plugin *plugin, struct osaas_heap *user)
{
	struct osaas_heap out;
	if (!plugin_may(plugin, user, sizeof out, true))
		return OSAAS_EFAULT;
	int r = heap_get(&plugin->heap, plugin_manifest(plugin), &out);
	if (r == 0 && fault_copy(user, &out, sizeof out) < 0)
		r = OSAAS_EFAULT;
	return r;
}

static int abi_heap(struct osaas_heap *heap)
{
	return leave(get_heap(enter(), heap));
}

static int abi_heap_give(void *at, size_t size)
{
	const struct plugin *plugin = enter();
	return leave(heap_give(&plugin->heap, (uintptr_t)at, size));
}

static int abi_freeze(struct osaas_range *ranges, uint32_t max, uint32_t flags)
{
	return leave(freeze(enter(), ranges, max, flags));
}

static void abi_thaw(void)
{
	thaw(enter());
	leave(0);
}

static void keep_line(struct plugin *plugin, int level, const char *line, size_t len)
{
	if (!plugin->log)
		plugin->log = log_ring_create();
	if (plugin->log)
		log_ring_add(plugin->log, level, line, len);
}

static void write_line(struct plugin *plugin, int level, const char *text, size_t len)
{
	char line[LOG_BYTES];
	static const enum log_level levels[] = {
		[OSAAS_LOG_ERROR] = LOG_ERROR,
		[OSAAS_LOG_INFO] = LOG_INFO,
		[OSAAS_LOG_DEBUG] = LOG_DEBUG,
	};
	if (level < OSAAS_LOG_ERROR || level > OSAAS_LOG_DEBUG)
		level = OSAAS_LOG_INFO;
	size_t n = len < sizeof line ? len : sizeof line;
	if (!plugin_may(plugin, text, n, false) || fault_copy(line, text, n) < 0)
		return;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)line[i];
		line[i] = c < ' ' || c == 0x7f ? '?' : (char)c;
		/* U+0080 to U+009F: some terminals obey them. */
		if (i > 0 && (unsigned char)line[i - 1] == 0xc2 && c >= 0x80 && c < 0xa0)
			line[i - 1] = line[i] = '?';
	}
	keep_line(plugin, level, line, n);
	log_write(levels[level], plugin->path, 0, "%s: %.*s", plugin->group.name, (int)n,
		line);
}

static void abi_log(int level, const char *text, size_t len)
{
	write_line(enter(), level, text, len);
	leave(0);
}

static _Noreturn void abi_exit(int code)
{
	plugin_end_self(enter(), code == 0 ? PLUGIN_RETURNED : PLUGIN_FAILED, code);
}

const void *abi_find(const char *name)
{
	static const struct {
		const char *name;
		void (*call)(void);
	} table[] = {
#define ENTRY(call) {"osaas_" #call, (void (*)(void))abi_##call},
		OSAAS_CALLS(ENTRY)};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (strcmp(name, table[i].name) == 0)
			return (const void *)(uintptr_t)table[i].call;
	}
	return NULL;
}
