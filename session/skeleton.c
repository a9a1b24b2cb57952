#include "session/skeleton.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "plugins/include/osaas.h"
#include "session/new/templates.h"
#include "util/log.h"

/* What stands for the words between @ in the templates. */
struct words {
	const char *name;
	char ident[SKELETON_NAME + 1];
	char title[SKELETON_NAME + 1];
	char abi[16];
	char meson_sdk[PATH_MAX + 160], make_sdk[PATH_MAX + 160];
};

static void make_words(struct words *w, const char *name, const char *sdk)
{
	size_t n = strlen(name);
	*w = (struct words){.name = name};
	for (size_t i = 0; i <= n; i++) {
		w->ident[i] = name[i] == '-' ? '_' : name[i];
		w->title[i] = name[i] == '-' ? ' ' : name[i];
	}
	w->title[0] = (char)toupper((unsigned char)w->title[0]);
	snprintf(w->abi, sizeof w->abi, "%d.%d", OSAAS_ABI_MAJOR, OSAAS_ABI_MINOR);
	snprintf(w->make_sdk, sizeof w->make_sdk, "SDK = pkg-config");
	if (!sdk)
		return;
	snprintf(w->meson_sdk, sizeof w->meson_sdk,
		"\t# Where osaas was on this machine; PKG_CONFIG_PATH in the environment "
		"goes "
		"before it.\n\t'pkg_config_path=%s',\n",
		sdk);
	snprintf(w->make_sdk, sizeof w->make_sdk,
		"# Where osaas was on this machine; what is in PKG_CONFIG_PATH goes "
		"before "
		"it.\nSDK = PKG_CONFIG_PATH=$$PKG_CONFIG_PATH:%s pkg-config",
		sdk);
}

static const char *find_word(const struct words *w, const char *at, size_t n)
{
	const struct {
		const char *key, *value;
	} table[] = {
		{"NAME", w->name},
		{"IDENT", w->ident},
		{"TITLE", w->title},
		{"ABI", w->abi},
		{"MESON_SDK", w->meson_sdk},
		{"MAKE_SDK", w->make_sdk},
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (strlen(table[i].key) == n && strncmp(at, table[i].key, n) == 0)
			return table[i].value;
	}
	return NULL;
}

/* The template with its words replaced; an @ that begins none stays. */
static void put(FILE *f, const char *t, const struct words *w)
{
	while (*t) {
		size_t n = strcspn(t, "@"), m = t[n] ? strcspn(t + n + 1, "@") : 0;
		const char *value = t[n] ? find_word(w, t + n + 1, m) : NULL;
		fwrite(t, 1, n, f);
		t += n;
		if (!value) {
			if (*t)
				fputc(*t++, f);
			continue;
		}
		fputs(value, f);
		t += m + 2;
	}
}

static int write_file(const char *directory, const char *name, const char *template,
	const struct words *w)
{
	char path[2 * SKELETON_NAME + 16];
	snprintf(path, sizeof path, "%s/%s", directory, name);
	FILE *f = fopen(path, "wx");
	if (f)
		put(f, template, w);
	if (!f || ferror(f) | fclose(f)) {
		int r = -errno;
		log_error("%s cannot be written: %s", path, strerror(errno));
		return r;
	}
	return 0;
}

int skeleton_write(const char *name, const char *sdk)
{
	char source[SKELETON_NAME + 3];
	struct words words, *w = &words;
	make_words(w, name, sdk);
	if (mkdir(name, 0777) < 0) {
		log_error("the directory '%s' cannot be made here: %s", name,
			strerror(errno));
		return -errno;
	}
	snprintf(source, sizeof source, "%s.c", name);
	int r = write_file(name, source, plugin_c_in, w);
	if (r == 0)
		r = write_file(name, "meson.build", meson_build_in, w);
	if (r == 0)
		r = write_file(name, "Makefile", Makefile_in, w);
	if (r == 0)
		r = write_file(name, "README.md", README_md_in, w);
	return r;
}
