"""The classes of the demo model: what moves, and how. Unit: the scene is 64 x 64, y points down.

A clip of a class is chosen by an *offset* (where the scene lies, across the motion) and a *phase* (where a
cyclic motion starts). Both come from short lists, so that a token of 4 frames x 8 x 8 pixels meets the same
contents again and again: speeds are near 2 pixels a frame (8 a token) and offsets are multiples of 4. That is
what lets a codebook of 1,024 codes stay sharp.
"""
from dataclasses import dataclass, field
from typing import Callable

import numpy as np

FRAMES = 16
STEP = np.arange(FRAMES, dtype=np.float32)
U = STEP / (FRAMES - 1)  # 0 at the first frame, 1 at the last
TRAVEL = 2.0 * (STEP - 7.5)  # -15 .. 15: 2 pixels a frame about the centre
TURN = 2 * np.pi
OFFSETS = (-8, -4, 0, 4, 8)


@dataclass(frozen=True)
class Track:
    """One shape's path: x, y, radius (pixels) and angle (radians), each [16]; second: takes the second colour."""
    shape: str
    x: np.ndarray
    y: np.ndarray
    radius: np.ndarray
    angle: np.ndarray
    second: bool = False


def track(shape, x, y, radius, angle=0.0, second=False):
    full = lambda value: np.broadcast_to(np.asarray(value, np.float32), (FRAMES,))
    return Track(shape, full(x), full(y), full(radius), full(angle), second)


@dataclass(frozen=True)
class Motion:
    """A named class; `tracks(offset, phase)` gives its shapes from the back to the front."""
    name: str
    tracks: Callable[[float, float], list]
    offsets: tuple = OFFSETS
    phases: tuple = field(default=(0.0,))


def _slide(shape, dx, dy, radius, angle=0.0):
    across = lambda o: (32 + dx * TRAVEL + o * abs(dy), 32 + dy * TRAVEL + o * abs(dx))
    return lambda o, p: [track(shape, *across(o), radius, angle)]


def _orbit(shape, radius, distance, turns):
    def tracks(o, p):
        angle = TURN * (p + turns * U)
        return [track(shape, 32 + o / 2 + distance * np.cos(angle), 32 + distance * np.sin(angle), radius)]
    return tracks


def _spiral(shape, radius, outwards):
    def tracks(o, p):
        angle, distance = TURN * (p + 0.5 * U), 3 + 12 * (U if outwards else 1 - U)
        return [track(shape, 32 + o / 2 + distance * np.cos(angle), 32 + distance * np.sin(angle), radius)]
    return tracks


def _roll(direction):
    def tracks(o, p):
        way = direction * 1.6 * (STEP - 7.5)
        return [track("wheel", 32 + way + o / 2, 46, 14, TURN * p + way / 14)]
    return tracks


def _wave(shape, radius, direction):
    return lambda o, p: [track(shape, 32 + direction * TRAVEL, 32 + o / 2 + 9 * np.sin(TURN * (p + U)), radius)]


def _pendulum(o, p):
    angle = (0.42 if p else -0.42) * np.cos(np.pi * U)
    return [track("ball", 32 + o / 2 + 40 * np.sin(angle), 4 + 40 * np.cos(angle), 11.5)]


def _two_balls(opening):
    gap = 15 * (opening * opening * (3 - 2 * opening))
    return lambda o, p: [track("ball", 32 + gap, 32 + o, 11, second=True), track("ball", 32 - gap, 32 + o, 11)]


def _chase(o, p):
    angle = TURN * (p + 0.4 * U)
    x, y = 15 * np.cos(angle), 15 * np.sin(angle)
    return [track("ring", 32 + o / 2 - x, 32 - y, 12, second=True), track("ring", 32 + o / 2 + x, 32 + y, 12)]


def _cross(o, p):
    return [track("square", 32 - TRAVEL, 46 + o / 4, 13, second=True), track("square", 32 + TRAVEL, 18 + o / 4, 13)]


