#include "songs.h"
#include "player.h"

#include <osaas_std.h>

#include <osaas_utf8.h>

#define FOLDER  "fs.read:~/Music"
#define FOLDERS 128 /* of them, at most */
#define DEEP    6

struct song songs[SONGS_MAX];
uint32_t n_songs;

static osaas_chan fs, decode;

/* ---- Turns -------------------------------------------------------------- */

/* Two coroutines ask on these channels, one at a time: who has the token. */
struct turn {
	osaas_chan give, take;
};
static struct turn fs_turn, decode_turn, reader_turn;

static void turn_init(struct turn *t, bool free)
{
	osaas_chan ends[2];
	if (osaas_pair(ends, 1) < 0)
		osaas_exit(1);
	*t = (struct turn){ends[0], ends[1]};
	if (free)
		osaas_send(t->give, &(struct osaas_msg){.type = 1});
}

static void turn_take(struct turn *t)
{
	struct osaas_msg msg;
	if (osaas_recv(t->take, &msg) < 0)
		osaas_exit(1);
}

/* It has room for the only token there is. */
static void turn_give(struct turn *t)
{
	struct osaas_msg msg = {.type = 1};
	struct osaas_alt alt = {.chan = t->give, .op = OSAAS_SEND, .msg = &msg};
	osaas_alt(&alt, 1, OSAAS_NOW);
}

/* ---- The folder --------------------------------------------------------- */

static bool is_sound(const char *name)
{
	static const char *const ends[] = {
		"wav", "wave", "aif", "aiff", "flac", "ogg", "oga", "opus", "mp3"};
	const char *dot = strrchr(name, '.');
	for (size_t i = 0; dot && i < sizeof ends / sizeof *ends; i++) {
		if (strcasecmp(dot + 1, ends[i]) == 0)
			return true;
	}
	return false;
}

/* The name of its file, without what it ends in. */
static void name_song(struct song *s)
{
	const char *slash = strrchr(s->path, '/');
	strlcpy(s->title, slash ? slash + 1 : s->path, sizeof s->title);
	char *dot = strrchr(s->title, '.');
	if (dot && dot != s->title)
		*dot = '\0';
	s->title[osaas_utf8_check(s->title, strlen(s->title))] = '\0';
}

static void add_song(const char *path)
{
	struct song *s = &songs[n_songs];
	if (n_songs == SONGS_MAX || strlcpy(s->path, path, SONG_PATH) >= SONG_PATH)
		return;
	name_song(s);
	n_songs++;
}

/* Numbers in names by their value: 2 before 10. */
static int compare_names(const char *a, const char *b)
{
	while (*a && *b) {
		char *a_end, *b_end;
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			unsigned long m = strtoul(a, &a_end, 10);
			unsigned long n = strtoul(b, &b_end, 10);
			if (m != n)
				return m < n ? -1 : 1;
			a = a_end;
			b = b_end;
			continue;
		}
		int d = tolower((unsigned char)*a) - tolower((unsigned char)*b);
		if (d)
			return d;
		a++;
		b++;
	}
	return (unsigned char)*a - (unsigned char)*b;
}

static int compare_songs(const void *a, const void *b)
{
	const struct song *x = a, *y = b;
	int d = compare_names(x->path, y->path);
	return d ? d : strcmp(x->path, y->path);
}

static struct folders {
	char path[FOLDERS][SONG_PATH];
	uint8_t depth[FOLDERS];
	uint32_t n;
} folders;

static void add_folder(const char *path, uint32_t depth)
{
	if (folders.n == FOLDERS || depth > DEEP)
		return;
	if (strlcpy(folders.path[folders.n], path, SONG_PATH) >= SONG_PATH)
		return;
	folders.depth[folders.n++] = (uint8_t)depth;
}

static int read_folder(const char *path, uint32_t depth)
{
	struct osaas_fs_dir dir = {0};
	char whole[SONG_PATH + OSAAS_FS_NAME_MAX + 2];
	bool top = strcmp(path, ".") == 0;
	int r;
	while ((r = osaas_fs_list(fs, path, &dir)) > 0) {
		if (dir.name[0] == '.')
			continue;
		snprintf(whole, sizeof whole, "%s%s%s", top ? "" : path, top ? "" : "/",
			dir.name);
		if (dir.kind == OSAAS_FS_FOLDER)
			add_folder(whole, depth + 1);
		else if (is_sound(dir.name))
			add_song(whole);
	}
	return r;
}

