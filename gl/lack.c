/* What a driver may lack, and what that costs: for osaas doctor. */
#include "gl/private.h"

bool gl_lack(const struct gl *gl, unsigned n, struct gl_lack *out)
{
	const struct gl_caps *caps = &gl->caps;
	if (gl->options.platform == GL_PLATFORM_NONE)
		return false;
	bool card = gl->painter == GL_PAINTER_GL;
	const struct {
		bool lacks;
		struct gl_lack lack;
	} all[] = {
		{!gl->image_to_renderbuffer || !gl->create_image,
			{"GL_OES_EGL_image: it cannot draw into a display's memory; "
			 "update "
			 "Mesa",
				true}},
		{!caps->srgb,
			{"sRGB textures to draw into (OpenGL ES 3 or GL_EXT_sRGB): the "
			 "processor paints",
				false}},
		{!caps->highp,
			{"highp numbers in fragment shaders: the processor paints, and "
			 "what is translucent may be off by a few shades",
				false}},
		{card && !caps->srgb_decode,
			{"GL_EXT_texture_sRGB_decode: windows are encoded anew each time",
				false}},
		{!caps->software && !gl->dup_fence,
			{"EGL_ANDROID_native_fence_sync: the session waits for the card "
			 "in each frame",
				false}},
		{!card && !caps->unpack_rows,
			{"GL_EXT_unpack_subimage: what changed is uploaded in whole rows",
				false}},
		{!gl->reset_status,
			{"GL_EXT_robustness: a reset of the card may go unnoticed until "
			 "the session is started again",
				false}},
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		if (!all[i].lacks || n-- > 0)
			continue;
		*out = all[i].lack;
		return true;
	}
	return false;
}
