"""Things on a table or in front of a backdrop: each function paints one class, as in `scenes`."""
import numpy as np

from .painter import (X, Y, above, across, ball, both, box, circle, darker, down, either, ellipse, less, lighter, line,
                      mix, polygon, rgb)
from .scenes import (BLUE, BROWN, CREAM, GRASS, GREEN, INK, ORANGE, RED, WHITE, WOOD, YELLOW,
                     _flowers, _heaven)
from .skies import DARK, SKIES, cloud, hills, moon, paint_sky, specks


def _table(c, sky, top, x, half):
    """A table top in the backdrop's colours with the soft shadow of what stands on it."""
    c.fill(above(top), down(mix(SKIES[sky][1], WOOD, 0.55), mix(SKIES[sky][0], BROWN, 0.6), top, 128))
    c.fill(ellipse(x + 6, top + 13, half, 6), INK, 0.35)


def cottage(c, rng, sky, colours, layout):
    x, tree = ((64, 112), (48, 104), (80, 24), (40, 96), (88, 32))[layout]
    paint_sky(c, sky, layout, 104)
    _heaven(c, rng, sky, range(1, 5))
    cloud(c, tree, 32, 0.8) if sky not in DARK else moon(c, tree, 28, 10, sky, True)
    hills(c, 92, 6, tree, mix(GRASS, SKIES[sky][1], 0.4))
    c.fill(above(104), down(lighter(GRASS, 0.1), darker(GRASS, 0.25), 104, 128))
    c.fill(box(tree - 3, 88, tree + 3, 112), BROWN)
    c.fill(circle(tree, 80, 16), ball(GREEN, tree, 80, 16))
    c.fill(box(x + 12, 36, x + 20, 60), darker(colours[1], 0.35))
    c.fill(box(x - 28, 64, x + 28, 112), across(WHITE, rgb(206, 196, 190), x - 28, x + 28) * lighter(colours[1], 0.55))
    c.fill(polygon((x, 32), (x + 40, 68), (x - 40, 68)), across(lighter(colours[0], 0.12), darker(colours[0], 0.3), x - 36, x + 36))
    for wx in (x - 18, x + 18):
        c.fill(box(wx - 7, 76, wx + 7, 90, 1), WHITE)
        c.fill(box(wx - 5, 78, wx + 5, 88), rgb(255, 226, 130) if sky in DARK else rgb(140, 190, 226))
        c.fill(either(line(wx, 78, wx, 88, 0.6), line(wx - 5, 83, wx + 5, 83, 0.6)), WHITE)
    c.fill(box(x - 7, 88, x + 7, 112, 3), darker(colours[0], 0.45))
    c.fill(circle(x + 4, 101, 1.3), YELLOW)
    _flowers(c, rng, (14, 15), 0.35)


def flower(c, rng, sky, colours, layout):
    x, y, petals, r = ((64, 48, 6, 17), (56, 48, 8, 15), (72, 48, 8, 15), (56, 56, 5, 19), (72, 56, 5, 19))[layout]
    paint_sky(c, sky, layout)
    specks(c, rng, range(1, 13))
    c.fill(line(x, y, x, 128, 2.6), across(lighter(GREEN, 0.15), darker(GREEN, 0.3), x - 3, x + 3))
    for s in (-1, 1):
        leaf = both(circle(x + s * 14, 98, 18), circle(x + s * 22, 118, 20))
        c.fill(leaf, across(lighter(GREEN, 0.2), darker(GREEN, 0.3), x - 30, x + 30))
    hills(c, 120, 3, x, GRASS)
    for i in range(petals):
        a = 2 * np.pi * (i + 0.5) / petals
        px, py = x + np.sin(a) * r * 1.15, y - np.cos(a) * r * 1.15
        c.fill(circle(px, py, r * 0.72 * (6 / petals) ** 0.6), ball(colours[0], x, y, r * 2.0))
    c.fill(circle(x, y, r * 0.68), ball(colours[1], x, y, r * 0.7))


