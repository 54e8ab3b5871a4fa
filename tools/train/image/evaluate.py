"""How good a model folder is: recognised classes of generated pictures, and the tokenizer's reconstructions.

usage: python3 -m image.evaluate MODEL_FOLDER [--per-class 9] [--cfg X] [--temperature X] [--seed 0] [--sheet sheet.png]
       python3 -m image.evaluate --frames f.npy --labels l.npy     pictures from elsewhere, float32 [B, 3, H, W] in -1..1
"""
import argparse
from pathlib import Path

import numpy as np
import torch

from common import judge as judges
from common.sheet import write_sheet
from .classifier import classify
from .generator import sample
from .model_folder import load
from .pictures import NAMES, render, split_specs
from .tokenizer import pictures_of, tokens_of

HERE = Path(__file__).parent
CHUNK = 63  # pictures generated at a time


def report(pictures, labels, judge):
    return judges.report(classify(judges.load(judge), pictures), labels, NAMES, "pictures")


def generate(model, labels, sampling, seed):
    parts = []
    for i in range(0, len(labels), CHUNK):
        tokens = sample(model.shape, model.generator, labels[i:i + CHUNK], sampling["cfg"], sampling["temperature"],
                        sampling["topK"], sampling["topP"], seed + i)
        parts.append(pictures_of(model.tokenizer, tokens))
    return np.concatenate(parts)


def reconstruction(model, count=126):
    """(PSNR in dB of held-out pictures, originals, reconstructions)."""
    specs = split_specs()[1]
    pictures = np.stack([render(s) for s in specs[::max(1, len(specs) // count)][:count]])
    again = pictures_of(model.tokenizer, tokens_of(model.tokenizer, pictures))
    error = ((again / 255.0 - pictures / 255.0) ** 2).mean((1, 2, 3))
    return -10 * np.log10(error), pictures, again


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, nargs="?")
    parser.add_argument("--frames", type=Path)
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--judge", type=Path, default=HERE / "classifier.npz")
    parser.add_argument("--per-class", type=int, default=9)
    parser.add_argument("--cfg", type=float)
    parser.add_argument("--temperature", type=float)
    parser.add_argument("--top-k", type=int)
    parser.add_argument("--top-p", type=float)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sheet", type=Path, help="three generated pictures of each class")
    parser.add_argument("--reconstructions", type=Path, help="a sheet of originals and reconstructions")
    a = parser.parse_args()
    if a.frames:
        values = np.load(a.frames).astype(np.float32).transpose(0, 2, 3, 1)
        pictures = np.clip(values * 127.5 + 128, 0, 255).astype(np.uint8)
        report(pictures, np.load(a.labels).astype(np.int64).reshape(-1), a.judge)
        return
    if not a.model:
        parser.error("name a model folder, or --frames and --labels")
    torch.set_num_threads(1)
    model = load(a.model)
    given = {"cfg": a.cfg, "temperature": a.temperature, "topK": a.top_k, "topP": a.top_p}
    sampling = {**model.sampling, **{k: v for k, v in given.items() if v is not None}}
    print(f"sampling {sampling}, seed {a.seed}")
    labels = torch.arange(model.shape.classes).repeat(a.per_class)
    pictures = generate(model, labels, sampling, a.seed)
    report(pictures, labels.numpy(), a.judge)
    if a.sheet:
        rows = pictures.reshape(a.per_class, model.shape.classes, *pictures.shape[1:]).swapaxes(0, 1)[:, :3]
        write_sheet(a.sheet, rows / 255.0, columns=3, every=1)
    psnr, originals, again = reconstruction(model)
    print(f"reconstruction of held-out pictures: {psnr.mean():.2f} dB (lowest {psnr.min():.2f}, highest {psnr.max():.2f})")
    if a.reconstructions:
        write_sheet(a.reconstructions, np.stack([originals, again], 1)[::3] / 255.0, columns=6, every=1)


if __name__ == "__main__":
    main()
