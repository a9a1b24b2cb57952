#include "plugins/plugin.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/include/osaas_reload.h"
#include "plugins/private.h"
#include "util/log.h"

#define MEMORY_DEFAULT ((size_t)64 << 20)

static struct list running = {&running, &running}; /* plugin.link: started, not over */
static struct list over = {&over, &over}; /* plugin.link: to be told by plugin_reap */

struct plugin *plugin_self(void)
{
	struct task *task = task_self();
	return task ? container_of(task_group(task), struct plugin, group) : NULL;
}

const struct manifest *plugin_manifest(const struct plugin *plugin)
{
	return &plugin->image->manifest;
}

const char *plugin_path(const struct plugin *plugin)
{
	return plugin->path;
}

const struct analysis *plugin_analysis(const struct plugin *plugin)
{
	return &plugin->image->analysis;
}

struct code_place plugin_code_place(const struct plugin *plugin, uint32_t at)
{
	return image_place(plugin->image, at);
}

const void *plugin_bytes(const struct plugin *plugin, size_t *size)
{
	*size = plugin->image->size;
	return plugin->image->bytes;
}

const struct log_ring *plugin_log(const struct plugin *plugin)
{
	return plugin->log;
}

struct group *plugin_group(struct plugin *plugin)
{
	return &plugin->group;
}

void plugin_heap_figures(const struct plugin *plugin, struct plugin_heap *out)
{
	heap_figures(&plugin->heap, plugin_manifest(plugin), out);
}

/* Puts the file's name before what is wrong with it. */
static int name_error(const char *path, struct plugin_error *err, int code)
{
	struct plugin_error inner = *err;
	const char *slash = strrchr(path, '/');
	struct quoted name =
		plugin_quote(slash ? slash + 1 : path, strlen(slash ? slash + 1 : path));
	snprintf(err->text, sizeof err->text, "%s: %.200s", name.text, inner.text);
	return code;
}

static int make(const char *path, struct image *image, struct plugin **out,
	struct plugin_error *err)
{
	const struct manifest *m = &image->manifest;
	struct plugin *plugin = calloc(1, sizeof *plugin);
	if (!plugin)
		return plugin_fail(err, -ENOMEM, "out of memory: close something");
	list_init(&plugin->link);
	list_init(&plugin->coroutines);
	list_init(&plugin->idle_link);
	plugin->path = strdup(path);
	plugin->account = account_create(m->memory ? m->memory : MEMORY_DEFAULT);
	int r = plugin->path && plugin->account
			? mapping_make(&plugin->mapping, image, err)
			: plugin_fail(err, -ENOMEM, "out of memory: close something");
	if (r < 0) {
		free(plugin->path);
		free(plugin->account);
		free(plugin);
		return r;
	}
	plugin->image = image;
	group_init(&plugin->group, m->name);
	struct policy_prior prior = profile_hint(&image->analysis.profile, m->hint);
	group_set_share(&plugin->group, POLICY_WEIGHT, &prior);
	uintptr_t base = (uintptr_t)plugin->mapping.base;
	plugin->group.text_lo = base + image->elf.text_lo;
	plugin->group.text_hi = base + image->elf.text_hi;
	plugin->group.fp_control = image->fp_control;
	log_debug("%s %s loaded; for gdb: add-symbol-file %s -o 0x%jx", m->id, m->version,
		path, (uintmax_t)base);
	*out = plugin;
	return 0;
}

static int load(const char *path, int r, struct image *image, struct plugin **out,
	struct plugin_error *err)
{
	if (r == 0) {
		r = make(path, image, out, err);
		if (r < 0)
			image_put(image);
	}
	return r < 0 ? name_error(path, err, r) : 0;
}

int plugin_load(const char *path, struct plugin **out, struct plugin_error *err)
{
	struct image *image = NULL;
	int r = image_open(path, &image, err);
	return load(path, r, image, out, err);
}

