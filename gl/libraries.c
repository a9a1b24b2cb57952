#include "gl/libraries.h"

#include "util/library.h"
#include "util/sonames.h"

#define EGL(X)                                                                           \
	X(eglBindAPI)                                                                    \
	X(eglChooseConfig)                                                               \
	X(eglCreateContext)                                                              \
	X(eglDestroyContext)                                                             \
	X(eglGetCurrentContext)                                                          \
	X(eglGetError)                                                                   \
	X(eglGetProcAddress)                                                             \
	X(eglInitialize)                                                                 \
	X(eglMakeCurrent)                                                                \
	X(eglQueryString)                                                                \
	X(eglTerminate)
LIBRARY(egl, "OpenGL ES", SONAME_EGL, "libegl1", EGL)

#define GLES(X)                                                                          \
	X(glActiveTexture)                                                               \
	X(glAttachShader)                                                                \
	X(glBindAttribLocation)                                                          \
	X(glBindBuffer)                                                                  \
	X(glBindFramebuffer)                                                             \
	X(glBindRenderbuffer)                                                            \
	X(glBindTexture)                                                                 \
	X(glBlendFunc)                                                                   \
	X(glBlendFuncSeparate)                                                           \
	X(glBufferData)                                                                  \
	X(glCheckFramebufferStatus)                                                      \
	X(glClear)                                                                       \
	X(glClearColor)                                                                  \
	X(glCompileShader)                                                               \
	X(glCopyTexSubImage2D)                                                           \
	X(glCreateProgram)                                                               \
	X(glCreateShader)                                                                \
	X(glDeleteBuffers)                                                               \
	X(glDeleteFramebuffers)                                                          \
	X(glDeleteProgram)                                                               \
	X(glDeleteRenderbuffers)                                                         \
	X(glDeleteShader)                                                                \
	X(glDeleteTextures)                                                              \
	X(glDisable)                                                                     \
	X(glDisableVertexAttribArray)                                                    \
	X(glDrawArrays)                                                                  \
	X(glDrawElements)                                                                \
	X(glEnable)                                                                      \
	X(glEnableVertexAttribArray)                                                     \
	X(glFinish)                                                                      \
	X(glFlush)                                                                       \
	X(glFramebufferRenderbuffer)                                                     \
	X(glFramebufferTexture2D)                                                        \
	X(glGenBuffers)                                                                  \
	X(glGenFramebuffers)                                                             \
	X(glGenRenderbuffers)                                                            \
	X(glGenTextures)                                                                 \
	X(glGetError)                                                                    \
	X(glGetIntegerv)                                                                 \
	X(glGetProgramiv)                                                                \
	X(glGetShaderInfoLog)                                                            \
	X(glGetShaderPrecisionFormat)                                                    \
	X(glGetShaderiv)                                                                 \
	X(glGetString)                                                                   \
	X(glGetUniformLocation)                                                          \
	X(glLinkProgram)                                                                 \
	X(glPixelStorei)                                                                 \
	X(glReadPixels)                                                                  \
	X(glScissor)                                                                     \
	X(glShaderSource)                                                                \
	X(glTexImage2D)                                                                  \
	X(glTexParameteri)                                                               \
	X(glTexSubImage2D)                                                               \
	X(glUniform1f)                                                                   \
	X(glUniform1i)                                                                   \
	X(glUniform2f)                                                                   \
	X(glUniform2fv)                                                                  \
	X(glUniform3fv)                                                                  \
	X(glUniform4f)                                                                   \
	X(glUniform4fv)                                                                  \
	X(glUseProgram)                                                                  \
	X(glVertexAttribPointer)                                                         \
	X(glViewport)
LIBRARY(gles, "OpenGL ES", SONAME_GLESV2, "libgles2", GLES)

#define PNG(X)                                                                           \
	X(png_create_info_struct)                                                        \
	X(png_create_write_struct)                                                       \
	X(png_destroy_write_struct)                                                      \
	X(png_init_io)                                                                   \
	X(png_longjmp)                                                                   \
	X(png_set_IHDR)                                                                  \
	X(png_set_longjmp_fn)                                                            \
	X(png_set_sRGB_gAMA_and_cHRM)                                                    \
	X(png_write_end)                                                                 \
	X(png_write_info)                                                                \
	X(png_write_row)
LIBRARY(png, "a PNG file", SONAME_LIBPNG, "libpng16-16", PNG)
