/*
 * libraries: EGL and OpenGL ES, loaded when a card is to draw, and libpng, loaded for each
 * picture. Those for text: text_libraries.h; GBM, which kms uses, too: util/gbm.h.
 */
#ifndef OSAAS_GL_LIBRARIES_H
#define OSAAS_GL_LIBRARIES_H

#include "util/library.h"

extern struct library library_egl, library_gles, library_png;

#endif
