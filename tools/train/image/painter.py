"""A canvas of 128 x 128 pixels and the signed distances (in pixels, negative inside) that are filled on it."""
import numpy as np

SIZE = 128
_axis = np.arange(SIZE, dtype=np.float32) + 0.5
Y, X = np.meshgrid(_axis, _axis, indexing="ij")


def rgb(red, green, blue):
    return np.array([red, green, blue], np.float32) / 255


def mix(first, second, share):
    """`share` may be a number or a plane [128, 128]; the result is a colour or a field [128, 128, 3]."""
    share = np.asarray(share, np.float32)
    return first + (second - first) * (share[..., None] if share.ndim else share)


def lighter(colour, share):
    return mix(colour, np.ones(3, np.float32), share)


def darker(colour, share):
    return colour * np.float32(1 - share)


def circle(cx, cy, r):
    return np.hypot(X - cx, Y - cy) - r


def ellipse(cx, cy, rx, ry):
    a, b = (X - cx) / rx, (Y - cy) / ry
    near = np.hypot(a, b)
    return near * (near - 1) / (np.hypot(a / rx, b / ry) + 1e-6)


def box(x0, y0, x1, y1, rounding=0.0):
    dx = np.abs(X - (x0 + x1) / 2) - (x1 - x0) / 2 + rounding
    dy = np.abs(Y - (y0 + y1) / 2) - (y1 - y0) / 2 + rounding
    return np.hypot(np.maximum(dx, 0), np.maximum(dy, 0)) + np.minimum(np.maximum(dx, dy), 0) - rounding


def line(x0, y0, x1, y1, r):
    dx, dy = x1 - x0, y1 - y0
    t = np.clip(((X - x0) * dx + (Y - y0) * dy) / (dx * dx + dy * dy), 0, 1)
    return np.hypot(X - x0 - t * dx, Y - y0 - t * dy) - r


def polygon(*points):
    nearest, inside = np.full(X.shape, 1e9, np.float32), np.zeros(X.shape, bool)
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1]):
        nearest = np.minimum(nearest, line(x0, y0, x1, y1, 0))
        if y0 != y1:
            inside ^= ((y0 > Y) != (y1 > Y)) & (X < (x1 - x0) * (Y - y0) / (y1 - y0) + x0)
    return np.where(inside, -nearest, nearest)


def above(height):
    """Everything below a line at `height`, a number or a value for each column."""
    return (np.broadcast_to(height, X.shape) - Y).astype(np.float32)


def both(first, second):
    return np.maximum(first, second)


def either(*distances):
    return np.minimum.reduce(distances)


def less(first, second):
    return np.maximum(first, -second)


def down(top, bottom, y0, y1):
    """A colour field from `top` at row y0 to `bottom` at row y1."""
    return mix(top, bottom, np.clip((Y - y0) / (y1 - y0), 0, 1))


def across(left, right, x0, x1):
    return mix(left, right, np.clip((X - x0) / (x1 - x0), 0, 1))


def ball(colour, cx, cy, rx, ry=None):
    """The colour of a round thing lit from the top left."""
    ry = ry or rx
    far = np.clip(np.hypot((X - cx) / rx + 0.35, (Y - cy) / ry + 0.4) / 1.45, 0, 1)
    return mix(lighter(colour, 0.32), darker(colour, 0.34), far)


class Canvas:
    """float32 [128, 128, 3] in 0..1, painted back to front."""

    def __init__(self):
        self.pixels = np.zeros((SIZE, SIZE, 3), np.float32)

    def fill(self, distance, colour, alpha=1.0):
        cover = np.clip(0.5 - distance, 0, 1)[..., None] * np.float32(alpha)
        self.pixels += cover * (colour - self.pixels)

    def glow(self, cx, cy, r, colour, strength):
        """A soft light, `strength` in its middle and nothing at distance r."""
        fall = np.clip(1 - np.hypot(X - cx, Y - cy) / r, 0, 1) ** 2 * strength
        self.pixels += fall[..., None] * (colour - self.pixels)

    def scatter(self, rng, columns, rows, share, paint):
        """Calls paint(x, y) for the middle of some cells of the token grid, each with probability `share`.

        What lies within one cell needs no agreement between tokens: details of this kind vary freely.
        """
        chosen = rng.random((len(rows), len(columns))) < share
        for j, row in enumerate(rows):
            for i, column in enumerate(columns):
                if chosen[j, i]:
                    paint(column * 8 + 4, row * 8 + 4)
