/*
 * session: the one room that knows them all. It owns the loop, the back end,
 * the screens, the windows, the voices and the plugins, and carries what
 * comes out of one to the other: the three walks of HOUSE.md.
 */
#ifndef OSAAS_SESSION_SESSION_H
#define OSAAS_SESSION_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gl/gl.h"
#include "input/route.h"
#include "sched/fence.h"
#include "session/dragging.h"
#include "session/focusing.h"
#include "session/gesturing.h"
#include "session/magnifier.h"
#include "session/panel_keys.h"
#include "session/pens.h"
#include "session/renderer.h"
#include "session/texting.h"
#include "session/touching.h"
#include "util/list.h"

struct a11y;
struct aio;
struct audio;
struct audio_in;
struct boost;
struct clip;
struct control;
struct devices;
struct gl_text;
struct grants;
struct ledger;
struct loop;
struct idle;
struct indicator;
struct keys;
struct kms_connector_info;
struct notice;
struct outputs;
struct pointer;
struct record;
struct resume;
struct screen;
struct settings;
struct settings_watch;
struct sound;
struct store;
struct writing;
struct window;

#define SESSION_SCREENS    8 /* that --size can ask for */
#define SESSION_CLIPS      2
#define SESSION_BACKGROUND 0x14161au /* sRGB, behind all windows */

struct session_options {
	const char *card;   /* DRM node, NULL: the first that can drive a display */
	const char *audio;  /* --audio, a rule; NULL: the configuration says */
	const char *layout; /* xkb, NULL: default */
	enum fence_mode fence;
	enum renderer renderer;
	float scale;           /* pixels per unit of length, at first */
	uint64_t run_ns;       /* end after this long; 0: when all plugins have ended */
	int32_t width, height; /* nested, headless: of the first screen */
	/* Headless only. */
	struct session_size {
		int32_t width, height;
	} more[SESSION_SCREENS - 1]; /* ... and of others */
	size_t n_more;
	bool virtual_clock;                   /* see virtual.h */
	const struct input_recording *replay; /* headless: what is typed; NULL: nothing */
	const char *shot; /* PNG, SVG or PDF of the last frame, at the end */
	bool first_frame; /* end when the first frame of every window is shown */
	/* What the configuration says; what of it counts is above already. Never NULL. */
	const struct settings *settings;
	/* The command line said so: the configuration does not count. */
	bool scale_given, log_given;
	const char *const *grants; /* --grant: CAP[:SCOPE] each */
	size_t n_grants;
	/* Under a guardian that starts a crashed session again; NULL: it does not. */
	const char *resume_path;
	/* This one was: what ran. Plugins that cannot be loaded are left out. NULL: it was not. */
	const struct resume *resume;
};

struct session;

/*
 * session_writing: for what the session draws itself; NULL: there is no font. It is looked for when
 * the first text is drawn: most sessions never do.
 */
struct writing *session_writing(struct session *session);

/* A back end: what there is to show on. backend_kms.c, backend_headless.c. */
struct backend_ops {
	bool interactive; /* somebody sits there */
	/* Adds screens (session_add_screen), sets session->gl. 0 or -errno, logged. */
	int (*start)(struct session *session);
	/* Before the session's poll; may be NULL. */
	void (*turn)(struct session *session);
	/* After a turn's frames were committed, before the poll; may be NULL. */
	void (*painted)(struct session *session);
	/* When turn must be called at the latest; UINT64_MAX: no matter. May be NULL. */
	uint64_t (*next_ns)(struct session *session);
	/* Screens lie otherwise now: for input. May be NULL. */
	void (*laid_out)(struct session *session);
	/*
	 * Asks outputs_configure anew for every display, and does what it says. NULL: there is
	 * nothing to choose, a screen is as it is.
	 */
	void (*reconfigure)(struct session *session);
	/* Tells of every connector; refusal: kms_connector_error. NULL: there are only screens. */
	void (*connectors)(struct session *session,
		void (*tell)(void *data, const struct kms_connector_info *info),
		void *data);
	const char *(*refusal)(struct session *session, const char *connector);
	/* To another virtual terminal. NULL: there are none, and its keys are like others. */
	void (*switch_vt)(struct session *session, int vt);
	/* After the last frame, before plugins end; may be NULL. */
	int (*finish)(struct session *session);
	/* Removes the screens and everything of its own. Called even if start failed. */
	void (*stop)(struct session *session);
};
extern const struct backend_ops backend_kms, backend_headless, backend_nested;

struct hosted; /* host.c: a plugin with its window and voice */

