"""Scenes: each function paints one class. `sky` and `colours` come from the class's palette, `layout` is 0..4."""
import numpy as np

from .painter import (X, Y, above, across, ball, both, box, circle, darker, down, either, ellipse, lighter, line,
                      mix, polygon, rgb)
from .skies import DARK, SKIES, cloud, hills, moon, paint_sky, specks, sun

WHITE, CREAM, INK = rgb(250, 248, 242), rgb(252, 236, 204), rgb(40, 38, 58)
RED, ORANGE, YELLOW, GREEN = rgb(214, 62, 56), rgb(238, 136, 46), rgb(248, 204, 74), rgb(86, 160, 82)
TEAL, BLUE, PURPLE, PINK = rgb(46, 156, 158), rgb(58, 108, 196), rgb(132, 88, 186), rgb(238, 124, 164)
BROWN, WOOD, GRASS, SAND = rgb(122, 80, 54), rgb(176, 122, 78), rgb(98, 168, 86), rgb(232, 188, 124)


def _sea(c, top, sky, rng, share=0.22):
    low = SKIES[sky][1]
    c.fill(above(top), down(mix(low, rgb(40, 110, 170), 0.45), mix(SKIES[sky][0], rgb(16, 54, 110), 0.6), top, 128))
    glint = lambda x, y: c.fill(line(x - 2, y, x + 2, y, 0.8), lighter(low, 0.45), 0.75)
    c.scatter(rng, range(16), range(top // 8 + 1, 16), share, glint)


def _birds(c, rng, rows, share=0.06):
    def bird(x, y):
        c.fill(either(line(x - 3, y - 1.5, x, y + 1, 0.6), line(x, y + 1, x + 3, y - 1.5, 0.6)), INK, 0.8)
    c.scatter(rng, range(16), rows, share, bird)


def _heaven(c, rng, sky, rows):
    """Stars in a dark sky, birds in a bright one."""
    (specks if sky in DARK else _birds)(c, rng, rows)


def _flowers(c, rng, rows, share=0.2):
    def flower(x, y):
        c.fill(circle(x, y, 1.9), (WHITE, YELLOW, PINK)[rng.integers(3)])
    c.scatter(rng, range(16), rows, share, flower)


def sunset(c, rng, sky, colours, layout):
    x, r = ((64, 20), (40, 16), (88, 16), (48, 24), (80, 24))[layout]
    paint_sky(c, sky, layout, 80)
    _heaven(c, rng, sky, range(1, 6))
    sun(c, x, 80 - r // 4, r, colours[0])
    _sea(c, 80, sky, rng)
    for i in range(6):
        c.fill(line(x - r + i * 3, 84 + i * 8, x + r - i * 3, 84 + i * 8, 1.5), colours[0], 0.75)


def moonlit_mountains(c, rng, sky, colours, layout):
    mx, my, peak, full = ((96, 32, 48, 1), (32, 32, 80, 1), (96, 32, 40, 0), (40, 24, 88, 0), (64, 24, 64, 1))[layout]
    paint_sky(c, sky, layout)
    specks(c, rng, range(1, 8), 0.14)
    moon(c, mx, my, 12, sky, full)
    rock = colours[0]
    for px, top, half, shade in ((peak - 40, 64, 48, 0.25), (peak + 40, 56, 56, 0.15), (peak, 40, 56, 0.0)):
        base = mix(rock, SKIES[sky][1], shade)
        d = polygon((px, top), (px + half, 112), (px - half, 112))
        c.fill(d, across(lighter(base, 0.16), darker(base, 0.3), px - 1, px + 1))
        snow = both(d, Y - (top + 16 + 4 * np.abs(((X - px) / 8) % 2 - 1)))
        c.fill(snow, across(WHITE, rgb(184, 196, 226), px - 1, px + 1))
    hills(c, 108, 4, peak, darker(colours[1], 0.1))
    fir = lambda x, y: c.fill(polygon((x, y - 4), (x + 3, y + 3), (x - 3, y + 3)), darker(colours[1], 0.5))
    c.scatter(rng, range(16), (14, 15), 0.3, fir)


def lighthouse(c, rng, sky, colours, layout):
    x = (64, 40, 88, 48, 80)[layout]
    paint_sky(c, sky, layout, 96)
    _heaven(c, rng, sky, range(1, 5))
    if sky in DARK:
        for s in (-1, 1):
            beam = polygon((x, 32), (x + s * 72, 12), (x + s * 72, 52))
            c.fill(beam, rgb(255, 240, 170), 0.3)
    else:
        cloud(c, 104 if x < 64 else 24, 56)
    _sea(c, 96, sky, rng)
    c.fill(ellipse(x, 116, 40, 18), down(rgb(142, 134, 126), rgb(78, 74, 82), 98, 128))
    tower = polygon((x - 9, 40), (x + 9, 40), (x + 13, 104), (x - 13, 104))
    c.fill(tower, across(WHITE, rgb(192, 194, 210), x - 12, x + 12))
    for y in (48, 72, 96):
        c.fill(both(tower, box(x - 20, y, x + 20, y + 12)), across(colours[0], darker(colours[0], 0.35), x - 12, x + 12))
    c.fill(box(x - 12, 37, x + 12, 41, 1), INK)
    c.fill(box(x - 7, 25, x + 7, 37), rgb(255, 236, 150))
    c.fill(line(x, 25, x, 37, 0.8), INK)
    c.fill(polygon((x - 9, 25), (x, 15), (x + 9, 25)), colours[0])
    c.glow(x, 31, 22, rgb(255, 240, 170), 0.6)


def balloon(c, rng, sky, colours, layout):
    x, y, r = ((64, 48, 32), (48, 48, 28), (80, 48, 28), (48, 56, 36), (80, 56, 36))[layout]
    first, second = colours
    paint_sky(c, sky, layout)
    _heaven(c, rng, sky, range(1, 12))
    far = 128 - x - (8 if x > 64 else -8)
    cloud(c, 104 if x <= 64 else 24, 88, 1.0)
    cloud(c, 16 if x <= 64 else 108, 24, 0.8)
    hills(c, 112, 6, far, mix(GREEN, SKIES[sky][1], 0.45))
    hills(c, 120, 4, x, mix(GREEN, SKIES[sky][0], 0.25), 128)
    skirt = polygon((x - r * 0.82, y + r * 0.55), (x + r * 0.82, y + r * 0.55), (x + 7, y + r + 14), (x - 7, y + r + 14))
    hull = either(circle(x, y, r), skirt)
    taper = np.clip(1 - np.maximum(Y - y, 0) / (r * 2.4), 0.2, 1) * np.sqrt(np.clip(1 - (np.minimum(Y - y, 0) / r) ** 2, 0.02, 1))
    gore = np.floor((np.clip((X - x) / (r * taper), -1, 1) + 1) * 3.5 - 1e-3)
    field = np.where((gore % 2 == 0)[..., None], ball(first, x, y, r, r * 1.2), ball(second, x, y, r, r * 1.2))
    c.fill(hull, field)
    for s in (-6, 6):
        c.fill(line(x + s, y + r + 13, x + s * 0.8, y + r + 21, 0.6), INK)
    c.fill(box(x - 7, y + r + 20, x + 7, y + r + 30, 2), across(lighter(WOOD, 0.15), BROWN, x - 7, x + 7))


def sailboat(c, rng, sky, colours, layout):
    x, s = ((64, 1.0), (48, 1.0), (80, 1.0), (40, 0.8), (88, 0.8))[layout]
    paint_sky(c, sky, layout, 88)
    _heaven(c, rng, sky, range(1, 9))
    if sky in DARK:
        moon(c, 104 if x <= 64 else 24, 28, 11, sky, True)
    else:
        cloud(c, 104 if x <= 64 else 24, 32)
    _sea(c, 88, sky, rng)
    y = 100
    c.fill(line(x, y - 72 * s, x, y, 1.3), BROWN)
    main = polygon((x + 3, y - 70 * s), (x + 3, y - 8), (x + 36 * s, y - 8))
    jib = polygon((x - 3, y - 64 * s), (x - 3, y - 8), (x - 28 * s, y - 8))
    c.fill(main, across(lighter(colours[0], 0.25), darker(colours[0], 0.12), x, x + 36 * s))
    c.fill(jib, across(rgb(206, 208, 222), WHITE, x - 28 * s, x))
    hull = polygon((x - 36 * s, y - 4), (x + 40 * s, y - 4), (x + 28 * s, y + 12), (x - 26 * s, y + 12))
    c.fill(hull, down(lighter(colours[1], 0.15), darker(colours[1], 0.4), y - 4, y + 12))
    c.fill(both(hull, Y - y), WHITE, 0.8)
    c.fill(line(x - 30 * s, y + 14, x + 32 * s, y + 14, 1.6), WHITE, 0.5)


def cactus(c, rng, sky, colours, layout):
    x, side, sx = ((64, 1, 104), (48, -1, 104), (80, 1, 24), (40, 1, 96), (88, -1, 32))[layout]
    paint_sky(c, sky, layout, 104)
    _heaven(c, rng, sky, range(1, 6))
    (lambda: moon(c, sx, 32, 11, sky, False) if sky in DARK else sun(c, sx, 32, 11))()
    mesa = mix(colours[1], SKIES[sky][1], 0.3)
    mx = 128 - x
    c.fill(polygon((mx - 36, 96), (mx - 28, 72), (mx + 28, 72), (mx + 36, 96)), down(lighter(mesa, 0.1), darker(mesa, 0.25), 72, 100))
    sand = mix(SAND, colours[1], 0.25)
    hills(c, 98, 3, x, sand, 128)
    stone = lambda px, py: c.fill(ellipse(px, py, 3, 1.8), darker(sand, 0.4))
    c.scatter(rng, range(16), (14, 15), 0.14, stone)
    green = colours[0]
    c.fill(ellipse(x + 10, 112, 26, 4), darker(sand, 0.3), 0.7)
    body = either(line(x, 40, x, 112, 9), line(x - side * 22, 60, x - side * 22, 76, 6), line(x - side * 22, 78, x, 78, 6),
                  line(x + side * 22, 48, x + side * 22, 68, 6), line(x + side * 22, 70, x, 70, 6))
    body = np.maximum(body, Y - 113)
    c.fill(body, mix(lighter(green, 0.2), darker(green, 0.35), np.clip((X - x + 9) / 20 % 1.6, 0, 1)))
    for dx in (-4, 0, 4):
        c.fill(both(line(x + dx, 40, x + dx, 110, 0.6), body), darker(green, 0.45), 0.7)
    for dx, dy in ((0, 31), (-side * 22, 54), (side * 22, 42)):
        c.fill(circle(x + dx, dy, 3.2), PINK)


def firs(c, rng, sky, colours, layout):
    trees = (((64, 1.2), (24, 0.8), (104, 0.9)), ((40, 1.2), (80, 0.8), (112, 0.7)), ((88, 1.2), (48, 0.8), (16, 0.7)),
             ((32, 1.0), (96, 1.2), (64, 0.7)), ((96, 1.0), (32, 1.2), (64, 0.7)))[layout]
    paint_sky(c, sky, layout, 104)
    specks(c, rng, range(1, 12), 0.2)
    hills(c, 88, 6, trees[0][0], mix(rgb(226, 236, 248), SKIES[sky][0], 0.35))
    c.fill(above(104 + 3 * np.cos(X / 64 * np.pi)), down(WHITE, rgb(198, 214, 240), 100, 128))
    for x, s in sorted(trees, key=lambda t: t[1]):
        base = 112
        c.fill(box(x - 4 * s, base - 6, x + 4 * s, base + 4), BROWN)
        for i, (top, half) in enumerate(((28, 24), (46, 19), (64, 13))):
            y1, y0 = base - 4 - (top - 28) * s * 1.05, base - 4 - (top + 8) * s * 1.05
            layer = polygon((x, y0), (x + half * s, y1), (x - half * s, y1))
            c.fill(layer, across(lighter(colours[0], 0.12), darker(colours[0], 0.4), x - half * s, x + half * s))
            c.fill(both(layer, polygon((x, y0 - 2), (x + half * s * 0.5, y0 + 16 * s), (x, y0 + 13 * s), (x - half * s * 0.7, y0 + 20 * s))), WHITE)
    c.glow(trees[0][0], 112, 24, WHITE, 0.25)


def night_city(c, rng, sky, colours, layout):
    heights = ((5, 8, 6, 10, 7, 9, 4, 6), (9, 6, 10, 7, 5, 4, 8, 5), (4, 7, 5, 6, 9, 7, 10, 8),
               (6, 10, 8, 5, 4, 7, 9, 6), (7, 5, 4, 8, 10, 6, 5, 9))[layout]
    paint_sky(c, sky, layout)
    specks(c, rng, range(1, 6), 0.12)
    moon(c, 24 if heights[1] < 8 else 104, 24, 10, sky, True)
    back = mix(colours[0], SKIES[sky][1], 0.5)
    for i in range(8):
        c.fill(box(i * 16 + 8, 112 - heights[(i + 3) % 8] * 8, i * 16 + 24, 128), back)
    for i, n in enumerate(heights):
        wall = mix(colours[0], INK, (0.2, 0.45)[i % 2])
        top = 128 - n * 8
        c.fill(box(i * 16, top, i * 16 + 16, 130), down(lighter(wall, 0.1), darker(wall, 0.25), top, 128))
        c.fill(box(i * 16 + 14, top, i * 16 + 16, 130), INK, 0.5)

        def window(x, y):
            c.fill(box(x - 2, y - 2, x + 2, y + 2), rgb(255, 222, 128))
        c.scatter(rng, (i * 2, i * 2 + 1), range(16 - n, 16), 0.55, window)


def ringed_planet(c, rng, sky, colours, layout):
    x, y, r, tilt = ((64, 64, 30, -0.35), (48, 56, 26, -0.35), (80, 72, 26, 0.35), (56, 72, 34, 0.35), (72, 56, 34, -0.35))[layout]
    paint_sky(c, sky, layout)
    specks(c, rng, range(1, 16), 0.2)
    small = (104, 24) if tilt > 0 else (24, 104)
    c.fill(circle(*small, 8), ball(colours[1], *small, 8))
    cos, sin = np.cos(tilt), np.sin(tilt)
    u, v = cos * (X - x) + sin * (Y - y), -sin * (X - x) + cos * (Y - y)
    near = np.hypot(u / (r * 1.85), v / (r * 0.5))
    ring = np.maximum((near - 1) * r * 0.5, (0.72 - near) * r * 0.5)
    tone = mix(lighter(colours[1], 0.4), colours[1], (np.floor(near * 14) % 2).astype(np.float32))
    c.glow(x, y, r * 1.9, colours[0], 0.35)
    c.fill(both(ring, v), tone)
    disc = circle(x, y, r)
    bands = np.sin(v * (2 * np.pi / 16)) * 0.5 + 0.5
    base = mix(lighter(colours[0], 0.22), darker(colours[0], 0.12), bands)
    shade = np.clip(np.hypot((X - x) / r + 0.4, (Y - y) / r + 0.4) / 1.6, 0, 1) ** 1.5
    c.fill(disc, base * (1.08 - 0.75 * shade)[..., None].astype(np.float32))
    c.fill(both(ring, -v), tone)


def rocket(c, rng, sky, colours, layout):
    x, y = ((64, 56), (48, 48), (80, 48), (48, 64), (80, 64))[layout]
    paint_sky(c, sky, layout)
    _heaven(c, rng, sky, range(1, 16))
    for i, (r, a) in enumerate(((13, 0.9), (11, 0.9), (9, 0.9))):
        for s in (-1, 1):
            c.fill(circle(x + s * (8 + 10 * i), 126 - 2 * i, r), ball(WHITE, x + s * (8 + 10 * i), 126, r + 4), a)
    c.fill(polygon((x - 9, y + 30), (x + 9, y + 30), (x, y + 60)), down(ORANGE, YELLOW, y + 30, y + 50))
    c.fill(polygon((x - 5, y + 30), (x + 5, y + 30), (x, y + 46)), rgb(255, 246, 190))
    for s in (-1, 1):
        fin = polygon((x + s * 10, y + 6), (x + s * 25, y + 32), (x + s * 10, y + 26))
        c.fill(fin, colours[0] if s < 0 else darker(colours[0], 0.3))
    body = both(ellipse(x, y, 17, 46), Y - (y + 30))
    c.fill(body, across(WHITE, rgb(168, 172, 196), x - 10, x + 17))
    c.fill(both(body, Y - (y - 22)), across(lighter(colours[0], 0.15), darker(colours[0], 0.3), x - 10, x + 14))
    c.fill(both(body, -(Y - (y + 22))), across(lighter(colours[0], 0.15), darker(colours[0], 0.3), x - 14, x + 14))
    c.fill(circle(x, y - 4, 8.5), rgb(90, 96, 120))
    c.fill(circle(x, y - 4, 6), ball(colours[1], x, y - 4, 6))


def rainbow(c, rng, sky, colours, layout):
    x, r = ((64, 56), (48, 56), (80, 56), (40, 64), (88, 64))[layout]
    paint_sky(c, sky, layout)
    _heaven(c, rng, sky, range(1, 4))
    for i, colour in enumerate((RED, ORANGE, YELLOW, GREEN, BLUE, PURPLE)):
        ring = np.abs(np.hypot(X - x, Y - 104) - (r - 2 - i * 4)) - 2
        c.fill(ring, lighter(colour, 0.12), 0.95)
    cloud(c, x - r + 8, 88, 1.1)
    cloud(c, x + r - 12, 88, 1.1)
    hills(c, 104, 5, x, mix(colours[0], WHITE, 0.1), 128)
    hills(c, 114, 5, 128 - x, colours[0])
    _flowers(c, rng, (14, 15), 0.35)


SCENES = (sunset, moonlit_mountains, lighthouse, balloon, sailboat, cactus, firs, night_city, ringed_planet, rocket, rainbow)
