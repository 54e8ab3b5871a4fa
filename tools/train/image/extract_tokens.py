"""Tokens of every rendered picture, by the trained encoder: RUN/train_tokens.npy and RUN/held_tokens.npy (int16).

usage: python3 -m image.extract_tokens RUN
"""
import sys
from pathlib import Path

import numpy as np
import torch

from .tokenizer import tokens_of


def main(run):
    p = torch.load(run / "tokenizer.pt")["mean"]
    for name in ("train", "held"):
        tokens = tokens_of(p, np.load(run / f"{name}_pictures.npy", mmap_mode="r")).numpy().astype(np.int16)
        np.save(run / f"{name}_tokens.npy", tokens)
        print(f"{name}: {len(tokens)} pictures, {len(np.unique(tokens))} codes in use")


if __name__ == "__main__":
    torch.set_num_threads(1)
    main(Path(sys.argv[1]))