def butterfly(c, rng, sky, colours, layout):
    x, y, s = ((64, 64, 1.0), (56, 56, 0.85), (72, 72, 0.85), (56, 64, 1.1), (72, 64, 1.1))[layout]
    first, second = colours
    paint_sky(c, sky, layout)
    specks(c, rng, range(1, 15))
    hills(c, 120, 3, x, mix(GRASS, SKIES[sky][1], 0.3))
    for side in (-1, 1):
        upper = ellipse(x + side * 25 * s, y - 16 * s, 24 * s, 21 * s)
        lower = ellipse(x + side * 19 * s, y + 20 * s, 18 * s, 17 * s)
        c.fill(either(upper, lower), darker(first, 0.55))
        c.fill(upper + 3, ball(first, x, y, 52 * s))
        c.fill(lower + 3, ball(second, x, y, 48 * s))
        c.fill(circle(x + side * 28 * s, y - 18 * s, 9 * s), second)
        c.fill(circle(x + side * 28 * s, y - 18 * s, 4 * s), WHITE)
        c.fill(circle(x + side * 20 * s, y + 22 * s, 6 * s), first)
        c.fill(line(x, y - 22 * s, x + side * 11 * s, y - 40 * s, 1), INK)
        c.fill(circle(x + side * 11 * s, y - 40 * s, 2.2), INK)
    c.fill(line(x, y - 18 * s, x, y + 26 * s, 4 * s), across(rgb(96, 84, 96), INK, x - 4, x + 4))
    c.fill(circle(x, y - 22 * s, 5 * s), INK)


def fish(c, rng, sky, colours, layout):
    x, y, side, s = ((64, 64, 1, 1.1), (56, 56, 1, 1.0), (72, 56, -1, 1.0), (56, 72, 1, 1.2), (72, 72, -1, 1.2))[layout]
    first, second = colours
    paint_sky(c, sky, layout)
    weed = 104 if side > 0 else 16
    for i, dx in enumerate((-8, 0, 8)):
        c.fill(np.abs(X - weed - dx - 3 * np.sin(Y / 8)) - 2.5 + np.clip((72 + 8 * i - Y) / 2, 0, 9), darker(GREEN, 0.1 * i))
    c.fill(above(116 + 2 * np.cos(X / 16 * np.pi)), down(rgb(240, 214, 160), rgb(204, 164, 110), 112, 128))

    specks(c, rng, range(1, 13))
    tail = polygon((x - side * 22 * s, y), (x - side * 46 * s, y - 19 * s), (x - side * 39 * s, y), (x - side * 46 * s, y + 19 * s))
    c.fill(tail, across(second, lighter(second, 0.2), x - 46 * s, x + 46 * s))
    c.fill(polygon((x - side * 14 * s, y - 14 * s), (x - side * 4 * s, y - 34 * s), (x + side * 14 * s, y - 17 * s)), second)
    c.fill(polygon((x - side * 10 * s, y + 14 * s), (x - side * 8 * s, y + 29 * s), (x + side * 8 * s, y + 17 * s)), second)
    body = ellipse(x, y, 33 * s, 22 * s)
    c.fill(body, ball(first, x, y, 34 * s, 24 * s))
    for dx in (-8, 6):
        c.fill(both(body, np.abs(X - x - side * dx * s - 0.06 * side * (Y - y) ** 2 / s * 0.3) - 3.2 * s), second)
    c.fill(polygon((x - side * 2 * s, y + 2), (x - side * 15 * s, y + 12 * s), (x - side * 1 * s, y + 13 * s)), darker(second, 0.15))
    c.fill(circle(x + side * 21 * s, y - 5 * s, 5 * s), WHITE)
    c.fill(circle(x + side * 22 * s, y - 5 * s, 2.7 * s), INK)


def mushroom(c, rng, sky, colours, layout):
    x, y, r = ((64, 72, 36), (48, 72, 32), (80, 72, 32), (56, 80, 40), (72, 80, 40))[layout]
    paint_sky(c, sky, layout)
    _heaven(c, rng, sky, range(1, 8))
    hills(c, 100, 5, 128 - x, mix(GRASS, SKIES[sky][1], 0.45))
    small = 104 if x < 64 else 20
    for mx, my, mr in ((small, 104, 13), (x, y, r)):
        c.fill(polygon((mx - mr * 0.28, my - 4), (mx + mr * 0.28, my - 4), (mx + mr * 0.36, 120), (mx - mr * 0.36, 120)),
               across(CREAM, rgb(206, 180, 150), mx - mr * 0.3, mx + mr * 0.4))
        c.fill(ellipse(mx, my, mr * 0.92, mr * 0.2), rgb(190, 154, 128))
        cap = both(ellipse(mx, my, mr, mr * 0.95), Y - my - 1)
        c.fill(cap, ball(colours[0], mx, my - mr * 0.3, mr * 1.1, mr * 0.9))
        for dx, dy, q in ((-0.5, -0.32, 0.17), (0.05, -0.62, 0.19), (0.52, -0.36, 0.16), (0.02, -0.2, 0.13)):
            c.fill(both(circle(mx + dx * mr, my + dy * mr, q * mr), cap + 1), colours[1])
    c.fill(above(116), down(GRASS, darker(GRASS, 0.25), 116, 128))
    _flowers(c, rng, (15,), 0.4)


