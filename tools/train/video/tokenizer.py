"""The LARP video tokenizer in plain PyTorch: names and arithmetic of the published model, only smaller.

Patches are [batch, 256, 1728]: 4 x 8 x 8 patches of 4 frames x 12 x 12 pixels x 3 colours, values in 0..1.
A model is two dictionaries: parameters (trained) and buffers (position embeddings, codebook).
"""
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from common.codebook import nearest

GRID = (4, 8, 8)
TOKENS = GRID[0] * GRID[1] * GRID[2]
PATCH = (4, 12, 12)
VALUES = PATCH[0] * PATCH[1] * PATCH[2] * 3
CODEBOOK, CODE_WIDTH = 1024, 8
CODES = "bottleneck.regularizer.embedding.weight"


@dataclass(frozen=True)
class Stack:
    """A stack of transformer blocks: its prefix in the tensor names, width, heads and depth."""
    name: str
    width: int
    heads: int
    depth: int


ENCODER = Stack("encoder", 128, 4, 2)
DECODER = Stack("decoder", 192, 6, 3)


def patchify(clips):
    """[n, 16, 96, 96, 3] (tensor or array) -> [n, 256, 1728]."""
    (t, h, w), (pt, ph, pw), n = GRID, PATCH, len(clips)
    split = torch.as_tensor(clips).reshape(n, t, pt, h, ph, w, pw, 3)
    return split.permute(0, 1, 3, 5, 2, 4, 6, 7).reshape(n, TOKENS, VALUES)


def unpatchify(patches):
    """[n, 256, 1728] -> [n, 16, 96, 96, 3]."""
    (t, h, w), (pt, ph, pw), n = GRID, PATCH, len(patches)
    return patches.reshape(n, t, h, w, pt, ph, pw, 3).permute(0, 1, 4, 2, 5, 3, 6, 7).reshape(n, t * pt, h * ph, w * pw, 3)


def run_stack(stack, p, x):
    """Pre-norm blocks with full attention; x: [batch, tokens, width]."""
    batch, tokens, width = x.shape
    head = width // stack.heads
    for i in range(stack.depth):
        b = f"{stack.name}.blocks.{i}."
        y = F.layer_norm(x, (width,), p[b + "norm1.weight"], p[b + "norm1.bias"], 1e-5)
        q, k, v = F.linear(y, p[b + "attn.qkv.weight"]).view(batch, tokens, 3, stack.heads, head).permute(2, 0, 3, 1, 4)
        y = ((q * head**-0.5) @ k.transpose(-1, -2)).softmax(-1) @ v
        y = y.transpose(1, 2).reshape(batch, tokens, width)
        x = x + F.linear(y, p[b + "attn.proj.weight"], p[b + "attn.proj.bias"])
        y = F.layer_norm(x, (width,), p[b + "norm2.weight"], p[b + "norm2.bias"], 1e-5)
        y = F.gelu(F.linear(y, p[b + "mlp.fc1.weight"], p[b + "mlp.fc1.bias"]))
        x = x + F.linear(y, p[b + "mlp.fc2.weight"], p[b + "mlp.fc2.bias"])
    return x


def encode(p, buffers, patches, window=None):
    """patches -> unit vectors [batch, tokens, 8]; window: indices of the tokens present (training on parts)."""
    positions, queries = buffers["encoder_patch_pe"], p["encoder_latent_query_embed"][None]
    if window is not None:
        positions, queries = positions[:, window], queries[:, window]
    x = F.linear(patches, p["x_embedder.proj.weight"], p["x_embedder.proj.bias"]) + positions
    x = run_stack(ENCODER, p, torch.cat([x, queries.expand(len(x), -1, -1)], 1))[:, patches.shape[1]:]
    return F.normalize(F.linear(x, p["bottleneck.in_linear.weight"], p["bottleneck.in_linear.bias"]), dim=-1)


def decode_features(p, buffers, codes, window=None):
    """Code vectors [batch, tokens, 8] -> the decoder's output before its last norm, [batch, tokens, width]."""
    positions, queries = buffers["decoder_latent_pe"], buffers["decoder_patch_query_embed"]
    if window is not None:
        positions, queries = positions[:, window], queries[:, window]
    queries = queries + p["decoder_patch_query_token_type_embed"]
    x = F.linear(codes, p["bottleneck.out_linear.weight"], p["bottleneck.out_linear.bias"]) + positions
    return run_stack(DECODER, p, torch.cat([x, queries.expand(len(x), -1, -1)], 1))[:, codes.shape[1]:]


def decode(p, buffers, codes, window=None):
    """Code vectors -> patches."""
    x = decode_features(p, buffers, codes, window)
    x = F.layer_norm(x, (x.shape[-1],), p["final_layer.norm_final.weight"], p["final_layer.norm_final.bias"], 1e-6)
    return F.linear(x, p["final_layer.linear.weight"], p["final_layer.linear.bias"])


@torch.no_grad()
def tokens_of(p, buffers, clips, batch=16):
    """uint8 clips [n, 16, 96, 96, 3] -> tokens [n, 256]."""
    parts = [patchify(clips[i:i + batch]).float().div(255) for i in range(0, len(clips), batch)]
    return torch.cat([nearest(encode(p, buffers, part), buffers[CODES]) for part in parts])


@torch.no_grad()
def frames_of(p, buffers, tokens, batch=16):
    """Tokens [n, 256] -> float32 frames [n, 16, 96, 96, 3], clipped to 0..1."""
    parts = [decode(p, buffers, buffers[CODES][tokens[i:i + batch]]) for i in range(0, len(tokens), batch)]
    return unpatchify(torch.cat(parts)).clamp(0, 1)
