/* decode_libraries: what decodes files of sound, loaded by decode_load. */
#ifndef OSAAS_SESSION_DECODE_LIBRARIES_H
#define OSAAS_SESSION_DECODE_LIBRARIES_H

#include "util/library.h"

extern struct library library_sndfile, library_vorbisfile, library_opusfile,
	library_mpg123;

#endif
