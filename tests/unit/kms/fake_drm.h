/*
 * fake_drm: a card in memory behind libdrm's and GBM's own names. The tests link
 * the room's objects to it in place of the libraries.
 *
 * It behaves as the kernel's atomic helpers do where that matters: a request is
 * checked whole and applied whole; a CRTC is on if and only if connectors hang on
 * it; an event is refused for a CRTC that was and stays off; a non-blocking commit
 * on a CRTC that owes a flip is -EBUSY and a blocking one waits; removing a
 * framebuffer that is shown turns its plane off; planes scale nothing, take no fence
 * that is closed and no damage that is no blob. Events go through a real pipe.
 */
#ifndef OSAAS_TESTS_FAKE_DRM_H
#define OSAAS_TESTS_FAKE_DRM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xf86drmMode.h>

#define FAKE_OBJECTS 48
#define FAKE_PROPS   24
#define FAKE_MODES   4
#define FAKE_COMMITS 256

struct fake_object {
	uint32_t id;
	uint32_t kind; /* DRM_MODE_OBJECT_* */
	uint64_t values[FAKE_PROPS];
	uint32_t possible_crtcs; /* of a plane or connector */
	/* of a plane: what it refuses */
	uint32_t format;    /* the only one that it takes; 0: XRGB8888 and ARGB8888 */
	uint32_t max_width; /* 0: any */
	/* of a connector */
	uint32_t type, type_id;
	bool connected, gone;
	drmModeModeInfo modes[FAKE_MODES];
	int n_modes;
	/* of a CRTC: the flip it owes */
	uint64_t owes;
	bool pending;
};

struct fake_commit {
	uint32_t flags;
	int result;
	char text[1024]; /* "50.FB_ID=100 ..." in the order of the request */
};

struct fake {
	struct fake_object objects[FAKE_OBJECTS];
	size_t n_objects;
	struct fake_commit commits[FAKE_COMMITS];
	size_t n_commits;
	bool no_atomic, no_dumb, no_monotonic, not_master, no_gbm, no_linear, no_planes;
	const char *missing; /* a property that no object has: "FB_ID" */
	const char *fixed;   /* a property that is immutable */
	/* The commit_skip-th commit from now on that is no test fails with commit_error. */
	int commit_error, commit_skip;
	int test_error;
	/* What a card may have, and has not by itself. */
	bool vrr;              /* VRR_ENABLED, vrr_capable */
	uint64_t gamma;        /* the GAMMA_LUT_SIZE; 0: there is no such property */
	uint32_t clock_max;    /* kHz that all lit CRTCs may have together; 0: any */
	bool tuned_modeset;    /* VRR, CTM and tables change in a modeset only */
	unsigned max_overlays; /* lit at a time, on each CRTC; 0: any number */
	int overlays_error;    /* what more are refused for; 0: -EINVAL */
	bool hotspot;          /* HOTSPOT_X and Y on cursor planes */
	bool wants_primary;    /* every commit must set something of a primary plane */
	bool apply_refuses;    /* overlays pass the test, but not the commit */
	uint32_t cursor_most;  /* pixels of a side; 0: 64 */
	uint32_t cursor_least; /* smaller ones are refused */
	bool no_cursor;        /* cursor planes are refused whatever they show */
	uint64_t zpos_max;     /* the range's end; 0: 15 */
	int fb_error, blob_error;
	int resources_error; /* of drmModeGetResources */
	int bo_budget;       /* how many may still be made; -1 any number */
	int rmfb_shown;      /* framebuffers removed while on a plane */
	int probes, drops;   /* drmModeGetConnector; drmDropMaster */
	uint32_t caps_set;   /* bit n: client capability n */
	size_t n_fbs, n_bos, n_blobs, n_gbm, n_maps, n_allocs; /* alive: 0 at the end */
	uint32_t pitch; /* bytes that rows of dumb buffers are a multiple of; 0: 4 */
	int dumb_error, offset_error,
		map_error; /* of its three steps; the last an errno */
	uint64_t tv_ns;    /* the time stamp of the next events; 0: none */
	uint32_t sequence;
	int read_fd, write_fd;
};

extern struct fake fake;

/* fake_reset: n CRTCs (30, 31 ..), a primary (50 ..) and a cursor (60 ..) plane each. */
void fake_reset(unsigned n_crtcs);
/* fake_finish closes the pipe and checks that nothing is alive. */
void fake_finish(void);

struct fake_object *fake_object(uint32_t id);
/* fake_connector adds one (40, 41 ..), connected, without modes. */
struct fake_object *fake_connector(uint32_t type, uint32_t possible_crtcs);
void fake_mode(
	struct fake_object *connector, uint16_t width, uint16_t height, bool preferred);
struct fake_object *fake_plane(uint32_t id, uint32_t type, uint32_t possible_crtcs);

/* fake_edid gives a connector an EDID; NULL: none. */
void fake_edid(uint32_t connector, const void *data, size_t size);
/* fake_blob: what is in one, destroyed or not; NULL: there was none, or long ago. */
const void *fake_blob(uint64_t id, size_t *size);

/* fake_pixels: what was written into the memory of a framebuffer, if it is alive. */
const uint32_t *fake_pixels(uint64_t fb);

uint64_t fake_get(uint32_t object, const char *property);
void fake_set(uint32_t object, const char *property, uint64_t value);

/* fake_vblank completes the flip that crtc owes: its event goes into the pipe. False: none. */
bool fake_vblank(uint32_t crtc);
/* fake_event puts an event of any number into the pipe. */
void fake_event(uint64_t user_data, uint32_t type);

/* fake_tests: commits that only test, since the last call. */
size_t fake_tests(void);
/* How many commits there were with all of these flags; and the last one. */
size_t fake_count(uint32_t flags);
const struct fake_commit *fake_last(void);

#endif
