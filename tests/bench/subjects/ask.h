/* What call.c asks of ask.c: {kind, how often} in u64; the answer is ns of all in u64[0]. */
#ifndef TESTS_BENCH_SUBJECTS_ASK_H
#define TESTS_BENCH_SUBJECTS_ASK_H

enum ask {
	ASK_PLAIN, /* a function of the plugin's own */
	ASK_CLOSE, /* a call that the host is done with at once: osaas_close of no channel */
	ASK_NOW, /* osaas_now */
};

#endif
