#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libudev.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xf86drm.h>

#include "gl/gl.h"
#include "gl/libraries.h"
#include "gl/text_libraries.h"
#include "input/loaded.h"
#include "kms/kms.h"
#include "plugins/code.h"
#include "plugins/plugin.h"
#include "sched/sched.h"
#include "session/aio.h"
#include "session/a11y_dbus.h"
#include "session/alsa.h"
#include "session/audio_devices.h"
#include "session/audio_kept.h"
#include "session/audio_mixer.h"
#include "session/audio_volume.h"
#include "session/backend.h"
#include "session/boost.h"
#include "session/card.h"
#include "session/cmd.h"
#include "session/cursor_theme.h"
#include "session/decode_libraries.h"
#include "session/loop.h"
#include "session/pcm_holder.h"
#include "session/renderer.h"
#include "session/sdl.h"
#include "session/seat.h"
#include "session/settings.h"
#include "session/soxr_library.h"
#include "session/sql.h"
#include "session/vt.h"
#include "util/gbm.h"
#include "util/log.h"

static const char help[] = "usage: osaas doctor\n"
			   "\n"
			   "Says what this machine has and lacks for a session, and how "
			   "to get it. Ends with 0 when\n"
			   "a session can be started here.\n"
			   "\n"
			   "  --help   this text\n";

enum verdict {
	HAVE,
	LACK,       /* no session without it */
	DO_WITHOUT, /* a session starts, with less */
};

static int lacking;

