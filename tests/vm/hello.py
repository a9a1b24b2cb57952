"""Where the plugin hello draws what, for pictures of it: plugins/apps/hello/README.md."""

import time

from session import near
from vm import VMError

# Of each palette, in the order in which a key goes through them.
PALETTES = [
    {"background": (0xe9, 0xe4, 0xd8), "card": (0xff, 0xfd, 0xf8), "disc": (0x2f, 0x6f, 0x9f),
     "star": (0xf2, 0xb1, 0x34), "square": (0xdb, 0x6b, 0x4d), "inlay": (0xf6, 0xcf, 0xb9),
     "wave": (0xcf, 0xe1, 0xe6), "button": (0x2b, 0x3a, 0x4a)},
    {"background": (0x17, 0x1c, 0x28), "card": (0x23, 0x2b, 0x3b), "disc": (0x6c, 0xc5, 0xc1),
     "star": (0xff, 0xd1, 0x66), "square": (0xb5, 0x83, 0xd6), "inlay": (0x4a, 0x3d, 0x66),
     "wave": (0x2c, 0x42, 0x58), "button": (0xef, 0x71, 0x6b)},
    {"background": (0xd8, 0xe6, 0xdc), "card": (0xf7, 0xfb, 0xf6), "disc": (0x2f, 0x8f, 0x6b),
     "star": (0xe8, 0x6a, 0x8a), "square": (0x4f, 0x6d, 0xb8), "inlay": (0xb9, 0xc8, 0xee),
     "wave": (0xcc, 0xe3, 0xcf), "button": (0x24, 0x4f, 0x3f)},
]
# In units, from the card's top left corner; each inside its shape, away from its edges.
POINTS = {"card": (1, 5), "disc": (3, 2.75), "star": (7, 2.85), "square": (10.5, 2.25),
          "inlay": (11.75, 3.5), "wave": (7, 9.5), "button": (5.25, 6.25)}
# The first is on the button: a click there plays the tone.
PLACES = [(8.75, 6.25), (3, 5), (11, 9)]
UNIT_MOST = 72
PATIENCE = 30


class Hello:
    """A window of hello that is wider than high, at scale 1."""

    marker = (0xd7, 0x26, 0x3d)

    def __init__(self, width, height):
        self.size = width, height
        self.colour = 0  # which palette
        unit = min(width // 16, height // 12, UNIT_MOST)
        self._unit = unit if unit < 16 else unit - unit % 4
        self._card = (width - 14 * self._unit) // 2, (height - 10 * self._unit) // 2
        self.places = [self._pixel(*place) for place in PLACES]

    def _pixel(self, x, y):
        return int(self._card[0] + x * self._unit), int(self._card[1] + y * self._unit)

    def points(self):
        """Name -> the pixel that shows it."""
        quarter = self._unit // 4
        return {"background": (quarter, quarter),
                **{name: self._pixel(*point) for name, point in POINTS.items()}}

    def samples(self):
        """(x, y, colour) of every point in the present palette."""
        palette = PALETTES[self.colour]
        return [(x, y, palette[name]) for name, (x, y) in self.points().items()]

    def wrong(self, image, tolerance=1):
        """Which samples a picture does not show, in words; "": it shows all."""
        return "; ".join(f"{x},{y} is {image.px(x, y)}, not {wanted}"
                         for x, y, wanted in self.samples()
                         if not near(image.px(x, y), wanted, tolerance))

    def wait_drawn(self, vm, picture=None):
        """Waits until all samples are on the screen; returns the picture."""
        take = picture or vm.screendump
        deadline = time.monotonic() + PATIENCE * vm.agent.slack
        while True:
            image = take()
            wrong = self.wrong(image)
            if not wrong:
                return image
            if time.monotonic() > deadline:
                raise VMError(f"hello is not on the screen: {wrong}")
            time.sleep(0.1)

    def press_key(self, vm, picture=None):
        """A key goes to the next palette; returns the picture with it."""
        vm.key("c")
        self.colour = (self.colour + 1) % len(PALETTES)
        return self.wait_drawn(vm, picture)

    def move_pointer(self, vm, x, y, picture=None):
        """Moves the pointer and waits for the marker; returns the picture with it."""
        vm.move(x, y, self.size)
        return vm.wait_pixel(x, y, self.marker, picture=picture)

    def modifiers_seen(self, vm):
        """Whether a key has come with Ctrl, Alt or Super: one that is stuck, if none was typed."""
        return "with modifiers" in vm.log()
