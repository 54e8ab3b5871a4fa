"""Trains the classifier on rendered pictures (not on reconstructions) and measures it on held-out ones.

usage: python3 -m image.train_classifier RUN SECONDS [OUTPUT.npz]
"""
import sys
from pathlib import Path

import numpy as np
import torch

from common import judge
from .classifier import HIDDEN, classify, features, scores
from .pictures import NAMES


def main(run, seconds, output):
    torch.set_num_threads(1)
    torch.manual_seed(0)
    pictures = np.load(run / "train_pictures.npy", mmap_mode="r")
    known = torch.cat([features(pictures[i:i + 64]) for i in range(0, len(pictures), 64)])
    p, steps = judge.train(HIDDEN, scores, known, torch.from_numpy(np.load(run / "train_labels.npy")), seconds)
    truth = np.load(run / "held_labels.npy")
    print(f"{steps} steps; held-out rendered pictures:")
    judge.report(classify(p, np.load(run / "held_pictures.npy")), truth, NAMES, "pictures")
    judge.save(p, output)


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3] if len(sys.argv) > 3 else Path(__file__).parent / "classifier.npz"))
