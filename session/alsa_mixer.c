#include "session/alsa_mixer.h"

#include "util/sonames.h"

#define ALSA_MIXER(X)                                                                    \
	X(snd_mixer_attach)                                                              \
	X(snd_mixer_close)                                                               \
	X(snd_mixer_elem_get_callback_private)                                           \
	X(snd_mixer_elem_next)                                                           \
	X(snd_mixer_elem_set_callback)                                                   \
	X(snd_mixer_elem_set_callback_private)                                           \
	X(snd_mixer_first_elem)                                                          \
	X(snd_mixer_handle_events)                                                       \
	X(snd_mixer_load)                                                                \
	X(snd_mixer_open)                                                                \
	X(snd_mixer_poll_descriptors)                                                    \
	X(snd_mixer_poll_descriptors_count)                                              \
	X(snd_mixer_selem_get_capture_dB_range)                                          \
	X(snd_mixer_selem_get_capture_switch)                                            \
	X(snd_mixer_selem_get_capture_volume)                                            \
	X(snd_mixer_selem_get_capture_volume_range)                                      \
	X(snd_mixer_selem_get_index)                                                     \
	X(snd_mixer_selem_get_name)                                                      \
	X(snd_mixer_selem_get_playback_dB_range)                                         \
	X(snd_mixer_selem_get_playback_switch)                                           \
	X(snd_mixer_selem_get_playback_volume)                                           \
	X(snd_mixer_selem_get_playback_volume_range)                                     \
	X(snd_mixer_selem_ask_capture_vol_dB)                                            \
	X(snd_mixer_selem_ask_playback_vol_dB)                                           \
	X(snd_mixer_selem_has_capture_switch)                                            \
	X(snd_mixer_selem_has_capture_volume)                                            \
	X(snd_mixer_selem_has_playback_switch)                                           \
	X(snd_mixer_selem_has_playback_volume)                                           \
	X(snd_mixer_selem_is_active)                                                     \
	X(snd_mixer_selem_register)                                                      \
	X(snd_mixer_selem_set_capture_dB_all)                                            \
	X(snd_mixer_selem_set_capture_switch_all)                                        \
	X(snd_mixer_selem_set_capture_volume)                                            \
	X(snd_mixer_selem_set_capture_volume_all)                                        \
	X(snd_mixer_selem_set_playback_dB_all)                                           \
	X(snd_mixer_selem_set_playback_switch_all)                                       \
	X(snd_mixer_selem_set_playback_volume)                                           \
	X(snd_mixer_selem_set_playback_volume_all)
LIBRARY(alsa_mixer, "a sound card's volume", SONAME_ALSA, "libasound2", ALSA_MIXER)
