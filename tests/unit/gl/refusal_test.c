/* What the decoder refuses: by which error, at which offset, with which words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "frame.h"
#include "refused.h"

static void try_refusal(const struct refusal *r, struct stream *s)
{
	struct frame f;
	stream_begin(s);
	r->write(s);
	stream_end(s);
	frame_open(&f);
	int rc = frame_decode(&f, &f.scene, s->data, s->size);
	if (rc != r->rc || f.err.offset != r->offset || !strstr(f.err.reason, r->reason))
		fail_msg("%s: rc %d, offset %zu, \"%s\"", r->name, rc, f.err.offset,
			f.err.reason);
	frame_close(&f);
}

static void test_refusals(void **state)
{
	static const struct refusals *const all[] = {
		&refused_clips, &refused_notes, &refused_paints, &refused_resources};
	struct stream s = {0};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		for (size_t k = 0; k < all[i]->n; k++)
			try_refusal(&all[i]->of[k], &s);
	}
	stream_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
