#include "plugins/code_known.h"

#include <stdlib.h>
#include <string.h>

#include "plugins/code.h"

#define MOST  15 /* bytes of an instruction */
#define BITS  10 /* of places; a later one takes an earlier one's */
#define FORMS (3 + 16 + 16)

/* Bytes of an instruction, the rest 0. */
struct key {
	uint64_t low, high;
};

struct place {
	struct key key;
	struct code_insn insn; /* size 0: free */
};

struct code_known {
	uint16_t sizes[256]; /* by the first byte: bit n for those of n bytes */
	struct place places[1 << BITS];
	struct code_insn forms[FORMS];
};

struct code_known *code_known_create(void)
{
	return calloc(1, sizeof(struct code_known));
}

void code_known_destroy(struct code_known *known)
{
	free(known);
}

static struct key key_of(const uint8_t *bytes, size_t n)
{
	uint8_t all[sizeof(struct key)] = {0};
	struct key key;
	memcpy(all, bytes, n < MOST ? n : MOST);
	memcpy(&key, all, sizeof key);
	return key;
}

static struct key key_begin(struct key key, unsigned n)
{
	if (n < 8)
		return (struct key){key.low & ((UINT64_C(1) << 8 * n) - 1), 0};
	return (struct key){key.low, key.high & ((UINT64_C(1) << 8 * (n - 8)) - 1)};
}

/* Multiplicative hashing (Knuth, TAOCP 3, 6.4). */
static size_t place_of(struct key key, unsigned n)
{
	uint64_t h = (key.low ^ key.high * 0xff51afd7ed558ccdu ^ n) * 0x9e3779b97f4a7c15u;
	return (size_t)(h >> (64 - BITS));
}

/*
 * Jumps and calls of which the last bytes say how far: which of FORMS, the size of all and of
 * the distance; -1: it is none. Those with a prefix are not looked at.
 */
static int form_of(const uint8_t *p, size_t left, unsigned *size, unsigned *distance)
{
	int form = -1;
	*distance = 4;
	if (p[0] == 0xe8 || p[0] == 0xe9)
		form = p[0] - 0xe8;
	else if (left > 1 && p[0] == 0x0f && p[1] >= 0x80 && p[1] <= 0x8f)
		form = 3 + (p[1] - 0x80);
	else
		*distance = 1;
	if (p[0] == 0xeb)
		form = 2;
	else if (p[0] >= 0x70 && p[0] <= 0x7f)
		form = 3 + 16 + (p[0] - 0x70);
	*size = *distance + (p[0] == 0x0f ? 2 : 1);
	return *size <= left ? form : -1;
}

static int64_t read_distance(const uint8_t *p, unsigned bytes)
{
	int8_t near;
	int32_t far;
	memcpy(&near, p, sizeof near);
	if (bytes == 1)
		return near;
	memcpy(&far, p, sizeof far);
	return far;
}

/* One that leads out of the text is left to who can say so. */
static size_t find_form(const struct code_known *known, const struct code *code,
	const uint8_t *p, size_t left, struct code_insn *out)
{
	unsigned size, distance;
	int form = form_of(p, left, &size, &distance);
	if (form < 0 || !known->forms[form].size)
		return 0;
	int64_t how_far = read_distance(p + size - distance, distance);
	uint64_t to = (uint64_t)out->at + size + (uint64_t)how_far;
	if (to >= code->size)
		return 0;
	int64_t address = (int64_t)(code->elf->text_lo + to);
	const uint32_t at = out->at;
	*out = known->forms[form];
	out->at = at;
	out->target = (uint32_t)to;
	out->imm = (int32_t)address;
	out->wide = out->imm != address;
	return size;
}

size_t code_known_find(
	const struct code_known *known, const struct code *code, struct code_insn *out)
{
	const uint32_t at = out->at;
	const uint8_t *p = code->text + at;
	const size_t left = code->size - at;
	const struct key all = key_of(p, left);
	for (unsigned sizes = known->sizes[p[0]]; sizes; sizes &= sizes - 1) {
		const unsigned n = (unsigned)__builtin_ctz(sizes);
		const struct key key = key_begin(all, n);
		const struct place *place = &known->places[place_of(key, n)];
		if (n > left)
			break;
		if (place->insn.size == n && place->key.low == key.low &&
			place->key.high == key.high) {
			*out = place->insn;
			out->at = at;
			return n;
		}
	}
	return find_form(known, code, p, left, out);
}

static bool is_anywhere(const struct code_insn *insn)
{
	bool ends = insn->flow == CODE_RETURN || insn->flow == CODE_STOP;
	return (ends || insn->flow == CODE_NEXT) && insn->base != CODE_PC;
}

void code_known_keep(
	struct code_known *known, const struct code *code, const struct code_insn *insn)
{
	const uint8_t *p = code->text + insn->at;
	unsigned size, distance;
	int form = form_of(p, code->size - insn->at, &size, &distance);
	if (form >= 0 && size == insn->size) {
		known->forms[form] = *insn;
	} else if (is_anywhere(insn) && insn->size <= MOST) {
		const struct key key = key_of(p, insn->size);
		known->places[place_of(key, insn->size)] = (struct place){key, *insn};
		known->sizes[p[0]] |= (uint16_t)(1u << insn->size);
	}
}
