#include "session/run_options.h"

bool run_options_take(struct run_options *run, int id, const char *value)
{
	struct session_options *o = &run->session;
	switch ((enum run_option)id) {
	case RUN_BACKEND:
		run->backend = value;
		return true;
	case RUN_SHOT:
		o->shot = value;
		return true;
	case RUN_FOR:
		return opt_seconds(value, &o->run_ns);
	case RUN_CLOCK:
		return opt_clock(value, &o->virtual_clock);
	case RUN_SCALE:
		o->scale_given = true;
		return opt_scale(value, &o->scale);
	case RUN_RENDERER:
		run->renderer_given = true;
		return opt_renderer(value, &o->renderer);
	case RUN_AUDIO:
		return opt_audio(value, &o->audio);
	case RUN_FENCE:
		run->fence_given = true;
		return opt_fence(value, &o->fence);
	case RUN_CONFIG:
		run->config = value;
		return true;
	case RUN_GRANT:
		return opt_grant(run->grants, &o->n_grants, value);
	case RUN_LOG:
		o->log_given = true;
		return opt_log(value);
	case RUN_OWN:
		break;
	}
	return false;
}
