/* golden-oracle: one text to a picture; and how long and how exact that is, by hand. */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oracle.h"
#include "picture.h"

static const char usage[] =
	"usage: golden-oracle FILE.ops -o OUT.png [--scale S] [--size WxH] [--rows N]\n"
	"PNG bytes are as read back: premultiplied in linear light, sRGB encoded.\n"
	"What the file's own comments say counts where no option does.\n";

static int draw(
	const char *path, const char *to, const struct golden_text *text, int rows)
{
	struct oracle_ask ask = {text->width, text->height, text->scale, rows};
	struct oracle_picture picture;
	char error[200];
	int rc = 1;
	if (!oracle_draw(text->text, &ask, &picture, error))
		fprintf(stderr, "golden-oracle: %s: %s\n", path, error);
	else if (!picture_write(to, picture.rgba, picture.width, picture.height))
		fprintf(stderr, "golden-oracle: cannot write %s\n", to);
	else
		rc = 0;
	oracle_forget();
	return rc;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"scale", required_argument, NULL, 's'},
		{"size", required_argument, NULL, 'z'},
		{"rows", required_argument, NULL, 'r'}, {NULL, 0, NULL, 0}};
	const char *out = NULL, *size = NULL;
	double scale = 0;
	int option, rows = 0;
	while ((option = getopt_long(argc, argv, "o:", options, NULL)) != -1) {
		if (option == 'o')
			out = optarg;
		else if (option == 's')
			scale = strtod(optarg, NULL);
		else if (option == 'z')
			size = optarg;
		else if (option == 'r')
			rows = atoi(optarg);
	}
	struct golden_text text;
	if (!out || optind + 1 != argc) {
		fputs(usage, stderr);
		return 2;
	}
	if (!golden_read(argv[optind], &text)) {
		fprintf(stderr, "golden-oracle: cannot read %s\n", argv[optind]);
		return 1;
	}
	int width = (int)(text.width / text.scale),
	    height = (int)(text.height / text.scale);
	if (scale > 0)
		text.scale = scale;
	if (size && sscanf(size, "%dx%d", &width, &height) != 2) {
		fputs(usage, stderr);
		return 2;
	}
	text.width = (int)ceil(width * text.scale);
	text.height = (int)ceil(height * text.scale);
	int rc = draw(argv[optind], out, &text, rows);
	free(text.text);
	return rc;
}
