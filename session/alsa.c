#include "session/alsa.h"

#include <alsa/asoundlib.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "util/log.h"
#include "util/sonames.h"

#define ALSA(X)                                                                          \
	X(snd_card_next)                                                                 \
	X(snd_ctl_card_info)                                                             \
	X(snd_ctl_card_info_get_driver)                                                  \
	X(snd_ctl_card_info_get_id)                                                      \
	X(snd_ctl_card_info_get_name)                                                    \
	X(snd_ctl_card_info_sizeof)                                                      \
	X(snd_ctl_close)                                                                 \
	X(snd_ctl_elem_id_get_interface)                                                 \
	X(snd_ctl_elem_id_get_name)                                                      \
	X(snd_ctl_elem_id_sizeof)                                                        \
	X(snd_ctl_elem_list)                                                             \
	X(snd_ctl_elem_list_alloc_space)                                                 \
	X(snd_ctl_elem_list_free_space)                                                  \
	X(snd_ctl_elem_list_get_count)                                                   \
	X(snd_ctl_elem_list_get_id)                                                      \
	X(snd_ctl_elem_list_get_used)                                                    \
	X(snd_ctl_elem_list_sizeof)                                                      \
	X(snd_ctl_elem_read)                                                             \
	X(snd_ctl_elem_value_get_boolean)                                                \
	X(snd_ctl_elem_value_set_id)                                                     \
	X(snd_ctl_elem_value_sizeof)                                                     \
	X(snd_ctl_event_elem_get_interface)                                              \
	X(snd_ctl_event_elem_get_name)                                                   \
	X(snd_ctl_event_get_type)                                                        \
	X(snd_ctl_event_sizeof)                                                          \
	X(snd_ctl_open)                                                                  \
	X(snd_ctl_pcm_info)                                                              \
	X(snd_ctl_pcm_next_device)                                                       \
	X(snd_ctl_poll_descriptors)                                                      \
	X(snd_ctl_read)                                                                  \
	X(snd_ctl_subscribe_events)                                                      \
	X(snd_lib_error_set_handler)                                                     \
	X(snd_pcm_avail_update)                                                          \
	X(snd_pcm_close)                                                                 \
	X(snd_pcm_drop)                                                                  \
	X(snd_pcm_get_chmap)                                                             \
	X(snd_pcm_hw_params)                                                             \
	X(snd_pcm_hw_params_any)                                                         \
	X(snd_pcm_hw_params_copy)                                                        \
	X(snd_pcm_hw_params_current)                                                     \
	X(snd_pcm_hw_params_get_buffer_size)                                             \
	X(snd_pcm_hw_params_get_period_size)                                             \
	X(snd_pcm_hw_params_set_access)                                                  \
	X(snd_pcm_hw_params_set_buffer_size_min)                                         \
	X(snd_pcm_hw_params_set_buffer_size_near)                                        \
	X(snd_pcm_hw_params_set_channels)                                                \
	X(snd_pcm_hw_params_set_channels_near)                                           \
	X(snd_pcm_hw_params_set_format)                                                  \
	X(snd_pcm_hw_params_set_period_size_near)                                        \
	X(snd_pcm_hw_params_set_periods_integer)                                         \
	X(snd_pcm_hw_params_set_rate_near)                                               \
	X(snd_pcm_hw_params_set_rate_resample)                                           \
	X(snd_pcm_hw_params_sizeof)                                                      \
	X(snd_pcm_info_get_class)                                                        \
	X(snd_pcm_info_get_name)                                                         \
	X(snd_pcm_info_set_device)                                                       \
	X(snd_pcm_info_set_stream)                                                       \
	X(snd_pcm_info_set_subdevice)                                                    \
	X(snd_pcm_info_sizeof)                                                           \
	X(snd_pcm_mmap_begin)                                                            \
	X(snd_pcm_mmap_commit)                                                           \
	X(snd_pcm_open)                                                                  \
	X(snd_pcm_poll_descriptors)                                                      \
	X(snd_pcm_poll_descriptors_count)                                                \
	X(snd_pcm_poll_descriptors_revents)                                              \
	X(snd_pcm_prepare)                                                               \
	X(snd_pcm_readi)                                                                 \
	X(snd_pcm_set_chmap)                                                             \
	X(snd_pcm_start)                                                                 \
	X(snd_pcm_state)                                                                 \
	X(snd_pcm_status)                                                                \
	X(snd_pcm_status_get_avail)                                                      \
	X(snd_pcm_status_get_delay)                                                      \
	X(snd_pcm_status_get_htstamp)                                                    \
	X(snd_pcm_status_get_state)                                                      \
	X(snd_pcm_status_sizeof)                                                         \
	X(snd_pcm_stream)                                                                \
	X(snd_pcm_sw_params)                                                             \
	X(snd_pcm_sw_params_current)                                                     \
	X(snd_pcm_sw_params_get_boundary)                                                \
	X(snd_pcm_sw_params_set_avail_min)                                               \
	X(snd_pcm_sw_params_set_silence_size)                                            \
	X(snd_pcm_sw_params_set_silence_threshold)                                       \
	X(snd_pcm_sw_params_set_start_threshold)                                         \
	X(snd_pcm_sw_params_set_tstamp_mode)                                             \
	X(snd_pcm_sw_params_set_tstamp_type)                                             \
	X(snd_pcm_sw_params_sizeof)                                                      \
	X(snd_pcm_type)                                                                  \
	X(snd_pcm_writei)                                                                \
	X(snd_strerror)
LIBRARY(alsa, "sound", SONAME_ALSA, "libasound2", ALSA)

static void note_error(
	const char *file, int line, const char *function, int err, const char *fmt, ...)
{
	char text[200];
	va_list args;
	(void)file, (void)line;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	text[strcspn(text, "\n")] = '\0';
	log_debug("alsa: %s: %s%s%s", function, text, err ? ": " : "",
		err ? snd_strerror(err) : "");
}

int alsa_load(void)
{
	static bool loaded, missing;
	if (loaded)
		return 0;
	if (missing && !library_there(&library_alsa))
		return -ENOENT;
	int r = library_load(&library_alsa);
	missing = r < 0;
	loaded = r == 0;
	if (loaded)
		snd_lib_error_set_handler(note_error);
	return r;
}
