#include "fake_mixer.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct _snd_mixer_elem {
	struct _snd_mixer *mixer;
	unsigned index; /* of fake.elems */
	snd_mixer_elem_callback_t callback;
	void *data;
};

struct _snd_mixer {
	int fds[2];
	struct _snd_mixer_elem elems[FAKE_ELEMS];
	size_t n;
};

struct fake_mixer fake;
static snd_mixer_t *last;

void fake_mixer_reset(void)
{
	assert_int_equal(fake.open, 0);
	fake = (struct fake_mixer){.card = "hw:0"};
	last = NULL;
}

struct fake_elem *fake_mixer_find(const char *name)
{
	for (size_t i = 0; i < fake.n; i++) {
		if (strcmp(fake.elems[i].name, name) == 0)
			return &fake.elems[i];
	}
	fail_msg("no element %s", name);
	return NULL;
}

void fake_mixer_tell(void)
{
	assert_non_null(last);
	assert_int_equal(write(last->fds[1], "v", 1), 1);
}

void fake_mixer_unplug(void)
{
	fake.card = NULL;
	assert_int_equal(write(last->fds[1], "g", 1), 1);
}

/* Opening. */

int snd_mixer_open(snd_mixer_t **mixer, int mode)
{
	assert_int_equal(mode, 0);
	last = *mixer = calloc(1, sizeof **mixer);
	assert_int_equal(pipe(last->fds), 0);
	fake.open++;
	return 0;
}

int snd_mixer_close(snd_mixer_t *mixer)
{
	close(mixer->fds[0]);
	close(mixer->fds[1]);
	if (last == mixer)
		last = NULL;
	free(mixer);
	fake.open--;
	return 0;
}

int snd_mixer_attach(snd_mixer_t *mixer, const char *name)
{
	return fake.card && strcmp(name, fake.card) == 0 ? 0 : -ENOENT;
}

int snd_mixer_selem_register(snd_mixer_t *mixer, struct snd_mixer_selem_regopt *options,
	snd_mixer_class_t **class)
{
	assert_true(!options && !class);
	return 0;
}

int snd_mixer_load(snd_mixer_t *mixer)
{
	mixer->n = fake.n;
	for (unsigned i = 0; i < fake.n; i++)
		mixer->elems[i] = (struct _snd_mixer_elem){.mixer = mixer, .index = i};
	return 0;
}

int snd_mixer_poll_descriptors_count(snd_mixer_t *mixer)
{
	return 1;
}

int snd_mixer_poll_descriptors(snd_mixer_t *mixer, struct pollfd *fds, unsigned int space)
{
	assert_true(space >= 1);
	*fds = (struct pollfd){.fd = mixer->fds[0], .events = POLLIN};
	return 1;
}

/* An element that went is told of, then it is no more. */
static void forget_gone(snd_mixer_t *mixer)
{
	for (size_t i = 0; i < mixer->n; i++) {
		snd_mixer_elem_t *elem = &mixer->elems[i];
		if (fake.elems[elem->index].name)
			continue;
		if (elem->callback)
			elem->callback(elem, SND_CTL_EVENT_MASK_REMOVE);
		memmove(elem, elem + 1, (mixer->n - i - 1) * sizeof *elem);
		mixer->n--;
		i--;
	}
}

int snd_mixer_handle_events(snd_mixer_t *mixer)
{
	char what;
	assert_int_equal(read(mixer->fds[0], &what, 1), 1);
	if (what == 'g')
		return -ENODEV;
	for (size_t i = 0; i < mixer->n; i++) {
		snd_mixer_elem_t *elem = &mixer->elems[i];
		if (elem->callback && fake.elems[elem->index].name)
			elem->callback(elem, SND_CTL_EVENT_MASK_VALUE);
	}
	forget_gone(mixer);
	return 1;
}

/* Elements. */

snd_mixer_elem_t *snd_mixer_first_elem(snd_mixer_t *mixer)
{
	return mixer->n ? &mixer->elems[0] : NULL;
}

snd_mixer_elem_t *snd_mixer_elem_next(snd_mixer_elem_t *elem)
{
	return elem + 1 < elem->mixer->elems + elem->mixer->n ? elem + 1 : NULL;
}

void snd_mixer_elem_set_callback(
	snd_mixer_elem_t *elem, snd_mixer_elem_callback_t callback)
{
	elem->callback = callback;
}

void snd_mixer_elem_set_callback_private(snd_mixer_elem_t *elem, void *data)
{
	elem->data = data;
}

void *snd_mixer_elem_get_callback_private(const snd_mixer_elem_t *elem)
{
	return elem->data;
}

const char *snd_mixer_selem_get_name(snd_mixer_elem_t *elem)
{
	return fake.elems[elem->index].name;
}

unsigned int snd_mixer_selem_get_index(snd_mixer_elem_t *elem)
{
	return fake.elems[elem->index].index;
}

int snd_mixer_selem_is_active(snd_mixer_elem_t *elem)
{
	return 1;
}

/* Both directions. */

static struct fake_side *side_of(snd_mixer_elem_t *elem, int d)
{
	return &fake.elems[elem->index].side[d];
}

