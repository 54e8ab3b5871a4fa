"""The NAR image generator (class to image) in plain PyTorch: names and arithmetic of the published model, only smaller.

Tokens lie on a grid of 16 x 16; token (r, c) belongs to step r + c. Two heads predict the next token to the right and
below; a token takes the mean of the heads that reach it.
"""
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from common.sampling import choose
from .tokenizer import SIDE, TOKENS

EXTRA_BLOCKS = 1  # one further block for the head that predicts the token below
OUTPUTS = (("norm", "output"), ("medusa_norm", "medusa_output"))  # right, below

_row, _column = (a.reshape(-1) for a in torch.meshgrid(torch.arange(SIDE), torch.arange(SIDE), indexing="ij"))
STEP_OF = _row + _column
STEPS = 2 * SIDE - 1

# The sequence is [class, tokens in raster order]; everything sees the class, a token sees its own and earlier steps.
MASK = torch.full((TOKENS + 1, TOKENS + 1), float("-inf"))
MASK[:, 0] = 0
MASK[1:, 1:][STEP_OF[:, None] >= STEP_OF[None]] = 0

_raster = torch.arange(TOKENS)
_reached = torch.stack([_column > 0, _row > 0])
# Place in the sequence from which each head predicts each token (0, the class, where a head does not reach it) ...
SOURCE = [torch.where(r, _raster - back + 1, torch.zeros_like(_raster)) for r, back in zip(_reached, (1, SIDE))]
# ... and the head's weight there. The first token takes both from the class.
WEIGHT = _reached.float()
WEIGHT[:, 0] = 1
WEIGHT = WEIGHT / WEIGHT.sum(0)


