#include "session/audio_ucm.h"

#include <alsa/asoundlib.h>
#include <alsa/use-case.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "session/alsa_ucm.h"
#include "session/pcm_holder.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define VERBS        16
#define NOBODY       (-1)

static_assert(AUDIO_UCM_DEVICES <= 32, "a device is a bit");

struct audio_ucm {
	snd_use_case_mgr_t *mgr;
	int card;
	char id[PCM_CARD_MAX];
	char verb[AUDIO_UCM_NAME];
	bool set;    /* the verb is */
	bool doubt;  /* whether the card is as we left it */
	bool failed; /* which was said */
	size_t n;
	struct audio_ucm_device devices[AUDIO_UCM_DEVICES];
	uint32_t against[AUDIO_UCM_DEVICES]; /* a bit for each it cannot be used with */
	int routed[2];                       /* of devices; NOBODY */
	char used[2][64];                    /* a stream that we have open; "": none */
};

/* What ALSA says of an error is more than its number: the first of it is kept. */

static char said[160];

static void note_error(const char *file, int line, const char *function, int err,
	const char *fmt, va_list args)
{
	char text[sizeof said];
	(void)file, (void)line, (void)err;
	vsnprintf(text, sizeof text, fmt, args);
	text[strcspn(text, "\n")] = '\0';
	log_debug("alsa: %s: %s", function, text);
	if (!said[0])
		memcpy(said, text, sizeof said);
}

static const char *why(int r)
{
	return said[0] ? said : strerror(-r);
}

static int set(struct audio_ucm *ucm, const char *what, const char *value)
{
	said[0] = '\0';
	snd_local_error_handler_t before = snd_lib_error_set_local(note_error);
	int r = snd_use_case_set(ucm->mgr, what, value);
	snd_lib_error_set_local(before);
	log_debug("sound: card %s: %s %s: %s", ucm->id, what, value,
		r < 0 ? why(r) : "done");
	return r < 0 ? r : 0;
}

/* Values. "": it has none, or one that is too long. */

static void get(struct audio_ucm *ucm, const char *name, const char *device, char *out,
	size_t size)
{
	char what[128];
	const char *value = NULL;
	out[0] = '\0';
	int n = snprintf(what, sizeof what, "=%s/%s/%s", name, device, ucm->verb);
	if (n >= (int)sizeof what || snd_use_case_get(ucm->mgr, what, &value) < 0)
		return;
	if (strlen(value) < size)
		strcpy(out, value);
	else
		log_debug("sound: card %s: %s of %s is too long", ucm->id, name, device);
	free((void *)(uintptr_t)value);
}

static const char *const directions[] = {
	[PCM_PLAYBACK] = "Playback",
	[PCM_CAPTURE] = "Capture",
};

static void get_of(struct audio_ucm *ucm, enum pcm_direction d, const char *name,
	const char *device, char *out, size_t size)
{
	char what[48];
	snprintf(what, sizeof what, "%s%s", directions[d], name);
	get(ucm, what, device, out, size);
}

static bool is_yes(const char *value)
{
	return strcasecmp(value, "yes") == 0 || strcasecmp(value, "true") == 0 ||
	       strcmp(value, "1") == 0;
}

/* Names of ALSA's. */

/* "_ucm0001.hw:1" is "hw:1": the library's own configuration leaves that name as it is. */
static const char *strip(const char *name)
{
	const char *dot = strchr(name, '.');
	bool plain =
		strncmp(name, "_ucm", 4) == 0 && dot && strncmp(dot + 1, "hw:", 3) == 0;
	return plain ? dot + 1 : name;
}

static bool is_own(const struct audio_ucm *ucm, const char *card)
{
	char number[16];
	snprintf(number, sizeof number, "%d", ucm->card);
	return strcmp(card, number) == 0 || strcmp(card, ucm->id) == 0;
}

static void name_pcm(const struct audio_ucm *ucm, char *pcm, size_t size)
{
	struct pcm_place place;
	char plain[128], end[16] = "";
	snprintf(plain, sizeof plain, "%s", strip(pcm));
	if (pcm_parse(plain, &place) < 0)
		return;
	int device = place.device < 0 ? 0 : place.device;
	if (place.subdevice >= 0)
		snprintf(end, sizeof end, ",%d", place.subdevice);
	if (is_own(ucm, place.card))
		snprintf(pcm, size, "hw:%d,%d%s", ucm->card, device, end);
	else
		snprintf(pcm, size, "hw:%s,%d%s", place.card, device, end);
}

