/*
 * control_text: strings that may come from a plugin, made fit for a terminal and for
 * JSON. Pure. Any bytes: what is no UTF-8 (RFC 3629) becomes U+FFFD, byte by byte.
 */
#ifndef OSAAS_SESSION_CONTROL_TEXT_H
#define OSAAS_SESSION_CONTROL_TEXT_H

#include <stddef.h>
#include <stdio.h>

/* text_put writes s; control characters become U+FFFD. Returns how many characters. */
size_t text_put(FILE *out, const char *s);

/* text_put_json writes s as a JSON string, with its quotes (RFC 8259). */
void text_put_json(FILE *out, const char *s);

#endif
