/*
 * osaas_string.h: bytes, strings, characters, with C's names and meaning. Included by
 * osaas_std.h. Nothing here yields, allocates, or knows a locale: characters are
 * ASCII, and what is above is no letter; osaas_utf8.h has the rest.
 */
#ifndef OSAAS_STRING_H
#define OSAAS_STRING_H

#include <stddef.h>

/* Bytes. mempcpy gives the end of what it wrote; memccpy stops after a byte c, or gives NULL. */
void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *mempcpy(void *restrict to, const void *restrict from, size_t n);
void *memccpy(void *restrict to, const void *restrict from, int c, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int byte, size_t n);
void *memrchr(const void *s, int byte, size_t n);
void *memmem(const void *hay, size_t hay_len, const void *needle, size_t len);

size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
int strcasecmp(const char *a, const char *b);
int strncasecmp(const char *a, const char *b, size_t n);

/*
 * strlcpy and strlcat write at most size bytes, the zero always among them if size is
 * not 0, and return the length that the whole would have: cut when >= size.
 */
size_t strlcpy(char *restrict to, const char *restrict from, size_t size);
size_t strlcat(char *restrict to, const char *restrict from, size_t size);
/* For code from elsewhere. They do not look at how much room there is. */
char *strcpy(char *restrict to, const char *restrict from);
char *strcat(char *restrict to, const char *restrict from);
char *strncpy(char *restrict to, const char *restrict from, size_t n);

/* The searches of a text for a text take as long as the product of the lengths at worst. */
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strchrnul(const char *s, int c); /* the end when there is none */
char *strstr(const char *hay, const char *needle);
size_t strspn(const char *s, const char *set);
size_t strcspn(const char *s, const char *set);
char *strpbrk(const char *s, const char *set);
/* strtok_r passes over empty fields, strsep gives them. Both write zeros into the text. */
char *strtok_r(char *restrict s, const char *restrict set, char **restrict rest);
char *strsep(char **rest, const char *set);

/* c: an unsigned char, or anything: what is not ASCII is none of these. */
int isalnum(int c);
int isalpha(int c);
int isblank(int c);
int iscntrl(int c);
int isdigit(int c);
int isgraph(int c);
int islower(int c);
int isprint(int c);
int ispunct(int c);
int isspace(int c);
int isupper(int c);
int isxdigit(int c);
int tolower(int c);
int toupper(int c);

#endif
