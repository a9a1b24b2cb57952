#include "session/audio_kept.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/endpoint.h"
#include "session/audio_volume.h"
#include "session/store.h"
#include "util/list.h"
#include "util/log.h"
#include "util/xalloc.h"

#define ROWS_MAX 256 /* who plugs in more cards has the first ones kept */

struct row {
	struct list link; /* audio_kept.rows */
	struct audio_row row;
};

struct audio_kept {
	struct store *store; /* borrowed */
	struct list rows;
	size_t n;
};

/* Texts. */

bool audio_kept_read(const char *text, struct audio_kept_level *out)
{
	unsigned percent;
	char mute[4];
	int end = 0;
	if (sscanf(text, "volume=%3u mute=%3[a-z]%n", &percent, mute, &end) != 2 ||
		text[end] || percent > 100)
		return false;
	*out = (struct audio_kept_level){
		.volume = (double)percent / 100, .muted = strcmp(mute, "on") == 0};
	return out->muted || strcmp(mute, "off") == 0;
}

void audio_kept_write(
	const struct audio_kept_level *level, char text[static AUDIO_TEXT_MAX])
{
	snprintf(text, AUDIO_TEXT_MAX, "volume=%u mute=%s",
		audio_volume_percent(level->volume), level->muted ? "on" : "off");
}

/* Rows. */

static struct row *find(const struct audio_kept *kept, const char *name)
{
	list_for_each (row, &kept->rows, struct row, link) {
		if (strcmp(row->row.name, name) == 0)
			return row;
	}
	return NULL;
}

static void add(void *data, const struct audio_row *from)
{
	struct audio_kept *kept = data;
	if (kept->n == ROWS_MAX)
		return;
	struct row *row = xcalloc(1, sizeof *row);
	row->row = *from;
	list_init(&row->link);
	list_push_back(&kept->rows, &row->link);
	kept->n++;
}

static void load(struct audio_kept *kept)
{
	struct audio_db *db;
	char why[SQL_WHY_MAX];
	int r = audio_db_open(false, &db, why);
	if (r == -ENOENT)
		return;
	if (r == 0) {
		r = audio_db_load(db, add, kept);
		audio_db_close(db);
		snprintf(why, sizeof why, "audio.db: %s", strerror(-r));
	}
	if (r < 0)
		log_error("volumes of earlier sessions do not count: %s", why);
}

struct audio_kept *audio_kept_create(struct store *store)
{
	struct audio_kept *kept = xcalloc(1, sizeof *kept);
	kept->store = store;
	list_init(&kept->rows);
	load(kept);
	return kept;
}

void audio_kept_destroy(struct audio_kept *kept)
{
	if (!kept)
		return;
	list_for_each_safe (row, &kept->rows, struct row, link)
		free(row);
	free(kept);
}

/* The disk. */

static void handle_done(
	struct store_ask *ask, const struct store_head *answer, struct buffer *payload)
{
	if (answer->result < 0)
		log_error("the volume is not kept for the next session: %s",
			strerror(-answer->result));
	buffer_destroy(payload);
	free(ask);
}

static void write_row(struct audio_kept *kept, const struct audio_row *row)
{
	struct store_ask *ask = xcalloc(1, sizeof *ask);
	ask->done = handle_done;
	ask->head.op = STORE_AUDIO_PUT;
	ask->head.len = sizeof *row;
	ask->payload = buffer_create(sizeof *row);
	if (!ask->payload) {
		log_error("the volume is not kept for the next session: out of memory");
		free(ask);
		return;
	}
	memcpy(buffer_data(ask->payload), row, sizeof *row);
	store_ask(kept->store, ask);
}

static void put(struct audio_kept *kept, const char *name, const char *text)
{
	struct audio_row now = {{0}, {0}};
	struct row *row = find(kept, name);
	if (strlen(name) >= sizeof now.name || strlen(text) >= sizeof now.text ||
		strcmp(row ? row->row.text : "", text) == 0 ||
		(!row && kept->n == ROWS_MAX))
		return;
	memcpy(now.name, name, strlen(name));
	memcpy(now.text, text, strlen(text));
	if (row)
		row->row = now;
	else
		add(kept, &now);
	if (kept->store)
		write_row(kept, &now);
}

bool audio_kept_level(
	const struct audio_kept *kept, const char *name, struct audio_kept_level *out)
{
	const struct row *row = find(kept, name);
	return row && audio_kept_read(row->row.text, out);
}

void audio_kept_put_level(
	struct audio_kept *kept, const char *name, const struct audio_kept_level *level)
{
	char text[AUDIO_TEXT_MAX];
	audio_kept_write(level, text);
	put(kept, name, text);
}

const char *audio_kept_rule(const struct audio_kept *kept, const char *name)
{
	const struct row *row = find(kept, name);
	char why[AUDIO_WHY_MAX];
	return row && audio_config_rule(row->row.text, why) == 0 ? row->row.text : NULL;
}

void audio_kept_put_rule(struct audio_kept *kept, const char *name, const char *rule)
{
	put(kept, name, rule ? rule : "");
}
