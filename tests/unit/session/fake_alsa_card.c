/* fake_alsa's cards, their controls, and who listens to these. */
#include "fake_alsa_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

struct _snd_ctl {
	struct fake_card *card;
	int number;
	bool subscribed;
};

struct _snd_ctl_card_info {
	const struct fake_card *card;
};

struct _snd_ctl_elem_id {
	const struct fake_element *element;
};

struct _snd_ctl_elem_list {
	const struct fake_card *card;
	unsigned space;
};

struct _snd_ctl_elem_value {
	const struct fake_element *element;
};

struct _snd_ctl_event {
	const struct fake_element *element;
};

struct _snd_pcm_info {
	unsigned device;
	snd_pcm_stream_t stream;
	const struct fake_stream *found;
};

void fake_element_set(struct fake_card *card, unsigned element, bool on)
{
	char byte = (char)element;
	card->elements[element].on = on;
	if (card->subscribed)
		assert_int_equal(write(card->pipe[1], &byte, 1), 1);
}

void fake_card_pull(struct fake_card *card)
{
	card->id = NULL;
	card->gone = true;
	if (card->subscribed)
		close(card->pipe[1]);
	card->pipe[1] = -1;
}

int snd_card_next(int *number)
{
	int i = *number + 1;
	while (i < FAKE_CARDS && !fake_alsa.cards[i].id)
		i++;
	*number = i < FAKE_CARDS ? i : -1;
	return 0;
}

int snd_ctl_open(snd_ctl_t **out, const char *name, int mode)
{
	int number = atoi(name + 3);
	assert_true(mode & SND_CTL_NONBLOCK);
	struct fake_card *card = &fake_alsa.cards[number];
	if (card->open_error)
		return card->open_error;
	card->open++;
	*out = calloc(1, sizeof **out);
	**out = (snd_ctl_t){.card = card, .number = number};
	return 0;
}

int snd_ctl_close(snd_ctl_t *ctl)
{
	ctl->card->open--;
	if (ctl->subscribed) {
		ctl->card->subscribed--;
		close(ctl->card->pipe[0]);
		if (ctl->card->pipe[1] >= 0)
			close(ctl->card->pipe[1]);
	}
	free(ctl);
	return 0;
}

int snd_ctl_subscribe_events(snd_ctl_t *ctl, int on)
{
	assert_int_equal(on, 1);
	assert_int_equal(ctl->card->subscribed, 0);
	assert_int_equal(pipe2(ctl->card->pipe, O_CLOEXEC | O_NONBLOCK), 0);
	ctl->subscribed = true;
	ctl->card->subscribed++;
	return 0;
}

int snd_ctl_poll_descriptors(snd_ctl_t *ctl, struct pollfd *fds, unsigned n)
{
	assert_int_equal(n, 1);
	fds[0] = (struct pollfd){.fd = ctl->card->pipe[0], .events = POLLIN};
	return 1;
}

size_t snd_ctl_event_sizeof(void)
{
	return sizeof(snd_ctl_event_t);
}

int snd_ctl_read(snd_ctl_t *ctl, snd_ctl_event_t *event)
{
	char byte;
	if (ctl->card->gone)
		return -ENODEV;
	ssize_t n = read(ctl->card->pipe[0], &byte, 1);
	if (n <= 0)
		return -EAGAIN;
	event->element = &ctl->card->elements[(int)byte];
	return 1;
}

snd_ctl_event_type_t snd_ctl_event_get_type(const snd_ctl_event_t *event)
{
	(void)event;
	return SND_CTL_EVENT_ELEM;
}

snd_ctl_elem_iface_t snd_ctl_event_elem_get_interface(const snd_ctl_event_t *event)
{
	return event->element->interface;
}

const char *snd_ctl_event_elem_get_name(const snd_ctl_event_t *event)
{
	return event->element->name;
}

size_t snd_ctl_card_info_sizeof(void)
{
	return sizeof(snd_ctl_card_info_t);
}

int snd_ctl_card_info(snd_ctl_t *ctl, snd_ctl_card_info_t *info)
{
	info->card = ctl->card;
	return 0;
}

const char *snd_ctl_card_info_get_driver(const snd_ctl_card_info_t *info)
{
	return info->card->driver;
}

