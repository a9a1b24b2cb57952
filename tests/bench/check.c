/*
 * bench_check OSAAS PLUGIN: how long it takes to check a plugin, in processor time, beside
 * disassembling its text and nothing more. In turn, medians. One JSON object per line.
 */
#include <capstone/capstone.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "plugins/private.h"

#define TIMES    21
#define BOUND_MS 40.0

static const char *osaas, *path;
static uint8_t *bytes;
static size_t size;
static struct elf elf;

static void die(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	exit(1);
}

static double thread_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* Read, verified, analysed, mapped, and all given back. */
static double load_ms(void)
{
	struct plugin *plugin;
	struct plugin_error err;
	double before = thread_ms();
	if (plugin_load_bytes(path, bytes, size, &plugin, &err) < 0)
		die(err.text);
	plugin_destroy(plugin);
	return thread_ms() - before;
}

static double capstone_ms(void)
{
	double before = thread_ms();
	csh handle;
	if (cs_open(CS_ARCH_X86, CS_MODE_64, &handle) != CS_ERR_OK)
		die("capstone does not open");
	cs_insn *insn = cs_malloc(handle);
	const uint8_t *code = bytes + elf.text_lo;
	size_t left = elf.text_hi - elf.text_lo, n = 0;
	uint64_t address = elf.text_lo;
	while (cs_disasm_iter(handle, &code, &left, &address, insn))
		n++;
	cs_free(insn, 1);
	cs_close(&handle);
	if (n < 10000)
		die("capstone stopped early");
	return thread_ms() - before;
}

/* A program's processor time, its output thrown away. NAN: it is not there. */
static double run_ms(char *const argv[])
{
	struct rusage used;
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);
		dup2(null, 1);
		execvp(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &used) < 0 || status != 0)
		return NAN;
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3 +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3;
}

static double command_ms(void)
{
	return run_ms((char *[]){(char *)osaas, "check", "--json", (char *)path, NULL});
}

static double objdump_ms(void)
{
	return run_ms((char *[]){"objdump", "-d", (char *)path, NULL});
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static void put_number(const char *key, double v)
{
	if (isnan(v))
		printf(",\"%s\":null", key);
	else
		printf(",\"%s\":%.3g", key, v);
}

static void print(
	const char *name, double ours, const char *peer_name, double peer, double bound)
{
	printf("{\"bench\":\"check\",\"case\":\"%s, %zu KiB of code\",\"unit\":\"ms\"",
		name, (size_t)(elf.text_hi - elf.text_lo) >> 10);
	put_number("ours", ours);
	put_number("peer", peer);
	printf(",\"peer_name\":\"%s\"", peer_name);
	put_number("ratio", ours / peer);
	/* Of the time itself, not of the ratio. */
	put_number("bound_ms", bound);
	puts("}");
}

static void read_plugin(void)
{
	struct plugin_error err;
	FILE *f = fopen(path, "rb");
	if (!f)
		die("cannot open the plugin");
	fseek(f, 0, SEEK_END);
	size = (size_t)ftell(f);
	rewind(f);
	bytes = malloc(size);
	if (!bytes || fread(bytes, 1, size, f) != size)
		die("cannot read the plugin");
	fclose(f);
	if (elf_read(&elf, bytes, size, &err) < 0)
		die(err.text);
	if (elf.text_hi - elf.text_lo < 200 << 10)
		die("the plugin has less than 200 KiB of code");
}

int main(int argc, char **argv)
{
	static double (*const sides[])(void) = {
		load_ms, command_ms, capstone_ms, objdump_ms};
	static double ms[4][TIMES];
	if (argc != 3)
		die("usage: bench_check OSAAS PLUGIN");
	osaas = argv[1];
	path = argv[2];
	read_plugin();
	/* Kept, so that its loading is counted with no side but the command's. */
	if (library_load(&library_capstone) < 0)
		die("no capstone");
	for (int i = 0; i < TIMES; i++) {
		for (int s = 0; s < 4; s++)
			ms[s][i] = sides[s]();
	}
	for (int s = 0; s < 4; s++)
		qsort(ms[s], TIMES, sizeof **ms, compare);
	double load = ms[0][TIMES / 2], command = ms[1][TIMES / 2];
	double linear = ms[2][TIMES / 2], objdump = ms[3][TIMES / 2];
	print("load", load, "capstone, linear", linear, BOUND_MS);
	print("load", load, "objdump -d", objdump, BOUND_MS);
	print("osaas check", command, "capstone, linear", linear, BOUND_MS);
	print("osaas check", command, "objdump -d", objdump, BOUND_MS);
	return load < BOUND_MS && command < BOUND_MS ? 0 : 1;
}
