"""Shapes: signed distances (anti-aliased outlines) and shading. Unit: the scene is 64 x 64, y points down.

Every function takes coordinates relative to the shape's centre as float32 arrays and returns an array of
the same shape. Light falls from the upper left; it does not turn with the shape.
"""
import numpy as np

LIGHT = np.array([-0.48, -0.60, 0.64], np.float32)  # unit vector towards the light (x, y, z)
RING_THICKNESS = 0.26  # half the thickness of a ring's band, as a share of its outer radius
IVORY = np.array([0.96, 0.94, 0.88], np.float32)  # the second colour of a wheel


def _star_distance(x, y, r):
    """Five points with an inner radius of 0.55 r: fat arms, which an 8 x 8 patch can show."""
    length, sector = np.hypot(x, y), 2 * np.pi / 5
    angle = np.abs(np.mod(np.arctan2(x, -y) + sector / 2, sector) - sector / 2)
    px, py = length * np.cos(angle), length * np.sin(angle)
    edge_x, edge_y = 0.55 * np.cos(sector / 2) - 1, 0.55 * np.sin(sector / 2)
    return ((px - r) * edge_y - py * edge_x) / np.hypot(edge_x, edge_y)


def _plus_distance(x, y, r):
    ax, ay, arm = np.abs(x), np.abs(y), r * 0.36
    return np.minimum(np.maximum(ax - r, ay - arm), np.maximum(ax - arm, ay - r))


DISTANCE = {
    "ball": lambda x, y, r: np.hypot(x, y) - r,
    "wheel": lambda x, y, r: np.hypot(x, y) - r,
    "ring": lambda x, y, r: np.abs(np.hypot(x, y) - r * (1 - RING_THICKNESS)) - r * RING_THICKNESS,
    "square": lambda x, y, r: np.maximum(np.abs(x), np.abs(y)) - r * 0.84,
    "diamond": lambda x, y, r: (np.abs(x) * 1.25 + np.abs(y) * 0.9 - r * 1.12) * 0.65,
    "triangle": lambda x, y, r: np.maximum(y - r * 0.6, np.abs(x) * 0.866 - y * 0.5 - r * 0.6),
    "plus": _plus_distance,
    "star": _star_distance,
}


def shade(shape, colour, dx, dy, lx, ly, r):
    """Colour of every pixel of a shape, [..., 3] in 0..1.

    dx, dy: upright coordinates (the light's); lx, ly: the shape's own, turned ones.
    """
    if shape == "ball":
        return _lit_surface(colour, dx / r, dy / r)
    if shape == "ring":
        distance = np.maximum(np.hypot(dx, dy), 1e-3)
        across = np.clip((distance - r * (1 - RING_THICKNESS)) / (r * RING_THICKNESS), -1, 1)
        return _lit_surface(colour, across * dx / distance, across * dy / distance)
    slope = 0.9 - 0.28 * np.clip((dx * 0.6 + dy * 0.8) / r, -1, 1)
    if shape == "wheel":  # four quarters, two of them ivory; the border between them is anti-aliased
        quarter = np.clip(0.5 + np.sign(lx * ly) * np.minimum(np.abs(lx), np.abs(ly)), 0, 1)[..., None]
        return slope[..., None] * (quarter * colour + (1 - quarter) * IVORY)
    return slope[..., None] * colour


def _lit_surface(colour, nx, ny):
    """Lambert shading with a soft highlight; nx, ny: the surface normal's part in the image plane."""
    nz = np.sqrt(np.clip(1 - nx * nx - ny * ny, 0, 1))
    lambert = np.clip(nx * LIGHT[0] + ny * LIGHT[1] + nz * LIGHT[2], 0, 1)[..., None]
    return np.minimum(colour * (0.42 + 0.62 * lambert) + 0.45 * lambert**10, 1)
