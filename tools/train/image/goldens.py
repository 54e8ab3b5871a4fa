"""Goldens of a model folder: what plain PyTorch makes of its fp16 weights in float32 arithmetic.

usage: python3 -m image.goldens MODEL_FOLDER OUTPUT_FOLDER

For guidance 1.0 and the folder's own guidance: greedy tokens of all classes in raster order, the guided logits of the
first two classes in order of generation. For the folder's guidance: pictures [3, 3, 128, 128] of the first three classes
(-1..1, not clipped). `encode__*`: two rendered pictures and their codes. `margins.json`: for every class the smallest
gap between its two best logits, below which another arithmetic may choose otherwise, and for both encoded pictures the
smallest gap between the cosines of the two nearest codes.
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch

from .generator import STEP_OF, sample
from .model_folder import load
from .pictures import Spec, render
from .tokenizer import CODES, decode, encode, floats

LOGITS_OF, PICTURES_OF = 2, 3  # classes; the files are large
ENCODED = (Spec(3, 0, 0, 0), Spec(17, 4, 1, 0))


def gap(scores):
    best = scores.topk(2, -1)[0]
    return [round(float(m), 6) for m in (best[..., 0] - best[..., 1]).amin(-1)]


def main(folder, output):
    output.mkdir(parents=True, exist_ok=True)
    for old in [*output.glob("greedy_*.npy"), *output.glob("encode__*.npy")]:
        old.unlink()
    model, margins = load(folder), {}
    order = torch.argsort(STEP_OF, stable=True)
    for cfg in sorted({1.0, model.sampling["cfg"]}):
        name = f"greedy_cfg{cfg:.1f}__" if round(cfg, 1) == cfg else f"greedy_cfg{cfg}__"
        tokens, logits = sample(model.shape, model.generator, torch.arange(model.shape.classes), cfg, temperature=0,
                                keep_logits=True)
        margins[name[7:-2]] = {"margin_per_class": gap(logits)}
        np.save(output / f"{name}tokens.npy", tokens.numpy().astype(np.int32))
        np.save(output / f"{name}logits_first{LOGITS_OF}.npy", logits[:LOGITS_OF, order].numpy())
        if cfg == model.sampling["cfg"]:
            pictures = decode(model.tokenizer, model.tokenizer[CODES][tokens[:PICTURES_OF]])
            np.save(output / f"{name}images_first{PICTURES_OF}.npy", pictures.numpy())
    pictures = floats(np.stack([render(spec) for spec in ENCODED]))
    cosines = encode(model.tokenizer, pictures) @ model.tokenizer[CODES].t()
    np.save(output / "encode__image.npy", pictures.numpy())
    np.save(output / "encode__codes.npy", cosines.argmax(-1).numpy().astype(np.int32))
    margins["encode"] = {"cosine_margin_per_image": gap(cosines)}
    (output / "margins.json").write_text(json.dumps(margins, indent=1) + "\n")
    for file in sorted(output.iterdir()):
        print(f"{file}: {file.stat().st_size}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    with torch.no_grad():
        main(Path(sys.argv[1]), Path(sys.argv[2]))
