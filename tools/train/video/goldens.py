"""Goldens of a model folder: what plain PyTorch makes of its fp16 weights in float32 arithmetic.

usage: python3 -m video.goldens MODEL_FOLDER OUTPUT_FOLDER

For guidance 1.0 and the folder's own guidance: greedy tokens of all classes in raster order, the guided logits of
the first two classes in order of generation, frames [1, 3, T, H, W] of the first class (not clipped); and for
every class the smallest gap between its two best logits, below which another arithmetic may choose otherwise.
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch

from .generator import STEP_OF, sample
from .model_folder import load
from .tokenizer import CODES, decode, unpatchify

LOGITS_OF, FRAMES_OF = 2, 1  # classes; both are large


def main(folder, output):
    output.mkdir(parents=True, exist_ok=True)
    for old in output.glob("greedy_*.npy"):
        old.unlink()
    model, margins = load(folder), {}
    order = torch.argsort(STEP_OF, stable=True)
    for cfg in sorted({1.0, model.sampling["cfg"]}):
        name = f"greedy_cfg{cfg:.1f}__" if round(cfg, 1) == cfg else f"greedy_cfg{cfg}__"
        tokens, logits = sample(model.shape, model.generator, torch.arange(model.shape.classes), cfg, temperature=0,
                                keep_logits=True)
        best = logits.topk(2, -1)[0]
        margins[name[7:-2]] = {"margin_per_class": [round(float(m), 6) for m in (best[..., 0] - best[..., 1]).amin(-1)]}
        np.save(output / f"{name}tokens.npy", tokens.numpy().astype(np.int32))
        np.save(output / f"{name}logits_first{LOGITS_OF}.npy", logits[:LOGITS_OF, order].numpy())
        if cfg == model.sampling["cfg"]:
            with torch.no_grad():
                frames = unpatchify(decode(model.tokenizer, model.buffers, model.buffers[CODES][tokens[:FRAMES_OF]]))
            np.save(output / f"{name}frames_first{FRAMES_OF}.npy", frames.permute(0, 4, 1, 2, 3).contiguous().numpy())
    (output / "margins.json").write_text(json.dumps(margins, indent=1) + "\n")
    for file in sorted(output.iterdir()):
        print(f"{file}: {file.stat().st_size}")


if __name__ == "__main__":
    torch.set_num_threads(2)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
