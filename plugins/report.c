/*
 * What is left of a plugin that faulted: one line for its user, and a report for its
 * author, both made by plugin_note_fault while all it had is still there.
 */
#include <errno.h>
#include <inttypes.h>
#include <linux/audit.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plugins/code.h"
#include "plugins/include/osaas_reload.h"
#include "plugins/private.h"

#define ROWS 64 /* of a table: a report must not cost a frame */

static const char *does(enum fault_access access)
{
	static const char *const words[] = {
		[FAULT_UNKNOWN] = "used",
		[FAULT_READ] = "read",
		[FAULT_WRITE] = "wrote to",
		[FAULT_FETCH] = "jumped to",
	};
	return words[access];
}

static const char *why_not(const struct group_fault *f)
{
	if (f->sig == SIGBUS)
		return "whose memory is gone";
	if (f->access == FAULT_FETCH)
		return "where it has no code";
	if (f->code != SEGV_ACCERR)
		return "where it has no memory";
	return f->access == FAULT_WRITE ? "where it may not write"
					: "where it may not read";
}

static struct code_place place_of(const struct plugin *plugin, uintptr_t address)
{
	const struct elf *elf = &plugin->image->elf;
	uint64_t at = address - (uintptr_t)plugin->mapping.base;
	struct code_place place;
	if (at >= elf->text_lo && at < elf->text_hi)
		return image_place(plugin->image, (uint32_t)(at - elf->text_lo));
	snprintf(place.text, sizeof place.text, "0x%jx, outside its text",
		(uintmax_t)address);
	return place;
}

/* Where in its own code: itself, or what jumped away from it. */
static struct code_place where(const struct plugin *plugin, const struct group_fault *f)
{
	bool out = !group_has_text(&plugin->group, f->pc);
	return place_of(plugin, out && f->n_trace ? f->trace[0] - 1 : f->pc);
}

static void describe_access(
	char *text, size_t size, const struct group_fault *f, const char *place)
{
	bool fetch = f->access == FAULT_FETCH;
	snprintf(text, size, "%s address 0x%jx, %s, %s %s", does(f->access),
		(uintmax_t)f->address, why_not(f), fetch ? "from" : "in", place);
}

static const char *plain_words(const struct group_fault *f)
{
	switch (f->sig) {
	case SIGILL:
		return "ran an instruction that the processor does not know";
	case SIGFPE:
		return f->code == FPE_INTDIV ? "divided by zero"
					     : "made an error in arithmetic";
	case SIGTRAP:
		return "ran into a breakpoint";
	default:
		return "used an impossible address, or an instruction that is not for "
		       "plugins,";
	}
}

static void describe(char *text, size_t size, const struct plugin *plugin)
{
	const struct group_fault *f = &plugin->group.fault;
	struct code_place place = where(plugin, f);
	bool has_address =
		(f->sig == SIGSEGV || f->sig == SIGBUS) && f->code != SI_KERNEL;
	if (f->kind == FAULT_STACK && f->n_registers)
		snprintf(text, size, "ran out of stack in %s", place.text);
	else if (f->kind == FAULT_STACK)
		snprintf(text, size, "called the host with too little stack left");
	else if (f->kind == FAULT_SYSCALL)
		snprintf(text, size, "made %ssystem call %d in %s",
			f->call_arch == AUDIT_ARCH_I386 ? "32-bit " : "", f->call,
			place.text);
	else if (f->kind == FAULT_POINTER)
		snprintf(text, size,
			"gave the host address 0x%jx, whose memory is gone, in %s",
			(uintmax_t)f->address, place.text);
	else if (f->sig == SIGILL && strncmp(place.text, "abort+", 6) == 0)
		snprintf(text, size, "called abort()");
	else if (has_address)
		describe_access(text, size, f, place.text);
	else
		snprintf(text, size, "%s in %s", plain_words(f), place.text);
}

static void print_head(const struct plugin *plugin, FILE *out)
{
	const struct manifest *m = plugin_manifest(plugin);
	const struct group_fault *f = &plugin->group.fault;
	struct plugin_heap heap;
	char when[32];
	time_t now = time(NULL);
	struct tm tm;
	strftime(when, sizeof when, "%Y-%m-%d %H:%M:%S UTC", gmtime_r(&now, &tm));
	fprintf(out, "%s %s (%s) %s\n\n", m->name, m->version, m->id, plugin->fault_line);
	fprintf(out, "when       %s\n", when);
	fprintf(out, "file       %s\n", plugin->path);
	fprintf(out, "coroutine  %s\n", f->task);
	if (f->sig)
		fprintf(out, "signal     SIG%s, code %d\n", sigabbrev_np(f->sig),
			f->code);
	fprintf(out, "memory     %zu of %zu bytes, %zu buffers\n", plugin->account->bytes,
		plugin->account->limit, plugin->memory.n);
	plugin_heap_figures(plugin, &heap);
	fprintf(out, "heap       %ju of %ju bytes, as it says\n", (uintmax_t)heap.used,
		(uintmax_t)heap.limit);
	fprintf(out, "gdb        add-symbol-file %s -o 0x%jx\n", plugin->path,
		(uintmax_t)(uintptr_t)plugin->mapping.base);
}

