/*
 * music: plays the songs of ~/Music. Its window's coroutine: what a user does, and what is known of
 * what is heard. hello is the plugin to read first.
 */
#include "music.h"
#include "player.h"
#include "songs.h"

OSAAS_MANIFEST("id = org.osaas.music\n"
	       "name = Music\n"
	       "version = 1.0\n"
	       "abi = 1.0\n"
	       "entry = music_main\n"
	       "want = gui.window required: shows what is played\n"
	       "want = gui.text required: sets the names of songs\n"
	       "want = audio.decode required: reads files of sound\n"
	       "want = audio.out optional: plays them\n"
	       "want = fs.read:~/Music optional: finds your songs\n")

#define FRAME_NS                                                                         \
	UINT64_C(33000000) /* from one picture of what moves to the next, at least */

struct music music = {.chosen = NO_SONG, .volume = 80};

/* ---- What is heard ------------------------------------------------------ */

/* The frame of the voice that is heard then. */
static uint64_t frame_at(uint64_t ns, uint32_t rate)
{
	const struct heard *h = &music.heard;
	int64_t passed = (int64_t)(ns - h->time_ns);
	int64_t frame = (int64_t)h->frame;
	if (h->moves && h->time_ns)
		frame += passed / 1000 * rate / 1000000;
	if (frame < 0)
		return 0;
	return (uint64_t)frame < h->given ? (uint64_t)frame : h->given;
}

static const struct segment *segment_at(uint64_t ns, uint64_t *frame)
{
	uint32_t n = music.n_segments;
	uint32_t first = n > SEGMENTS ? n - SEGMENTS : 0;
	for (uint32_t i = n; i > first; i--) {
		const struct segment *s = &music.segments[(i - 1) % SEGMENTS];
		*frame = frame_at(ns, s->rate);
		if (*frame >= s->at || i == first + 1)
			return s;
	}
	return NULL;
}

uint32_t music_heard(uint64_t now_ns, double *seconds)
{
	uint64_t frame;
	const struct segment *s = segment_at(now_ns, &frame);
	*seconds = 0;
	if (!s)
		return music.chosen;
	uint64_t own = s->from + (frame > s->at ? frame - s->at : 0);
	*seconds = (double)own / s->rate;
	return s->song;
}

float music_loud(uint64_t now_ns, uint64_t ago_ns)
{
	uint64_t frame;
	uint32_t n = music.n_levels, first = n > LEVELS ? n - LEVELS : 0;
	if (!music.playing || !segment_at(now_ns - ago_ns, &frame))
		return 0;
	for (uint32_t i = n; i > first; i--) {
		const struct level *l = &music.levels[(i - 1) % LEVELS];
		if (l->frame <= frame)
			return l->loud;
	}
	return 0;
}

/* ---- What a user does --------------------------------------------------- */

static void command(uint32_t type, struct osaas_msg *msg)
{
	msg->type = type;
	music.changed = true;
	/* Then nobody may be there to receive it. */
	if (!music.no_voice)
		osaas_send(music.player, msg);
}

void music_play(uint32_t song)
{
	struct osaas_msg msg = {.u.u32 = {song}};
	if (song >= n_songs || music.no_songs || music.no_voice)
		return;
	music.chosen = music.row = song;
	music.playing = music.reveal = true;
	/* Until something else is told: from its start. */
	music.n_segments = music.n_levels = 0;
	command(PLAY, &msg);
}

void music_toggle(void)
{
	struct osaas_msg msg = {.u.u32 = {music.playing}};
	if (music.chosen == NO_SONG || music.n_segments == 0) {
		music_play(music.chosen == NO_SONG ? music.row : music.chosen);
		return;
	}
	music.playing = !music.playing;
	music.heard.moves = false;
	command(PAUSE, &msg);
}

/* Some seconds into a song, the one before is this one again. */
void music_step(int by)
{
	double seconds;
	uint32_t song = music_heard(osaas_now(), &seconds);
	if (song == NO_SONG)
		song = music.row;
	else if (by > 0)
		song++;
	else if (seconds < 3 && song > 0)
		song--;
	music_play(song);
}

