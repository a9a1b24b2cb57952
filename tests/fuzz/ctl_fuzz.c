/* Any bytes as a request of 'osaas ctl': an answer; and what was read is written and read the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "session/control_request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_words(const struct control_request *request)
{
	if (request->n_words < 1 || request->n_words > CONTROL_WORDS_MAX)
		abort();
	for (size_t i = 0; i < request->n_words; i++) {
		const char *word = request->words[i];
		if (word < request->text || !*word ||
			word + strlen(word) >= request->text + sizeof request->text)
			abort();
	}
}

/* Written again a word may become longer, and too long. */
static void check_again(const struct control_request *request)
{
	char line[CONTROL_REQUEST_MAX + 1];
	struct control_request again;
	struct control_error err;
	int n = control_request_write(
		line, request->json, request->words, request->n_words);
	if (n < 0)
		return;
	if (n > CONTROL_REQUEST_MAX || line[n - 1] != '\n' ||
		control_request_parse(line, (size_t)n - 1, &again, &err) < 0)
		abort();
	if (again.json != request->json || again.n_words != request->n_words)
		abort();
	for (size_t i = 0; i < again.n_words; i++) {
		if (strcmp(again.words[i], request->words[i]) != 0)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct control_request request;
	struct control_error err = {""};
	if (control_request_parse((const char *)data, size, &request, &err) < 0) {
		if (!err.text[0])
			abort();
		return 0;
	}
	check_words(&request);
	check_again(&request);
	return 0;
}