int plugin_load_bytes(const char *path, const void *bytes, size_t size,
	struct plugin **out, struct plugin_error *err)
{
	struct image *image = NULL;
	int r = image_open_bytes(bytes, size, &image, err);
	return load(path, r, image, out, err);
}

/* "fs.read:~/Pictures" names the want of that capability and scope. */
static bool is_named(const struct manifest_want *want, const char *name)
{
	size_t n = strlen(want->cap);
	if (strncmp(name, want->cap, n) != 0)
		return false;
	if (!want->scope[0])
		return name[n] == '\0';
	return name[n] == ':' && strcmp(name + n + 1, want->scope) == 0;
}

int plugin_find_want(const struct plugin *plugin, const char *name)
{
	const struct manifest *m = plugin_manifest(plugin);
	for (size_t i = 0; i < m->n_wants; i++) {
		if (is_named(&m->wants[i], name))
			return (int)i;
	}
	if (m->reload && strcmp(name, OSAAS_RELOAD_CAP) == 0)
		return PLUGIN_RELOAD;
	return -ENOENT;
}

int plugin_grant_reload(struct plugin *plugin, struct endpoint *end)
{
	return plugin_grant(plugin, OSAAS_RELOAD_CAP, end);
}

int plugin_grant(struct plugin *plugin, const char *cap, struct endpoint *end)
{
	int i = plugin_find_want(plugin, cap);
	if (i < 0)
		return i;
	if (plugin->granted[i] != OSAAS_NONE)
		return -EEXIST;
	if (handles_reserve(&plugin->handles) < 0)
		return -ENOMEM;
	plugin->granted[i] = handles_add(&plugin->handles, end);
	return 0;
}

static void coroutine_free(struct coroutine *co)
{
	list_remove(&co->link);
	if (co->plugin->freezer == co)
		thaw(co->plugin);
	co->plugin->n_coroutines--;
	account_discharge(co->plugin->account, co->charged);
	call_settle(&co->call);
	free(co);
}

static void coroutine_main(void *arg)
{
	struct coroutine *co = arg;
	sched_host_leave();
	co->started = true;
	co->fn(co->arg);
	sched_host_enter();
	coroutine_free(co);
	task_exit();
}

struct coroutine *coroutine_self(struct plugin *plugin)
{
	struct coroutine *co = task_arg(task_self());
	assert(co->plugin == plugin);
	return co;
}

static struct coroutine *coroutine_create(
	struct plugin *plugin, const char *name, void (*main)(void *co), size_t stack)
{
	struct coroutine *co = calloc(1, sizeof *co);
	if (!co)
		return NULL;
	co->plugin = plugin;
	co->task = task_create(&plugin->group, name, main, co, stack, TASK_NORMAL);
	if (!co->task) {
		free(co);
		return NULL;
	}
	task_stack(co->task, &co->stack_lo, &co->stack_hi);
	list_push_back(&plugin->coroutines, &co->link);
	plugin->n_coroutines++;
	return co;
}

int coroutine_spawn(struct plugin *plugin, void (*fn)(void *arg), void *arg, size_t stack)
{
	if (plugin->n_coroutines >= COROUTINES_MAX)
		return -ENOMEM;
	char name[32];
	snprintf(name, sizeof name, "coroutine %u", ++plugin->spawned);
	struct coroutine *co = coroutine_create(plugin, name, coroutine_main, stack);
	if (!co)
		return -ENOMEM;
	co->fn = fn;
	co->arg = arg;
	size_t bytes = co->stack_hi - co->stack_lo;
	if (!account_charge(plugin->account, bytes)) {
		task_kill(co->task);
		coroutine_free(co);
		return -ENOMEM;
	}
	co->charged = bytes;
	return 0;
}

/* After this nothing of it runs any more, but perhaps the caller. */
static void stop(struct plugin *plugin, enum plugin_end how, int code)
{
	group_kill(&plugin->group);
	list_remove(&plugin->idle_link);
	while (!list_empty(&plugin->coroutines))
		coroutine_free(
			container_of(plugin->coroutines.next, struct coroutine, link));
	plugin->end = how;
	plugin->code = code;
	list_remove(&plugin->link);
	list_push_back(&over, &plugin->link);
}

