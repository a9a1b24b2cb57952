"""PNG files as the tests of pictures look at them."""

import zlib


def pixels(data):
    """Width, height, and the bytes of the rows, of a PNG of 8 bits RGBA."""
    packed, at = b"", 8
    while at < len(data):
        size, kind = int.from_bytes(data[at:at + 4], "big"), data[at + 4:at + 8]
        packed += data[at + 8:at + 8 + size] if kind == b"IDAT" else b""
        at += size + 12
    width, height = (int.from_bytes(data[i:i + 4], "big") for i in (16, 20))
    raw, rows, above = zlib.decompress(packed), [], bytes(width * 4)
    for y in range(height):
        kind, row = raw[y * (width * 4 + 1)], bytearray(raw[y * (width * 4 + 1) + 1:][:width * 4])
        for i in range(width * 4):
            left, up, corner = (row[i - 4] if i > 3 else 0), above[i], (above[i - 4] if i > 3 else 0)
            guess = left + up - corner
            paeth = min((left, up, corner), key=lambda v, g=guess: abs(g - v))
            row[i] = (row[i] + (0, left, up, (left + up) // 2, paeth)[kind]) & 255
        rows.append(bytes(row))
        above = bytes(row)
    return width, height, b"".join(rows)
