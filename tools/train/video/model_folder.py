"""The model folder that the product reads: narvk.json, classes.txt, fp16 safetensors, the tokenizer's config.json.

Written from checkpoints by `export`, read back for evaluation and goldens by `load`: what is measured is what ships.
"""
import json
from dataclasses import dataclass
from pathlib import Path

import torch.nn.functional as F

from common.safetensors import read_safetensors, write_safetensors
from .generator import EXTRA_BLOCKS, Shape
from .motions import FRAMES, NAMES
from .tokenizer import CODE_WIDTH, CODEBOOK, CODES, DECODER, ENCODER, GRID, PATCH, TOKENS

EMBED = "x_embedder.proj.weight"  # a 3-D convolution in the file, a matrix over patches here


@dataclass
class Model:
    shape: Shape
    generator: dict
    tokenizer: dict
    buffers: dict
    sampling: dict


def tokenizer_config():
    """The fields of the published tokenizer's config.json."""
    regularizer = dict(codebook_size=CODEBOOK, commitment_loss_weight=0.25, codebook_loss_weight=1.0,
                       entropy_loss_weight=0.0, entropy_loss_temperature=0.01, l2_normalized=True, stochastic=False,
                       stochastic_temperature=0.03)
    bottleneck = dict(bottleneck_dim=CODE_WIDTH, norm="none", regularizer=dict(name="vq", args=regularizer))
    return dict(
        bottleneck=dict(name="bottleneck", args=bottleneck), prior_model=dict(name="none"),
        transformer_name="transformer_encoder_parallel", encoder_name="none", decoder_name="none",
        bottleneck_token_num=TOKENS, input_size=GRID[1] * PATCH[1], frame_num=FRAMES, temporal_patch_size=PATCH[0],
        patch_size=PATCH[1], decoder_temporal_patch_size=PATCH[0], decoder_patch_size=PATCH[1], in_channels=3,
        encoder_hidden_size=ENCODER.width, decoder_hidden_size=DECODER.width, encoder_num_heads=ENCODER.heads,
        decoder_num_heads=DECODER.heads, encoder_depth=ENCODER.depth, decoder_depth=DECODER.depth,
        learned_encoder_patch_pe=False, learned_encoder_latent_query_embed=True, learned_decoder_latent_pe=False,
        learned_decoder_patch_query_embed=False, use_encoder_patch_token_type_embed=False,
        use_encoder_latent_query_token_type_embed=False, use_decoder_latent_token_type_embed=False,
        use_decoder_patch_query_token_type_embed=True, encoder_query_gaussian_init=True,
        latent_pe_scale_factor=10000, query_init_std=0.02)


def export(folder, shape, generator, tokenizer, buffers, sampling):
    folder = Path(folder)
    (folder / "tokenizer").mkdir(parents=True, exist_ok=True)
    tensors = {k: v for k, v in {**tokenizer, **buffers}.items() if not k.startswith("aux.")}
    tensors[EMBED] = tensors[EMBED].view(ENCODER.width, *PATCH, 3).permute(0, 4, 1, 2, 3)
    tensors[CODES] = F.normalize(tensors[CODES], dim=-1)
    write_safetensors(folder / "tokenizer/larp_tokenizer.safetensors", tensors)
    write_safetensors(folder / "generator.safetensors", generator)
    (folder / "tokenizer/config.json").write_text(json.dumps(tokenizer_config(), indent=1) + "\n")
    (folder / "classes.txt").write_text("\n".join(NAMES) + "\n")
    manifest = {
        "format": 1, "name": "demo-video",
        "generator": {"architecture": "nar-c2v", "weights": "generator.safetensors", "heads": shape.heads,
                      "grid": list(GRID), "conditionTokens": 1, "extraHeadBlocks": EXTRA_BLOCKS},
        "tokenizer": {"kind": "larp", "weights": "tokenizer/larp_tokenizer.safetensors",
                      "config": "tokenizer/config.json"},
        "sampling": sampling, "classes": "classes.txt"}
    (folder / "narvk.json").write_text(json.dumps(manifest, indent=2) + "\n")


def load(folder):
    folder = Path(folder)
    manifest = json.loads((folder / "narvk.json").read_text())
    generator = read_safetensors(folder / "generator.safetensors")
    tokenizer = read_safetensors(folder / "tokenizer/larp_tokenizer.safetensors")
    tokenizer[EMBED] = tokenizer[EMBED].permute(0, 2, 3, 4, 1).reshape(ENCODER.width, -1)
    tokenizer[CODES] = F.normalize(tokenizer[CODES], dim=-1)
    classes, width = generator["cls_embedding.embedding_table.weight"].shape
    blocks = sum(name.endswith("attention.wo.weight") for name in generator)
    shape = Shape(width, blocks - EXTRA_BLOCKS, manifest["generator"]["heads"], classes - 1, len(tokenizer[CODES]))
    return Model(shape, generator, tokenizer, tokenizer, manifest["sampling"])
