/* assign: which of several takers gets which CRTC. Pure. */
#ifndef OSAAS_KMS_ASSIGN_H
#define OSAAS_KMS_ASSIGN_H

#include <stddef.h>
#include <stdint.h>

#define KMS_CRTCS   32 /* the kernel's own limit: possible_crtcs is a mask of 32 bits */
#define KMS_NO_CRTC (-1)

struct kms_want {
	uint32_t possible; /* bit n: CRTC n would do */
	int attached;      /* the CRTC it hangs on now, or KMS_NO_CRTC */
};

/*
 * kms_assign serves as many wants as can be served at all; among those ways,
 * who hangs on a CRTC keeps it unless that leaves somebody without. crtc_of[i]
 * is the CRTC of wants[i] or KMS_NO_CRTC.
 */
void kms_assign(const struct kms_want *wants, size_t n, int *crtc_of);

#endif