def _swap(o, p):
    return [track("triangle", 46 + o / 4, 32 - TRAVEL, 12.5, second=True),
            track("triangle", 18 + o / 4, 32 + TRAVEL, 12.5, np.pi)]


def _diagonal(o, p):
    return [track("plus", 32 + TRAVEL * 0.8 + o / 2, 32 + (1 if p else -1) * TRAVEL * 0.8 - o / 2, 14)]


def _tumble(o, p):
    return [track("plus", 32 - TRAVEL, 40 + o / 4 - 60 * U * (1 - U), 14, -0.1 * STEP)]


def _jump(o, p):
    return [track("square", 32 + TRAVEL * 0.75 + o / 2, 47 - 84 * U * (1 - U), 13)]


def _bounce(o, p):
    return [track("ball", 32 + o * 1.5, 50 - 30 * np.abs(np.cos(np.pi * U)), 12)]


def _fall(o, p):
    return [track("wheel", 32 + o * 1.5, 17 + 30 * U**1.5, 13.5, TURN * p + 0.06 * STEP)]


def _spin(shape, radius, speed):
    return lambda o, p: [track(shape, 32 + o / 2, 32, radius, TURN * p + speed * STEP)]


def _zoom(outer):
    return lambda o, p: [track("ring", 32 + o / 2, 32 + p, outer)]


def _pulse(o, p):
    return [track("plus", 32 + o / 2, 32, 16.5 + 5.5 * np.sin(TURN * (p + U)))]


QUARTERS = (0.0, 0.25, 0.5, 0.75)
CLASSES = (
    Motion("bounce-ball", _bounce),
    Motion("jump-square", _jump),
    Motion("orbit-left-ball", _orbit("ball", 11.5, 16, -0.5), phases=QUARTERS),
    Motion("orbit-right-square", _orbit("square", 12.5, 16, 0.5), phases=QUARTERS),
    Motion("slide-left-square", _slide("square", -1, 0, 14)),
    Motion("slide-right-square", _slide("square", 1, 0, 14)),
    Motion("slide-up-triangle", _slide("triangle", 0, -1, 15)),
    Motion("slide-down-triangle", _slide("triangle", 0, 1, 15, np.pi)),
    Motion("pendulum-ball", _pendulum, phases=(0.0, 1.0)),
    Motion("zoom-in-ring", _zoom(11 + 14 * U), phases=(-4.0, 0.0, 4.0)),
    Motion("zoom-out-ring", _zoom(25 - 14 * U), phases=(-4.0, 0.0, 4.0)),
    Motion("spin-left-star", _spin("star", 23, -0.09), phases=(0.0, 0.1)),
    Motion("spin-right-square", _spin("square", 21, 0.1), phases=(0.0, 0.125)),
    Motion("roll-left-wheel", _roll(-1), phases=(0.0, 0.125, 0.25, 0.375)),
    Motion("roll-right-wheel", _roll(1), phases=(0.0, 0.125, 0.25, 0.375)),
    Motion("wave-ring", _wave("ring", 13, 1), phases=(0.0, 0.5)),
    Motion("wave-diamond", _wave("diamond", 15, -1), phases=(0.0, 0.5)),
    Motion("split-balls", _two_balls(U)),
    Motion("merge-balls", _two_balls(1 - U)),
    Motion("spiral-out-star", _spiral("star", 14.5, True), phases=QUARTERS),
    Motion("spiral-in-diamond", _spiral("diamond", 14, False), phases=QUARTERS),
    Motion("pulse-plus", _pulse, phases=(0.0, 0.5)),
    Motion("chase-rings", _chase, phases=QUARTERS),
    Motion("cross-squares", _cross),
    Motion("diagonal-plus", _diagonal, phases=(0.0, 1.0)),
    Motion("swap-triangles", _swap),
    Motion("fall-wheel", _fall, phases=(0.0, 0.125)),
    Motion("tumble-plus", _tumble),
)
NAMES = tuple(motion.name for motion in CLASSES)
