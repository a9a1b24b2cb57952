#include "session/fence_time.h"

#include <linux/sync_file.h>
#include <sys/ioctl.h>

#define FENCES    8 /* that one file may be merged of */
#define SIGNALLED 1

uint64_t fence_time(int fence)
{
	struct sync_fence_info fences[FENCES] = {0};
	struct sync_file_info info = {
		.num_fences = FENCES, .sync_fence_info = (uintptr_t)fences};
	uint64_t last = 0;
	if (fence < 0 || ioctl(fence, SYNC_IOC_FILE_INFO, &info) < 0 ||
		info.status != SIGNALLED)
		return 0;
	for (uint32_t i = 0; i < info.num_fences && i < FENCES; i++) {
		if (fences[i].timestamp_ns > last)
			last = fences[i].timestamp_ns;
	}
	return last;
}
