#include "kms/assign.h"

#include <stdbool.h>

struct matching {
	const struct kms_want *wants;
	int owner[KMS_CRTCS]; /* index of a want, -1 free */
	uint32_t tried;
};

static bool may(const struct matching *m, int want, int crtc)
{
	return m->wants[want].possible >> crtc & 1;
}

/* An augmenting path: a free CRTC, else one whose owner finds another. */
static bool place(struct matching *m, int want)
{
	for (int c = 0; c < KMS_CRTCS; c++) {
		if (may(m, want, c) && m->owner[c] < 0) {
			m->owner[c] = want;
			return true;
		}
	}
	for (int c = 0; c < KMS_CRTCS; c++) {
		if (!may(m, want, c) || (m->tried >> c & 1))
			continue;
		m->tried |= UINT32_C(1) << c;
		if (place(m, m->owner[c])) {
			m->owner[c] = want;
			return true;
		}
	}
	return false;
}

static bool keep(struct matching *m, int want)
{
	int c = m->wants[want].attached;
	if (c < 0 || c >= KMS_CRTCS || !may(m, want, c) || m->owner[c] >= 0)
		return false;
	m->owner[c] = want;
	return true;
}

void kms_assign(const struct kms_want *wants, size_t n, int *crtc_of)
{
	struct matching m = {.wants = wants};
	for (int c = 0; c < KMS_CRTCS; c++)
		m.owner[c] = -1;
	for (size_t i = 0; i < n; i++)
		crtc_of[i] = keep(&m, (int)i) ? 0 : KMS_NO_CRTC;
	for (size_t i = 0; i < n; i++) {
		m.tried = 0;
		if (crtc_of[i] == KMS_NO_CRTC)
			place(&m, (int)i);
	}
	for (size_t i = 0; i < n; i++)
		crtc_of[i] = KMS_NO_CRTC;
	for (int c = 0; c < KMS_CRTCS; c++) {
		if (m.owner[c] >= 0)
			crtc_of[m.owner[c]] = c;
	}
}
