#include "picture.h"

#include <dirent.h>
#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;
	if (!file)
		return NULL;
	if (getdelim(&text, &size, '\0', file) < 0) {
		free(text);
		text = NULL;
	}
	fclose(file);
	return text;
}

bool golden_read(const char *path, struct golden_text *out)
{
	*out = (struct golden_text){read_file(path), 128, 128, 1, 0.1, 4};
	for (const char *line = out->text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		sscanf(line, "# size %dx%d", &out->width, &out->height);
		sscanf(line, "# scale %lf", &out->scale);
		sscanf(line, "# tolerance %lf %lf", &out->mean, &out->max);
	}
	out->width = (int)ceil(out->width * out->scale);
	out->height = (int)ceil(out->height * out->scale);
	return out->text;
}

static int is_text(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');
	return dot && !strcmp(dot, ".ops");
}

char **golden_names(const char *dir, size_t *n)
{
	struct dirent **entries;
	int found = scandir(dir, &entries, is_text, alphasort);
	*n = found > 0 ? (size_t)found : 0;
	char **names = calloc(*n + 1, sizeof *names);
	for (size_t i = 0; i < *n; i++) {
		*strrchr(entries[i]->d_name, '.') = '\0';
		names[i] = strdup(entries[i]->d_name);
		free(entries[i]);
	}
	if (found >= 0)
		free(entries);
	return names;
}

bool picture_write(const char *path, const uint8_t *rgba, int width, int height)
{
	png_image image = {.version = PNG_IMAGE_VERSION,
		.width = (png_uint_32)width,
		.height = (png_uint_32)height,
		.format = PNG_FORMAT_RGBA};
	return png_image_write_to_file(&image, path, 0, rgba, 0, NULL);
}

uint8_t *picture_read(const char *path, int *width, int *height)
{
	png_image image = {.version = PNG_IMAGE_VERSION};
	uint8_t *rgba = NULL;
	if (!png_image_begin_read_from_file(&image, path))
		return NULL;
	image.format = PNG_FORMAT_RGBA;
	rgba = malloc(PNG_IMAGE_SIZE(image));
	if (!rgba || !png_image_finish_read(&image, NULL, rgba, 0, NULL)) {
		png_image_free(&image);
		free(rgba);
		return NULL;
	}
	*width = (int)image.width;
	*height = (int)image.height;
	return rgba;
}

struct picture_error picture_compare(
	const uint8_t *is, const uint8_t *should, int width, int height)
{
	struct picture_error error = {0};
	size_t n = (size_t)width * (size_t)height * 4;
	double sum = 0;
	for (size_t i = 0; i < n; i++) {
		int off = abs(is[i] - should[i]);
		sum += off;
		if (off > error.max) {
			error.max = off;
			error.x = (int)(i / 4 % (size_t)width);
			error.y = (int)(i / 4 / (size_t)width);
		}
	}
	error.mean = sum / (double)n;
	return error;
}