def cupcake(c, rng, sky, colours, layout):
    x, top, s = ((64, 104, 1.0), (56, 96, 0.9), (72, 96, 0.9), (56, 104, 1.1), (72, 104, 1.1))[layout]
    paint_sky(c, sky, layout)
    specks(c, rng, range(1, 12))
    _table(c, sky, top - 4, x, 34 * s)
    y = top + 8
    case = polygon((x - 30 * s, y - 40 * s), (x + 30 * s, y - 40 * s), (x + 21 * s, y), (x - 21 * s, y))
    pleat = np.floor((X - x) / 4) % 2 == 0
    c.fill(case, np.where(pleat[..., None], across(lighter(colours[1], 0.15), darker(colours[1], 0.25), x - 24, x + 28),
                          across(lighter(colours[1], 0.4), darker(colours[1], 0.05), x - 24, x + 28)))
    icing = colours[0]
    for dy, rx, ry in ((42, 34, 11), (54, 27, 10), (65, 19, 9), (74, 10, 8)):
        c.fill(ellipse(x, y - dy * s, rx * s, ry * s), ball(icing, x, y - dy * s, rx * s, ry * s * 1.3))

    def sprinkle(px, py):
        if (ellipse(x, y - 42 * s, 30 * s, 8 * s)[int(py), int(px)] < -2 or ellipse(x, y - 56 * s, 22 * s, 8 * s)[int(py), int(px)] < -2):
            c.fill(circle(px, py, 1.7), (RED, YELLOW, BLUE, WHITE)[rng.integers(4)])
    c.scatter(rng, range(4, 12), range(3, 12), 0.45, sprinkle)
    c.fill(circle(x, y - 84 * s, 7 * s), ball(RED, x, y - 84 * s, 7 * s))


def teacup(c, rng, sky, colours, layout):
    x, side, top = ((64, 1, 104), (56, -1, 104), (72, 1, 104), (56, 1, 96), (72, -1, 96))[layout]
    paint_sky(c, sky, layout)
    specks(c, rng, range(1, 11))
    _table(c, sky, top - 4, x, 46)
    y = top - 36
    for dx in (-12, 0, 12):
        steam = np.abs(X - x - dx - 3 * np.sin((Y + dx) / 7)) - 2.2
        c.fill(both(steam, np.abs(Y - (y - 22)) - 13), WHITE, 0.6)
    c.fill(ellipse(x, top + 5, 46, 7), across(lighter(colours[0], 0.45), darker(colours[0], 0.1), x - 46, x + 46))
    c.fill(ellipse(x, top + 3, 30, 4), darker(colours[0], 0.25))
    hx = x + side * 36
    c.fill(np.abs(ellipse(hx, y + 14, 13, 12)) - 2.6, across(lighter(colours[0], 0.25), darker(colours[0], 0.2), x - 40, x + 40))
    cup = both(ellipse(x, y, 36, 40), y - Y)
    cup = both(cup, Y - (top + 3))
    c.fill(cup, across(lighter(colours[0], 0.4), darker(colours[0], 0.3), x - 28, x + 34))
    c.fill(both(cup, np.abs(Y - (y + 16)) - 4), across(lighter(colours[1], 0.2), darker(colours[1], 0.2), x - 28, x + 34))
    c.fill(ellipse(x, y, 36, 7), lighter(colours[0], 0.5))
    c.fill(ellipse(x, y + 1, 32, 5), rgb(142, 84, 42))


