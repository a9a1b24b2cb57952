#include "kms/mode.h"

#include <errno.h>
#include <libxcvt/libxcvt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kms/private.h"

#define CVT_MIN     64    /* pixels, lines: below it the formula gives nothing */
#define CVT_MAX     16384 /* its totals still fit into 16 bits */
#define CVT_MIN_MHZ 10000
#define CVT_MAX_MHZ 1000000
#define CVT_MHZ     60000 /* when none is asked for */

/* As the kernel's drm_mode_vrefresh, in thousandths. */
uint32_t kms_mode_mhz(const drmModeModeInfo *m)
{
	uint64_t clock = (uint64_t)m->clock * 1000000; /* kHz */
	uint64_t pixels = (uint64_t)m->htotal * m->vtotal;
	if (!pixels)
		return m->vrefresh * 1000;
	if (m->flags & DRM_MODE_FLAG_INTERLACE)
		clock *= 2;
	if (m->flags & DRM_MODE_FLAG_DBLSCAN)
		pixels *= 2;
	if (m->vscan > 1)
		pixels *= m->vscan;
	return (uint32_t)((clock + pixels / 2) / pixels);
}

bool kms_mode_same(const drmModeModeInfo *a, const drmModeModeInfo *b)
{
	return a->clock == b->clock && a->hdisplay == b->hdisplay &&
	       a->hsync_start == b->hsync_start && a->hsync_end == b->hsync_end &&
	       a->htotal == b->htotal && a->hskew == b->hskew &&
	       a->vdisplay == b->vdisplay && a->vsync_start == b->vsync_start &&
	       a->vsync_end == b->vsync_end && a->vtotal == b->vtotal &&
	       a->vscan == b->vscan && a->flags == b->flags;
}

static bool interlaced(const drmModeModeInfo *m)
{
	return m->flags & DRM_MODE_FLAG_INTERLACE;
}

static bool preferred(const drmModeModeInfo *m)
{
	return m->type & DRM_MODE_TYPE_PREFERRED;
}

struct kms_mode kms_mode_told(const drmModeModeInfo *m)
{
	return (struct kms_mode){
		.width = m->hdisplay,
		.height = m->vdisplay,
		.refresh_mhz = kms_mode_mhz(m),
		.preferred = preferred(m),
		.interlaced = interlaced(m),
	};
}

const drmModeModeInfo *kms_mode_preferred(const drmModeModeInfo *modes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (preferred(&modes[i]))
			return &modes[i];
	}
	return n > 0 ? &modes[0] : NULL;
}

static uint32_t distance(const drmModeModeInfo *m, uint32_t mhz)
{
	uint32_t its = kms_mode_mhz(m);
	if (!mhz)
		return UINT32_MAX - its;
	return its > mhz ? its - mhz : mhz - its;
}

/* Whole pictures before half ones when no refresh is asked for; after it, what is nearer. */
static bool better(const drmModeModeInfo *a, const drmModeModeInfo *b, uint32_t mhz)
{
	if (!mhz && interlaced(a) != interlaced(b))
		return !interlaced(a);
	if (distance(a, mhz) != distance(b, mhz))
		return distance(a, mhz) < distance(b, mhz);
	if (interlaced(a) != interlaced(b))
		return !interlaced(a);
	return preferred(a) && !preferred(b);
}

static int find_size(const drmModeModeInfo *modes, size_t n, const struct kms_config *c,
	drmModeModeInfo *out, struct kms_error *err)
{
	const drmModeModeInfo *best = NULL;
	for (size_t i = 0; i < n; i++) {
		const drmModeModeInfo *m = &modes[i];
		if (m->hdisplay != c->width || m->vdisplay != c->height)
			continue;
		if (!best || better(m, best, c->refresh_mhz))
			best = m;
	}
	if (!best)
		return kms_explain(err, -ENOENT,
			"the display has no mode of %dx%d; choose one that it has, or "
			"one of your own timings",
			c->width, c->height);
	*out = *best;
	return 0;
}

static bool in_order(uint16_t display, uint16_t start, uint16_t end, uint16_t total)
{
	return display > 0 && display <= start && start <= end && end <= total;
}

static uint32_t line_flags(const struct kms_modeline *l)
{
	return (l->hsync_positive ? DRM_MODE_FLAG_PHSYNC : DRM_MODE_FLAG_NHSYNC) |
	       (l->vsync_positive ? DRM_MODE_FLAG_PVSYNC : DRM_MODE_FLAG_NVSYNC) |
	       (l->interlaced ? DRM_MODE_FLAG_INTERLACE : 0u);
}

