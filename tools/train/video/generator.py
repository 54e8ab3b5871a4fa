"""The NAR video generator in plain PyTorch: names and arithmetic of the published model, only smaller.

Tokens lie on a grid of T x H x W; token (t, h, w) belongs to step t + h + w. Three heads predict the next token to
the right (w + 1), below (h + 1) and behind (t + 1); a token takes the mean of the heads that reach it.
"""
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from common.sampling import choose
from .tokenizer import GRID, TOKENS

EXTRA_BLOCKS = 2  # one further block each for the heads D and B
HEADS = "RDB"

_t, _h, _w = (a.reshape(-1) for a in torch.meshgrid(*(torch.arange(n) for n in GRID), indexing="ij"))
COORDINATES = (_t, _h, _w)
STEP_OF = _t + _h + _w
STEPS = sum(GRID) - len(GRID) + 1

# The sequence is [class, tokens in raster order]; everything sees the class, a token sees its own and earlier steps.
MASK = torch.full((TOKENS + 1, TOKENS + 1), float("-inf"))
MASK[:, 0] = 0
MASK[1:, 1:][STEP_OF[:, None] >= STEP_OF[None]] = 0

_raster = torch.arange(TOKENS)
_reached = torch.stack([_w > 0, _h > 0, _t > 0])
# Place in the sequence from which each head predicts each token (0, the class, where a head does not reach it) ...
SOURCE = [torch.where(r, _raster - back + 1, torch.zeros_like(_raster))
          for r, back in zip(_reached, (1, GRID[2], GRID[1] * GRID[2]))]
# ... and the head's weight there. The first token takes all three from the class.
WEIGHT = _reached.float()
WEIGHT[:, 0] = 1
WEIGHT = WEIGHT / WEIGHT.sum(0)


