"""Tokens of every rendered clip, by the trained encoder: RUN/train_tokens.npy and RUN/held_tokens.npy (int16).

usage: python3 -m video.extract_tokens RUN
"""
import sys
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import torch

from common.codebook import nearest
from .tokenizer import CODES, TOKENS, encode

BATCH = 16


def _tokens(job):
    run, name, begin, end = job
    torch.set_num_threads(1)
    saved = torch.load(run / "tokenizer.pt")
    patches = np.load(run / f"{name}_patches.npy", mmap_mode="r")[begin:end]
    tokens = np.empty((len(patches), TOKENS), np.int16)
    with torch.no_grad():
        for i in range(0, len(patches), BATCH):
            x = torch.from_numpy(patches[i:i + BATCH].copy()).float().div_(255)
            tokens[i:i + BATCH] = nearest(encode(saved["mean"], saved["buffers"], x), saved["buffers"][CODES]).numpy()
    return tokens


def main(run):
    with Pool(2) as pool:
        for name in ("train", "held"):
            count = len(np.load(run / f"{name}_labels.npy"))
            jobs = [(run, name, i, min(i + 512, count)) for i in range(0, count, 512)]
            tokens = np.concatenate(pool.map(_tokens, jobs, chunksize=1))
            np.save(run / f"{name}_tokens.npy", tokens)
            print(f"{name}: {len(tokens)} clips, {len(np.unique(tokens))} codes in use")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
