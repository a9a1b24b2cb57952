/*
 * The malformed plugins that fuzz/malform.py makes of a good one: each gets a refusal of
 * its own, which says what is wrong and, behind the colon, what to do.
 */
#include "helper.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "plugins/private.h"

static const struct malformed {
	const char *name, *says;
} malformed[] = {
	{"empty", "is empty or larger than 64 MiB"},
	{"words", "no ELF file"},
	{"machine", "built for another CPU (ELF machine 40)"},
	{"osabi", "ELF version or OS ABI is not Linux'"},
	{"program", "no shared object (ELF type 2)"},
	{"header", "ELF header is damaged"},
	{"cut", "program headers lie outside the file"},
	{"segment_cut", "a segment lies outside the file"},
	{"segment_huge", "needs more than 256 MiB of memory"},
	{"pages", "a segment is not aligned to pages of 4096"},
	{"wx", "a segment is writable and executable"},
	{"unreadable", "a segment is not readable"},
	{"larger", "a read-only segment is larger than its data"},
	{"segments", "more than 8 segments"},
	{"overlap", "segments overlap or do not begin at 0"},
	{"two_texts", "two segments are executable"},
	{"two_dynamics", "two PT_DYNAMIC headers"},
	{"two_relros", "two PT_GNU_RELRO headers"},
	{"execstack", "wants an executable stack"},
	{"tls", "has thread-local data: drop __thread, a plugin"},
	{"interp", "is a program"},
	{"unknown_header", "has a program header of unknown type 0x65041580"},
	{"shlib", "has a program header of unknown type PT_SHLIB, 0x5"},
	{"no_dynamic", "no dynamic section"},
	{"no_stack", "does not say that its stack is not executable"},
	{"no_text", "no code in it"},
	{"relro_outside", "PT_GNU_RELRO is outside the writable data"},
	{"dynamic_outside", "dynamic section lies outside the segments"},
	{"unknown_tag", "has a dynamic tag 0x6fffff99 that plugins cannot use"},
	{"tag_twice", "dynamic tag 0x5 is there twice"},
	{"textrel", "has relocations in its text"},
	{"rpath", "has a DT_RPATH"},
	{"runpath", "has a DT_RUNPATH"},
	{"relr", "has packed relocations"},
	{"rel", "has relocations without addends (DT_REL)"},
	{"init", "has an init function (DT_INIT)"},
	{"fini", "has a fini function (DT_FINI)"},
	{"constructors", "has constructors"},
	{"destructors", "has destructors"},
	{"needed", "needs library 'bad_data'"},
	{"nodelete", "has dynamic flags 0x8 (nodelete, pie, ...) that plugins cann"},
	{"static_tls", "has thread-local data: drop __thread"},
	{"strings", "string table is damaged"},
	{"symbols", "symbol table is damaged"},
	{"relocations", "relocation table is damaged"},
	{"import", "imports 'posix_yield', which is no call of the ABI"},
	{"relocation_type", "has a relocation of type 37"},
	{"relocation_outside", "has a relocation outside its data (at 0x10)"},
	{"relocation_symbol", "a relocation names symbol 4000 of 5"},
	{"symbol_type", "a symbol of type 6 is no plain function or data (thread-loca"},
	{"no_sections", "section headers are missing or damaged, and with them the ma"},
	{"no_manifest", "no section .osaas.manifest"},
	{"two_manifests", "two sections .osaas.manifest"},
	{"manifest_nobits", "section .osaas.manifest is not plain data of the file"},
	{"manifest_empty", "section .osaas.manifest is empty or longer than 8192 bytes"},
	{"symtab", "section .symtab is damaged"},
	{"behind_zero", "manifest: there is more behind its zero byte"},
	{"id", "manifest line 1: id 'Org.Osaas' is not reverse DNS in a-z, 0"},
	{"id_dot", "manifest line 1: id 'clock' has no dot"},
	{"control", "manifest line 2: byte 0x1b in column 8 is no text"},
	{"key", "manifest line 2: unknown key 'namo'"},
	{"no_key", "manifest line 2: 'name - Bad' is not 'key = value'"},
	{"second", "manifest line 3: a second 'name'"},
	{"major", "built for ABI 9.0, this is "},
	{"minor", "built for the newer ABI 1.9, this is "},
	{"abi", "manifest line 4: abi 'one' is not MAJOR.MINOR"},
	{"entry", "exports no function 'nobody', its entry"},
	{"entry_name", "manifest line 5: entry '2nd' is no C function name"},
	{"syscall", "'syscall' in bad_main+0x0"},
	{"sysenter", "'sysenter' in bad_main+0x0"},
	{"int80", "'int' in bad_main+0x0"},
	{"hlt", "'hlt' in bad_main+0x0"},
	{"wrpkru", "key change in bad_main+0x0"},
	{"xrstor", "'xrstor' in bad_main+0x0"},
	{"wrfsbase", "'wrfsbase' in bad_main+0x0"},
	{"thread_data", "'mov' in bad_main+0x0"},
	{"far_return", "'retf' in bad_main+0x0"},
	{"no_instruction", "no known instruction in bad_main+0x0"},
	{"jump_out", "'jmp' in bad_main+0x0"},
	{"control_register", "'mov' in bad_main+0x0"},
	{"port", "'in' in bad_main+0x0"},
};
#define N_MALFORMED (sizeof malformed / sizeof *malformed)

static char texts[N_MALFORMED][sizeof(struct plugin_error)];

static void test_refused(void **state)
{
	(void)state;
	size_t fds = count_fds(), maps = count_maps("osaas-plugin");
	for (size_t i = 0; i < N_MALFORMED; i++) {
		char path[512];
		struct plugin *plugin = NULL;
		struct plugin_error err = {"nothing"};
		snprintf(path, sizeof path, MALFORMED_DIR "/%s.so", malformed[i].name);
		int r = plugin_load(path, &plugin, &err);
		/* Behind the file's name. */
		const char *text = strstr(err.text, ".so: ");
		if (r == 0 || r == -ENOENT || !text || !strstr(text, malformed[i].says))
			fail_msg("%s: %d, '%s' does not say '%s'", malformed[i].name, r,
				err.text, malformed[i].says);
		snprintf(texts[i], sizeof texts[i], "%s", text + 5);
		assert_null(plugin);
	}
	assert_int_equal(count_fds(), fds);
	assert_int_equal(count_maps("osaas-plugin"), maps);
}

static void test_different(void **state)
{
	(void)state;
	assert_true(N_MALFORMED >= 40);
	for (size_t i = 0; i < N_MALFORMED; i++) {
		if (!strchr(texts[i], ':'))
			fail_msg("%s: '%s' does not say what to do", malformed[i].name,
				texts[i]);
		for (size_t k = 0; k < i; k++) {
			if (strcmp(texts[i], texts[k]) == 0)
				fail_msg("%s and %s are told the same: '%s'",
					malformed[i].name, malformed[k].name, texts[i]);
		}
	}
}

/* None was forgotten in the table above. */
static void test_all(void **state)
{
	(void)state;
	FILE *f = fopen(MALFORMED_DIR ".txt", "r");
	assert_non_null(f);
	char line[64];
	size_t n = 0;
	while (fgets(line, sizeof line, f)) {
		line[strcspn(line, "\n")] = '\0';
		assert_true(n < N_MALFORMED);
		assert_string_equal(line, malformed[n++].name);
	}
	fclose(f);
	assert_int_equal(n, N_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_different),
		cmocka_unit_test(test_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
