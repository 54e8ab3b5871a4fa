"""Trains the classifier on rendered clips (not on reconstructions) and measures it on held-out ones.

usage: train_classifier.py RUN SECONDS [OUTPUT.npz]
"""
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from classifier import HIDDEN, classify, features, save, scores, start
from motions import NAMES
from optimizer import Optimizer
from tokenizer import unpatchify


def rendered(run, name, ids):
    patches = np.load(run / f"{name}_patches.npy", mmap_mode="r")[ids]
    return unpatchify(torch.from_numpy(np.array(patches))).float().div(255)


def main(run, seconds, output):
    torch.set_num_threads(2)
    torch.manual_seed(0)
    labels = torch.from_numpy(np.load(run / "train_labels.npy"))
    known = torch.cat([features(rendered(run, "train", slice(i, i + 64))) for i in range(0, len(labels), 64)])
    p = start()
    for value in p.values():
        value.requires_grad_(True)
    optimizer = Optimizer(p, {name + ".weight" for name in list(HIDDEN)[:3]}, 0.01, 1e-3)
    begun, done = time.time(), 0.0
    while done < 1:
        done = (time.time() - begun) / seconds
        ids = torch.randint(len(known), (128,))
        x = known[ids] * (0.7 + 0.6 * torch.rand(128, 1, 1))  # contrast, noise and gaps: it must not rely on detail
        x = F.dropout(x + 0.04 * torch.rand(128, 1, 1) * torch.randn(x.shape), 0.1)
        F.cross_entropy(scores(p, x), labels[ids], label_smoothing=0.05).backward()
        optimizer.step(min(1.0, (1 - done) * 1.5 + 1e-3))
    p = {k: v.detach().half().float() for k, v in p.items()}
    truth = np.load(run / "held_labels.npy")
    right = np.concatenate([classify(p, rendered(run, "held", slice(i, i + 64))) for i in range(0, len(truth), 64)]) == truth
    weak = {NAMES[c]: round(float(right[truth == c].mean()), 3) for c in range(len(NAMES)) if not right[truth == c].all()}
    print(f"{optimizer.steps} steps; held-out rendered clips: {right.mean():.4f} of {len(truth)}; not perfect: {weak}")
    save(p, output)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3] if len(sys.argv) > 3 else Path(__file__).parent / "classifier.npz"))
