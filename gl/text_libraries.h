/* text_libraries: the libraries for fonts and text, loaded with the first text. */
#ifndef OSAAS_GL_TEXT_LIBRARIES_H
#define OSAAS_GL_TEXT_LIBRARIES_H

#include "util/library.h"

extern struct library library_freetype, library_fontconfig, library_harfbuzz,
	library_fribidi, library_unibreak, library_thai;

/*
 * text_libraries_load: 0, or -ENOENT, logged. Once loaded they stay, and later calls do
 * nothing. Milliseconds, and with fontconfig's first query tens of them.
 */
int text_libraries_load(void);

#endif