@dataclass(frozen=True)
class Shape:
    """Sizes of a generator: width, trunk blocks, heads, classes and codes."""
    width: int = 160
    trunk: int = 5
    heads: int = 5
    classes: int = 21
    codes: int = 1024

    @property
    def feed_forward(self):
        return -(-int(8 * self.width / 3) // 256) * 256


def rotations(head):
    """(cosines, sines) [257, head]: the first half of a head's pairs turns by the row, the second by the column.

    A pair is (2i, 2i + 1). The class has cos = sin = 0: its query and its key become zero vectors.
    """
    half = head // 2
    frequency = 10000.0 ** (-torch.arange(0, half, 2)[:half // 2].float() / half)
    angle = torch.cat([_row[:, None] * frequency, _column[:, None] * frequency], 1).repeat_interleave(2, 1)
    nothing = torch.zeros(1, head)
    return torch.cat([nothing, angle.cos()]), torch.cat([nothing, angle.sin()])


def rotate(x, cosines, sines):
    """x: [..., tokens, head]."""
    turned = torch.stack([-x[..., 1::2], x[..., 0::2]], -1).flatten(-2)
    return x * cosines + turned * sines


def start(shape, codebook, seed=0):
    """Random parameters; token embeddings start as a random map of the code vectors, so that like codes are alike.

    The class has a zero key, so every score against it is 0: among many tokens nobody looks at it, and a short training
    does not find the way. The first head of every block starts with scores far below 0 against all tokens (through
    a constant channel of their embeddings and the pairs that hardly turn): what is left for it to see is the class.
    """
    g, p, d = torch.Generator().manual_seed(seed), {}, shape.width
    head = d // shape.heads
    steady = [head // 2 - 2, head // 2 - 1, head - 2, head - 1]  # of a head's features: the slowest pair of rows and of columns
    normal = lambda *sizes: torch.randn(*sizes, generator=g)
    p["cls_embedding.embedding_table.weight"] = normal(shape.classes + 1, d) * 0.5
    p["tok_embeddings.weight"] = codebook @ (normal(codebook.shape[1], d) * 0.7) + normal(shape.codes, d) * 0.15
    p["tok_embeddings.weight"][:, 0] = 3.0
    for i in range(shape.trunk + EXTRA_BLOCKS):
        b, ff = f"layers.{i}.", shape.feed_forward
        qkv = normal(3, shape.heads, head, d) * d**-0.5
        qkv[:2, 0] *= 0.3
        qkv[:2, 0, steady] = 0
        qkv[0, 0, steady, 0], qkv[1, 0, steady, 0] = 1.5, -1.5
        p[b + "attention.wqkv.weight"] = qkv.reshape(3 * d, d)
        p[b + "attention.wo.weight"] = normal(d, d) * d**-0.5 * 0.5
        p[b + "feed_forward.w1.weight"] = normal(ff, d) * d**-0.5
        p[b + "feed_forward.w3.weight"] = normal(ff, d) * d**-0.5
        p[b + "feed_forward.w2.weight"] = normal(d, ff) * ff**-0.5 * 0.5
        p[b + "attention_norm.weight"], p[b + "ffn_norm.weight"] = torch.ones(d), torch.ones(d)
    for norm, output in OUTPUTS:
        p[norm + ".weight"], p[output + ".weight"] = torch.ones(d), torch.zeros(shape.codes, d)
    return p


def rms_norm(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * weight


def run_blocks(shape, p, x, places, mask=None, cache=None):
    """x: [batch, tokens, width] at `places` of the sequence -> the two heads' normalised features.

    cache: a list of (keys, values) or None, grown.
    """
    batch, tokens, d = x.shape
    size, features = d // shape.heads, []
    cosines, sines = (a[places] for a in rotations(size))
    for i in range(shape.trunk + EXTRA_BLOCKS):
        b = f"layers.{i}."
        qkv = F.linear(rms_norm(x, p[b + "attention_norm.weight"]), p[b + "attention.wqkv.weight"])
        q, k, v = qkv.view(batch, tokens, 3, shape.heads, size).permute(2, 0, 3, 1, 4)
        q, k = rotate(q, cosines, sines), rotate(k, cosines, sines)
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
            features.append(rms_norm(x, p[OUTPUTS[i - shape.trunk + 1][0] + ".weight"]))
    return features


def logits_of(shape, p, tokens, labels):
    """Teacher-forced logits of every token: [batch, 256, codes]."""
    x = torch.cat([p["cls_embedding.embedding_table.weight"][labels][:, None], p["tok_embeddings.weight"][tokens]], 1)
    features = run_blocks(shape, p, x, torch.arange(TOKENS + 1), MASK)
    joined = torch.cat([f[:, s] * w[:, None] for f, s, w in zip(features, SOURCE, WEIGHT)], -1)
    return F.linear(joined, torch.cat([p[output + ".weight"] for _, output in OUTPUTS], 1))


@torch.no_grad()
def sample(shape, p, labels, cfg=1.0, temperature=1.0, top_k=0, top_p=1.0, seed=0, keep_logits=False):
    """labels [batch] -> tokens [batch, 256] in raster order; with keep_logits also the guided logits, in raster order."""
    generator, batch = torch.Generator().manual_seed(seed), len(labels)
    if cfg > 1:
        labels = torch.cat([labels, torch.full_like(labels, shape.classes)])
    cache, tokens = [None] * (shape.trunk + EXTRA_BLOCKS), torch.zeros(batch, TOKENS, dtype=torch.long)
    kept = torch.zeros(batch, TOKENS, shape.codes) if keep_logits else None
    features = [torch.zeros(len(labels), TOKENS + 1, shape.width) for _ in OUTPUTS]
    places = torch.tensor([0])
    x = p["cls_embedding.embedding_table.weight"][labels][:, None]
    for step in range(STEPS):
        for store, new in zip(features, run_blocks(shape, p, x, places, None, cache)):
            store[:, places] = new
        now = torch.where(STEP_OF == step)[0]
        logits = sum(F.linear(f[:, s[now]] * w[now][:, None], p[output + ".weight"])
                     for f, s, w, (_, output) in zip(features, SOURCE, WEIGHT, OUTPUTS))
        if cfg > 1:
            conditional, free = logits.chunk(2)
            logits = free + (conditional - free) * cfg
        if keep_logits:
            kept[:, now] = logits
        chosen = choose(logits, temperature, top_k, top_p, generator)
        tokens[:, now] = chosen
        places = now + 1
        x = p["tok_embeddings.weight"][torch.cat([chosen, chosen]) if cfg > 1 else chosen]
    return (tokens, kept) if keep_logits else tokens