/* "hw:1", "default:PCH", "_ucm0001.hw:PCH". */
static void name_card(
	const struct audio_ucm *ucm, const char *name, struct audio_ucm_way *way)
{
	const char *colon = strchr(name, ':');
	char card[PCM_CARD_MAX] = "";
	if (colon)
		snprintf(card, sizeof card, "%.*s", (int)strcspn(colon + 1, ","),
			colon + 1);
	if (!card[0] || is_own(ucm, card))
		snprintf(way->card, sizeof way->card, "hw:%d", ucm->card);
	else
		snprintf(way->card, sizeof way->card, "hw:%s", card);
}

/* name='Headphone Jack',index=0 is that name, and so is 'Headphone Jack', and Headphone Jack,0 */
static void name_control(char *text)
{
	const char *from = strstr(text, "name=");
	from = from ? from + 5 : text;
	char quote = *from == '\'' || *from == '"' ? *from++ : ',';
	size_t n = 0;
	while (from[n] && from[n] != quote)
		n++;
	/* "HDMI/DP,pcm=3 Jack" has a comma of its own: what follows an element's is a number. */
	if (quote == ',' && from[n] && from[n + 1 + strspn(from + n + 1, "0123456789")])
		n = strlen(from);
	memmove(text, from, n);
	text[n] = '\0';
}

/* "Headphone Playback Volume" is of the simple mixer's "Headphone". */
static void name_element(char *text)
{
	static const char *const ends[] = {" Playback Volume", " Capture Volume",
		" Volume", " Playback Switch", " Capture Switch", " Switch"};
	size_t n = strlen(text);
	for (size_t i = 0; i < COUNT(ends); i++) {
		size_t k = strlen(ends[i]);
		if (n > k && strcmp(text + n - k, ends[i]) == 0) {
			text[n - k] = '\0';
			return;
		}
	}
}

/* Devices. */

static void read_volume(struct audio_ucm *ucm, enum pcm_direction d, const char *name,
	struct audio_ucm_way *way)
{
	char mixer[64];
	get_of(ucm, d, "Mixer", name, mixer, sizeof mixer);
	if (!mixer[0])
		get_of(ucm, d, "CTL", name, mixer, sizeof mixer);
	name_card(ucm, mixer, way);
	get_of(ucm, d, "MixerElem", name, way->elem, sizeof way->elem);
	if (way->elem[0]) {
		name_control(way->elem);
		return;
	}
	get_of(ucm, d, "Volume", name, way->elem, sizeof way->elem);
	name_control(way->elem);
	name_element(way->elem);
}

/* Configurations of the first kind have the stream with the verb, and nothing with devices. */
static bool seems_to(enum pcm_direction d, const char *name)
{
	bool hears = strstr(name, "Mic") || strcmp(name, "Line") == 0;
	return hears == (d == PCM_CAPTURE);
}

static void read_way(struct audio_ucm *ucm, enum pcm_direction d,
	struct audio_ucm_device *device, bool by_verb)
{
	struct audio_ucm_way *way = &device->way[d];
	char dummy[8], priority[16];
	get_of(ucm, d, "PCM", device->name, way->pcm, sizeof way->pcm);
	get_of(ucm, d, "PCMIsDummy", device->name, dummy, sizeof dummy);
	get_of(ucm, d, "Priority", device->name, priority, sizeof priority);
	if (!way->pcm[0] && by_verb && (priority[0] || seems_to(d, device->name)))
		get_of(ucm, d, "PCM", "", way->pcm, sizeof way->pcm);
	if (is_yes(dummy))
		way->pcm[0] = '\0';
	if (!way->pcm[0])
		return;
	name_pcm(ucm, way->pcm, sizeof way->pcm);
	unsigned long number = strtoul(priority, NULL, 10);
	way->priority = number > 10000 ? 10000 : (unsigned)number;
	read_volume(ucm, d, device->name, way);
}

static void read_device(struct audio_ucm *ucm, struct audio_ucm_device *device)
{
	char pcm[2][64], input[64];
	get_of(ucm, PCM_PLAYBACK, "PCM", device->name, pcm[0], sizeof pcm[0]);
	get_of(ucm, PCM_CAPTURE, "PCM", device->name, pcm[1], sizeof pcm[1]);
	bool by_verb = !pcm[0][0] && !pcm[1][0];
	read_way(ucm, PCM_PLAYBACK, device, by_verb);
	read_way(ucm, PCM_CAPTURE, device, by_verb);
	get(ucm, "JackControl", device->name, device->jack, sizeof device->jack);
	name_control(device->jack);
	get(ucm, "JackDev", device->name, input, sizeof input);
	device->mute = input[0] && !device->jack[0];
}