def apple(c, rng, sky, colours, layout):
    x, top, r, lean = ((64, 104, 32, 1), (48, 104, 28, 1), (80, 104, 28, -1), (56, 104, 36, -1), (72, 104, 36, 1))[layout]
    paint_sky(c, sky, layout)
    specks(c, rng, range(1, 11))
    _table(c, sky, top - 8, x, r + 6)
    y = top - r + 4
    body = either(circle(x - r * 0.34, y - 2, r * 0.76), circle(x + r * 0.34, y - 2, r * 0.76), ellipse(x, y + r * 0.18, r * 0.92, r * 0.82))
    c.fill(body, ball(colours[0], x, y, r * 1.1))
    c.fill(ellipse(x, y - r * 0.68, r * 0.3, r * 0.12), darker(colours[0], 0.5), 0.8)
    c.fill(ellipse(x - r * 0.48, y - r * 0.3, r * 0.14, r * 0.24), WHITE, 0.6)
    c.fill(line(x, y - r * 0.66, x + lean * 4, y - r * 1.15, 2), BROWN)
    lx = x + lean * 4
    leaf = both(circle(lx + lean * 11, y - r * 1.1 - 9, 15), circle(lx + lean * 11, y - r * 1.1 + 9, 15))
    c.fill(leaf, across(lighter(GREEN, 0.2), darker(GREEN, 0.2), lx - 20, lx + 20))


def umbrella(c, rng, sky, colours, layout):
    x, y, r = ((64, 64, 44), (56, 64, 40), (72, 64, 40), (56, 72, 48), (72, 72, 48))[layout]
    paint_sky(c, sky, layout)
    drop = lambda px, py: c.fill(line(px + 1, py - 3, px - 1, py + 3, 0.7), lighter(SKIES[sky][1], 0.5), 0.8)
    c.scatter(rng, range(16), range(1, 14), 0.3, drop)
    c.fill(above(116), down(mix(SKIES[sky][0], INK, 0.3), mix(SKIES[sky][0], INK, 0.5), 116, 128))
    c.fill(ellipse(x, 121, 30, 3), lighter(SKIES[sky][1], 0.2), 0.5)
    c.fill(line(x, y - r - 4, x, 112, 1.8), BROWN)
    c.fill(both(np.abs(circle(x + 7, 112, 7)) - 1.8, 112 - Y), BROWN)
    dome = both(circle(x, y, r), Y - y)
    bite = either(*[ellipse(x + (i - 1.5) * r / 2, y + 1, r / 4 - 0.5, r / 7) for i in range(4)])
    panel = np.clip((X - x) / np.sqrt(np.clip(r * r - (Y - y) ** 2, 9, None)), -1, 1)
    stripe = np.floor((panel + 1) * 2 - 1e-3) % 2 == 0
    c.fill(less(dome, bite), np.where(stripe[..., None], ball(colours[0], x, y, r), ball(colours[1], x, y, r)))


def snowman(c, rng, sky, colours, layout):
    x, side = ((64, 1), (48, 1), (80, -1), (56, -1), (72, 1))[layout]
    paint_sky(c, sky, layout, 104)
    specks(c, rng, range(1, 12), 0.2)
    hills(c, 92, 6, 128 - x, mix(rgb(226, 236, 248), SKIES[sky][0], 0.35))
    c.fill(above(104), down(WHITE, rgb(198, 214, 240), 100, 128))
    snow = rgb(238, 242, 250)
    for s in (-1, 1):
        c.fill(line(x + s * 16, 72, x + s * 38, 60, 1.6), BROWN)
    for y, r in ((98, 24), (68, 18), (42, 13)):
        c.fill(circle(x, y, r), mix(WHITE, rgb(150, 172, 216), np.clip(np.hypot(X - x + r * 0.4, Y - y + r * 0.4) / (1.6 * r), 0, 1) ** 2))
    c.fill(box(x - 13, 51, x + 13, 57, 3), colours[0])
    c.fill(box(x + side * 7 - 4, 52, x + side * 7 + 4, 76, 2), darker(colours[0], 0.12))
    c.fill(box(x - 17, 29, x + 17, 33, 1), colours[1])
    c.fill(box(x - 11, 12, x + 11, 31, 1), across(lighter(colours[1], 0.15), darker(colours[1], 0.3), x - 11, x + 11))
    c.fill(box(x - 11, 25, x + 11, 29), colours[0])
    for dx in (-5, 5):
        c.fill(circle(x + dx, 39, 1.8), INK)
    c.fill(polygon((x, 42), (x + side * 15, 45), (x, 47)), ORANGE)
    for y in (66, 76, 92):
        c.fill(circle(x, y, 1.9), INK)


THINGS = (cottage, flower, butterfly, fish, mushroom, cupcake, teacup, apple, umbrella, snowman)