struct session {
	const struct session_options *options;
	const struct settings
		*settings; /* the present ones; options->settings at first */
	struct settings_watch *settings_watch;
	float scale;
	const struct backend_ops *backend_ops;
	void *backend; /* of the back end */
	struct loop *loop;
	bool spare; /* memory that a start needed: see spare.h */
	struct gl *gl;
	struct renderer_choice renderer;
	struct aio *aio;           /* NULL: no descriptors for it */
	struct audio *audio;       /* the engine */
	struct boost *boost;       /* real time for what sounds; NULL: there is none */
	struct sound *sound;       /* what the user decides of it; NULL: not yet */
	struct audio_in *audio_in; /* who listens */
	struct grants *grants;
	struct store *store;
	/* What was copied last, and what is selected (osaas_clipboard.h); NULL: nothing yet. */
	struct clip *clips[SESSION_CLIPS];
	struct control *control;     /* NULL: 'osaas ctl' cannot reach us */
	struct writing *text;        /* the session's own writing; NULL: not yet */
	struct gl_text *layouts;     /* of plugins' texts; NULL: not yet */
	bool no_text;                /* there is no font */
	struct indicator *indicator; /* who listens; NULL: nobody did yet */
	struct ledger *ledger;
	struct outputs *outputs;    /* what displays are to be */
	struct idle *idle;          /* NULL: not yet */
	struct devices *devices;    /* what input devices are to be */
	struct a11y *a11y;          /* for who does not see it; NULL: not yet */
	struct keys *keys;          /* the keyboard, its shortcuts; NULL: not yet */
	struct list screens;        /* screen.link; by outputs_add */
	struct list windows;        /* window.link, the top one last; panels behind all */
	struct list dirty_windows;  /* window.dirty */
	struct list dirty_services; /* service.dirty */
	struct list timed_services; /* service.timed, the earliest first */
	struct list full_services;  /* service.full: they wait for room */
	struct list link_offers;    /* of service_link.c */
	struct list dirty_streams;  /* stream.dirty */
	struct record *record;      /* the last one, which may be over; NULL: none */
	struct input_record *input_record; /* likewise, of input */
	struct list screenshots;           /* of screenshot.c: who waits for one */
	bool streams_left;                 /* one has more to take at once */
	struct list hosted;                /* hosted.link */
	struct list reloads;               /* reload.link */
	uint64_t windows_made;             /* see window.made */
	struct window *focus;
	struct window *captor; /* has the pointer for itself; NULL: none. capture.h */
	struct input_route route;
	struct input_pointer pointed; /* the pointer's last event; time_ns 0: none yet */
	struct touching touching;
	struct focusing focusing;
	struct dragging dragging;
	struct texting texting; /* what is written into the field that has the keys */
	bool relaid;            /* what lies under pointers may be another thing */
	bool panels_changed;    /* one docks otherwise: see panel.h */
	struct session_pens pens;
	struct gesturing gesturing;
	struct magnifier magnifier;
	struct panel_keys panel_keys;
	struct pointer *pointer; /* its picture */
	bool lid_closed;         /* of a switch of that kind */
	bool tablet_mode; /* there is no keyboard, and one is wanted on the screen */
	struct loop_source *signals;
	int signal_fd;
	bool quit;
	bool lost;    /* it ends, and would like to be started again */
	bool changed; /* which plugins there are, or their windows' order: see resume.h */
	bool served;  /* a plugin ran that is more than a panel or an input method */
	int failures; /* plugins, or devices, that did not end well */
};

/*
 * session_run runs plugins (paths) until they have all ended, or a signal comes.
 * 0: all is well; otherwise a process exit code.
 */
int session_run(const struct session_options *options, const struct backend_ops *backend,
	char *const *plugins, size_t n_plugins);

/* Back ends: screens come and go. */
void session_add_screen(struct session *session, struct screen *screen);
void session_remove_screen(struct session *session, struct screen *screen);

/*
 * session_layout: where screens lie, which window is on which, and how large, anew: after
 * what is to be has changed (outputs.h).
 */
void session_layout(struct session *session);
/* session_place: the same of windows alone: panels take another room. */
void session_place(struct session *session);

/* Screens. */
void session_resized(struct session *session, const struct screen *screen);
size_t session_layers(struct session *session, const struct screen *screen,
	struct gl_placement *layers, size_t max);
void session_committed(struct session *session, const struct screen *screen);
void session_shown(
	struct session *session, const struct screen *screen, uint64_t present_ns);

/* session_hold: another console is shown, and nothing of ours; and back. For sound. */
void session_hold(struct session *session, bool held);
/* session_feed: in the midst of something long: what sounds does not wait for it. */
void session_feed(struct session *session);

/* session_set_scale is for all windows, at once. */
void session_set_scale(struct session *session, float scale);

/* Windows. */
void session_add_window(struct session *session, struct window *window);
void session_remove_window(struct session *session, struct window *window);
/*
 * session_raise: it is on top. All that lay above it is beneath then, in the same order, so
 * that raising one after the other goes round.
 */
void session_raise(struct session *session, struct window *window);
/*
 * session_replace_window puts one where another is, with its focus; the other is nowhere
 * then, and gets nothing more.
 */
void session_replace_window(
	struct session *session, struct window *out, struct window *in);
/* session_cover_window: notice (NULL: none any more) gets what its plugin got. */
void session_cover_window(
	struct session *session, struct window *window, struct notice *notice);
void session_damage(struct session *session, const struct window *window,
	const struct gl_region *damage);

#endif