static void say(enum verdict verdict, const char *what, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void say(enum verdict verdict, const char *what, const char *fmt, ...)
{
	static const char *const marks[] = {
		[HAVE] = "ok", [LACK] = "MISSING", [DO_WITHOUT] = "none"};
	va_list ap;
	if (verdict == LACK)
		lacking++;
	printf("%-8s %-9s ", marks[verdict], what);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

static bool socket_there(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

static void check_seat(void)
{
	const char *id = getenv("XDG_SESSION_ID"), *at = getenv("XDG_SEAT");
	bool logind = access("/run/systemd/seats", F_OK) == 0 && id;
	if (socket_there("/run/seatd.sock") && access("/run/seatd.sock", W_OK) == 0)
		say(HAVE, "seat", "seatd");
	else if (socket_there("/run/seatd.sock") && geteuid() != 0)
		say(LACK, "seat",
			"seatd runs, but this user may not use it: join its group "
			"(often 'video' or 'seat') and log in again");
	else if (logind && at)
		say(HAVE, "seat", "logind, session %s on %s", id, at);
	else if (geteuid() == 0)
		say(HAVE, "seat", "none runs; as root the session manages it by itself");
	else if (logind)
		say(LACK, "seat",
			"logind's session %s has no seat, as one over a network: log in "
			"on a text console",
			id);
	else
		say(LACK, "seat",
			"no logind session and no seatd: log in on a text console, or "
			"install and start seatd");
}

static void check_console(void)
{
	struct vt vt;
	int r = vt_find(&vt);
	if (r == 0)
		say(HAVE, "console", "tty%d", vt.number);
	else if (r == -ENOTTY)
		say(LACK, "console",
			"not on a text console: Ctrl+Alt+F3, log in, start it there");
	else
		say(LACK, "console", "tty%d: %s: log in there, or run as root", vt.number,
			strerror(-r));
	vt_close(&vt);
}

/* Returns whether a session may well use it. */
static bool say_card(const char *path)
{
	struct kms_probe probe;
	char shows[256] = "no display connected";
	int r = kms_probe_path(path, &probe);
	if (r < 0) {
		say(DO_WITHOUT, "card", "%s: %s", path, strerror(-r));
		return r == -EACCES; /* not for us, but perhaps for the seat */
	}
	for (unsigned i = 0; i < probe.connectors && i < KMS_PROBE_CONNECTORS; i++) {
		const struct kms_probe_connector *c = &probe.connector[i];
		if (c->connected)
			snprintf(shows, sizeof shows, "%s %dx%d", c->name, c->width,
				c->height);
	}
	bool drives = probe.connectors > 0 && probe.crtcs > 0;
	if (!drives)
		say(DO_WITHOUT, "card", "%s (%s) drives no display", path, probe.driver);
	else if (!probe.atomic)
		say(DO_WITHOUT, "card",
			"%s (%s) has no atomic modesetting: a newer driver is "
			"needed",
			path, probe.driver);
	else
		say(HAVE, "card", "%s (%s), %s", path, probe.driver, shows);
	return drives && probe.atomic;
}

static void check_cards(void)
{
	DIR *dir = opendir("/dev/dri");
	struct dirent *entry;
	int n = 0, usable = 0;
	while (dir && (entry = readdir(dir))) {
		char path[300];
		if (strncmp(entry->d_name, "card", 4) != 0)
			continue;
		snprintf(path, sizeof path, "/dev/dri/%s", entry->d_name);
		usable += say_card(path);
		n++;
	}
	if (dir)
		closedir(dir);
	if (n == 0)
		say(LACK, "card",
			"no DRM device in /dev/dri: load the GPU's kernel driver; "
			"'sh session/run --vm' needs none");
	else if (usable == 0)
		say(LACK, "card",
			"none of these can drive a display; 'sh session/run --vm' needs "
			"none");
}

/* The card that a session would take; -1: none that we may open. */
static int open_card(const struct settings *settings)
{
	struct udev *udev = udev_new();
	char path[64];
	int fd = -1;
	if (udev && card_seek(udev, "seat0", settings->card, path, sizeof path))
		fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd >= 0)
		drmDropMaster(fd);
	udev_unref(udev);
	return fd;
}

/* True: for a display; without a card that we may open, for pictures in memory. */
static bool choose_renderer(const struct settings *settings, enum renderer wanted,
	struct renderer_choice *choice)
{
	int fd = open_card(settings);
	if (fd < 0) {
		renderer_for_memory(wanted, "/dev/dri", choice);
		return false;
	}
	renderer_for_card(wanted, fd, choice);
	close(fd);
	return true;
}

static void say_renderer(
	const struct gl *gl, const struct renderer_choice *choice, bool display)
{
	struct gl_lack lack;
	say(HAVE, "renderer", "%s%s, since %s: %s", display ? "" : "without a display: ",
		choice->cpu ? "the processor" : "OpenGL ES", choice->why,
		gl_describe(gl));
	for (unsigned i = 0; gl_lack(gl, i, &lack); i++)
		say(lack.needed ? LACK : DO_WITHOUT, "renderer", "it lacks %s",
			lack.text);
	if (!gl_fonts(gl))
		say(DO_WITHOUT, "fonts", "there is none: install fonts-dejavu-core");
}

/* Loading the driver is what tells whether it is there. */
static void check_renderer(const struct settings *settings)
{
	enum renderer wanted = settings->renderer < 0 ? RENDERER_AUTO
						      : (enum renderer)settings->renderer;
	struct renderer_choice choice = {0};
	struct gl_error err = {0};
	struct gl *gl;
	bool display = choose_renderer(settings, wanted, &choice);
	int r = gl_create(
		&gl, choice.cpu ? GL_PLATFORM_NONE : GL_PLATFORM_SURFACELESS, NULL, &err);
	if (r == 0)
		say_renderer(gl, &choice, display);
	else if (wanted == RENDERER_AUTO && !choice.cpu)
		say(DO_WITHOUT, "renderer", "%s; the processor draws", err.text);
	else
		say(LACK, "renderer", "%s", err.text);
	if (r == 0)
		gl_destroy(gl);
}

/* The file that a session reads when none is named. */
static struct settings *check_settings(void)
{
	struct settings *settings;
	struct settings_error err;
	if (settings_load(NULL, &settings, &err) == 0)
		return settings;
	say(LACK, "config", "%s", err.text);
	return settings_create();
}

static void check_input(void)
{
	DIR *dir = opendir("/dev/input");
	struct dirent *entry;
	int n = 0;
	while (dir && (entry = readdir(dir)))
		n += strncmp(entry->d_name, "event", 5) == 0;
	if (dir)
		closedir(dir);
	if (n)
		say(HAVE, "input", "%d device%s", n, n == 1 ? "" : "s");
	else
		say(DO_WITHOUT, "input",
			"no device in /dev/input: they may be plugged in later");
	if (access("/run/udev/control", F_OK) < 0)
		say(LACK, "udev",
			"does not run: start systemd-udevd (or eudev), and "
			"'udevadm trigger'");
	else
		say(HAVE, "udev", "runs");
}

/* Who has it, and how loud it is. */
static void say_sound(const struct audio_device *device, struct loop *loop)
{
	struct audio_mixer *mixer = NULL;
	struct audio_level level;
	char holder[64] = "", volume[64] = "", route[80] = "";
	enum pcm_direction d = device->plays ? PCM_PLAYBACK : PCM_CAPTURE;
	const char *card = device->route[0] ? device->volume[d].card : device->pcm;
	if (audio_mixer_open(loop, card, device->hdmi, NULL, NULL, &mixer) == 0) {
		if (device->volume[d].elem[0])
			audio_mixer_prefer(mixer, d, device->volume[d].elem);
		audio_mixer_level(mixer, d, &level);
		if (level.has_volume)
			snprintf(volume, sizeof volume, ", volume %u%%%s",
				audio_volume_percent(level.volume),
				level.muted ? ", muted" : "");
		audio_mixer_close(mixer);
	}
	if (device->route[0])
		snprintf(route, sizeof route, " (%s of use case %s)", device->route,
			device->verb);
	bool busy = pcm_holder("/proc", device->pcm, d, holder, sizeof holder) == 0;
	say(busy ? DO_WITHOUT : HAVE, "sound", "%s %s, %s%s: %s%s%s%s%s%s", device->pcm,
		device->card, device->name, route, device->plays ? "plays" : "hears",
		device->plays && device->hears ? " and hears" : "", volume,
		device->jack == AUDIO_JACK_OUT ? ", nothing in its jack" : "",
		busy ? "; in use, until it ends, by " : "", holder);
}

static void say_no_sound(void)
{
	bool cards = access("/proc/asound/card0", F_OK) == 0;
	if (cards && geteuid() != 0)
		say(DO_WITHOUT, "sound",
			"there are cards, but this user may not use them: join the group "
			"audio and log in again");
	else
		say(DO_WITHOUT, "sound", "no card: the session is silent");
}

static void ignore_devices(void *data)
{
}

static void check_sound(const struct settings *settings)
{
	struct loop *loop = loop_create();
	const struct audio_device *list, *out;
	if (!loop || alsa_load() < 0) {
		say(DO_WITHOUT, "sound", "no ALSA: install libasound2");
		loop_destroy(loop);
		return;
	}
	/* As a session does (sound.h): what was said goes before what is written. */
	struct audio_kept *kept = audio_kept_create(NULL);
	const char *rule = audio_kept_rule(kept, "output");
	if (!rule && settings->audio.output[0])
		rule = settings->audio.output;
	struct audio_devices *devices = audio_devices_create(loop, ignore_devices, NULL);
	size_t n = audio_devices_list(devices, &list);
	for (size_t i = 0; i < n; i++)
		say_sound(&list[i], loop);
	out = audio_devices_pick(devices, PCM_PLAYBACK, rule, 0);
	if (n == 0)
		say_no_sound();
	else if (!out)
		say(DO_WITHOUT, "sound", "no device plays: the session is silent");
	else if (n > 1)
		say(HAVE, "sound", "a session plays on %s%s%s", out->pcm,
			out->route[0] ? ", " : "", out->route);
	audio_devices_destroy(devices);
	audio_kept_destroy(kept);
	loop_destroy(loop);
}

static void check_boost(void)
{
	if (boost_allowed() == 0)
		say(HAVE, "realtime", "sound does not wait for other programs");
	else
		say(DO_WITHOUT, "realtime",
			"sound may have gaps while other programs keep the processor "
			"busy: let the user have 'rtprio %d' (limits.conf(5)), and log "
			"in again",
			BOOST_PRIORITY + 1);
}

/* What is loaded when it is needed: the day it is needed is a bad one to miss it. */
static void check_libraries(void)
{
	static const struct {
		struct library *library;
		enum verdict without;
		const char *then;
	} libraries[] = {
		{&library_capstone, LACK, "no plugin can be checked"},
		{&library_libinput, LACK, "no keyboard, mouse or touch"},
		{&library_libseat, LACK, "no screen of one's own"},
		{&library_sqlite, DO_WITHOUT, "nothing is kept on disk"},
		{&library_freetype, DO_WITHOUT, "no text"},
		{&library_fontconfig, DO_WITHOUT, "no text"},
		{&library_harfbuzz, DO_WITHOUT, "no text"},
		{&library_fribidi, DO_WITHOUT, "no text"},
		{&library_unibreak, DO_WITHOUT, "no text"},
		{&library_thai, DO_WITHOUT, "no text"},
		{&library_gbm, DO_WITHOUT, "no graphics card draws"},
		{&library_egl, DO_WITHOUT, "no graphics card draws"},
		{&library_gles, DO_WITHOUT, "no graphics card draws"},
		{&library_png, DO_WITHOUT, "no screenshots"},
		{&library_dbus, DO_WITHOUT, "no screen readers"},
		{&library_soxr, DO_WITHOUT, "sound at the device's rate only"},
		{&library_sndfile, DO_WITHOUT,
			"no files of sound but Vorbis, Opus and MP3"},
		{&library_vorbisfile, DO_WITHOUT, "no Vorbis"},
		{&library_opusfile, DO_WITHOUT, "no Opus"},
		{&library_mpg123, DO_WITHOUT, "no MP3"},
		{&library_xcursor, DO_WITHOUT, "a plain arrow for a pointer"},
	};
	size_t n = sizeof libraries / sizeof *libraries, have = 0;
	for (size_t i = 0; i < n; i++) {
		const struct library *l = libraries[i].library;
		if (library_there(libraries[i].library))
			have++;
		else
			say(libraries[i].without, "library", "%s: %s; install %s",
				l->soname, libraries[i].then, l->package);
	}
	if (have == n)
		say(HAVE, "libraries", "all %zu that are loaded when they are needed", n);
}

static void check_fence(void)
{
	int r = sched_init();
	if (r == 0)
		r = plugin_fence(FENCE_AUTO);
	enum fence_mode form = sched_fence();
	sched_finish();
	if (r < 0)
		say(DO_WITHOUT, "fence",
			"this kernel does not trap system calls of plugins: Linux 5.11 "
			"or newer does, on x86-64");
	else
		say(HAVE, "fence", "system calls of plugins are trapped, by %s",
			form == FENCE_RANGE ? "range"
					    : "selector (by range from Linux 6.18 on)");
}

static void check_disk(void)
{
	say(HAVE, "disk", "files are read and written by %s", aio_describe());
}

static void check_window(void)
{
	const char *desktop = backend_desktop();
	if (!library_there(&library_sdl))
		say(DO_WITHOUT, "window",
			"none on a desktop (--backend nested): install libsdl2-2.0-0");
	else if (desktop)
		say(HAVE, "window", "on this desktop, by %s (--backend nested)", desktop);
	else
		say(HAVE, "window", "on a desktop, started there (--backend nested)");
}

int cmd_doctor(int argc, char **argv)
{
	static const struct opt opts[] = {{0}};
	struct opt_state state = {.argc = argc, .index = 1, .argv = argv};
	int code, id = opt_next(&state, opts, "doctor");
	if (opt_is_over(id, help, &code))
		return code;
	if (id == OPT_ARG)
		log_error("doctor takes no operands; 'osaas doctor --help'");
	if (id != OPT_END)
		return EXIT_USAGE;
	struct settings *settings = check_settings();
	check_console();
	check_seat();
	check_cards();
	check_renderer(settings);
	check_input();
	check_sound(settings);
	check_boost();
	check_libraries();
	check_fence();
	check_disk();
	check_window();
	settings_destroy(settings);
	if (lacking)
		printf("A session cannot be started here.\n");
	else
		printf("A session can be started here: 'osaas session'.\n");
	return lacking ? EXIT_FAILED : EXIT_OK;
}