static int take_line(
	const struct kms_modeline *l, drmModeModeInfo *out, struct kms_error *err)
{
	if (!l->clock_khz ||
		!in_order(l->hdisplay, l->hsync_start, l->hsync_end, l->htotal) ||
		!in_order(l->vdisplay, l->vsync_start, l->vsync_end, l->vtotal))
		return kms_explain(err, -EINVAL,
			"no display can have the timings %u  %u %u %u %u  %u %u %u %u: "
			"each group has to rise",
			l->clock_khz, l->hdisplay, l->hsync_start, l->hsync_end,
			l->htotal, l->vdisplay, l->vsync_start, l->vsync_end, l->vtotal);
	*out = (drmModeModeInfo){
		.clock = l->clock_khz,
		.hdisplay = l->hdisplay,
		.hsync_start = l->hsync_start,
		.hsync_end = l->hsync_end,
		.htotal = l->htotal,
		.vdisplay = l->vdisplay,
		.vsync_start = l->vsync_start,
		.vsync_end = l->vsync_end,
		.vtotal = l->vtotal,
		.flags = line_flags(l),
		.type = DRM_MODE_TYPE_USERDEF,
	};
	out->vrefresh = (kms_mode_mhz(out) + 500) / 1000;
	snprintf(out->name, sizeof out->name, "%ux%u", l->hdisplay, l->vdisplay);
	return 0;
}

static bool cvt_can(int32_t pixels, uint32_t mhz)
{
	return pixels >= CVT_MIN && pixels <= CVT_MAX && mhz >= CVT_MIN_MHZ &&
	       mhz <= CVT_MAX_MHZ;
}

static struct kms_modeline cvt_line(const struct libxcvt_mode_info *m)
{
	return (struct kms_modeline){
		.clock_khz = (uint32_t)m->dot_clock,
		.hdisplay = (uint16_t)m->hdisplay,
		.hsync_start = m->hsync_start,
		.hsync_end = m->hsync_end,
		.htotal = m->htotal,
		.vdisplay = (uint16_t)m->vdisplay,
		.vsync_start = m->vsync_start,
		.vsync_end = m->vsync_end,
		.vtotal = m->vtotal,
		.hsync_positive = m->mode_flags & LIBXCVT_MODE_FLAG_HSYNC_POSITIVE,
		.vsync_positive = m->mode_flags & LIBXCVT_MODE_FLAG_VSYNC_POSITIVE,
	};
}

/* CVT counts in eight pixels, and knows 1366x768. */
static int make_cvt(
	const struct kms_config *c, drmModeModeInfo *out, struct kms_error *err)
{
	const uint32_t mhz = c->refresh_mhz ? c->refresh_mhz : CVT_MHZ;
	if (!cvt_can(c->width, mhz) || !cvt_can(c->height, mhz))
		return kms_explain(err, -EINVAL,
			"CVT makes no mode of %dx%d at %u.%03u Hz; it makes %d to %d "
			"pixels at %d to %d Hz",
			c->width, c->height, mhz / 1000, mhz % 1000, CVT_MIN, CVT_MAX,
			CVT_MIN_MHZ / 1000, CVT_MAX_MHZ / 1000);
	struct libxcvt_mode_info *m = libxcvt_gen_mode_info(
		c->width, c->height, (float)mhz / 1000, false, false);
	if (!m)
		return kms_explain(err, -ENOMEM, "out of memory");
	const struct kms_modeline line = cvt_line(m);
	free(m);
	if (line.hdisplay != c->width || line.vdisplay != c->height)
		return kms_explain(err, -EINVAL,
			"CVT makes no width of %d; ask for a multiple of 8, or give the "
			"timings",
			c->width);
	return take_line(&line, out, err);
}

int kms_mode_find(const drmModeModeInfo *modes, size_t n, const struct kms_config *config,
	drmModeModeInfo *out, struct kms_error *err)
{
	const drmModeModeInfo *first = kms_mode_preferred(modes, n);
	switch (config->want) {
	case KMS_MODE_PREFERRED:
		if (!first)
			return kms_explain(err, -ENOENT,
				"the display tells of no mode; give its timings");
		*out = *first;
		return 0;
	case KMS_MODE_SIZE:
		return find_size(modes, n, config, out, err);
	case KMS_MODE_MODELINE:
		return take_line(&config->modeline, out, err);
	case KMS_MODE_CVT:
		return make_cvt(config, out, err);
	}
	return kms_explain(err, -EINVAL, "mode %d is none", (int)config->want);
}
