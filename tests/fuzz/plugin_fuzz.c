/*
 * Any bytes through all that looks at a plugin before it is mapped: ELF, manifest,
 * imports, instructions, analysis. In an allocation of just their size, so that a
 * read beyond it is seen; what comes out is within its bounds.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/analyse.h"
#include "plugins/private.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void check_code(const struct code *code)
{
	for (size_t i = 0; i < code->n_insns; i++) {
		const struct code_insn *insn = &code->insns[i];
		must(insn->size > 0 && insn->at < code->size &&
			insn->size <= code->size - insn->at);
		must(i == 0 || code->insns[i - 1].at < insn->at);
		must(code_at(code, insn->at) == insn);
		must(insn->import <= code->n_imports);
	}
	for (size_t i = 0; i < code->n_starts; i++)
		must(code->starts[i] < code->size);
}

static void check_analysis(const struct code *code, const struct analysis *a)
{
	int sum = 0;
	for (int w = 0; w < WORKS; w++)
		sum += a->profile.weight[w];
	must(sum == 255 || sum == 0 || a->n_insns == 0);
	must(a->profile.class >= 0 && a->profile.class < CLASSES);
	must(a->profile.prior.run_ns >= 1000 &&
		a->profile.prior.run_ns <= POLICY_SLICE_MAX_NS);
	must(a->n_silent_kept <= ANALYSIS_LOOPS && a->n_silent_kept <= a->n_silent);
	for (size_t i = 0; i < a->n_silent_kept; i++)
		must(code_place(code, a->silent[i].at).text[0]);
	must(a->n_entries <= ANALYSIS_ENTRIES && a->why[0]);
}

static int look(const uint8_t *bytes, size_t size, struct plugin_error *err)
{
	static struct manifest manifest;
	static struct analysis analysis;
	struct elf elf;
	struct code code = {0};
	int r = elf_read(&elf, bytes, size, err);
	if (r == 0)
		r = manifest_parse(elf.manifest, elf.manifest_size, &manifest, err);
	if (r == 0)
		r = elf_check_bindings(&elf, err);
	if (r < 0)
		return r;
	uint64_t entry = elf_find_function(&elf, manifest.entry);
	if (!entry)
		return plugin_fail(err, -ENOEXEC, "no entry");
	r = code_read(&code, &elf, entry, err);
	if (r == 0) {
		check_code(&code);
		must(analyse(&analysis, &code, entry) == 0);
		check_analysis(&code, &analysis);
	}
	code_free(&code);
	return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plugin_error err = {""};
	uint8_t *copy = malloc(size ? size : 1);
	if (!copy)
		return 0;
	if (size > 0)
		memcpy(copy, data, size);
	int r = look(copy, size, &err);
	free(copy);
	must(r == 0 || err.text[0]);
	return 0;
}
