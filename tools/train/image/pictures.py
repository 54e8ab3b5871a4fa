"""Renders the training pictures: 128 x 128 RGB, fully determined by a `Spec`.

A class has six palettes (a sky and two colours) and five layouts; the small details (stars, windows, sprinkles) are
drawn from `detail`. `all_specs()` lists the whole family once.
"""
from dataclasses import dataclass

import numpy as np

from .painter import Canvas, rgb
from .scenes import (BLUE, BROWN, CREAM, GRASS, GREEN, INK, ORANGE, PINK, PURPLE, RED, SAND, SCENES, TEAL, WHITE,
                     YELLOW)
from .things import THINGS

LAYOUTS, DETAILS = 5, 18
PALETTES = {
    "sunset": [("sunset", rgb(255, 214, 120)), ("rose", rgb(255, 240, 196)), ("gold", rgb(255, 246, 200)),
               ("dusk", rgb(255, 176, 120)), ("lilac", rgb(255, 236, 170)), ("aurora", rgb(236, 240, 170))],
    "moonlit mountains": [("night", rgb(82, 92, 146), rgb(52, 72, 96)), ("dusk", rgb(112, 84, 142), rgb(70, 60, 104)),
                          ("aurora", rgb(60, 108, 122), rgb(30, 84, 80)), ("sunset", rgb(122, 76, 130), rgb(78, 52, 98)),
                          ("lilac", rgb(112, 104, 168), rgb(86, 96, 140)), ("day", rgb(92, 116, 160), rgb(60, 110, 100))],
    "lighthouse": [("day", RED), ("sunset", BLUE), ("night", RED), ("noon", ORANGE), ("dusk", TEAL), ("rose", PURPLE)],
    "balloon": [("day", RED, YELLOW), ("noon", ORANGE, WHITE), ("rose", PURPLE, CREAM), ("gold", TEAL, WHITE),
                ("sunset", YELLOW, RED), ("lilac", PINK, WHITE)],
    "sailboat": [("day", ORANGE, RED), ("noon", RED, BLUE), ("sunset", YELLOW, PURPLE), ("gold", RED, TEAL),
                 ("night", CREAM, TEAL), ("rose", PURPLE, BLUE)],
    "cactus": [("day", GREEN, ORANGE), ("gold", TEAL, RED), ("sunset", GREEN, PURPLE), ("night", TEAL, PURPLE),
               ("cream", GREEN, RED), ("noon", GREEN, ORANGE)],
    "snowy firs": [("night", rgb(44, 112, 96)), ("day", rgb(52, 126, 84)), ("lilac", rgb(60, 104, 120)),
                   ("dusk", rgb(54, 92, 108)), ("aurora", rgb(34, 120, 92)), ("rose", rgb(76, 120, 92))],
    "night city": [("night", BLUE), ("dusk", PURPLE), ("aurora", TEAL), ("sunset", rgb(150, 60, 110)),
                   ("lilac", rgb(84, 80, 150)), ("gold", rgb(150, 84, 60))],
    "ringed planet": [("night", ORANGE, SAND), ("aurora", TEAL, YELLOW), ("dusk", PINK, CREAM), ("sunset", YELLOW, ORANGE),
                      ("lilac", PURPLE, PINK), ("day", rgb(120, 196, 236), WHITE)],
    "rocket": [("night", RED, TEAL), ("day", ORANGE, BLUE), ("dusk", YELLOW, PURPLE), ("aurora", PINK, YELLOW),
               ("noon", PURPLE, PINK), ("lilac", TEAL, YELLOW)],
    "rainbow": [("day", GRASS), ("noon", rgb(70, 150, 96)), ("rose", rgb(134, 160, 84)), ("lilac", rgb(98, 150, 120)),
                ("dusk", rgb(70, 112, 104)), ("cream", rgb(150, 170, 80))],
    "cottage": [("day", RED, CREAM), ("noon", ORANGE, WHITE), ("sunset", PURPLE, PINK), ("night", BLUE, SAND),
                ("gold", TEAL, CREAM), ("rose", RED, YELLOW)],
    "flower": [("day", PINK, YELLOW), ("noon", RED, YELLOW), ("cream", ORANGE, BROWN), ("lilac", WHITE, YELLOW),
               ("aurora", YELLOW, ORANGE), ("rose", PURPLE, YELLOW)],
    "butterfly": [("day", ORANGE, YELLOW), ("noon", PURPLE, PINK), ("cream", BLUE, TEAL), ("rose", RED, ORANGE),
                  ("aurora", YELLOW, PINK), ("lilac", TEAL, YELLOW)],
    "fish": [("day", ORANGE, WHITE), ("noon", YELLOW, RED), ("aurora", PINK, YELLOW), ("night", TEAL, YELLOW),
             ("lilac", ORANGE, PURPLE), ("dusk", YELLOW, BLUE)],
    "mushroom": [("day", RED, WHITE), ("noon", ORANGE, CREAM), ("dusk", RED, CREAM), ("night", PURPLE, WHITE),
                 ("gold", TEAL, CREAM), ("lilac", PINK, WHITE)],
    "cupcake": [("noon", PINK, RED), ("cream", BROWN, ORANGE), ("lilac", WHITE, PURPLE), ("day", YELLOW, PINK),
                ("rose", CREAM, TEAL), ("night", PINK, YELLOW)],
    "teacup": [("cream", BLUE, WHITE), ("noon", PINK, WHITE), ("lilac", YELLOW, PURPLE), ("rose", TEAL, CREAM),
               ("day", ORANGE, YELLOW), ("dusk", WHITE, RED)],
    "apple": [("day", RED), ("cream", GREEN), ("noon", YELLOW), ("lilac", RED), ("gold", rgb(170, 30, 70)), ("dusk", rgb(160, 200, 70))],
    "umbrella": [("day", RED, WHITE), ("dusk", YELLOW, ORANGE), ("noon", PURPLE, PINK), ("lilac", BLUE, WHITE),
                 ("night", PINK, CREAM), ("rose", TEAL, CREAM)],
    "snowman": [("day", RED, INK), ("night", ORANGE, PURPLE), ("lilac", GREEN, RED), ("dusk", YELLOW, BLUE),
                ("aurora", PINK, RED), ("rose", BLUE, TEAL)],
}
NAMES = tuple(PALETTES)
PAINTERS = dict(zip(NAMES, SCENES + THINGS))


@dataclass(frozen=True)
class Spec:
    """One picture: class, palette, layout, and the seed of its small details."""
    label: int
    palette: int
    layout: int
    detail: int

    @property
    def held_out(self):
        """Every eleventh picture of the family is never trained on."""
        return (((self.label * 9 + self.detail) * 6 + self.palette) * LAYOUTS + self.layout) % 11 == 0


def all_specs():
    return [Spec(label, palette, layout, detail) for label, name in enumerate(NAMES)
            for detail in range(DETAILS) for palette in range(len(PALETTES[name])) for layout in range(LAYOUTS)]


def split_specs():
    """(training, held out)."""
    specs = all_specs()
    return [s for s in specs if not s.held_out], [s for s in specs if s.held_out]


def render(spec):
    """uint8 [128, 128, 3]."""
    name, canvas = NAMES[spec.label], Canvas()
    sky, *colours = PALETTES[name][spec.palette]
    rng = np.random.default_rng([spec.label, spec.palette, spec.layout, spec.detail])
    PAINTERS[name](canvas, rng, sky, colours, spec.layout)
    return (np.clip(canvas.pixels, 0, 1) * 255 + 0.5).astype(np.uint8)
