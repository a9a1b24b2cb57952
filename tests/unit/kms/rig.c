#include "rig.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct rig rig;
void (*rig_configure)(const char *connector, const struct kms_identity *identity,
	struct kms_config *config);
void (*rig_dropped)(struct kms_output *output);

static void hear(char sign, struct kms_output *output)
{
	size_t n = strlen(rig.heard);
	snprintf(rig.heard + n, sizeof rig.heard - n, "%s%c%s", n ? " " : "", sign,
		kms_output_name(output));
}

static void handle_added(void *data, struct kms_output *output)
{
	assert_ptr_equal(data, &rig);
	assert_true(rig.n_outputs < RIG_OUTPUTS);
	rig.outputs[rig.n_outputs++] = output;
	hear('+', output);
}

static void handle_removed(void *data, struct kms_output *output)
{
	size_t kept = 0;
	for (size_t i = 0; i < rig.n_outputs; i++) {
		if (rig.outputs[i] != output)
			rig.outputs[kept++] = rig.outputs[i];
	}
	assert_int_equal(kept + 1, rig.n_outputs);
	rig.n_outputs = kept;
	hear('-', output);
}

static void handle_flip(
	void *data, struct kms_output *output, uint64_t present_ns, uint32_t seq)
{
	hear('!', output);
	assert_false(kms_output_flip_pending(output));
	rig.present_ns = present_ns;
	rig.seq = seq;
	if (rig.commit_in_flip)
		assert_int_equal(rig_commit(output), 0);
}

static void handle_dropped(void *data, struct kms_output *output)
{
	hear('~', output);
	if (rig_dropped)
		rig_dropped(output);
}

static void handle_lost(void *data, struct kms_output *output)
{
	hear('?', output);
	assert_false(kms_output_flip_pending(output));
}

static void handle_configure(void *data, const char *connector,
	const struct kms_identity *identity, struct kms_config *config)
{
	static const struct kms_config zero;
	assert_ptr_equal(data, &rig);
	assert_memory_equal(config, &zero, sizeof zero);
	if (rig_configure)
		rig_configure(connector, identity, config);
}

static const struct kms_listener listener = {
	.configure = handle_configure,
	.output_added = handle_added,
	.output_removed = handle_removed,
	.flip_done = handle_flip,
	.buffers_dropped = handle_dropped,
	.flip_lost = handle_lost,
};

/* One that has only what it must have. */
static const struct kms_listener plain = {
	.output_added = handle_added,
	.output_removed = handle_removed,
	.flip_done = handle_flip,
	.buffers_dropped = handle_dropped,
};
bool rig_plain;

unsigned rig_flags(void)
{
	const char *memory = getenv("KMS_FAKE_MEMORY");
	return memory && strcmp(memory, "dumb") == 0 ? KMS_OPEN_DUMB : 0;
}

void rig_open(void)
{
	struct kms_error err = {""};
	rig = (struct rig){0};
	int ret = kms_device_open_with(fake.read_fd, "/dev/dri/card7", rig_flags(),
		rig_plain ? &plain : &listener, &rig, &rig.device, &err);
	if (ret < 0)
		fail_msg("%d: %s", ret, err.text);
	assert_int_equal(kms_device_scan(rig.device), 0);
}

void rig_close(void)
{
	kms_device_destroy(rig.device);
	assert_int_equal(rig.n_outputs, 0);
	fake_finish();
}

void rig_screen(void)
{
	fake_reset(1);
	fake_mode(fake_connector(DRM_MODE_CONNECTOR_HDMIA, 1), 800, 600, true);
	rig_open();
	rig_expect_heard("+HDMI-A-1");
	rig_show(rig.outputs[0], 30);
	rig_expect_heard("!HDMI-A-1");
	fake.n_commits = 0;
}

struct kms_output *rig_output(const char *name)
{
	for (size_t i = 0; i < rig.n_outputs; i++) {
		if (strcmp(kms_output_name(rig.outputs[i]), name) == 0)
			return rig.outputs[i];
	}
	fail_msg("no output %s", name);
	return NULL;
}

int rig_commit(struct kms_output *output)
{
	struct kms_buffer *buffer = kms_output_acquire(output);
	assert_non_null(buffer);
	return kms_output_show(output, buffer);
}

void rig_show(struct kms_output *output, uint32_t crtc)
{
	assert_int_equal(rig_commit(output), 0);
	assert_true(kms_output_flip_pending(output));
	assert_true(fake_vblank(crtc));
	assert_int_equal(kms_device_dispatch(rig.device), 0);
	assert_false(kms_output_flip_pending(output));
}

void rig_expect_heard(const char *heard)
{
	assert_string_equal(rig.heard, heard);
	rig.heard[0] = '\0';
}

static size_t count_lines(FILE *f, const char *what)
{
	char line[512];
	size_t n = 0;
	rewind(f);
	while (fgets(line, sizeof line, f))
		n += strstr(line, what) != NULL;
	return n;
}

size_t rig_said(unsigned scans, const char *what)
{
	FILE *f = tmpfile();
	assert_non_null(f);
	int saved = dup(STDERR_FILENO), ret = 0;
	dup2(fileno(f), STDERR_FILENO);
	for (unsigned i = 0; i < scans; i++)
		ret |= kms_device_scan(rig.device);
	dup2(saved, STDERR_FILENO);
	close(saved);
	size_t n = count_lines(f, what);
	fclose(f);
	assert_int_equal(ret, 0);
	return n;
}
