#include "gl/text_emoji_table.h"
#include "gl/text_private.h"

#define EMOJI_WIDE 1u /* emoji_table's */
#define EMOJI_PICT 2u

#define VS15       0xfe0e
#define VS16       0xfe0f
#define ZWJ        0x200d
#define KEYCAP     0x20e3

unsigned text_emoji(uint32_t c)
{
	size_t low = 0, high = sizeof emoji_table / sizeof emoji_table[0];
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		if (c > emoji_table[mid].last)
			low = mid + 1;
		else if (c < emoji_table[mid].first)
			high = mid;
		else
			return emoji_table[mid].flags;
	}
	return 0;
}

static bool is_flag(uint32_t c)
{
	return c >= 0x1f1e6 && c <= 0x1f1ff;
}

static bool is_tone(uint32_t c)
{
	return c >= 0x1f3fb && c <= 0x1f3ff;
}

static bool is_keycap_base(uint32_t c)
{
	return (c >= '0' && c <= '9') || c == '#' || c == '*';
}

/* UTS #51: presentation by itself, by selector, by modifier, in a ZWJ, keycap or flag sequence. */
bool text_emoji_cluster(const struct text_char *chars, uint32_t n)
{
	unsigned first = text_emoji(chars[0].c);
	uint32_t second = n > 1 ? chars[1].c : 0;
	if (is_keycap_base(chars[0].c))
		return second == VS16 || second == KEYCAP;
	if (is_flag(chars[0].c))
		return is_flag(second);
	if (first == 0 || second == VS15)
		return false;
	if (first & EMOJI_WIDE)
		return true;
	for (uint32_t i = 1; i < n; i++) {
		if (chars[i].c == VS16 || is_tone(chars[i].c) ||
			(chars[i].c == ZWJ && i + 1 < n && text_emoji(chars[i + 1].c)))
			return true;
	}
	return false;
}
