"""Writes the model folder from the checkpoints of a training run.

usage: python3 -m image.export RUN FOLDER [--cfg 1.25] [--temperature 0.5] [--top-k 0] [--top-p 1.0]
"""
import argparse
from pathlib import Path

import torch

from .generator import Shape
from .model_folder import export


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--cfg", type=float, default=1.25)
    parser.add_argument("--temperature", type=float, default=0.5)
    parser.add_argument("--top-k", type=int, default=0)
    parser.add_argument("--top-p", type=float, default=1.0)
    a = parser.parse_args()
    tokenizer = torch.load(a.run / "tokenizer.pt")["mean"]  # running means; the very weights that made the tokens
    if (a.run / "decoder.pt").exists():
        tokenizer = torch.load(a.run / "decoder.pt")["mean"]
    repaired = a.run / "repaired.pt"
    generator = torch.load(repaired if repaired.exists() else a.run / "generator.pt")
    sampling = {"cfg": a.cfg, "cfgInterval": -1, "temperature": a.temperature, "topK": a.top_k, "topP": a.top_p}
    export(a.folder, Shape(**generator["shape"]), generator["mean"], tokenizer, sampling)
    for file in sorted(a.folder.rglob("*.safetensors")):
        print(f"{file}: {file.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
