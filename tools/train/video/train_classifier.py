"""Trains the classifier on rendered clips (not on reconstructions) and measures it on held-out ones.

usage: python3 -m video.train_classifier RUN SECONDS [OUTPUT.npz]
"""
import sys
from pathlib import Path

import numpy as np
import torch

from common import judge
from .classifier import HIDDEN, classify, features, scores
from .motions import NAMES
from .tokenizer import unpatchify


def rendered(run, name, ids):
    patches = np.load(run / f"{name}_patches.npy", mmap_mode="r")[ids]
    return unpatchify(torch.from_numpy(np.array(patches))).float().div(255)


def main(run, seconds, output):
    torch.set_num_threads(2)
    torch.manual_seed(0)
    labels = torch.from_numpy(np.load(run / "train_labels.npy"))
    known = torch.cat([features(rendered(run, "train", slice(i, i + 64))) for i in range(0, len(labels), 64)])
    p, steps = judge.train(HIDDEN, scores, known, labels, seconds)
    truth = np.load(run / "held_labels.npy")
    right = np.concatenate([classify(p, rendered(run, "held", slice(i, i + 64))) for i in range(0, len(truth), 64)]) == truth
    weak = {NAMES[c]: round(float(right[truth == c].mean()), 3) for c in range(len(NAMES)) if not right[truth == c].all()}
    print(f"{steps} steps; held-out rendered clips: {right.mean():.4f} of {len(truth)}; not perfect: {weak}")
    judge.save(p, output)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3] if len(sys.argv) > 3 else Path(__file__).parent / "classifier.npz"))
