#include "session/alsa_ucm.h"

#include "util/sonames.h"

#define ALSA_UCM(X)                                                                      \
	X(snd_lib_error_set_local)                                                       \
	X(snd_use_case_free_list)                                                        \
	X(snd_use_case_get)                                                              \
	X(snd_use_case_get_list)                                                         \
	X(snd_use_case_mgr_close)                                                        \
	X(snd_use_case_mgr_open)                                                         \
	X(snd_use_case_set)
LIBRARY(alsa_ucm, "a sound card's routes", SONAME_ALSA, "libasound2", ALSA_UCM)
