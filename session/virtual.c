#include "session/virtual.h"

#include <string.h>

#include "session/aio.h"
#include "session/control.h"
#include "session/hosted.h"
#include "session/loop.h"
#include "session/record.h"
#include "session/service.h"
#include "session/session.h"
#include "session/store.h"
#include "util/clock.h"
#include "util/log.h"

#define BEGINNING   (1000 * NS_PER_S) /* far enough from 0 for who looks back */
#define PATIENCE_NS (5 * NS_PER_S)

static uint64_t patience_ns; /* real: till then time stands still; 0: nobody was asked */

bool virtual_check(struct session_options *options, const struct backend_ops *backend)
{
	const char *audio = options->audio;
	if (backend != &backend_headless) {
		log_error("--clock virtual is of --backend headless: displays have a "
			  "clock of their own");
		return false;
	}
	if (audio && strcmp(audio, "none") != 0) {
		log_error("--clock virtual is without sound: leave '%s' away", audio);
		return false;
	}
	options->audio = "none";
	return true;
}

void virtual_start(void)
{
	clock_frozen_ns = BEGINNING;
	patience_ns = 0;
}

void virtual_stop(void)
{
	clock_frozen_ns = 0;
}

bool virtual_is_on(void)
{
	return clock_frozen_ns != 0;
}

static bool services_wait(struct session *session)
{
	list_for_each (hosted, &session->hosted, struct hosted, link) {
		list_for_each (service, &hosted->services, struct service, link) {
			if (service->ops->waits && service->ops->waits(service))
				return true;
		}
	}
	return false;
}

/* Whether somebody outside is about to answer. */
static bool somebody_answers(struct session *session)
{
	return aio_waits(session->aio) || store_waits(session->store) ||
	       control_waits(session->control) || record_waits(session->record) ||
	       services_wait(session);
}

/* 0: time may go on. */
static uint64_t patience_left(void)
{
	uint64_t now = clock_real_ns();
	if (!patience_ns)
		patience_ns = now + PATIENCE_NS;
	return patience_ns > now ? patience_ns - now : 0;
}

static int wait_for_answer(struct session *session, uint64_t wake_ns)
{
	uint64_t left = patience_left(), start = clock_real_ns();
	uint64_t ns = left ? left : wake_ns - clock_frozen_ns;
	int n = loop_wait(session->loop, ns);
	if (n > 0 && left)
		patience_ns = 0;
	if (n == 0 && !left && clock_real_ns() - start >= ns)
		clock_frozen_ns = wake_ns;
	return n < 0 ? n : 0;
}

int virtual_poll(struct session *session, uint64_t wake_ns)
{
	int n = loop_wait(session->loop, 0);
	if (n != 0 || wake_ns <= clock_frozen_ns)
		return n < 0 ? n : 0;
	if (wake_ns == UINT64_MAX)
		return loop_poll(session->loop, wake_ns);
	if (somebody_answers(session))
		return wait_for_answer(session, wake_ns);
	patience_ns = 0;
	clock_frozen_ns = wake_ns;
	return 0;
}
