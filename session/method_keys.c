#include "session/method_keys.h"

#include "util/clock.h"

static bool took(const struct method_keys *keys, uint32_t code)
{
	return code < KEY_CNT && keys->took[code / 8] & 1u << code % 8;
}

static void note(struct method_keys *keys, uint32_t code, bool it_took)
{
	uint8_t bit = (uint8_t)(1u << code % 8);
	if (code >= KEY_CNT)
		return;
	if (it_took)
		keys->took[code / 8] |= bit;
	else
		keys->took[code / 8] &= (uint8_t)~bit;
}

static struct input_key pop(struct method_keys *keys)
{
	struct input_key key = keys->waiting[keys->first].key;
	keys->first = (keys->first + 1) % METHOD_KEYS;
	keys->n--;
	keys->asked = false;
	return key;
}

/* A press, or its repeat, that is the field's. */
static void pass_on(struct method_keys *keys, const struct input_key *key,
	const struct method_keys_listener *listener, void *data)
{
	if (!key->repeat)
		note(keys, key->code, false);
	listener->deliver(data, key);
}

static void let_go(struct method_keys *keys, const struct input_key *key,
	const struct method_keys_listener *listener, void *data)
{
	bool its = took(keys, key->code);
	note(keys, key->code, false);
	if (its || listener->asks(data, key))
		listener->released(data, key);
	if (!its)
		listener->deliver(data, key);
}

/* Until one has to be asked. */
static void advance(
	struct method_keys *keys, const struct method_keys_listener *listener, void *data)
{
	while (keys->n > 0 && !keys->asked) {
		const struct input_key *first = &keys->waiting[keys->first].key;
		bool own = keys->waiting[keys->first].own;
		if (!first->pressed) {
			struct input_key key = pop(keys);
			let_go(keys, &key, listener, data);
		} else if (own || !listener->asks(data, first)) {
			struct input_key key = pop(keys);
			/* Its repeats are nobody's when it asks no more. */
			if (!key.repeat || !took(keys, key.code))
				pass_on(keys, &key, listener, data);
		} else {
			keys->asked = true;
			keys->asked_ns = clock_now_ns();
			listener->ask(data, first, ++keys->serial);
		}
	}
}

bool method_keys_take(struct method_keys *keys, const struct input_key *key, bool own,
	const struct method_keys_listener *listener, void *data)
{
	bool asks = !own && listener->asks(data, key);
	if (keys->n == 0 && !asks && !took(keys, key->code))
		return false;
	if (keys->n == METHOD_KEYS)
		method_keys_flush(keys, listener, data);
	size_t last = (keys->first + keys->n++) % METHOD_KEYS;
	keys->waiting[last].key = *key;
	keys->waiting[last].own = own;
	advance(keys, listener, data);
	return true;
}

bool method_keys_answer(struct method_keys *keys, uint64_t serial, bool pass,
	const struct method_keys_listener *listener, void *data)
{
	if (!keys->asked || serial != keys->serial)
		return false;
	struct input_key key = pop(keys);
	if (pass)
		pass_on(keys, &key, listener, data);
	else if (!key.repeat)
		note(keys, key.code, true);
	advance(keys, listener, data);
	return true;
}

void method_keys_flush(
	struct method_keys *keys, const struct method_keys_listener *listener, void *data)
{
	while (keys->n > 0) {
		struct input_key key = pop(keys);
		if (!key.pressed)
			let_go(keys, &key, listener, data);
		else if (!key.repeat || !took(keys, key.code))
			pass_on(keys, &key, listener, data);
	}
}
