#include "session/alsa.h"

#include "util/sonames.h"

#define ALSA(X)                                                                          \
	X(snd_card_get_name)                                                             \
	X(snd_card_next)                                                                 \
	X(snd_config_update_free_global)                                                 \
	X(snd_lib_error_set_handler)                                                     \
	X(snd_pcm_avail_update)                                                          \
	X(snd_pcm_close)                                                                 \
	X(snd_pcm_hw_params)                                                             \
	X(snd_pcm_hw_params_any)                                                         \
	X(snd_pcm_hw_params_set_access)                                                  \
	X(snd_pcm_hw_params_set_buffer_size_near)                                        \
	X(snd_pcm_hw_params_set_channels)                                                \
	X(snd_pcm_hw_params_set_format)                                                  \
	X(snd_pcm_hw_params_set_period_size_near)                                        \
	X(snd_pcm_hw_params_set_rate)                                                    \
	X(snd_pcm_hw_params_sizeof)                                                      \
	X(snd_pcm_open)                                                                  \
	X(snd_pcm_poll_descriptors)                                                      \
	X(snd_pcm_poll_descriptors_revents)                                              \
	X(snd_pcm_prepare)                                                               \
	X(snd_pcm_start)                                                                 \
	X(snd_pcm_state)                                                                 \
	X(snd_pcm_sw_params)                                                             \
	X(snd_pcm_sw_params_current)                                                     \
	X(snd_pcm_sw_params_get_boundary)                                                \
	X(snd_pcm_sw_params_set_avail_min)                                               \
	X(snd_pcm_sw_params_set_start_threshold)                                         \
	X(snd_pcm_sw_params_sizeof)                                                      \
	X(snd_pcm_writei)                                                                \
	X(snd_strerror)
LIBRARY(alsa, "sound", SONAME_ALSA, "libasound2", ALSA)
