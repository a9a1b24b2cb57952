#include "session/pcm_holder.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MAX_SUBSTREAMS 32

int pcm_card_of(const char *name, char card[static PCM_CARD_MAX], unsigned *device)
{
	int end = 0;
	*device = 0;
	if (strncmp(name, "hw:", 3) != 0)
		return -EINVAL;
	size_t n = strcspn(name + 3, ",");
	const char *rest = name + 3 + n;
	if (n == 0 || n >= PCM_CARD_MAX || memchr(name + 3, '/', n) || name[3] == '.')
		return -EINVAL;
	memcpy(card, name + 3, n);
	card[n] = '\0';
	if (*rest && (sscanf(rest, ",%3u%n", device, &end) != 1 || rest[end] != '\0'))
		return -EINVAL;
	return 0;
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
	char card[PCM_CARD_MAX], path[160];
	unsigned device, thread;
	if (pcm_card_of(name, card, &device) < 0)
		return -ENOENT;
	bool number = strspn(card, "0123456789") == strlen(card);
	for (unsigned i = 0; i < MAX_SUBSTREAMS; i++) {
		snprintf(path, sizeof path, "%s/asound/%s%s/pcm%u%c/sub%u/status", proc,
			number ? "card" : "", card, device,
			direction == PCM_CAPTURE ? 'c' : 'p', i);
		if (read_number(path, "owner_pid", &thread))
			return describe(proc, thread, out, size);
	}
	return -ENOENT;
}
