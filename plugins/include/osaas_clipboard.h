/*
 * osaas_clipboard.h: the protocol of "clipboard": text and more from one plugin to
 * another, by copy and paste. Requests and answers are those of osaas_request.h.
 *
 * What is copied is a clip: the same thing in up to 8 types (MIME: "text/plain",
 * "image/png"), together at most 64 MiB. It stays when the plugin that copied it ends, and
 * goes when another is copied, or with the session. Data is moved into it, not copied, and
 * out of it copied beside all else.
 *
 * There are two: what the user copied, and the PRIMARY selection: what is selected now, and is
 * pasted by the middle button. Setting it and pasting it is the plugin's.
 *
 * FOCUS. Only the plugin whose window has the keyboard may copy, paste, or see the types;
 * any other gets OSAAS_EACCES: nobody reads what is not pasted into it, or changes what
 * is about to be. And copying and pasting is for who is asked to by the user: within 5 s after a
 * press of a key, a press or release of a button, finger or pen, or an ACT came to its
 * window; else OSAAS_EACCES, too. Text is UTF-8, and its type "text/plain".
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
	/*
	 * u32[0]: enum osaas_clipboard_which; buf, len: a type. The result is the data's size; buf
	 * of the answer is the data. OSAAS_ENOENT: the clip has no such type.
	 */
	OSAAS_CLIPBOARD_PASTE = 2,
	/*
	 * u32[0]: enum osaas_clipboard_which. The result is the number of types; u64[1] of the
	 * answer counts the clips so far; buf: the types, each with a newline behind it.
	 */
	OSAAS_CLIPBOARD_TYPES = 3,
};

/* Another than these: OSAAS_EINVAL. */
enum osaas_clipboard_which {
	OSAAS_CLIPBOARD_COPIED = 0,
	OSAAS_CLIPBOARD_PRIMARY = 1, /* what is selected */
};

#define OSAAS_CLIPBOARD_BYTES_MAX 67108864 /* of a clip */
#define OSAAS_CLIPBOARD_TYPES_MAX 8
#define OSAAS_CLIPBOARD_TYPE_MAX  127 /* bytes: printable ASCII with one '/', no blanks */

struct osaas_clipboard_copy {
	uint32_t type;  /* bytes of buf that are the type */
	uint32_t more;  /* 1: one more type of the clip that this plugin copied last */
	uint32_t which; /* enum osaas_clipboard_which */
};

_Static_assert(sizeof(struct osaas_clipboard_copy) <= OSAAS_MSG_BYTES, "fits a message");

/*
 * The requests as calls. YIELD. OSAAS_ENOMEM besides. Whose data is large fills a buffer with
 * type and data itself, and moves it; what is pasted so is read where it came.
 */
int osaas_clipboard_copy(osaas_chan clipboard, const char *type, const void *data,
	size_t size, uint32_t more);
/* Copies at most size bytes to `to`; gives the size of all of it. */
int64_t osaas_clipboard_paste(
	osaas_chan clipboard, const char *type, void *to, size_t size);
/* The same of the primary selection. */
int osaas_primary_copy(osaas_chan clipboard, const char *type, const void *data,
	size_t size, uint32_t more);
int64_t osaas_primary_paste(
	osaas_chan clipboard, const char *type, void *to, size_t size);

#endif
