"""Backdrops, shared by all classes so that their patches repeat.

The top of a sky has one of five tones, one for each layout of a class: the first token (top left) settles sky, colours
and layout at once. NAR samples the tokens of a step independently of each other; what the first token has left open
they could settle differently.
"""
import numpy as np

from .painter import X, Y, circle, down, lighter, mix, rgb

SKIES = {  # colour at the top, at the bottom
    "day": (rgb(74, 144, 222), rgb(196, 228, 250)),
    "noon": (rgb(48, 168, 186), rgb(206, 240, 228)),
    "sunset": (rgb(96, 62, 148), rgb(255, 158, 96)),
    "rose": (rgb(226, 112, 146), rgb(255, 214, 186)),
    "gold": (rgb(240, 152, 64), rgb(255, 230, 156)),
    "dusk": (rgb(44, 56, 122), rgb(222, 130, 150)),
    "night": (rgb(14, 20, 56), rgb(58, 72, 138)),
    "aurora": (rgb(8, 40, 56), rgb(34, 126, 116)),
    "lilac": (rgb(152, 126, 212), rgb(236, 216, 246)),
    "cream": (rgb(222, 190, 146), rgb(251, 241, 220)),
}
DARK = {"night", "aurora", "dusk", "sunset"}
TONES = (0.0, -0.17, 0.17, -0.34, 0.34)  # towards black or white, at the very top


def paint_sky(canvas, name, layout, horizon=128):
    top, bottom = SKIES[name]
    tone = TONES[layout]
    toned = mix(top, np.full(3, float(tone > 0), np.float32), abs(tone))
    low = mix(top, bottom, 40 / horizon)
    canvas.pixels[:] = np.where((Y < 40)[..., None], down(toned, low, 0, 40), down(low, bottom, 40, horizon))


def specks(canvas, rng, rows, share=0.12):
    """Stars, snowflakes, bubbles, sparkles: the same small dot everywhere, so that few codes serve all."""
    canvas.scatter(rng, range(16), rows, share, lambda x, y: canvas.fill(circle(x, y, 1.6), np.ones(3, np.float32), 0.85))


def moon(canvas, cx, cy, r, sky, full):
    canvas.glow(cx, cy, r * 2.4, rgb(255, 244, 206), 0.35)
    disc = circle(cx, cy, r)
    if not full:
        disc = np.maximum(disc, -circle(cx + r * 0.5, cy - r * 0.3, r * 0.9))
    canvas.fill(disc, rgb(255, 246, 214))


def sun(canvas, cx, cy, r, colour=rgb(255, 240, 180)):
    canvas.glow(cx, cy, r * 3, colour, 0.6)
    canvas.fill(circle(cx, cy, r), colour)


def cloud(canvas, cx, cy, scale=1.0, alpha=0.92):
    """Four puffs on a flat base, 48 x 16 pixels at scale 1."""
    d = np.minimum.reduce([circle(cx - 12 * scale, cy, 7 * scale), circle(cx - 2 * scale, cy - 5 * scale, 9 * scale),
                           circle(cx + 10 * scale, cy - 1 * scale, 8 * scale), circle(cx + 18 * scale, cy + 2 * scale, 5 * scale)])
    d = np.maximum(d, Y - (cy + 6 * scale))
    canvas.fill(d, down(rgb(255, 255, 255), rgb(214, 224, 240), cy - 12 * scale, cy + 8 * scale), alpha)


def hills(canvas, base, height, phase, colour, length=64):
    """A soft range whose tops lie around row `base`."""
    top = base + height * np.cos((X - phase) * (2 * np.pi / length))
    canvas.fill(top - Y, down(lighter(colour, 0.16), colour * np.float32(0.78), base - height, base + 48))
