"""Renders the training clips: 16 frames of 96 x 96 RGB, fully determined by a `Spec`.

`all_specs()` lists the whole family once; `sample_specs(count, seed)` draws from it, the same for the same seed.
"""
import colorsys
from dataclasses import dataclass

import numpy as np

from .motions import CLASSES, FRAMES
from .shapes import DISTANCE, shade

SIZE = 96
HUES = (0.00, 0.11, 0.34, 0.50, 0.61, 0.85)  # red, amber, green, cyan, blue, magenta
# Brightness of the background at its top and bottom. The four tops differ, so that the first token (top left)
# settles the background, and with it the colours: NAR samples the tokens of a step independently of each other,
# and what the first token has not settled they could settle differently.
BACKDROPS = ((0.08, 0.26), (0.18, 0.06), (0.28, 0.12), (0.36, 0.20))


@dataclass(frozen=True)
class Spec:
    """One clip: its class, hue (index into HUES), backdrop (index), and the class's offset and phase (indices)."""
    label: int
    hue: int
    backdrop: int
    offset: int
    phase: int


def all_specs():
    return [Spec(label, hue, backdrop, offset, phase)
            for label, motion in enumerate(CLASSES)
            for phase in range(len(motion.phases)) for offset in range(len(motion.offsets))
            for hue in range(len(HUES)) for backdrop in range(len(BACKDROPS))]


def split_specs():
    """(training, held out): every ninth clip of the family is never trained on."""
    specs = all_specs()
    return [s for i, s in enumerate(specs) if i % 9], specs[::9]


def sample_specs(count, seed):
    """`count` clips, the classes in turn, everything else at random."""
    rng = np.random.default_rng(seed)
    draw = lambda values: int(rng.integers(len(values)))
    return [Spec(i % len(CLASSES), draw(HUES), draw(BACKDROPS), draw(CLASSES[i % len(CLASSES)].offsets),
                 draw(CLASSES[i % len(CLASSES)].phases)) for i in range(count)]


def _rgb(hue, saturation, value):
    return np.array(colorsys.hsv_to_rgb(hue % 1, saturation, value), np.float32)


def render(spec, size=SIZE):
    """float32 [16, size, size, 3] in 0..1. The scene is 64 x 64 units, whatever the size in pixels."""
    scale = 64 / size
    axis = (np.arange(size, dtype=np.float32) + 0.5) * scale
    yy, xx = np.meshgrid(axis, axis, indexing="ij")
    hue = HUES[spec.hue]
    top, bottom = BACKDROPS[spec.backdrop]
    ramp = (yy / 64)[..., None]
    backdrop = _rgb(hue + 0.5, 0.55, top) * (1 - ramp) + _rgb(hue + 0.5, 0.55, bottom) * ramp  # the complement
    frames = np.repeat(backdrop[None], FRAMES, 0)
    colours = _rgb(hue, 0.82, 1.0), _rgb(HUES[(spec.hue + 2) % len(HUES)], 0.82, 1.0)
    motion = CLASSES[spec.label]
    for t in motion.tracks(motion.offsets[spec.offset], motion.phases[spec.phase]):
        column = lambda values: values[:, None, None]
        dx, dy, r = xx - column(t.x), yy - column(t.y), column(t.radius)
        cos, sin = np.cos(column(t.angle)), np.sin(column(t.angle))
        lx, ly = cos * dx + sin * dy, -sin * dx + cos * dy
        cover = np.clip(0.5 - DISTANCE[t.shape](lx, ly, r) / scale, 0, 1)[..., None]
        frames += cover * (shade(t.shape, colours[t.second], dx, dy, lx, ly, r) - frames)
    return np.clip(frames, 0, 1)


def render_bytes(specs):
    """uint8 [n, 16, 96, 96, 3]."""
    return np.stack([(render(spec) * 255 + 0.5).astype(np.uint8) for spec in specs])
