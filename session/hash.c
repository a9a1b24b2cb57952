#include "session/hash.h"

#include <nettle/base16.h>
#include <nettle/sha2.h>

void hash_sha256(const void *bytes, size_t size, char text[static HASH_TEXT])
{
	_Static_assert(HASH_TEXT == 2 * SHA256_DIGEST_SIZE + 1, "all of it");
	struct sha256_ctx ctx;
	uint8_t digest[SHA256_DIGEST_SIZE];
	sha256_init(&ctx);
	sha256_update(&ctx, size, bytes);
	sha256_digest(&ctx, sizeof digest, digest);
	base16_encode_update(text, sizeof digest, digest);
	text[HASH_TEXT - 1] = '\0';
}