int songs_find(void)
{
	fs = osaas_cap(FOLDER);
	decode = osaas_cap("audio.decode");
	turn_init(&fs_turn, true);
	turn_init(&decode_turn, true);
	turn_init(&reader_turn, false);
	if (fs < 0 || decode < 0)
		return fs < 0 ? fs : decode;
	add_folder(".", 0);
	for (uint32_t i = 0; i < folders.n; i++) {
		int r = read_folder(folders.path[i], folders.depth[i]);
		if (r < 0 && i == 0)
			return r;
	}
	qsort(songs, n_songs, sizeof *songs, compare_songs);
	return 0;
}

/* ---- One song ----------------------------------------------------------- */

static int64_t read_file(void *data, uint64_t offset, void *to, size_t size)
{
	const struct opened *o = data;
	turn_take(&fs_turn);
	int64_t r = osaas_fs_read(fs, o->file, offset, to, size);
	turn_give(&fs_turn);
	return r;
}

static int open_file(const char *path, struct opened *o, uint64_t *size)
{
	struct osaas_fs_answer answer = {0};
	turn_take(&fs_turn);
	o->file = osaas_fs_open(fs, path, OSAAS_FS_FOR_READING);
	int r = o->file < 0 ? o->file : osaas_fs_stat(fs, path, &answer);
	turn_give(&fs_turn);
	*size = answer.size;
	return r < 0 ? r : 0;
}

static void note_tag(char *to, const struct osaas_decoder *d, const char *name)
{
	const char *text = osaas_decoder_tag(d, name);
	if (!text || !*text)
		return;
	strlcpy(to, text, SONG_WORDS);
	to[osaas_utf8_check(to, strlen(to))] = '\0';
}

static void note_song(struct song *s, const struct osaas_decoder *d)
{
	note_tag(s->title, d, "title");
	note_tag(s->artist, d, "artist");
	note_tag(s->album, d, "album");
	s->frames = d->info.frames == UINT64_MAX ? 0 : d->info.frames;
	s->rate = d->info.rate;
	s->state = SONG_READ;
}

int song_open(uint32_t song, struct opened *o)
{
	uint64_t size;
	*o = (struct opened){.decoder = {.chan = OSAAS_NONE, .fs = OSAAS_NONE}};
	int r = open_file(songs[song].path, o, &size);
	if (r == 0) {
		turn_take(&decode_turn);
		r = osaas_decoder_open(decode, size, read_file, o, &o->decoder);
		turn_give(&decode_turn);
	}
	if (r == 0) {
		note_song(&songs[song], &o->decoder);
		return 0;
	}
	osaas_printf(
		OSAAS_LOG_INFO, "%.160s cannot be played: error %d", songs[song].path, r);
	songs[song].state = SONG_BROKEN;
	song_close(o);
	return r;
}

void song_close(struct opened *o)
{
	osaas_decoder_close(&o->decoder);
	if (o->file > 0) {
		turn_take(&fs_turn);
		osaas_fs_close(fs, o->file);
		turn_give(&fs_turn);
	}
	o->file = 0;
}

double song_seconds(const struct song *song)
{
	return song->rate ? (double)song->frames / song->rate : 0;
}

/* ---- The reader --------------------------------------------------------- */

static osaas_chan reader_tell;

void songs_want(uint32_t song)
{
	if (songs[song].state != SONG_UNREAD)
		return;
	songs[song].state = SONG_WANTED;
	turn_give(&reader_turn);
}

static void read_wanted(uint32_t song)
{
	struct opened o;
	struct osaas_msg msg = {.type = TELL_SONG};
	if (song_open(song, &o) == 0)
		song_close(&o);
	msg.u.u32[0] = song;
	osaas_send(reader_tell, &msg);
}

/* The token says that some may be wanted. */
static void reader_main(void *arg)
{
	(void)arg;
	for (;;) {
		turn_take(&reader_turn);
		for (uint32_t i = 0; i < n_songs; i++) {
			if (songs[i].state == SONG_WANTED)
				read_wanted(i);
		}
	}
}

void songs_start(osaas_chan tell)
{
	reader_tell = tell;
	osaas_spawn(reader_main, NULL, 0);
}
