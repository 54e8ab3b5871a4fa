"""A small classifier of pictures, the judge of generated ones: it is trained on rendered pictures only.

It sees brightness and colourfulness at 32 x 32 pixels less their median, so that hue and backdrop hardly count.
"""
import torch
import torch.nn.functional as F

from common import judge
from .pictures import NAMES

SIDE = 32
HIDDEN = {"look": (96, SIDE * SIDE * 2), "whole": (64, 96), "class": (len(NAMES), 64)}


def features(pictures):
    """uint8 [n, h, w, 3] (h and w multiples of 32) -> [n, 2048]."""
    n, h, w, _ = pictures.shape
    pictures = torch.tensor(pictures).float().div(255)
    small = pictures.reshape(n, SIDE, h // SIDE, SIDE, w // SIDE, 3).mean((2, 4))
    planes = torch.stack([small.mean(-1), small.amax(-1) - small.amin(-1)], -1)
    return (planes - planes.reshape(n, -1, 2).median(1)[0].reshape(n, 1, 1, 2)).flatten(1)


def scores(p, x):
    """Features -> [n, classes]."""
    return judge.layer(p, "class", F.gelu(judge.layer(p, "whole", F.gelu(judge.layer(p, "look", x)))))


def classify(p, pictures):
    """Most likely class of each picture, as an array."""
    return judge.classify(p, pictures, features, scores)
