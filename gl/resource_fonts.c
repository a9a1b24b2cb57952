/* Fonts of the registry, for the resources of a window. */
#include <errno.h>
#include <string.h>

#include "gl/font.h"
#include "gl/resource.h"

static int open_query(void *data, unsigned weight, unsigned slant, const char *families,
	size_t n, uint32_t *out)
{
	char list[GL_FONT_FAMILIES];
	const struct gl_font_query query = {
		.families = list, .weight = weight, .slant = (enum gl_font_slant)slant};
	if (n >= sizeof list)
		return -EINVAL;
	memcpy(list, families, n);
	list[n] = '\0';
	int rc = gl_font_match(data, &query, out);
	if (!rc)
		gl_font_ref(data, *out);
	return rc;
}

static int open_bytes(
	void *data, const void *bytes, size_t size, unsigned face, uint32_t *out)
{
	char why[128];
	return gl_font_memory(
		data, bytes, size, face, GL_FONT_NOBODYS, out, why, sizeof why);
}

static bool lend(void *data, uint64_t owner, uint32_t font)
{
	bool usable = gl_font_usable(data, font, owner);
	if (usable)
		gl_font_ref(data, font);
	return usable;
}

static void close_font(void *data, uint32_t font)
{
	gl_font_unref(data, font);
}

void resources_use_fonts(struct gl_resources *resources, struct gl_fonts *fonts)
{
	const struct resource_fonts calls = {
		open_query, open_bytes, lend, close_font, fonts};
	resources_set_fonts(resources, &calls);
}