static int list(
	struct audio_ucm *ucm, const char *what, const char *of, const char ***out)
{
	char name[128];
	if (snprintf(name, sizeof name, "%s%s%s", what, of[0] ? "/" : "", of) >=
		(int)sizeof name)
		return -ENAMETOOLONG;
	*out = NULL;
	return snd_use_case_get_list(ucm->mgr, name, out);
}

/* Names and comments by turns. */
static void read_devices(struct audio_ucm *ucm)
{
	const char **names;
	int n = list(ucm, "_devices", ucm->verb, &names);
	ucm->n = 0;
	for (int i = 0; i + 1 < n && ucm->n < AUDIO_UCM_DEVICES; i += 2) {
		struct audio_ucm_device *device = &ucm->devices[ucm->n];
		*device = (struct audio_ucm_device){0};
		if (strlen(names[i]) >= sizeof device->name) {
			log_debug("sound: card %s: the device %.40s... has too long a "
				  "name",
				ucm->id, names[i]);
			continue;
		}
		strcpy(device->name, names[i]);
		read_device(ucm, device);
		if (device->way[0].pcm[0] || device->way[1].pcm[0])
			ucm->n++;
	}
	if (n > 0)
		snd_use_case_free_list(names, n);
}

static bool plays(const struct audio_ucm *ucm)
{
	for (size_t i = 0; i < ucm->n; i++) {
		if (ucm->devices[i].way[PCM_PLAYBACK].pcm[0])
			return true;
	}
	return false;
}

static int find(const struct audio_ucm *ucm, const char *name)
{
	for (size_t i = 0; i < ucm->n; i++) {
		if (strcmp(ucm->devices[i].name, name) == 0)
			return (int)i;
	}
	return NOBODY;
}

/* Which devices a list of ALSA's names, as bits. *none: it is empty. */
static uint32_t read_bits(
	struct audio_ucm *ucm, const char *what, const char *device, bool *none)
{
	const char **names;
	char of[2 * AUDIO_UCM_NAME];
	uint32_t bits = 0;
	snprintf(of, sizeof of, "%s/%s", device, ucm->verb);
	int n = list(ucm, what, of, &names);
	*none = n <= 0;
	for (int i = 0; i < n; i++) {
		int other = find(ucm, names[i]);
		bits |= other == NOBODY ? 0 : UINT32_C(1) << other;
	}
	if (n > 0)
		snd_use_case_free_list(names, n);
	return bits;
}

/* Whoever of two says it, it holds for both. */
static void read_conflicts(struct audio_ucm *ucm)
{
	for (size_t i = 0; i < ucm->n; i++) {
		bool none;
		const char *name = ucm->devices[i].name;
		ucm->against[i] = read_bits(ucm, "_conflictingdevs", name, &none);
		uint32_t with = read_bits(ucm, "_supporteddevs", name, &none);
		if (!none)
			ucm->against[i] |= ~with;
	}
	for (size_t i = 0; i < ucm->n; i++) {
		for (size_t k = 0; k < ucm->n; k++) {
			if (ucm->against[i] >> k & 1)
				ucm->against[k] |= UINT32_C(1) << i;
		}
	}
}

/* Verbs. */

static long rank(struct audio_ucm *ucm, const char *verb)
{
	char value[16];
	if (strcmp(verb, SND_USE_CASE_VERB_HIFI) == 0)
		return LONG_MAX;
	strcpy(ucm->verb, verb);
	get(ucm, "Priority", "", value, sizeof value);
	return strtol(value, NULL, 10);
}

/* The best first, of equal ones the first. */
static size_t sort_verbs(struct audio_ucm *ucm, const char **names, int n,
	char sorted[static VERBS][AUDIO_UCM_NAME])
{
	long ranks[VERBS];
	size_t count = 0;
	for (int i = 0; i + 1 < n && count < VERBS; i += 2) {
		if (strlen(names[i]) >= AUDIO_UCM_NAME)
			continue;
		long own = rank(ucm, names[i]);
		size_t at = count++;
		for (; at > 0 && ranks[at - 1] < own; at--) {
			ranks[at] = ranks[at - 1];
			memcpy(sorted[at], sorted[at - 1], AUDIO_UCM_NAME);
		}
		ranks[at] = own;
		strcpy(sorted[at], names[i]);
	}
	return count;
}

