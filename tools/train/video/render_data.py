"""Renders the whole family of clips as patches: RUN/train_patches.npy, RUN/held_patches.npy (uint8) and labels.

usage: python3 -m video.render_data RUN
"""
import sys
from multiprocessing import Pool
from pathlib import Path

import numpy as np

from .clips import render_bytes, split_specs
from .tokenizer import TOKENS, VALUES, patchify

CHUNK = 64


def _render(specs):
    return patchify(render_bytes(specs)).numpy()


def main(run):
    run.mkdir(parents=True, exist_ok=True)
    with Pool(2) as pool:
        for name, specs in zip(("train", "held"), split_specs()):
            path = run / f"{name}_patches.npy"
            patches = np.lib.format.open_memmap(path, "w+", np.uint8, (len(specs), TOKENS, VALUES))
            chunks = [specs[i:i + CHUNK] for i in range(0, len(specs), CHUNK)]
            for i, chunk in enumerate(pool.imap(_render, chunks)):
                patches[i * CHUNK:i * CHUNK + len(chunk)] = chunk
            np.save(run / f"{name}_labels.npy", np.array([s.label for s in specs], np.int64))
            print(f"{name}: {len(specs)} clips -> {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
