/*
 * choice: what becomes of a reading: a sentence, whose pieces have candidates. Emoji are candidates, too.
 * Pure.
 */
#ifndef KANA_CHOICE_H
#define KANA_CHOICE_H

#include "forms.h"
#include "ime.h"

/* choice_begin: of what was typed; whole: it is one piece. */
void choice_begin(struct ime *ime, bool whole);

/* choice_again: of what is selected, which becomes what it was; false: it cannot be read. */
bool choice_again(struct ime *ime);

/* The next candidate, and the first one of the next page; nothing if there is none. */
void choice_step(struct ime *ime, bool back);
void choice_page(struct ime *ime, bool back);

/* choice_go: the next piece is the present one. */
void choice_go(struct ime *ime, bool back);

/* choice_pick takes that candidate and goes on to the next piece, or commits; nothing if there is none. */
void choice_pick(struct ime *ime, uint32_t i);

/* choice_digit picks by the digit that stands beside it on the page: '1' is the first. */
void choice_digit(struct ime *ime, char digit);

/* choice_form: the present piece in another form; all of it, when it was not split yet. */
void choice_form(struct ime *ime, enum form form);

#endif
