"""dear_font.py OUT: a font for tests/unit/gl/text_wild_test.c, of which one character makes
many glyphs: A 200, C 60, E 6."""
import sys

from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

EM = 1000
MANY = {"A": 200, "C": 60, "E": 6}


def triangle():
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((0, 500))
    pen.lineTo((500, 500))
    pen.closePath()
    return pen.glyph()


def main():
    names = [".notdef", "B", *MANY]
    rules = "".join(f"sub {n} by {' '.join(['B'] * k)};" for n, k in MANY.items())
    builder = FontBuilder(EM, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(n): n for n in names[1:]})
    builder.setupGlyf({n: triangle() for n in names})
    builder.setupHorizontalMetrics({n: (EM, 0) for n in names})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "osaas dear", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    addOpenTypeFeaturesFromString(builder.font, f"feature ccmp {{ {rules} }} ccmp;")
    builder.save(sys.argv[1])


if __name__ == "__main__":
    main()
