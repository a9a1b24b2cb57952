/* What is told of a card that is not opened for good, and who holds one. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_drm.h"
#include "kms/kms.h"

static void test_probe(void **state)
{
	struct kms_probe p;
	fake_reset(2);
	struct fake_object *hdmi = fake_connector(DRM_MODE_CONNECTOR_HDMIA, 3);
	fake_mode(hdmi, 640, 480, false);
	fake_mode(hdmi, 1920, 1080, true);
	fake_mode(hdmi, 800, 600, false);
	fake_connector(DRM_MODE_CONNECTOR_DisplayPort, 3)->connected = false;
	assert_int_equal(kms_probe_path("/dev/null", &p), 0);
	assert_string_equal(p.driver, "fake");
	assert_true(p.atomic);
	assert_true(p.dumb_buffers);
	assert_int_equal(p.crtcs, 2);
	assert_int_equal(p.connectors, 2);
	assert_string_equal(p.connector[0].name, "HDMI-A-1");
	assert_true(p.connector[0].connected);
	assert_int_equal(p.connector[0].width, 1920);
	assert_int_equal(p.connector[0].height, 1080);
	assert_in_range(p.connector[0].refresh_mhz, 59990, 60010);
	assert_string_equal(p.connector[1].name, "DP-2");
	assert_false(p.connector[1].connected);
	assert_int_equal(p.connector[1].width, 0);
	assert_int_equal(fake.probes, 0);
	assert_int_equal(fake.drops, 1);
	fake_finish();
}

static void test_probe_poor(void **state)
{
	struct kms_probe p;
	fake_reset(0);
	fake.no_atomic = fake.no_dumb = true;
	assert_int_equal(kms_probe_path("/dev/null", &p), 0);
	assert_false(p.atomic);
	assert_false(p.dumb_buffers);
	assert_int_equal(p.crtcs, 0);
	assert_int_equal(p.connectors, 0);
	assert_int_equal(kms_probe_path("/nowhere/card0", &p), -ENOENT);
	fake_finish();
}

static void test_probe_many(void **state)
{
	struct kms_probe p;
	fake_reset(0);
	for (int i = 0; i < KMS_PROBE_CONNECTORS + 3; i++)
		fake_connector(DRM_MODE_CONNECTOR_HDMIA, 1);
	assert_int_equal(kms_probe_path("/dev/null", &p), 0);
	assert_int_equal(p.connectors, KMS_PROBE_CONNECTORS + 3);
	assert_string_equal(p.connector[KMS_PROBE_CONNECTORS - 1].name, "HDMI-A-16");
	fake_finish();
}

/* A process that keeps what is open and tells its pid; its parent ends if it is to be nobody's. */
static pid_t hold(int ready, bool orphan)
{
	pid_t child = fork();
	assert_true(child >= 0);
	if (child)
		return child;
	if (orphan && fork())
		_exit(0);
	pid_t self = getpid();
	prctl(PR_SET_NAME, "somebody");
	(void)!write(ready, &self, sizeof self);
	alarm(20);
	pause();
	_exit(0);
}

/* A file in place of a card, held by us, by a child of ours, and by a stranger. */
static void test_holder(void **state)
{
	pid_t holder = 0;
	char path[] = "/tmp/osaas-holder-XXXXXX", text[128], expected[64];
	int fd = mkstemp(path), ready[2];
	assert_true(fd >= 0);
	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	assert_int_equal(
		kms_card_holder(path, text, sizeof text), -ENOENT); /* we do not count */
	assert_string_equal(text, "");
	pid_t child = hold(ready[1], false);
	assert_int_equal(read(ready[0], &holder, sizeof holder), sizeof holder);
	assert_int_equal(holder, child);
	/* Nor does a child of ours: libseat's built-in server is one. */
	assert_int_equal(kms_card_holder(path, text, sizeof text), -ENOENT);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	child = hold(ready[1], true);
	waitpid(child, NULL, 0);
	assert_int_equal(read(ready[0], &holder, sizeof holder), sizeof holder);
	snprintf(expected, sizeof expected, "somebody (pid %d)", holder);
	assert_int_equal(kms_card_holder(path, text, sizeof text), 0);
	assert_string_equal(text, expected);
	assert_int_equal(
		kms_card_holder(path, text, 8), -ENOENT); /* no room: no half names */
	assert_string_equal(text, "");
	kill(holder, SIGKILL);
	while (kms_card_holder(path, text, sizeof text) == 0)
		usleep(1000); /* it is not ours to wait for */
	unlink(path);
	assert_int_equal(kms_card_holder(path, text, sizeof text), -ENOENT);
	close(fd);
	close(ready[0]);
	close(ready[1]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_probe),
		cmocka_unit_test(test_probe_poor),
		cmocka_unit_test(test_probe_many),
		cmocka_unit_test(test_holder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