static int db_range(snd_mixer_elem_t *elem, int d, long *min, long *max)
{
	const struct fake_side *s = side_of(elem, d);
	*min = s->db_min;
	*max = s->db_max;
	return s->db_min == s->db_max ? -EINVAL : 0;
}

static int to_db(snd_mixer_elem_t *elem, int d, long step, long *db)
{
	const struct fake_side *s = side_of(elem, d);
	*db = s->db_min +
	      lrint((double)(s->db_max - s->db_min) * (double)step / (double)s->max);
	return 0;
}

static int get(snd_mixer_elem_t *elem, int d, int channel, long *step)
{
	if (channel > 1)
		return -EINVAL;
	*step = side_of(elem, d)->step[channel];
	return 0;
}

static int set(snd_mixer_elem_t *elem, int d, long step)
{
	struct fake_side *s = side_of(elem, d);
	if (fake.fails)
		return fake.fails;
	assert_true(s->volume && step >= 0 && step <= s->max);
	s->step[0] = s->step[1] = step;
	fake.sets++;
	return 0;
}

static int set_one(snd_mixer_elem_t *elem, int d, int channel, long step)
{
	struct fake_side *s = side_of(elem, d);
	if (fake.fails || channel > 1)
		return fake.fails ? fake.fails : -EINVAL;
	assert_true(s->volume && step >= 0 && step <= s->max);
	s->step[channel] = step;
	fake.sets++;
	return 0;
}

static int set_db(snd_mixer_elem_t *elem, int d, long db, int rounding)
{
	const struct fake_side *s = side_of(elem, d);
	assert_int_equal(rounding, 0);
	assert_true(db >= s->db_min && db <= s->db_max);
	return set(elem, d,
		(long)floor((double)(db - s->db_min) * (double)s->max /
			    (double)(s->db_max - s->db_min)));
}

static int get_switch(snd_mixer_elem_t *elem, int d, int channel, int *on)
{
	if (channel > 1)
		return -EINVAL;
	*on = side_of(elem, d)->on[channel];
	return 0;
}

static int set_switch(snd_mixer_elem_t *elem, int d, int on)
{
	struct fake_side *s = side_of(elem, d);
	if (fake.fails)
		return fake.fails;
	assert_true(s->gate);
	s->on[0] = s->on[1] = on;
	fake.sets++;
	return 0;
}

#define SIDE(direction, d)                                                               \
	int snd_mixer_selem_has_##direction##_volume(snd_mixer_elem_t *elem)             \
	{                                                                                \
		return side_of(elem, d)->volume;                                         \
	}                                                                                \
	int snd_mixer_selem_has_##direction##_switch(snd_mixer_elem_t *elem)             \
	{                                                                                \
		return side_of(elem, d)->gate;                                           \
	}                                                                                \
	int snd_mixer_selem_get_##direction##_volume_range(                              \
		snd_mixer_elem_t *elem, long *min, long *max)                            \
	{                                                                                \
		*min = 0;                                                                \
		*max = side_of(elem, d)->max;                                            \
		return 0;                                                                \
	}                                                                                \
	int snd_mixer_selem_get_##direction##_dB_range(                                  \
		snd_mixer_elem_t *elem, long *min, long *max)                            \
	{                                                                                \
		return db_range(elem, d, min, max);                                      \
	}                                                                                \
	int snd_mixer_selem_ask_##direction##_vol_dB(                                    \
		snd_mixer_elem_t *elem, long step, long *db)                             \
	{                                                                                \
		return to_db(elem, d, step, db);                                         \
	}                                                                                \
	int snd_mixer_selem_get_##direction##_volume(snd_mixer_elem_t *elem,             \
		snd_mixer_selem_channel_id_t channel, long *step)                        \
	{                                                                                \
		return get(elem, d, (int)channel, step);                                 \
	}                                                                                \
	int snd_mixer_selem_set_##direction##_volume_all(                                \
		snd_mixer_elem_t *elem, long step)                                       \
	{                                                                                \
		return set(elem, d, step);                                               \
	}                                                                                \
	int snd_mixer_selem_set_##direction##_volume(                                    \
		snd_mixer_elem_t *elem, snd_mixer_selem_channel_id_t channel, long step) \
	{                                                                                \
		return set_one(elem, d, (int)channel, step);                             \
	}                                                                                \
	int snd_mixer_selem_set_##direction##_dB_all(                                    \
		snd_mixer_elem_t *elem, long db, int rounding)                           \
	{                                                                                \
		return set_db(elem, d, db, rounding);                                    \
	}                                                                                \
	int snd_mixer_selem_get_##direction##_switch(                                    \
		snd_mixer_elem_t *elem, snd_mixer_selem_channel_id_t channel, int *on)   \
	{                                                                                \
		return get_switch(elem, d, (int)channel, on);                            \
	}                                                                                \
	int snd_mixer_selem_set_##direction##_switch_all(snd_mixer_elem_t *elem, int on) \
	{                                                                                \
		return set_switch(elem, d, on);                                          \
	}
SIDE(playback, 0)
SIDE(capture, 1)
