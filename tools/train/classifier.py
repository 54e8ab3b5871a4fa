"""A small classifier of clips, the judge of generated ones: it is trained on rendered clips only.

It sees brightness and colourfulness at 24 x 24 pixels less their median, so that hue and backdrop do not count.
"""
import numpy as np
import torch
import torch.nn.functional as F

from motions import FRAMES, NAMES

SIDE = 24
FEATURES = SIDE * SIDE * 2
HIDDEN = {"look": (64, FEATURES), "part": (48, 64), "whole": (128, 48 * FRAMES), "class": (len(NAMES), 128)}


def features(clips):
    """float [n, 16, h, w, 3] in 0..1 (h and w multiples of 24) -> [n, 16, 1152]."""
    n, frames, h, w, _ = clips.shape
    small = clips.reshape(n, frames, SIDE, h // SIDE, SIDE, w // SIDE, 3).mean((3, 5))
    planes = torch.stack([small.mean(-1), small.amax(-1) - small.amin(-1)], -1)
    median = planes.reshape(n, -1, 2).median(1)[0].reshape(n, 1, 1, 1, 2)
    return (planes - median).reshape(n, frames, FEATURES)


def start(seed=0):
    g, p = torch.Generator().manual_seed(seed), {}
    for name, (rows, columns) in HIDDEN.items():
        p[name + ".weight"] = torch.randn(rows, columns, generator=g) * columns**-0.5
        p[name + ".bias"] = torch.zeros(rows)
    return p


def scores(p, x):
    """Features -> [n, classes]: two layers a frame, two over all frames."""
    layer = lambda name, value: F.linear(value, p[name + ".weight"], p[name + ".bias"])
    x = F.gelu(layer("part", F.gelu(layer("look", x))))
    return layer("class", F.gelu(layer("whole", x.flatten(1))))


@torch.no_grad()
def classify(p, clips, batch=64):
    """Most likely class of each clip, as an array."""
    return torch.cat([scores(p, features(clips[i:i + batch])).argmax(-1) for i in range(0, len(clips), batch)]).numpy()


def save(p, path):
    np.savez(path, **{k: v.half().numpy() for k, v in p.items()})


def load(path):
    with np.load(path) as arrays:
        return {k: torch.from_numpy(arrays[k]).float() for k in arrays.files}