void music_seek(double seconds)
{
	double now;
	uint32_t song = music_heard(osaas_now(), &now);
	if (song == NO_SONG || !songs[song].rate || music.n_segments == 0)
		return;
	double most = song_seconds(&songs[song]); /* 0: its length is not known */
	seconds = seconds < 0 ? 0 : most > 0 && seconds > most ? most : seconds;
	struct osaas_msg msg = {.u.u64 = {(uint64_t)(seconds * songs[song].rate)}};
	/* A song that sounds out: the next one may be under way already. */
	if (song != music.segments[(music.n_segments - 1) % SEGMENTS].song)
		music_play(song);
	command(SEEK, &msg);
}

/* What one hears goes with the square of what one sees. */
void music_set_volume(int volume)
{
	music.volume = (uint32_t)(volume < 0 ? 0 : volume > 100 ? 100 : volume);
	float v = (float)music.volume / 100;
	command(GAIN, &(struct osaas_msg){.u.f32 = {v * v}});
}

/* ---- What the player tells ---------------------------------------------- */

static void handle_songs(int64_t error)
{
	music.is_read = true;
	if (error < 0)
		music.no_songs = (int)error;
	else
		music_set_volume((int)music.volume);
}

/* The row that can have the keys goes on with the song, if it was there. */
static void follow(uint32_t song)
{
	if (song == music.chosen || music.row != music.chosen)
		return;
	if (music.focus == TAG_SONG + music.row)
		music.next_focus = TAG_SONG + song;
	music.row = song;
	music.reveal = true;
}

static void handle_segment(const struct osaas_msg *msg)
{
	struct segment *s = &music.segments[music.n_segments++ % SEGMENTS];
	memcpy(s, msg->u.bytes, sizeof *s);
	follow(s->song);
	music.chosen = s->song;
	if (s->cut)
		music.heard = (struct heard){.frame = s->at, .given = s->at};
}

static void handle_told(const struct osaas_msg *msg)
{
	switch (msg->type) {
	case TELL_SONGS:
		handle_songs(msg->u.i64[0]);
		break;
	case TELL_SEGMENT:
		handle_segment(msg);
		break;
	case TELL_HEARD:
		memcpy(&music.heard, msg->u.bytes, sizeof music.heard);
		return; /* it is seen with the next picture */
	case TELL_LEVEL:
		memcpy(&music.levels[music.n_levels++ % LEVELS], msg->u.bytes,
			sizeof *music.levels);
		return;
	case TELL_STOPPED:
		music.playing = false;
		music.n_segments = 0;
		break;
	case TELL_NO_VOICE:
		music.no_voice = (int)msg->u.i64[0];
		music.playing = false;
		break;
	}
	music.changed = true;
}

/* ---- Events ------------------------------------------------------------- */

static void handle_config(const struct osaas_msg *msg)
{
	memcpy(&music.config, msg->u.bytes, sizeof music.config);
	paper_set_scale(music.config.scale);
	music.under_way = false;
	music.changed = music.reveal = true;
}

static void handle_focus(const struct osaas_msg *msg)
{
	uint64_t tag = msg->u.u64[0];
	if (msg->u.u32[2])
		music.focus = tag;
	else if (music.focus == tag)
		music.focus = 0;
	music.reveal |= is_song_tag(tag);
	music.changed = true;
}

/* Wherever the keys are. */
static bool global_key(uint32_t keysym)
{
	double seconds;
	switch (keysym) {
	case KEY_SPACE:
	case KEY_MEDIA_PLAY:
	case KEY_MEDIA_PAUSE:
		music_toggle();
		return true;
	case KEY_MEDIA_STOP:
		if (music.playing)
			music_toggle();
		return true;
	case KEY_MEDIA_PREV:
	case KEY_MEDIA_NEXT:
		music_step(keysym == KEY_MEDIA_NEXT ? 1 : -1);
		return true;
	case KEY_LEFT:
	case KEY_RIGHT:
		music_heard(osaas_now(), &seconds);
		music_seek(seconds + (keysym == KEY_RIGHT ? 5 : -5));
		return true;
	default:
		return false;
	}
}

