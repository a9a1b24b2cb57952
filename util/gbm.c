#include "util/gbm.h"

#include "util/sonames.h"

#define GBM(X)                                                                           \
	X(gbm_bo_create)                                                                 \
	X(gbm_bo_destroy)                                                                \
	X(gbm_bo_get_fd)                                                                 \
	X(gbm_bo_get_format)                                                             \
	X(gbm_bo_get_handle)                                                             \
	X(gbm_bo_get_height)                                                             \
	X(gbm_bo_get_modifier)                                                           \
	X(gbm_bo_get_offset)                                                             \
	X(gbm_bo_get_plane_count)                                                        \
	X(gbm_bo_get_stride)                                                             \
	X(gbm_bo_get_width)                                                              \
	X(gbm_bo_map)                                                                    \
	X(gbm_bo_unmap)                                                                  \
	X(gbm_create_device)                                                             \
	X(gbm_device_destroy)
LIBRARY(gbm, "buffers of a graphics card", SONAME_GBM, "libgbm1", GBM)
