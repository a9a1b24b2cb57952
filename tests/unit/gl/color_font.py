"""color_font.py OUT: a font with COLR glyphs for tests/unit/gl/glyph_test.c, made of
squares and a circle. Glyphs are named in the order that the test counts them."""
import math
import sys

from fontTools.colorLib.builder import buildCOLR, buildCPAL
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables import otTables as ot

EM = 1000
F = ot.PaintFormat
MODE = ot.CompositeMode


def rect(x0, y0, x1, y1):
    pen = TTGlyphPen(None)
    pen.moveTo((x0, y0))
    for point in ((x0, y1), (x1, y1), (x1, y0)):
        pen.lineTo(point)
    pen.closePath()
    return pen.glyph()


def main():
    shapes = {
        ".notdef": rect(0, 0, 0, 0),
        "square": rect(0, 0, 1000, 1000),
        "left": rect(0, 0, 500, 1000),
        "right": rect(500, 0, 1000, 1000),
    }

    def solid(index, alpha=1.0):
        return {"Format": F.PaintSolid, "PaletteIndex": index, "Alpha": alpha}

    def glyph(paint, name="square"):
        return {"Format": F.PaintGlyph, "Glyph": name, "Paint": paint}

    def line(*stops, extend="pad"):
        return {"Extend": extend, "ColorStop": [
            {"StopOffset": at, "PaletteIndex": index, "Alpha": alpha}
            for at, index, alpha in stops]}

    def composite(mode, source, backdrop):
        return {"Format": F.PaintComposite, "SourcePaint": source,
                "CompositeMode": mode, "BackdropPaint": backdrop}

    def linear(color_line, *points):
        keys = ("x0", "y0", "x1", "y1", "x2", "y2")
        return dict(zip(keys, points), Format=F.PaintLinearGradient, ColorLine=color_line)

    deep = solid(0)
    for _ in range(60):
        deep = {"Format": F.PaintTranslate, "dx": 0, "dy": 0, "Paint": deep}
    graphs = {
        "solid": glyph(solid(0)),
        "half": glyph(solid(0, 0.5)),
        "foreground": glyph(solid(0xFFFF)),
        "linear": glyph(linear(line((0, 0, 1), (1, 1, 1)), 0, 0, 1000, 0, 0, 1000)),
        "reflected": glyph(linear(line((0, 0, 1), (1, 1, 1), extend="reflect"),
                                  0, 0, 500, 0, 0, 500)),
        "radial": glyph({"Format": F.PaintRadialGradient,
                         "ColorLine": line((0, 0, 1), (1, 1, 1)),
                         "x0": 500, "y0": 500, "r0": 0, "x1": 500, "y1": 500, "r1": 500}),
        "sweep": glyph({"Format": F.PaintSweepGradient,
                        "ColorLine": line((0, 0, 1), (0.5, 0, 1), (0.5, 1, 1), (1, 1, 1)),
                        "centerX": 500, "centerY": 500, "startAngle": 0, "endAngle": 360}),
        "moved": {"Format": F.PaintTranslate, "dx": 500, "dy": 0,
                  "Paint": {"Format": F.PaintScale, "scaleX": 0.5, "scaleY": 1,
                            "Paint": glyph(solid(0))}},
        "turned": {"Format": F.PaintRotateAroundCenter, "angle": 90,
                   "centerX": 500, "centerY": 500, "Paint": glyph(solid(0), "left")},
        "skewed": {"Format": F.PaintSkew, "xSkewAngle": -45, "ySkewAngle": 0,
                   "Paint": glyph(solid(0), "left")},
        "in": composite("src_in", glyph(solid(0)), glyph(solid(1), "left")),
        "xor": composite("xor", glyph(solid(0)), glyph(solid(1), "right")),
        "multiply": composite("multiply", glyph(solid(3)), glyph(solid(1))),
        "layers": [glyph(solid(0)), glyph(solid(1), "right")],
        "nested": glyph(glyph(solid(2), "left")),
        "again": {"Format": F.PaintColrGlyph, "Glyph": "layers"},
        "clipped": glyph(solid(0)),
        "deep": glyph(deep),
        # Each calls the one before twice: 2^20 paints.
        "double0": [glyph(solid(0)), glyph(solid(1))],
    }
    for i in range(1, 20):
        again = {"Format": F.PaintColrGlyph, "Glyph": f"double{i - 1}"}
        graphs[f"double{i}"] = [again, again]
    for name in graphs:
        shapes[name] = rect(0, 0, 0, 0)
    shapes["old"] = rect(0, 0, 0, 0)

    font = FontBuilder(EM, isTTF=True)
    font.setupGlyphOrder(list(shapes))
    font.setupCharacterMap({0xE000 + i: name for i, name in enumerate(shapes)})
    font.setupGlyf(shapes)
    for glyph in shapes.values():
        glyph.recalcBounds(font.font["glyf"])
    font.setupHorizontalMetrics({name: (EM, glyph.xMin) for name, glyph in shapes.items()})
    font.setupHorizontalHeader(ascent=EM, descent=0)
    font.setupNameTable({"familyName": "Test Colour", "styleName": "Regular"})
    font.setupOS2()
    font.setupPost()
    font.font["CPAL"] = buildCPAL([[(1, 0, 0, 1), (0, 0, 1, 1), (0, 1, 0, 0.5), (0.5, 0.5, 0.5, 1)]])
    layers = {"old": [("left", 0), ("right", 0xFFFF)]}
    clips = {"clipped": (250, 0, 750, 1000)}
    font.font["COLR"] = buildCOLR({**layers, **{
        name: {"Format": F.PaintColrLayers, "Layers": graph} if isinstance(graph, list) else graph
        for name, graph in graphs.items()}}, glyphMap=font.font.getReverseGlyphMap(),
        clipBoxes=clips)
    font.save(sys.argv[1])


main()