static void handle_key(const struct osaas_msg *msg)
{
	struct osaas_window_key key;
	memcpy(&key, msg->u.bytes, sizeof key);
	if (!key.pressed)
		return;
	if (control_key(&key) || list_key(&key) || global_key(key.keysym))
		music.changed = true;
}

static void handle_pointer(const struct osaas_msg *msg)
{
	struct osaas_window_pointer p;
	memcpy(&p, msg->u.bytes, sizeof p);
	if (p.tag == TAG_LIST || is_song_tag(p.tag))
		list_pointer(&p);
	else if (p.tag != TAG_PAGE)
		control_pointer(&p);
}

static void handle_act(const struct osaas_msg *msg)
{
	uint64_t tag = msg->u.u64[0];
	if (is_song_tag(tag))
		list_act(tag, msg->u.u32[2]);
	else
		control_act(tag, msg->u.u32[2]);
}

/* Returns whether to go on. */
static bool handle(const struct osaas_msg *msg)
{
	switch (msg->type) {
	case OSAAS_WINDOW_CONFIG:
		handle_config(msg);
		break;
	case OSAAS_WINDOW_SHOWN:
	case OSAAS_WINDOW_REFUSED:
		if (msg->u.u64[0] == music.serial)
			music.under_way = false;
		break;
	case OSAAS_WINDOW_KEY:
		handle_key(msg);
		break;
	case OSAAS_WINDOW_POINTER:
		handle_pointer(msg);
		break;
	case OSAAS_WINDOW_AREA_FOCUS:
		handle_focus(msg);
		break;
	case OSAAS_WINDOW_ACT:
		handle_act(msg);
		break;
	case OSAAS_WINDOW_LOST:
		music.hover = music.pressed = 0;
		music.sliding = music.finger.down = music.under_way = false;
		music.changed = true;
		break;
	case OSAAS_WINDOW_CLOSE:
		return false;
	}
	return true;
}

/* ---- The loop ----------------------------------------------------------- */

static bool handle_one(uint64_t deadline_ns, bool *got)
{
	struct osaas_msg msg, told;
	struct osaas_alt alts[] = {
		{.chan = music.window, .op = OSAAS_RECV, .msg = &msg},
		{.chan = music.player, .op = OSAAS_RECV, .msg = &told},
	};
	int done = osaas_alt(alts, 2, deadline_ns);
	*got = done >= 0;
	if (done == OSAAS_EAGAIN)
		return true;
	if (done < 0 || alts[done].result < 0)
		return false;
	bool go_on = true;
	if (done == 0) {
		go_on = handle(&msg);
		osaas_buf_free(msg.buf);
	} else {
		handle_told(&told);
	}
	return go_on;
}

/* What moves is drawn again by itself; while nothing does, nobody wakes up. */
static uint64_t next_picture(void)
{
	bool moves = music.playing && !music.under_way && music.config.width > 0;
	return moves ? music.drawn_ns + FRAME_NS : OSAAS_FOREVER;
}

static void draw_if_due(void)
{
	bool due = music.changed || osaas_now() >= next_picture();
	if (!due || music.under_way || music.config.width == 0)
		return;
	music.drawn_ns = osaas_now();
	music_draw();
}

OSAAS_EXPORT void music_main(void);
void music_main(void)
{
	music.window = osaas_cap("gui.window");
	paper.words.chan = osaas_cap("gui.text");
	music.player = player_start();
	if (music.window < 0 || paper.words.chan < 0 || music.player < 0)
		osaas_exit(1);
	for (;;) {
		bool got;
		if (!handle_one(next_picture(), &got))
			return;
		while (got) {
			if (!handle_one(OSAAS_NOW, &got))
				return;
		}
		draw_if_due();
	}
}
