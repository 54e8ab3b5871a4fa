"""Renders the whole family of pictures: RUN/train_pictures.npy, RUN/held_pictures.npy (uint8) and labels.

usage: python3 -m image.render_data RUN
"""
import sys
from multiprocessing import Pool
from pathlib import Path

import numpy as np

from .pictures import render, split_specs


def main(run):
    run.mkdir(parents=True, exist_ok=True)
    with Pool(2) as pool:
        for name, specs in zip(("train", "held"), split_specs()):
            np.save(run / f"{name}_pictures.npy", np.stack(pool.map(render, specs, chunksize=32)))
            np.save(run / f"{name}_labels.npy", np.array([s.label for s in specs], np.int64))
            print(f"{name}: {len(specs)} pictures")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
