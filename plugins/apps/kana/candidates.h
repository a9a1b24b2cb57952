/* candidates: what a reading may become, in order, each once. Bounded; what does not fit is left out. Pure. */
#ifndef KANA_CANDIDATES_H
#define KANA_CANDIDATES_H

#include <stddef.h>
#include <stdint.h>

#define CANDIDATES_MAX   256u
#define CANDIDATES_BYTES 24576u
/* Beside those, for candidates_force: texts, and bytes. */
#define CANDIDATES_MORE       12u
#define CANDIDATES_MORE_BYTES 9600u

/* Zero is empty. */
struct candidates {
	uint32_t n, used;
	struct {
		uint16_t text, note; /* where in the pool; zero terminated */
	} at[CANDIDATES_MAX + CANDIDATES_MORE];
	char pool[CANDIDATES_BYTES + CANDIDATES_MORE_BYTES];
};

void candidates_clear(struct candidates *list);

/* candidates_add puts a text behind the others, unless it is there; note: "" for none. */
void candidates_add(
	struct candidates *list, const char *text, size_t n, const char *note);

/* candidates_force does so where it is full, too. Which one is that text; list->n: there is no room. */
uint32_t candidates_force(struct candidates *list, const char *text, size_t n);

/* candidates_find: which one is that text; list->n: none. */
uint32_t candidates_find(const struct candidates *list, const char *text, size_t n);

/* candidates_first makes the one at i the first. */
void candidates_first(struct candidates *list, uint32_t i);

const char *candidates_text(const struct candidates *list, uint32_t i);
const char *candidates_note(const struct candidates *list, uint32_t i);

#endif
