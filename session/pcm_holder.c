#include "session/pcm_holder.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MAX_SUBSTREAMS 32

static const char *skip(const char *text, const char *word)
{
	size_t n = strlen(word);
	return strncmp(text, word, n) == 0 ? text + n : text;
}

/* ",3", ",DEV=3" or nothing. */
static int parse_number(const char **rest, const char *key, int *out)
{
	unsigned value;
	int end = 0;
	*out = -1;
	if (**rest == '\0')
		return 0;
	const char *digits = skip(*rest + 1, key);
	if (**rest != ',' || !isdigit((unsigned char)*digits) ||
		sscanf(digits, "%3u%n", &value, &end) != 1)
		return -EINVAL;
	*rest = digits + end;
	*out = (int)value;
	return 0;
}

int pcm_parse(const char *name, struct pcm_place *out)
{
	if (strncmp(name, "hw:", 3) != 0)
		return -EINVAL;
	const char *card = skip(name + 3, "CARD=");
	size_t n = strcspn(card, ",");
	const char *rest = card + n;
	if (n == 0 || n >= PCM_CARD_MAX || memchr(card, '/', n) || card[0] == '.')
		return -EINVAL;
	memcpy(out->card, card, n);
	out->card[n] = '\0';
	int r = parse_number(&rest, "DEV=", &out->device);
	if (r == 0)
		r = parse_number(&rest, "SUBDEV=", &out->subdevice);
	return r == 0 && *rest == '\0' ? 0 : -EINVAL;
}

/* The number after "key", which begins a line of a small file. */
static bool read_number(const char *path, const char *key, unsigned *out)
{
	char line[128];
	bool found = false;
	FILE *file = fopen(path, "re");
	if (!file)
		return false;
	while (!found && fgets(line, sizeof line, file)) {
		const char *colon = strchr(line, ':');
		found = strncmp(line, key, strlen(key)) == 0 && colon &&
			sscanf(colon + 1, "%9u", out) == 1;
	}
	fclose(file);
	return found;
}

/* A program may call itself anything: what is not plain text is not shown. */
static bool read_name(const char *path, char *out, int size)
{
	FILE *file = fopen(path, "re");
	if (!file)
		return false;
	bool found = fgets(out, size, file);
	fclose(file);
	out[found ? strcspn(out, "\n") : 0] = '\0';
	for (char *c = out; *c; c++)
		*c = *c >= ' ' && *c < 127 ? *c : '?';
	return out[0] != '\0';
}

/* The kernel says which thread. */
static int describe(const char *proc, unsigned thread, char *out, size_t size)
{
	char path[160], name[32];
	unsigned program = thread;
	snprintf(path, sizeof path, "%s/%u/status", proc, thread);
	read_number(path, "Tgid", &program);
	snprintf(path, sizeof path, "%s/%u/comm", proc, program);
	if (!read_name(path, name, sizeof name))
		return -ENOENT;
	snprintf(out, size, "%s (%u)", name, program);
	return 0;
}

int pcm_holder(const char *proc, const char *name, enum pcm_direction direction,
	char *out, size_t size)
{
	struct pcm_place place;
	char path[160];
	unsigned thread;
	if (pcm_parse(name, &place) < 0)
		return -ENOENT;
	bool number = strspn(place.card, "0123456789") == strlen(place.card);
	int first = place.subdevice >= 0 ? place.subdevice : 0;
	int last = place.subdevice >= 0 ? place.subdevice : MAX_SUBSTREAMS - 1;
	for (int i = first; i <= last; i++) {
		snprintf(path, sizeof path, "%s/asound/%s%s/pcm%d%c/sub%d/status", proc,
			number ? "card" : "", place.card,
			place.device < 0 ? 0 : place.device,
			direction == PCM_CAPTURE ? 'c' : 'p', i);
		if (read_number(path, "owner_pid", &thread))
			return describe(proc, thread, out, size);
	}
	return -ENOENT;
}
