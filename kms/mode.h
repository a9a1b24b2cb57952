/* mode: timings of a display: what is asked for against what it can. Pure. */
#ifndef OSAAS_KMS_MODE_H
#define OSAAS_KMS_MODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <xf86drmMode.h>

#include "kms/kms.h"

/* kms_mode_mhz: pictures per second times 1000; fields, when interlaced. */
uint32_t kms_mode_mhz(const drmModeModeInfo *mode);
bool kms_mode_same(const drmModeModeInfo *a, const drmModeModeInfo *b);
struct kms_mode kms_mode_told(const drmModeModeInfo *mode);
/* kms_mode_preferred: what the display prefers, else its first; NULL: it has none. */
const drmModeModeInfo *kms_mode_preferred(const drmModeModeInfo *modes, size_t n);

/*
 * kms_mode_find makes out what config wants of a display with these modes. 0; -ENOENT no
 * such mode, -EINVAL these timings cannot be: with err->text.
 */
int kms_mode_find(const drmModeModeInfo *modes, size_t n, const struct kms_config *config,
	drmModeModeInfo *out, struct kms_error *err);

#endif
