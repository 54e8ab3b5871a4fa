"""The model folder that the product reads: narvk.json, classes.txt, fp16 safetensors of generator and tokenizer.

Written from checkpoints by `export`, read back for evaluation and goldens by `load`: what is measured is what ships.
"""
import json
from dataclasses import dataclass
from pathlib import Path

import torch.nn.functional as F

from common.safetensors import read_safetensors, write_safetensors
from .generator import EXTRA_BLOCKS, Shape
from .pictures import NAMES
from .tokenizer import CODES, SIDE

GENERATOR, TOKENIZER = "generator.safetensors", "tokenizer/vq_tokenizer.safetensors"


@dataclass
class Model:
    shape: Shape
    generator: dict
    tokenizer: dict
    sampling: dict


def export(folder, shape, generator, tokenizer, sampling):
    folder = Path(folder)
    (folder / "tokenizer").mkdir(parents=True, exist_ok=True)
    tensors = {k: v for k, v in tokenizer.items() if not k.startswith("aux.")}
    tensors[CODES] = F.normalize(tensors[CODES], dim=-1)
    write_safetensors(folder / TOKENIZER, tensors)
    write_safetensors(folder / GENERATOR, generator)
    (folder / "classes.txt").write_text("\n".join(NAMES) + "\n")
    manifest = {
        "format": 1, "name": "demo-image",
        "generator": {"architecture": "nar-c2i", "weights": GENERATOR, "heads": shape.heads, "grid": [SIDE, SIDE],
                      "conditionTokens": 1, "extraHeadBlocks": EXTRA_BLOCKS},
        "tokenizer": {"kind": "vq", "weights": TOKENIZER},
        "sampling": sampling, "classes": "classes.txt"}
    (folder / "narvk.json").write_text(json.dumps(manifest, indent=2) + "\n")


def load(folder):
    folder = Path(folder)
    manifest = json.loads((folder / "narvk.json").read_text())
    generator, tokenizer = read_safetensors(folder / GENERATOR), read_safetensors(folder / TOKENIZER)
    tokenizer[CODES] = F.normalize(tokenizer[CODES], dim=-1)
    classes, width = generator["cls_embedding.embedding_table.weight"].shape
    blocks = sum(name.endswith("attention.wo.weight") for name in generator)
    shape = Shape(width, blocks - EXTRA_BLOCKS, manifest["generator"]["heads"], classes - 1, len(tokenizer[CODES]))
    return Model(shape, generator, tokenizer, manifest["sampling"])