/* The best that plays; a card may only hear. */
static int choose_verb(struct audio_ucm *ucm)
{
	const char **names;
	char sorted[VERBS][AUDIO_UCM_NAME];
	int n = list(ucm, "_verbs", "", &names);
	size_t count = n > 0 ? sort_verbs(ucm, names, n, sorted) : 0, hears = count;
	if (n > 0)
		snd_use_case_free_list(names, n);
	for (size_t i = 0; i < count; i++) {
		strcpy(ucm->verb, sorted[i]);
		read_devices(ucm);
		if (plays(ucm))
			return 0;
		hears = ucm->n > 0 && hears == count ? i : hears;
	}
	if (hears == count)
		return -ENOENT;
	strcpy(ucm->verb, sorted[hears]);
	read_devices(ucm);
	return 0;
}

static bool is_linked(struct audio_ucm *ucm)
{
	const char *value = NULL;
	if (snd_use_case_get(ucm->mgr, "=Linked", &value) < 0)
		return false;
	bool linked = is_yes(value);
	free((void *)(uintptr_t)value);
	return linked;
}

/* Opening. */

/* A file that another one wants and that is not there is no card without a configuration. */
static bool is_none(int r)
{
	return r == -ENXIO || (r == -ENOENT && !strstr(said, "could not open"));
}

static int open_manager(struct audio_ucm *ucm)
{
	char name[16];
	snprintf(name, sizeof name, "hw:%d", ucm->card);
	said[0] = '\0';
	snd_local_error_handler_t before = snd_lib_error_set_local(note_error);
	int r = snd_use_case_mgr_open(&ucm->mgr, name);
	snd_lib_error_set_local(before);
	if (r >= 0)
		return 0;
	ucm->mgr = NULL;
	if (is_none(r))
		return -ENOENT;
	log_error("sound: card %s: its use case configuration is broken: %s: the card is "
		  "used without it, its outputs may be silent; install "
		  "alsa-ucm-conf anew, or mend what is in ucm2",
		ucm->id, why(r));
	return r == -ENOENT ? -EINVAL : r;
}

static int load(struct audio_ucm *ucm)
{
	int r = open_manager(ucm);
	if (r < 0)
		return r;
	if (is_linked(ucm))
		return -EXDEV;
	r = choose_verb(ucm);
	if (r == 0)
		read_conflicts(ucm);
	return r;
}

int audio_ucm_open(int card, const char *id, struct audio_ucm **out)
{
	uint64_t began = clock_now_ns();
	/* A libasound that was built without it. */
	if (!library_there(&library_alsa_ucm) || library_load(&library_alsa_ucm) < 0)
		return -ENOENT;
	struct audio_ucm *ucm = xcalloc(1, sizeof *ucm);
	*ucm = (struct audio_ucm){.card = card, .routed = {NOBODY, NOBODY}};
	snprintf(ucm->id, sizeof ucm->id, "%s", id);
	int r = load(ucm);
	log_debug("sound: card %s: use cases: %s, %.2f ms", id,
		r < 0 ? strerror(-r) : ucm->verb, (double)(clock_now_ns() - began) / 1e6);
	if (r < 0) {
		audio_ucm_close(ucm, true);
		return r;
	}
	*out = ucm;
	return 0;
}

const char *audio_ucm_verb(const struct audio_ucm *ucm)
{
	return ucm->verb;
}

size_t audio_ucm_list(const struct audio_ucm *ucm, const struct audio_ucm_device **out)
{
	*out = ucm->devices;
	return ucm->n;
}

/* Routes. */

static int fail(struct audio_ucm *ucm, const char *what, int r)
{
	if (!ucm->failed)
		log_error(
			"sound: card %s: ALSA's use case %s cannot be set: %s: the card "
			"is used as it is, maybe in silence; is alsa-ucm-conf "
			"older than the kernel?",
			ucm->id, what, why(r));
	ucm->failed = true;
	return r;
}

static int set_verb(struct audio_ucm *ucm)
{
	if (ucm->doubt) {
		set(ucm, "_verb", SND_USE_CASE_VERB_INACTIVE);
		ucm->routed[0] = ucm->routed[1] = NOBODY;
		ucm->set = ucm->doubt = false;
	}
	int r = ucm->set ? 0 : set(ucm, "_verb", ucm->verb);
	ucm->set = r == 0;
	return r == 0 ? 0 : fail(ucm, ucm->verb, r);
}