static void print_registers(const struct group_fault *f, FILE *out)
{
	if (f->n_registers)
		fprintf(out, "\nregisters%s\n",
			f->kind == FAULT_POINTER ? " (in the host)" : "");
	for (unsigned i = 0; i < f->n_registers; i++)
		fprintf(out, "%8s %016" PRIx64 "%s", fault_register_name(i),
			f->registers[i],
			i % 3 == 2 || i + 1 == f->n_registers ? "\n" : "");
}

static void print_trace(const struct plugin *plugin, FILE *out)
{
	const struct group_fault *f = &plugin->group.fault;
	if (!f->n_registers)
		return;
	fprintf(out, "\nbacktrace%s\n",
		f->n_trace && f->searched
			? " (searched for on the stack: old calls may be among them)"
			: "");
	fprintf(out, "  0x%012jx %s\n", (uintmax_t)f->pc,
		f->kind == FAULT_POINTER ? "the host" : place_of(plugin, f->pc).text);
	for (unsigned i = 0; i < f->n_trace; i++)
		fprintf(out, "  0x%012jx %s\n", (uintmax_t)f->trace[i],
			place_of(plugin, f->trace[i] - 1).text);
}

struct table {
	FILE *out;
	size_t n;
};

static void print_task(void *data, const struct task_info *info)
{
	struct table *table = data;
	if (table->n++ < ROWS)
		fprintf(table->out, "  %-20s %-8s %s\n", info->name,
			task_state_name(info->state), info->waits);
}

static void print_tasks(const struct plugin *plugin, FILE *out)
{
	struct table table = {.out = out};
	fprintf(out, "\nother coroutines\n");
	group_each_task(&plugin->group, print_task, &table);
	if (table.n > ROWS)
		fprintf(out, "  and more: %zu in all\n", table.n);
}

static const char *granted_as(const struct plugin *plugin, osaas_chan chan)
{
	const struct manifest *m = plugin_manifest(plugin);
	for (size_t i = 0; i < m->n_wants; i++) {
		if (plugin->granted[i] == chan)
			return m->wants[i].cap;
	}
	if (plugin->granted[PLUGIN_RELOAD] == chan)
		return OSAAS_RELOAD_CAP;
	return "made here, or received";
}

static void print_channels(const struct plugin *plugin, FILE *out)
{
	osaas_chan chan = OSAAS_NONE;
	size_t n = 0;
	struct endpoint *end;
	fprintf(out, "\nchannels\n");
	while ((end = handles_next(&plugin->handles, &chan)) && n++ < ROWS)
		fprintf(out, "  %-8d %zu to receive%s, %s\n", chan,
			chan_pending(endpoint_rx(end)),
			endpoint_pinned(end) ? ", waited on" : "",
			granted_as(plugin, chan));
	if (end)
		fprintf(out, "  and more: %u in all\n", plugin->handles.used);
}

static void print_line(void *data, const struct log_ring_line *line)
{
	FILE *out = data;
	fprintf(out, "  %.*s\n", (int)line->len, line->text);
}

static void print_all(const struct plugin *plugin, FILE *out)
{
	print_head(plugin, out);
	print_registers(&plugin->group.fault, out);
	print_trace(plugin, out);
	print_tasks(plugin, out);
	print_channels(plugin, out);
	fprintf(out, "\nlast lines of its log\n");
	log_ring_each(plugin->log, 0, print_line, out);
}

void plugin_note_fault(struct plugin *plugin)
{
	size_t size = 0;
	describe(plugin->fault_line, sizeof plugin->fault_line, plugin);
	free(plugin->report);
	plugin->report = NULL;
	FILE *out = open_memstream(&plugin->report, &size);
	if (!out)
		return;
	print_all(plugin, out);
	fclose(out);
}

const char *plugin_fault_line(const struct plugin *plugin)
{
	return plugin->fault_line;
}

const struct group_fault *plugin_fault(const struct plugin *plugin)
{
	return plugin->group.fault.kind ? &plugin->group.fault : NULL;
}

int plugin_report(const struct plugin *plugin, FILE *out)
{
	if (!plugin->report)
		return -ENOENT;
	return fputs(plugin->report, out) < 0 ? -EIO : 0;
}
