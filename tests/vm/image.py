"""A picture in memory: reads PPM and PNG, gives pixels, writes PNG."""

import struct
import zlib

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
PNG_CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}


class Image:
    """width, height, and rgb: three bytes a pixel, row after row."""

    def __init__(self, width, height, rgb):
        assert len(rgb) == width * height * 3
        self.width, self.height, self.rgb = width, height, rgb

    @classmethod
    def read(cls, path):
        with open(path, "rb") as file:
            data = file.read()
        if data.startswith(PNG_MAGIC):
            return cls(*_decode_png(data))
        if data.startswith(b"P6"):
            return cls(*_decode_ppm(data))
        raise ValueError(f"{path}: neither a PNG nor a binary PPM picture")

    def px(self, x, y):
        if not (0 <= x < self.width and 0 <= y < self.height):
            raise IndexError(f"({x}, {y}) is outside {self.width}x{self.height}")
        at = (y * self.width + x) * 3
        return tuple(self.rgb[at:at + 3])

    def crop(self, x, y, width, height):
        rows = [self.rgb[(row * self.width + x) * 3:(row * self.width + x + width) * 3]
                for row in range(y, y + height)]
        return Image(width, height, b"".join(rows))

    def colours(self):
        """How many pixels there are of each colour."""
        counts = {}
        for at in range(0, len(self.rgb), 3):
            colour = self.rgb[at:at + 3]
            counts[colour] = counts.get(colour, 0) + 1
        return {tuple(colour): n for colour, n in counts.items()}

    def differing(self, other):
        """How many pixels differ from a picture of the same size."""
        assert (self.width, self.height) == (other.width, other.height)
        return sum(self.rgb[at:at + 3] != other.rgb[at:at + 3]
                   for at in range(0, len(self.rgb), 3))

    def save_png(self, path):
        stride = self.width * 3
        rows = b"".join(b"\0" + self.rgb[at:at + stride]
                        for at in range(0, len(self.rgb), stride))
        header = struct.pack(">IIBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        with open(path, "wb") as file:
            file.write(PNG_MAGIC + _chunk(b"IHDR", header)
                       + _chunk(b"IDAT", zlib.compress(rows, 6)) + _chunk(b"IEND", b""))


def _chunk(name, data):
    return (struct.pack(">I", len(data)) + name + data
            + struct.pack(">I", zlib.crc32(name + data)))


def _decode_ppm(data):
    fields, at = [], 2
    while len(fields) < 3:
        while data[at:at + 1].isspace():
            at += 1
        if data[at:at + 1] == b"#":
            at = data.index(b"\n", at)
            continue
        end = at
        while data[end:end + 1].isdigit():
            end += 1
        fields.append(int(data[at:end]))
        at = end
    width, height, highest = fields
    if highest != 255:
        raise ValueError("only PPM pictures of 8 bits a channel are understood")
    return width, height, data[at + 1:at + 1 + width * height * 3]


def _decode_png(data):
    header, packed, at = None, b"", len(PNG_MAGIC)
    while at < len(data):
        length, = struct.unpack_from(">I", data, at)
        name, body = data[at + 4:at + 8], data[at + 8:at + 8 + length]
        if name == b"IHDR":
            header = struct.unpack(">IIBBBBB", body)
        elif name == b"IDAT":
            packed += body
        at += length + 12
    width, height, depth, colour, _, _, interlace = header
    if depth != 8 or colour not in PNG_CHANNELS or interlace:
        raise ValueError("only plain PNG pictures of 8 bits a channel are understood")
    channels = PNG_CHANNELS[colour]
    pixels = _unfilter(zlib.decompress(packed), width * channels, height, channels)
    return width, height, _to_rgb(pixels, channels)


def _unfilter(data, stride, height, step):
    out, above = bytearray(), bytearray(stride)
    for y in range(height):
        at = y * (stride + 1)
        kind, row = data[at], bytearray(data[at + 1:at + 1 + stride])
        for x in range(stride if kind else 0):
            left = row[x - step] if x >= step else 0
            corner = above[x - step] if x >= step else 0
            row[x] = (row[x] + _predict(kind, left, above[x], corner)) & 255
        out += row
        above = row
    return bytes(out)


def _predict(kind, left, up, corner):
    if kind < 4:
        return (0, left, up, (left + up) // 2)[kind]
    guess = left + up - corner
    return min((left, up, corner), key=lambda near: abs(guess - near))


def _to_rgb(pixels, channels):
    if channels == 3:
        return pixels
    rgb = bytearray(len(pixels) // channels * 3)
    for i in range(3):
        rgb[i::3] = pixels[i if channels == 4 else 0::channels]
    return bytes(rgb)
