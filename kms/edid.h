/*
 * edid: what a display tells of itself, by VESA E-EDID 1.4. Only the base block is
 * read; extensions that follow it are never touched. Pure.
 */
#ifndef OSAAS_KMS_EDID_H
#define OSAAS_KMS_EDID_H

#include <stddef.h>
#include <stdint.h>

struct kms_identity;

#define EDID_BLOCK 128

/*
 * kms_edid_parse fills make, model, serial and the size in mm of out, and clears the
 * rest: texts are printable ASCII, no blanks at either end, "" when not told. 0;
 * -EINVAL too short or no EDID, -EBADMSG the checksum is wrong: out is all zero then.
 */
int kms_edid_parse(const uint8_t *data, size_t size, struct kms_identity *out);

#endif
