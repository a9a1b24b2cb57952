#include "keeper.h"

#include <osaas_fs.h>
#include <osaas_std.h>
#include <osaas_store.h>
#include <osaas_utf8.h>

#define JISYO_CAP "fs.read:/usr/share/skk"
#define EMOJI_CAP "fs.read:/usr/share/unicode/emoji"
#define STORE_CAP "store.kv:256K"

/* Of Debian's skkdic, and of skkdic-extra: the larger one first. */
static const char *const dictionaries[] = {
	"SKK-JISYO.L", "SKK-JISYO.ML", "SKK-JISYO.M", "SKK-JISYO.S"};
#define COUNT(array) (sizeof(array) / sizeof *(array))

#define DEPTH        64 /* that wait to be kept */

static struct {
	struct kept *kept;
	osaas_chan plugin; /* the other end is the method's */
} keeper;

/* A message of ours: what to keep. */
struct lesson {
	struct history_entry entry;
	char lost[HISTORY_READING];
};

static int load_jisyo(osaas_chan fs)
{
	void *data;
	int64_t size = OSAAS_ENOENT;
	for (size_t i = 0; i < COUNT(dictionaries) && size == OSAAS_ENOENT; i++)
		size = osaas_fs_load(fs, dictionaries[i], &data);
	if (size < 0)
		return (int)size;
	if (jisyo_open(&keeper.kept->jisyo, data, (size_t)size))
		return 0;
	osaas_buf_free(data);
	return OSAAS_EINVAL;
}

static const char *trouble(int r)
{
	switch (r) {
	case OSAAS_EACCES:
		return "Kana only: install the package skkdic, and allow this method to "
		       "read /usr/share/skk";
	case OSAAS_ENOENT:
		return "Kana only: there is no dictionary in /usr/share/skk; install the "
		       "package skkdic";
	case OSAAS_EINVAL:
		return "Kana only: what is in /usr/share/skk is no dictionary of SKK; "
		       "install the package skkdic anew";
	default:
		return "Kana only: the dictionary in /usr/share/skk cannot be read; the "
		       "log says why";
	}
}

static void find_jisyo(void)
{
	osaas_chan fs = osaas_cap(JISYO_CAP);
	int r = fs < 0 ? fs : load_jisyo(fs);
	if (r < 0) {
		keeper.kept->trouble = trouble(r);
		osaas_printf(OSAAS_LOG_ERROR, "%s (error %d)", keeper.kept->trouble, r);
	}
}

static void find_emoji(void)
{
	void *data;
	osaas_chan fs = osaas_cap(EMOJI_CAP);
	int64_t size = fs < 0 ? fs : osaas_fs_load(fs, "emoji-test.txt", &data);
	if (size < 0) {
		osaas_printf(OSAAS_LOG_INFO,
			"no emoji by name: install the package unicode-data, and allow "
			"reading /usr/share/unicode/emoji (error %d)",
			(int)size);
		return;
	}
	if (emoji_open(&keeper.kept->emoji, data, (size_t)size) == 0)
		osaas_buf_free(data);
}

/* What is in the store may be of another version. */
static void recall(osaas_chan store, const struct osaas_store_entry *entry)
{
	char reading[HISTORY_READING] = "", text[HISTORY_TEXT] = "",
	     lost[HISTORY_READING];
	if (entry->key_len >= sizeof reading || entry->value_len >= sizeof text)
		return;
	memcpy(reading, entry->key, entry->key_len);
	int64_t n = osaas_store_get(store, reading, text, sizeof text - 1);
	if (n > 0 && osaas_utf8_valid(reading, strlen(reading)) &&
		osaas_utf8_valid(text, strlen(text)) && text[0])
		history_put(&keeper.kept->history, reading, strlen(reading), text, lost);
}

static void find_history(osaas_chan store)
{
	struct osaas_store_cursor cursor;
	const struct osaas_store_entry *entry;
	if (store < 0)
		return;
	int n = osaas_store_list(store, "", NULL, 0, &cursor);
	if (n < 0) {
		osaas_printf(OSAAS_LOG_ERROR,
			"what was chosen before is not known: error %d", n);
		return;
	}
	while ((entry = osaas_store_next(&cursor)))
		recall(store, entry);
}

static void keep(osaas_chan store, const struct lesson *lesson)
{
	const struct history_entry *entry = &lesson->entry;
	int r = osaas_store_put(store, entry->reading, entry->text, strlen(entry->text));
	if (r == 0 && lesson->lost[0])
		r = osaas_store_delete(store, lesson->lost);
	if (r < 0)
		osaas_printf(OSAAS_LOG_ERROR, "what was chosen is not kept: error %d", r);
}

static bool tell(uint32_t type)
{
	struct osaas_msg msg = {.type = type};
	return osaas_send(keeper.plugin, &msg) == 0;
}

static void run(void *arg)
{
	(void)arg;
	struct osaas_msg msg;
	osaas_chan store = osaas_cap(STORE_CAP);
	find_jisyo();
	if (!tell(KEEPER_JISYO))
		return;
	find_emoji();
	if (!tell(KEEPER_EMOJI))
		return;
	find_history(store);
	if (!tell(KEEPER_HISTORY))
		return;
	while (osaas_recv(keeper.plugin, &msg) == 0) {
		if (store >= 0)
			keep(store, msg.buf);
		osaas_buf_free(msg.buf);
	}
}

osaas_chan keeper_start(struct kept *kept)
{
	osaas_chan ends[2];
	int r = osaas_pair(ends, DEPTH);
	if (r < 0)
		return r;
	keeper.kept = kept;
	keeper.plugin = ends[1];
	r = osaas_spawn(run, NULL, 0);
	return r < 0 ? r : ends[0];
}

void keeper_learn(osaas_chan channel, const char *reading, size_t n, const char *text,
	const char *lost)
{
	struct lesson *lesson = osaas_buf_alloc(sizeof *lesson);
	struct osaas_msg msg = {.type = 1, .buf = lesson, .len = sizeof *lesson};
	struct osaas_alt alt = {.chan = channel, .op = OSAAS_SEND, .msg = &msg};
	if (!lesson)
		return;
	memcpy(lesson->entry.reading, reading, n);
	strlcpy(lesson->entry.text, text, HISTORY_TEXT);
	strlcpy(lesson->lost, lost, HISTORY_READING);
	if (osaas_alt(&alt, 1, OSAAS_NOW) < 0 || alt.result < 0)
		osaas_buf_free(lesson);
}