const char *snd_ctl_card_info_get_id(const snd_ctl_card_info_t *info)
{
	return info->card->id;
}

const char *snd_ctl_card_info_get_name(const snd_ctl_card_info_t *info)
{
	return info->card->name;
}

static const struct fake_stream *find_of(
	int card, unsigned device, snd_pcm_stream_t stream)
{
	char name[32];
	snprintf(name, sizeof name, "hw:%d,%u", card, device);
	return fake_stream_find(name, stream);
}

int snd_ctl_pcm_next_device(snd_ctl_t *ctl, int *device)
{
	for (unsigned i = (unsigned)(*device + 1); i < 32; i++) {
		if (find_of(ctl->number, i, SND_PCM_STREAM_PLAYBACK) ||
			find_of(ctl->number, i, SND_PCM_STREAM_CAPTURE)) {
			*device = (int)i;
			return 0;
		}
	}
	*device = -1;
	return 0;
}

size_t snd_pcm_info_sizeof(void)
{
	return sizeof(snd_pcm_info_t);
}

void snd_pcm_info_set_device(snd_pcm_info_t *info, unsigned device)
{
	info->device = device;
}

void snd_pcm_info_set_subdevice(snd_pcm_info_t *info, unsigned n)
{
	(void)info;
	assert_int_equal(n, 0);
}

void snd_pcm_info_set_stream(snd_pcm_info_t *info, snd_pcm_stream_t stream)
{
	info->stream = stream;
}

int snd_ctl_pcm_info(snd_ctl_t *ctl, snd_pcm_info_t *info)
{
	const struct fake_stream *s = find_of(ctl->number, info->device, info->stream);
	if (s)
		info->found = s;
	return s ? 0 : -ENOENT;
}

snd_pcm_class_t snd_pcm_info_get_class(const snd_pcm_info_t *info)
{
	return info->found->class;
}

const char *snd_pcm_info_get_name(const snd_pcm_info_t *info)
{
	return info->found->label;
}

size_t snd_ctl_elem_list_sizeof(void)
{
	return sizeof(snd_ctl_elem_list_t);
}

size_t snd_ctl_elem_id_sizeof(void)
{
	return sizeof(snd_ctl_elem_id_t);
}

size_t snd_ctl_elem_value_sizeof(void)
{
	return sizeof(snd_ctl_elem_value_t);
}

int snd_ctl_elem_list(snd_ctl_t *ctl, snd_ctl_elem_list_t *list)
{
	list->card = ctl->card;
	return 0;
}

unsigned snd_ctl_elem_list_get_count(const snd_ctl_elem_list_t *list)
{
	unsigned n = 0;
	while (n < FAKE_ELEMENTS && list->card->elements[n].name)
		n++;
	return n;
}

int snd_ctl_elem_list_alloc_space(snd_ctl_elem_list_t *list, unsigned n)
{
	list->space = n;
	return 0;
}

void snd_ctl_elem_list_free_space(snd_ctl_elem_list_t *list)
{
	assert_true(list->space > 0);
}

unsigned snd_ctl_elem_list_get_used(const snd_ctl_elem_list_t *list)
{
	return list->space;
}

void snd_ctl_elem_list_get_id(
	const snd_ctl_elem_list_t *list, unsigned i, snd_ctl_elem_id_t *id)
{
	id->element = &list->card->elements[i];
}

snd_ctl_elem_iface_t snd_ctl_elem_id_get_interface(const snd_ctl_elem_id_t *id)
{
	return id->element->interface;
}

const char *snd_ctl_elem_id_get_name(const snd_ctl_elem_id_t *id)
{
	return id->element->name;
}

void snd_ctl_elem_value_set_id(snd_ctl_elem_value_t *value, const snd_ctl_elem_id_t *id)
{
	value->element = id->element;
}

int snd_ctl_elem_read(snd_ctl_t *ctl, snd_ctl_elem_value_t *value)
{
	(void)ctl;
	return value->element ? 0 : -ENOENT;
}

int snd_ctl_elem_value_get_boolean(const snd_ctl_elem_value_t *value, unsigned i)
{
	assert_int_equal(i, 0);
	return value->element->on;
}
