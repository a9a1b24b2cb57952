/* ime_private: what the method's files share: what is said in ime->out. */
#ifndef KANA_IME_PRIVATE_H
#define KANA_IME_PRIVATE_H

#include "ime.h"

extern const char ime_colon[]; /* the wide one, which a name of an emoji follows */

/* ime_begin: nothing is to be done yet. */
void ime_begin(struct ime *ime);

/* ime_changed: composition and strip are not as they were. */
void ime_changed(struct ime *ime);

/* ime_clear: nothing is under composition any more. */
void ime_clear(struct ime *ime);

/* ime_commit adds to what is to be committed; what does not fit is cut. */
void ime_commit(struct ime *ime, const char *text, size_t n);

/* What is under composition is committed; ime_commit_all: whatever it is. */
void ime_commit_typed(struct ime *ime);
void ime_commit_sentence(struct ime *ime);
void ime_commit_emoji(struct ime *ime);
void ime_commit_all(struct ime *ime);

/* ime_throw_away: nothing is left of it; what was converted again is as it was. */
void ime_throw_away(struct ime *ime);

void ime_set_on(struct ime *ime, bool on);

#endif
