/*
 * osaas_clipboard.h: the protocol of "clipboard": text and more from one plugin to
 * another, by copy and paste. Requests and answers are those of osaas_request.h.
 *
 * What is copied is a clip: the same thing in up to 8 types (MIME: "text/plain",
 * "image/png"), together at most 4 MiB. It stays when the plugin that copied it ends, and
 * goes when another is copied, or with the session.
 *
 * FOCUS. Only the plugin whose window has the keyboard may copy, paste, or see the types;
 * any other gets OSAAS_EACCES: nobody reads what is not pasted into it, or changes what
 * is about to be. Text is UTF-8, and its type "text/plain".
 */
#ifndef OSAAS_CLIPBOARD_H
#define OSAAS_CLIPBOARD_H

#include <osaas.h>

enum osaas_clipboard_type {
	/*
	 * struct osaas_clipboard_copy; buf, len: the type, and behind it the data. A new
	 * clip, or one more type of the last one, if this plugin copied that (else
	 * OSAAS_EINVAL). OSAAS_E2BIG: too many types, or too much; the clip stays as it was.
	 */
	OSAAS_CLIPBOARD_COPY = 1,
	/* buf, len: a type. The result is the data's size; buf of the answer is the data. */
	OSAAS_CLIPBOARD_PASTE = 2, /* OSAAS_ENOENT: the clip has no such type */
	/*
	 * The result is the number of types; u64[1] of the answer counts the clips so far;
	 * buf: the types, each with a newline behind it.
	 */
	OSAAS_CLIPBOARD_TYPES = 3,
};

#define OSAAS_CLIPBOARD_BYTES_MAX 4194304 /* of a clip */
#define OSAAS_CLIPBOARD_TYPES_MAX 8
#define OSAAS_CLIPBOARD_TYPE_MAX  127 /* bytes: printable ASCII with one '/', no blanks */

struct osaas_clipboard_copy {
	uint32_t type; /* bytes of buf that are the type */
	uint32_t more; /* 1: one more type of the clip that this plugin copied last */
};

_Static_assert(sizeof(struct osaas_clipboard_copy) <= OSAAS_MSG_BYTES, "fits a message");

/* The requests as calls. YIELD. OSAAS_ENOMEM besides. */
int osaas_clipboard_copy(osaas_chan clipboard, const char *type, const void *data,
	size_t size, uint32_t more);
/* Copies at most size bytes to `to`; gives the size of all of it. */
int64_t osaas_clipboard_paste(
	osaas_chan clipboard, const char *type, void *to, size_t size);

#endif
