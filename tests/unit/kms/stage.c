#include "stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "kms/private.h"

struct stage stage;

void stage_reset(unsigned overlays)
{
	fake_reset(1);
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_HDMIA, 1), 800, 600, true);
	for (unsigned i = 0; i < overlays; i++) {
		fake_plane(70 + i, DRM_PLANE_TYPE_OVERLAY, 1);
		fake_set(70 + i, "zpos", 1 + i);
	}
}

void stage_open(void)
{
	rig_open();
	rig_show(rig.outputs[0], 30);
	rig.heard[0] = '\0';
	stage = (struct stage){.output = rig.outputs[0]};
	fake.n_commits = 0;
	fake_tests();
}

void stage_add(const struct stage_picture *p)
{
	struct kms_layer *layer = &stage.layers[stage.n++];
	*layer = (struct kms_layer){.x = p->x, .y = p->y, .id = stage.n};
	assert_int_equal(kms_pool_create(stage.output, p->width, p->height, p->opaque,
				 &layer->pool),
		0);
}

uint32_t stage_plan(void)
{
	return kms_output_plan(stage.output, stage.layers, stage.n);
}

struct kms_frame stage_frame(uint32_t mask)
{
	struct kms_frame frame = {
		.primary = kms_output_acquire(stage.output), .fence = -1};
	assert_non_null(frame.primary);
	for (size_t i = 0; i < stage.n; i++) {
		if (!(mask >> i & 1))
			continue;
		struct kms_layer *layer = &frame.layers[frame.n_layers++];
		*layer = stage.layers[i];
		layer->buffer = kms_pool_acquire(layer->pool);
		assert_non_null(layer->buffer);
	}
	return frame;
}

void stage_shown(uint32_t crtc)
{
	assert_true(fake_vblank(crtc));
	assert_int_equal(kms_device_dispatch(rig.device), 0);
}

uint32_t stage_show(void)
{
	uint32_t mask = stage_plan();
	struct kms_frame frame = stage_frame(mask);
	assert_int_equal(kms_output_commit(stage.output, &frame), 0);
	stage_shown(30);
	return mask;
}

static char *write_states(char *p, const struct kms_pool *pool)
{
	for (size_t i = 0; i < KMS_BUFFERS; i++)
		*p++ = (char)('0' + pool->buffers[i]->state);
	return p;
}

const char *stage_states(void)
{
	static char text[64];
	char *p = write_states(text, stage.output->pool);
	for (size_t i = 0; i < stage.n; i++) {
		*p++ = ' ';
		p = write_states(p, stage.layers[i].pool);
	}
	if (stage.output->cursor.pool) {
		*p++ = ' ';
		p = write_states(p, stage.output->cursor.pool);
	}
	*p = '\0';
	return text;
}
