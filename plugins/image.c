#include "plugins/loader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plugins/code.h"
#include "plugins/private.h"

static struct list images = {&images, &images}; /* image.link */

static int fail_errno(struct plugin_error *err, const char *what)
{
	int e = errno;
	return plugin_fail(err, -e, "cannot %s: %s", what, strerror(e));
}

/* An unsealed memfd of that size, mapped for writing. */
static int make_memory(size_t size, int *fd, uint8_t **bytes, struct plugin_error *err)
{
	*fd = memfd_create("osaas-plugin", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (*fd < 0)
		return fail_errno(err, "make a memory file for it");
	if (ftruncate(*fd, (off_t)size) < 0)
		return fail_errno(err, "make room for it in memory");
	*bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, *fd, 0);
	if (*bytes == MAP_FAILED) {
		*bytes = NULL;
		return fail_errno(err, "map the memory for it");
	}
	return 0;
}

/* From here on nobody can change it, we included; only then is it looked at. */
static int seal(int fd, size_t size, uint8_t **bytes, struct plugin_error *err)
{
	munmap(*bytes, size);
	*bytes = NULL;
	int seals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
	if (fcntl(fd, F_ADD_SEALS, seals) < 0)
		return fail_errno(err, "seal the memory it was read into");
	*bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (*bytes == MAP_FAILED) {
		*bytes = NULL;
		return fail_errno(err, "map the memory it was read into");
	}
	return 0;
}

static void free_image(struct image *image)
{
	if (image->bytes)
		munmap(image->bytes, image->size);
	if (image->fd >= 0)
		close(image->fd);
	free(image);
}

void image_put(struct image *image)
{
	if (!image || --image->refs > 0)
		return;
	list_remove(&image->link);
	free_image(image);
}

static int check_abi(const struct manifest *m, struct plugin_error *err)
{
	if (m->abi_major != OSAAS_ABI_MAJOR)
		return plugin_fail(err, -EPROTO,
			"built for ABI %u.%u, this is %d.%d: "
			"build it again with this SDK",
			m->abi_major, m->abi_minor, OSAAS_ABI_MAJOR, OSAAS_ABI_MINOR);
	if (m->abi_minor > OSAAS_ABI_MINOR)
		return plugin_fail(err, -EPROTO,
			"built for the newer ABI %u.%u, this is %d.%d: "
			"update osaas",
			m->abi_major, m->abi_minor, OSAAS_ABI_MAJOR, OSAAS_ABI_MINOR);
	return 0;
}

/* Its instructions, and what they say of it. */
static int check_code(struct image *image, struct plugin_error *err)
{
	struct code code;
	int r = code_read(&code, &image->elf, image->entry, err);
	if (r == 0 && analyse(&image->analysis, &code, image->entry) < 0)
		r = plugin_fail(err, -ENOMEM, "out of memory: close something");
	image->fp_control = code.fp_control;
	code_free(&code);
	return r;
}

struct code_place image_place(const struct image *image, uint32_t at)
{
	struct code code = {.elf = &image->elf};
	elf_symbols(code.elf, ELF_FUNCTIONS, &code.functions, &code.n_functions);
	struct code_place place = code_place(&code, at);
	code_free(&code);
	return place;
}

static int check(struct image *image, struct plugin_error *err)
{
	struct elf *elf = &image->elf;
	int r = elf_read(elf, image->bytes, image->size, err);
	if (r == 0)
		r = manifest_parse(
			elf->manifest, elf->manifest_size, &image->manifest, err);
	if (r == 0)
		r = check_abi(&image->manifest, err);
	if (r == 0)
		r = elf_check_bindings(elf, err);
	if (r < 0)
		return r;
	image->entry = elf_find_function(elf, image->manifest.entry);
	if (!image->entry)
		return plugin_fail(err, -ENOEXEC,
			"exports no function '%s', its entry: "
			"write OSAAS_EXPORT before it",
			image->manifest.entry);
	return check_code(image, err);
}

