"""How good a model folder is: recognised classes of generated clips, and the tokenizer's reconstructions.

usage: python3 -m video.evaluate MODEL_FOLDER [--per-class 8] [--cfg X] [--temperature X] [--seed 0] [--sheet sheet.png]
       python3 -m video.evaluate --frames f.npy --labels l.npy     clips from elsewhere, float32 [B, 3, T, H, W] in 0..1
"""
import argparse
from pathlib import Path

import numpy as np
import torch

from common import judge as judges
from common.sheet import write_sheet
from .classifier import classify
from .clips import render_bytes, split_specs
from .generator import sample
from .model_folder import load
from .motions import NAMES
from .tokenizer import frames_of, tokens_of

HERE = Path(__file__).parent
CHUNK = 56  # clips generated at a time


def report(clips, labels, judge):
    return judges.report(classify(judges.load(judge), clips), labels, NAMES, "clips")


def generate(model, per_class, sampling, seed):
    labels = torch.arange(model.shape.classes).repeat(per_class)
    parts = []
    for i in range(0, len(labels), CHUNK):
        tokens = sample(model.shape, model.generator, labels[i:i + CHUNK], sampling["cfg"], sampling["temperature"],
                        sampling["topK"], sampling["topP"], seed + i)
        parts.append(frames_of(model.tokenizer, model.buffers, tokens))
    return torch.cat(parts), labels.numpy()


def reconstruction(model, count=112):
    """(PSNR in dB over held-out clips, originals, reconstructions)."""
    specs = split_specs()[1]
    clips = render_bytes(specs[::max(1, len(specs) // count)][:count])
    again = frames_of(model.tokenizer, model.buffers, tokens_of(model.tokenizer, model.buffers, clips))
    error = ((again - torch.from_numpy(clips) / 255) ** 2).mean((1, 2, 3, 4))
    return -10 * torch.log10(error), clips / 255.0, again


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, nargs="?")
    parser.add_argument("--frames", type=Path)
    parser.add_argument("--labels", type=Path)
    parser.add_argument("--judge", type=Path, default=HERE / "classifier.npz")
    parser.add_argument("--per-class", type=int, default=8)
    parser.add_argument("--cfg", type=float)
    parser.add_argument("--temperature", type=float)
    parser.add_argument("--top-k", type=int)
    parser.add_argument("--top-p", type=float)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sheet", type=Path, help="one generated clip of each class, every second frame")
    parser.add_argument("--reconstructions", type=Path, help="a sheet of originals and reconstructions")
    a = parser.parse_args()
    if a.frames:
        clips = torch.from_numpy(np.load(a.frames).astype(np.float32)).permute(0, 2, 3, 4, 1).clamp(0, 1)
        report(clips, np.load(a.labels).astype(np.int64).reshape(-1), a.judge)
        return
    if not a.model:
        parser.error("name a model folder, or --frames and --labels")
    model = load(a.model)
    given = {"cfg": a.cfg, "temperature": a.temperature, "topK": a.top_k, "topP": a.top_p}
    sampling = {**model.sampling, **{k: v for k, v in given.items() if v is not None}}
    print(f"sampling {sampling}, seed {a.seed}")
    clips, labels = generate(model, a.per_class, sampling, a.seed)
    report(clips, labels, a.judge)
    if a.sheet:
        write_sheet(a.sheet, clips[:model.shape.classes].numpy())
    psnr, clips, again = reconstruction(model)
    print(f"reconstruction of held-out clips: {psnr.mean():.2f} dB (lowest {psnr.min():.2f}, highest {psnr.max():.2f})")
    if a.reconstructions:
        pairs = np.stack([clips, again.numpy()], 1)[::4].reshape(-1, *clips.shape[1:])
        write_sheet(a.reconstructions, pairs)


if __name__ == "__main__":
    main()
