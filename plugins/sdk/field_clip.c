#include "plugins/sdk/field.h"

#include <osaas_clipboard.h>
#include <osaas_request.h>
#include <osaas_std.h>

#define TEXT "text/plain"

static void note_failure(const char *what, int64_t r)
{
	if (r < 0 && r != OSAAS_ENOENT)
		osaas_printf(OSAAS_LOG_ERROR, "field: %s failed: error %d", what, (int)r);
}

/* What cannot be copied is not cut either. */
uint32_t sdk_field_copy(struct osaas_field *field, bool cut)
{
	uint32_t start = sdk_field_start(field), end = sdk_field_end(field);
	if (field->clipboard <= 0 || start == end || field->flags & OSAAS_FIELD_PASSWORD)
		return 0;
	int r = osaas_clipboard_copy(
		field->clipboard, TEXT, field->text + start, end - start, 0);
	note_failure("copy", r);
	if (r < 0 || !cut ||
		!sdk_field_replace(field, start, end, "", 0, FIELD_EDIT_ALONE))
		return 0;
	field->compose_start = field->compose_end = 0;
	field->reveal = true;
	return OSAAS_FIELD_DRAW | OSAAS_FIELD_CHANGED;
}

/* As osaas_clipboard_paste, whose answer needs a place of its own, however large it is. */
static uint32_t paste(struct osaas_field *field, enum osaas_clipboard_which which)
{
	struct osaas_msg msg = {.type = OSAAS_CLIPBOARD_PASTE,
		.len = strlen(TEXT),
		.u.u32 = {(uint32_t)which}};
	if (field->clipboard <= 0 || field->flags & OSAAS_FIELD_READ_ONLY)
		return 0;
	msg.buf = osaas_buf_alloc((size_t)msg.len);
	if (!msg.buf)
		return 0;
	memcpy(msg.buf, TEXT, (size_t)msg.len);
	int64_t r = osaas_request(field->clipboard, &msg);
	note_failure("paste", r);
	if (r < 0)
		return 0;
	field->joins = false;
	bool changed = osaas_field_insert(field, msg.buf, (size_t)msg.len);
	field->joins = false;
	osaas_buf_free(msg.buf);
	return changed ? OSAAS_FIELD_DRAW | OSAAS_FIELD_CHANGED : 0;
}

uint32_t sdk_field_paste(struct osaas_field *field)
{
	return paste(field, OSAAS_CLIPBOARD_COPIED);
}

uint32_t sdk_field_paste_primary(struct osaas_field *field)
{
	return paste(field, OSAAS_CLIPBOARD_PRIMARY);
}

void sdk_field_set_primary(struct osaas_field *field)
{
	uint32_t start = sdk_field_start(field), end = sdk_field_end(field);
	if (field->clipboard <= 0 || start == end || field->flags & OSAAS_FIELD_PASSWORD)
		return;
	note_failure("the selection", osaas_primary_copy(field->clipboard, TEXT,
					      field->text + start, end - start, 0));
}
