/*
 * list: intrusive doubly linked list. The head is a struct list too; members
 * are embedded links. A member comment says whose list it is: "kms_device.outputs".
 * A link that is in no list points to itself.
 */
#ifndef OSAAS_UTIL_LIST_H
#define OSAAS_UTIL_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
	struct list *prev;
	struct list *next;
};

#define container_of(ptr, type, member)                                                  \
	((type *)(void *)((char *)(ptr)-offsetof(type, member)))

static inline void list_init(struct list *l)
{
	l->prev = l->next = l;
}

static inline bool list_empty(const struct list *l)
{
	return l->next == l;
}

static inline void list_insert_between(
	struct list *prev, struct list *link, struct list *next)
{
	link->prev = prev;
	link->next = next;
	prev->next = link;
	next->prev = link;
}

static inline void list_push_front(struct list *head, struct list *link)
{
	list_insert_between(head, link, head->next);
}

static inline void list_push_back(struct list *head, struct list *link)
{
	list_insert_between(head->prev, link, head);
}

/* list_remove unlinks and leaves the link in the "in no list" state; twice is harmless. */
static inline void list_remove(struct list *link)
{
	link->prev->next = link->next;
	link->next->prev = link->prev;
	list_init(link);
}

/* list_pop_front removes and returns the first link, NULL when empty. */
static inline struct list *list_pop_front(struct list *head)
{
	if (list_empty(head))
		return NULL;
	struct list *link = head->next;
	list_remove(link);
	return link;
}

/* list_for_each may not remove; list_for_each_safe may remove the current member. */
#define list_for_each(pos, head, type, member)                                           \
	for (type *pos = container_of((head)->next, type, member);                       \
		&pos->member != (head);                                                  \
		pos = container_of(pos->member.next, type, member))

#define list_for_each_safe(pos, head, type, member)                                      \
	for (type *pos = container_of((head)->next, type, member),                       \
		  *pos##_next = container_of(pos->member.next, type, member);            \
		&pos->member != (head); pos = pos##_next,                                \
		  pos##_next = container_of(pos->member.next, type, member))

#endif
