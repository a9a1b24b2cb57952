/*
 * mkv: pictures and when they were, as a stream of Matroska that another program reads:
 * one track of raw RGBA, a cluster for each picture. Pure.
 *
 * The format: RFC 9559 (Matroska) and RFC 8794 (EBML).
 */
#ifndef OSAAS_SESSION_MKV_H
#define OSAAS_SESSION_MKV_H

#include <stddef.h>
#include <stdint.h>

#define MKV_HEAD_MAX 256

/* mkv_begin writes what a stream begins with. Returns its length. */
size_t mkv_begin(uint8_t out[static MKV_HEAD_MAX], int32_t width, int32_t height);

/* mkv_frame writes what stands before a picture of size bytes, shown from ns on. Its length. */
size_t mkv_frame(uint8_t out[static MKV_HEAD_MAX], uint64_t ns, uint64_t size);

#endif