void plugin_end_self(struct plugin *plugin, enum plugin_end how, int code)
{
	stop(plugin, how, code);
	task_exit();
}

static void entry_main(void *arg)
{
	struct coroutine *co = arg;
	struct plugin *plugin = co->plugin;
	uintptr_t entry = (uintptr_t)plugin->mapping.base + plugin->image->entry;
	sched_host_leave();
	co->started = true;
	((void (*)(void))entry)();
	sched_host_enter();
	plugin_end_self(plugin, PLUGIN_RETURNED, 0);
}

int plugin_start(struct plugin *plugin,
	void (*ended)(void *data, struct plugin *plugin, enum plugin_end how, int code),
	void *data)
{
	if (plugin->started)
		return -EALREADY;
	size_t stack = plugin_manifest(plugin)->stack;
	if (!coroutine_create(plugin, "main", entry_main, stack))
		return -ENOMEM;
	plugin->started = true;
	plugin->ended = ended;
	plugin->data = data;
	list_push_back(&running, &plugin->link);
	return 0;
}

static bool is_running(const struct plugin *plugin)
{
	return plugin->started && plugin->end == PLUGIN_RUNNING;
}

void plugin_kill(struct plugin *plugin)
{
	if (is_running(plugin))
		stop(plugin, PLUGIN_KILLED, 0);
}

static void end_faulted(struct plugin *plugin)
{
	bool stack = plugin->group.fault.kind == FAULT_STACK;
	plugin_note_fault(plugin);
	stop(plugin, stack ? PLUGIN_NO_STACK : PLUGIN_FAULTED, 0);
}

int plugin_fence(enum fence_mode mode)
{
	uintptr_t lo;
	size_t size;
	range_bounds(&lo, &size);
	return sched_fence_init(mode, lo, size);
}

/* Closing the channels is what the others notice. */
static void reclaim(struct plugin *plugin)
{
	handles_finish(&plugin->handles);
	memory_finish(&plugin->memory);
	if (plugin->idle)
		chan_destroy(plugin->idle, NULL, NULL);
	plugin->idle = NULL;
}

void plugin_reap(void)
{
	list_for_each_safe (plugin, &running, struct plugin, link) {
		if (plugin->group.fault.kind)
			end_faulted(plugin);
	}
	struct list *link;
	while ((link = list_pop_front(&over))) {
		struct plugin *plugin = container_of(link, struct plugin, link);
		reclaim(plugin);
		if (plugin->ended)
			plugin->ended(plugin->data, plugin, plugin->end, plugin->code);
	}
}

void plugin_destroy(struct plugin *plugin)
{
	if (!plugin)
		return;
	if (is_running(plugin))
		stop(plugin, PLUGIN_KILLED, 0);
	list_remove(&plugin->link);
	assert(list_empty(&plugin->group.tasks));
	reclaim(plugin);
	heap_finish(&plugin->heap);
	mapping_undo(&plugin->mapping);
	image_put(plugin->image);
	account_put(plugin->account);
	log_ring_destroy(plugin->log);
	free(plugin->path);
	free(plugin->report);
	free(plugin);
}

size_t plugin_span(const struct plugin *plugin, const void *pointer, bool write)
{
	uintptr_t p = (uintptr_t)pointer;
	list_for_each (co, &plugin->coroutines, struct coroutine, link) {
		if (p >= co->stack_lo && p < co->stack_hi)
			return co->stack_hi - p;
	}
	for (size_t i = 0; i < plugin->mapping.n_regions; i++) {
		const struct region *r = &plugin->mapping.regions[i];
		if (p >= r->lo && p < r->hi)
			return write && !r->write ? 0 : r->hi - p;
	}
	size_t heap = heap_span(&plugin->heap, p);
	return heap ? heap : memory_span(&plugin->memory, p);
}

bool plugin_may(const struct plugin *plugin, const void *p, size_t len, bool write)
{
	return plugin_span(plugin, p, write) >= len;
}