@dataclass(frozen=True)
class Shape:
    """Sizes of a generator: width, trunk blocks, heads, classes and codes."""
    width: int = 128
    trunk: int = 4
    heads: int = 4
    classes: int = 28
    codes: int = 1024

    @property
    def feed_forward(self):
        return -(-int(8 * self.width / 3) // 256) * 256


def start(shape, codebook, seed=0):
    """Random parameters; token embeddings start as a random map of the code vectors, so that like codes are alike."""
    g, p, d = torch.Generator().manual_seed(seed), {}, shape.width
    normal = lambda *sizes: torch.randn(*sizes, generator=g)
    p["cls_embedding.embedding_table.weight"] = normal(shape.classes + 1, d) * 0.5
    p["tok_embeddings.weight"] = codebook @ (normal(codebook.shape[1], d) * 0.7) + normal(shape.codes, d) * 0.15
    waves, share = [], d // 3 // 2
    for axis, count in zip(COORDINATES, (share, share, d // 2 - 2 * share)):
        angle = axis[:, None].float() * torch.exp(torch.linspace(0.588, -1.609, count))
        waves += [angle.sin(), angle.cos()]
    p["abs_pe"] = torch.cat([torch.zeros(1, d), torch.cat(waves, 1)])[None] * 0.8
    for i in range(shape.trunk + EXTRA_BLOCKS):
        b, ff = f"layers.{i}.", shape.feed_forward
        same = torch.linalg.qr(normal(d, d))[0]
        p[b + "attention.wqkv.weight"] = torch.cat([same * 1.2, same * 1.2, normal(d, d) * d**-0.5])
        p[b + "attention.wo.weight"] = normal(d, d) * d**-0.5 * 0.5
        p[b + "feed_forward.w1.weight"] = normal(ff, d) * d**-0.5
        p[b + "feed_forward.w3.weight"] = normal(ff, d) * d**-0.5
        p[b + "feed_forward.w2.weight"] = normal(d, ff) * ff**-0.5 * 0.5
        p[b + "attention_norm.weight"], p[b + "ffn_norm.weight"] = torch.ones(d), torch.ones(d)
    for head in HEADS:
        p[f"norm_{head}.weight"], p[f"output_{head}.weight"] = torch.ones(d), torch.zeros(shape.codes, d)
    return p


def rms_norm(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * weight


def run_blocks(shape, p, x, mask=None, cache=None):
    """x: [batch, tokens, width] -> the heads' normalised features. cache: a list of (keys, values) or None, grown."""
    batch, tokens, d = x.shape
    size, features = d // shape.heads, []
    for i in range(shape.trunk + EXTRA_BLOCKS):
        b = f"layers.{i}."
        qkv = F.linear(rms_norm(x, p[b + "attention_norm.weight"]), p[b + "attention.wqkv.weight"])
        q, k, v = qkv.view(batch, tokens, 3, shape.heads, size).permute(2, 0, 3, 1, 4)
        if cache is not None:
            if cache[i] is not None:
                k, v = torch.cat([cache[i][0], k], 2), torch.cat([cache[i][1], v], 2)
            cache[i] = (k, v)
        flat = lambda a: a.reshape(batch * shape.heads, -1, size)
        q, k, v = flat(q * size**-0.5), flat(k), flat(v)
        scores = torch.bmm(q, k.transpose(1, 2)) if mask is None else torch.baddbmm(mask, q, k.transpose(1, 2))
        y = torch.bmm(scores.softmax(-1), v).view(batch, shape.heads, tokens, size).transpose(1, 2).reshape(x.shape)
        x = x + F.linear(y, p[b + "attention.wo.weight"])
        y = rms_norm(x, p[b + "ffn_norm.weight"])
        y = F.silu(F.linear(y, p[b + "feed_forward.w1.weight"])) * F.linear(y, p[b + "feed_forward.w3.weight"])
        x = x + F.linear(y, p[b + "feed_forward.w2.weight"])
        if i >= shape.trunk - 1:
            features.append(rms_norm(x, p[f"norm_{HEADS[i - shape.trunk + 1]}.weight"]))
    return features


def logits_of(shape, p, tokens, labels):
    """Teacher-forced logits of every token: [batch, 256, codes]."""
    x = torch.cat([p["cls_embedding.embedding_table.weight"][labels][:, None], p["tok_embeddings.weight"][tokens]], 1)
    features = run_blocks(shape, p, x + p["abs_pe"], MASK)
    joined = torch.cat([f[:, s] * w[:, None] for f, s, w in zip(features, SOURCE, WEIGHT)], -1)
    return F.linear(joined, torch.cat([p[f"output_{head}.weight"] for head in HEADS], 1))


@torch.no_grad()
def sample(shape, p, labels, cfg=1.0, temperature=1.0, top_k=0, top_p=1.0, seed=0, keep_logits=False):
    """labels [batch] -> tokens [batch, 256] in raster order; with keep_logits also the guided logits, in raster order."""
    generator, batch = torch.Generator().manual_seed(seed), len(labels)
    if cfg > 1:
        labels = torch.cat([labels, torch.full_like(labels, shape.classes)])
    cache, tokens = [None] * (shape.trunk + EXTRA_BLOCKS), torch.zeros(batch, TOKENS, dtype=torch.long)
    kept = torch.zeros(batch, TOKENS, shape.codes) if keep_logits else None
    features = [torch.zeros(len(labels), TOKENS + 1, shape.width) for _ in HEADS]
    places = torch.tensor([0])
    x = p["cls_embedding.embedding_table.weight"][labels][:, None] + p["abs_pe"][:, :1]
    for step in range(STEPS):
        for store, new in zip(features, run_blocks(shape, p, x, None, cache)):
            store[:, places] = new
        now = torch.where(STEP_OF == step)[0]
        logits = sum(F.linear(f[:, s[now]] * w[now][:, None], p[f"output_{head}.weight"])
                     for f, s, w, head in zip(features, SOURCE, WEIGHT, HEADS))
        if cfg > 1:
            conditional, free = logits.chunk(2)
            logits = free + (conditional - free) * cfg
        if keep_logits:
            kept[:, now] = logits
        chosen = choose(logits, temperature, top_k, top_p, generator)
        tokens[:, now] = chosen
        places = now + 1
        if cfg > 1:
            chosen = torch.cat([chosen, chosen])
        x = p["tok_embeddings.weight"][chosen] + p["abs_pe"][:, places]
    return (tokens, kept) if keep_logits else tokens
