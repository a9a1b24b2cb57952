/* sounds FOLDER: short files of sound of all kinds, for decode_fuzz to begin with. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/session/encoded.h"

static const struct {
	const char *name;
	int format, bits;
	unsigned channels;
} kinds[] = {
	{"8.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 8, 1},
	{"24.wav", SF_FORMAT_WAVEX | SF_FORMAT_PCM_24, 24, 2},
	{"float.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, 24, 6},
	{"64.wav", SF_FORMAT_RF64 | SF_FORMAT_PCM_16, 16, 2},
	{"adpcm.wav", SF_FORMAT_WAV | SF_FORMAT_MS_ADPCM, 0, 1},
	{"16.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16, 16, 2},
	{"16.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 16, 2},
	{"vorbis.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, 0, 2},
	{"opus.ogg", SF_FORMAT_OGG | SF_FORMAT_OPUS, 0, 2},
	{"layer3.mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III, 0, 1},
};

static int write_file(const char *folder, const char *name, const struct encoded *e)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *f = fopen(path, "wb");
	if (!f || fwrite(e->bytes, 1, e->size, f) != e->size || fclose(f) != 0) {
		perror(path);
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	int failed = argc != 2;
	for (size_t i = 0; !failed && i < sizeof kinds / sizeof *kinds; i++) {
		struct encoded e;
		if (!encoded_make(&e, kinds[i].format, 48000, kinds[i].channels, 1500,
			    kinds[i].bits, "A title"))
			continue;
		failed = write_file(argv[1], kinds[i].name, &e);
		free(e.bytes);
	}
	return failed;
}