/* Wherever the bytes come from: fills the memory, or says that an image has the same. */
struct source {
	int (*read)(const struct source *source, uint8_t *to, size_t size,
		struct plugin_error *err);
	bool (*same)(const struct source *source, const struct image *image);
	const void *bytes;
	int fd;
};

/* Another instance of what is loaded costs a comparison, no memory file and no checks. */
static struct image *find_same(const struct source *source, size_t size)
{
	list_for_each (image, &images, struct image, link) {
		if (image->size == size && source->same(source, image))
			return image;
	}
	return NULL;
}

static int image_make(const struct source *source, size_t size, struct image **out,
	struct plugin_error *err)
{
	if (size == 0 || size > ELF_MAX_SIZE)
		return plugin_fail(err, -ENOEXEC,
			"is empty or larger than %zu MiB: no plugin", ELF_MAX_SIZE >> 20);
	struct image *image = find_same(source, size);
	if (image) {
		image->refs++;
		*out = image;
		return 0;
	}
	image = calloc(1, sizeof *image);
	if (!image)
		return plugin_fail(err, -ENOMEM, "out of memory: close something");
	image->fd = -1;
	image->size = size;
	image->refs = 1;
	list_init(&image->link);
	int r = make_memory(size, &image->fd, &image->bytes, err);
	if (r == 0)
		r = source->read(source, image->bytes, size, err);
	if (r == 0)
		r = seal(image->fd, size, &image->bytes, err);
	if (r == 0)
		r = check(image, err);
	if (r < 0) {
		free_image(image);
		return r;
	}
	list_push_back(&images, &image->link);
	*out = image;
	return 0;
}

static int copy_bytes(
	const struct source *source, uint8_t *to, size_t size, struct plugin_error *err)
{
	(void)err;
	memcpy(to, source->bytes, size);
	return 0;
}

static bool same_bytes(const struct source *source, const struct image *image)
{
	return memcmp(source->bytes, image->bytes, image->size) == 0;
}

int image_open_bytes(
	const void *bytes, size_t size, struct image **out, struct plugin_error *err)
{
	struct source source = {.read = copy_bytes, .same = same_bytes, .bytes = bytes};
	return image_make(&source, size, out, err);
}

static int read_file(
	const struct source *source, uint8_t *to, size_t size, struct plugin_error *err)
{
	for (size_t done = 0; done < size;) {
		ssize_t n = read(source->fd, to + done, size - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_errno(err, "read it");
		if (n == 0)
			return plugin_fail(err, -ENOEXEC,
				"became shorter while it was read: "
				"try again when it is complete");
		done += (size_t)n;
	}
	return 0;
}

static bool same_file(const struct source *source, const struct image *image)
{
	uint8_t chunk[16384];
	for (size_t done = 0; done < image->size;) {
		ssize_t n = pread(source->fd, chunk, sizeof chunk, (off_t)done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || (size_t)n > image->size - done ||
			memcmp(chunk, image->bytes + done, (size_t)n) != 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

static int open_file(const char *path, int *fd, size_t *size, struct plugin_error *err)
{
	/* Without O_NONBLOCK a FIFO of that name would hold the session. */
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (*fd < 0 && errno == ENOENT)
		return plugin_fail(
			err, -ENOENT, "no such file: give the path of a plugin's .so");
	if (*fd < 0)
		return fail_errno(err, "open it");
	struct stat st;
	if (fstat(*fd, &st) < 0)
		return fail_errno(err, "look at it");
	if (!S_ISREG(st.st_mode))
		return plugin_fail(
			err, -ENOEXEC, "is no regular file: give a plugin's .so");
	*size = st.st_size < 0 ? 0 : (size_t)st.st_size;
	return 0;
}

int image_open(const char *path, struct image **out, struct plugin_error *err)
{
	struct source source = {.read = read_file, .same = same_file, .fd = -1};
	size_t size = 0;
	int r = open_file(path, &source.fd, &size, err);
	if (r == 0)
		r = image_make(&source, size, out, err);
	if (source.fd >= 0)
		close(source.fd);
	return r;
}
