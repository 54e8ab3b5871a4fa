"""A small classifier of clips, the judge of generated ones: it is trained on rendered clips only.

It sees brightness and colourfulness at 24 x 24 pixels less their median, so that hue and backdrop do not count.
"""
import torch
import torch.nn.functional as F

from common import judge
from .motions import FRAMES, NAMES

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


def scores(p, x):
    """Features -> [n, classes]: two layers a frame, two over all frames."""
    x = F.gelu(judge.layer(p, "part", F.gelu(judge.layer(p, "look", x))))
    return judge.layer(p, "class", F.gelu(judge.layer(p, "whole", x.flatten(1))))


def classify(p, clips):
    """Most likely class of each clip, as an array."""
    return judge.classify(p, clips, features, scores)
