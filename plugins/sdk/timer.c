#include <osaas_request.h>
#include <osaas_std.h>
#include <osaas_timer.h>

int osaas_timer_set(osaas_chan timer, uint64_t id, uint64_t first_ns, uint64_t period_ns)
{
	struct osaas_msg msg = {.type = OSAAS_TIMER_SET};
	const struct osaas_timer_set set = {id, first_ns, period_ns};
	memcpy(msg.u.bytes, &set, sizeof set);
	return (int)osaas_request(timer, &msg);
}

int osaas_timer_cancel(osaas_chan timer, uint64_t id)
{
	struct osaas_msg msg = {.type = OSAAS_TIMER_CANCEL, .u.u64 = {id}};
	return (int)osaas_request(timer, &msg);
}

int osaas_timer_clock(osaas_chan timer, int64_t wall_ns, struct osaas_timer_clock *out)
{
	struct osaas_msg msg = {.type = OSAAS_TIMER_CLOCK, .u.i64 = {wall_ns}};
	int r = (int)osaas_request(timer, &msg);
	if (r == 0)
		memcpy(out, msg.u.bytes, sizeof *out);
	return r;
}