static void disable(struct audio_ucm *ucm, int device)
{
	set(ucm, "_disdev", ucm->devices[device].name);
}

static int enable(struct audio_ucm *ucm, int device)
{
	return set(ucm, "_enadev", ucm->devices[device].name);
}

/* A configuration may know a shorter way from one to the other. */
static int switch_to(struct audio_ucm *ucm, int from, int to)
{
	char what[8 + AUDIO_UCM_NAME];
	snprintf(what, sizeof what, "_swdev/%s", ucm->devices[from].name);
	if (set(ucm, what, ucm->devices[to].name) == 0)
		return 0;
	disable(ucm, from);
	return enable(ucm, to);
}

/* One that plays and hears is enabled for both. */
static int move(struct audio_ucm *ucm, enum pcm_direction d, int to)
{
	int from = ucm->routed[d], other = ucm->routed[!d], r = 0;
	bool leaves = from != NOBODY && from != other;
	bool comes = to != NOBODY && to != other;
	ucm->routed[d] = NOBODY;
	if (leaves && comes)
		r = switch_to(ucm, from, to);
	else if (leaves)
		disable(ucm, from);
	else if (comes)
		r = enable(ucm, to);
	if (r < 0)
		return fail(ucm, ucm->devices[to].name, r);
	ucm->routed[d] = to;
	return 0;
}

static bool exclude(const struct audio_ucm *ucm, int one, int other)
{
	return other != NOBODY && one != other && ucm->against[one] >> other & 1;
}

/* By us, or by another program. */
static bool is_used(const struct audio_ucm *ucm, enum pcm_direction d)
{
	char holder[64];
	const char *pcm = ucm->devices[ucm->routed[d]].way[d].pcm;
	return strcmp(pcm, ucm->used[d]) == 0 ||
	       pcm_holder("/proc", pcm, d, holder, sizeof holder) == 0;
}

const char *audio_ucm_rival(
	const struct audio_ucm *ucm, enum pcm_direction d, const char *device)
{
	int to = find(ucm, device), other = ucm->routed[!d];
	bool refused = to != NOBODY && ucm->routed[d] != to && !ucm->doubt &&
		       exclude(ucm, to, other) && is_used(ucm, !d);
	return refused ? ucm->devices[other].name : NULL;
}

void audio_ucm_use(struct audio_ucm *ucm, enum pcm_direction d, const char *pcm)
{
	snprintf(ucm->used[d], sizeof ucm->used[d], "%s", pcm ? pcm : "");
}

int audio_ucm_route(struct audio_ucm *ucm, enum pcm_direction d, const char *device)
{
	int to = device ? find(ucm, device) : NOBODY;
	if (device && (to == NOBODY || !ucm->devices[to].way[d].pcm[0]))
		return -ENOENT;
	if (!ucm->doubt && ucm->routed[d] == to)
		return 0;
	if (to == NOBODY && ucm->doubt)
		ucm->routed[d] = NOBODY;
	if (to == NOBODY)
		return move(ucm, d, NOBODY);
	int r = set_verb(ucm);
	if (r < 0)
		return r;
	if (audio_ucm_rival(ucm, d, device))
		return -EBUSY;
	if (exclude(ucm, to, ucm->routed[!d]))
		move(ucm, !d, NOBODY);
	return move(ucm, d, to);
}

const char *audio_ucm_routed(const struct audio_ucm *ucm, enum pcm_direction d)
{
	return ucm->routed[d] == NOBODY ? "" : ucm->devices[ucm->routed[d]].name;
}

void audio_ucm_doubt(struct audio_ucm *ucm)
{
	ucm->doubt = ucm->set;
}

bool audio_ucm_doubts(const struct audio_ucm *ucm)
{
	return ucm->doubt;
}

void audio_ucm_close(struct audio_ucm *ucm, bool gone)
{
	if (!ucm)
		return;
	if (!gone && !ucm->doubt && ucm->routed[PCM_CAPTURE] != NOBODY)
		move(ucm, PCM_CAPTURE, NOBODY);
	if (ucm->mgr)
		snd_use_case_mgr_close(ucm->mgr);
	library_unload(&library_alsa_ucm);
	free(ucm);
}
