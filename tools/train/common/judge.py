"""What the judges of generated samples share: dense layers in a dictionary, their training, and their file."""
import time

import numpy as np
import torch
import torch.nn.functional as F

from .optimizer import Optimizer


def start(layers, seed=0):
    """layers: name -> (rows, columns)."""
    g, p = torch.Generator().manual_seed(seed), {}
    for name, (rows, columns) in layers.items():
        p[name + ".weight"] = torch.randn(rows, columns, generator=g) * columns**-0.5
        p[name + ".bias"] = torch.zeros(rows)
    return p


def layer(p, name, value):
    return F.linear(value, p[name + ".weight"], p[name + ".bias"])


@torch.no_grad()
def classify(p, samples, features, scores, batch=64):
    """Most likely class of each sample, as an array."""
    return torch.cat([scores(p, features(samples[i:i + batch])).argmax(-1) for i in range(0, len(samples), batch)]).numpy()


def train(layers, scores, known, labels, seconds):
    """known: features [n, ...]. -> (parameters rounded to fp16, steps)."""
    p = start(layers)
    for value in p.values():
        value.requires_grad_(True)
    optimizer = Optimizer(p, {name + ".weight" for name in list(layers)[:-1]}, 0.01, 1e-3)
    begun, done = time.time(), 0.0
    one = (128,) + (1,) * (known.ndim - 1)
    while done < 1:
        done = (time.time() - begun) / seconds
        ids = torch.randint(len(known), (128,))
        x = known[ids] * (0.7 + 0.6 * torch.rand(one))  # contrast, noise and gaps: it must not rely on detail
        x = F.dropout(x + 0.04 * torch.rand(one) * torch.randn(x.shape), 0.1)
        F.cross_entropy(scores(p, x), labels[ids], label_smoothing=0.05).backward()
        optimizer.step(min(1.0, (1 - done) * 1.5 + 1e-3))
    return {k: v.detach().half().float() for k, v in p.items()}, optimizer.steps


def report(found, labels, names, unit):
    """Prints the recognised share of every class and over all; returns the latter."""
    right = found == labels
    for c in sorted(set(labels)):
        mine = labels == c
        mistaken = sorted({names[f] for f in found[mine & ~right]})
        print(f"  {names[c]:20s} {right[mine].mean():.2f}{'  taken for ' + ', '.join(mistaken) if mistaken else ''}")
    print(f"recognised: {right.mean():.4f} ({right.sum()} of {len(right)} {unit}, {len(set(labels))} classes)")
    return right.mean()


def save(p, path):
    np.savez(path, **{k: v.half().numpy() for k, v in p.items()})


def load(path):
    with np.load(path) as arrays:
        return {k: torch.from_numpy(arrays[k]).float() for k in arrays.files}
