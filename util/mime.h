/* mime: names of what data is, as in "text/plain". */
#ifndef OSAAS_UTIL_MIME_H
#define OSAAS_UTIL_MIME_H

#include <stdbool.h>
#include <stddef.h>

#define MIME_TYPE_MAX 127 /* bytes */

/* mime_is_type: n bytes are printable ASCII without blanks, with one '/' in their midst. */
bool mime_is_type(const char *type, size_t n);

#endif
