"""Where the tokenizer's training starts. Most of the work of a short training is a good start:

- token i is to describe patch i (locality): latent queries start from the patch position codes, the first block
  of each stack attends to the same position and copies its content;
- the patch embedding starts as the principal components, the two read-outs as least-squares solutions.

Widths: channels 0..61 position, 62 kind of token (patch or query), 63 free, 64.. content.
"""
import math

import torch
import torch.nn.functional as F

from common.codebook import kmeans, nearest
from .tokenizer import CODE_WIDTH, CODEBOOK, CODES, DECODER, ENCODER, GRID, TOKENS, VALUES, decode_features, encode

CONTENT, KIND = 64, 62


def _uniform(generator, rows, columns):
    return (torch.rand(rows, columns, generator=generator) * 2 - 1) * math.sqrt(6 / (rows + columns))


def position_codes(width, kind=0.0):
    """[1, 256, width]: sines and cosines of time, row and column (16, 24 and 22 channels)."""
    parts = []
    axes = torch.meshgrid(*(torch.arange(n) for n in GRID), indexing="ij")
    for axis, channels in zip(axes, (16, 24, 22)):
        omega = torch.exp(torch.linspace(math.log(1.6), math.log(0.25), channels // 2))
        angle = axis.reshape(-1, 1).float() * omega
        parts += [angle.sin(), angle.cos()]
    codes = torch.cat(parts + [torch.zeros(TOKENS, width - KIND)], 1)[None]
    codes[..., KIND] = kind
    return codes


def _start_stack(p, stack, g):
    d, head, content = stack.width, stack.width // stack.heads, stack.width - CONTENT
    for i in range(stack.depth):
        b = f"{stack.name}.blocks.{i}."
        for norm in ("norm1", "norm2"):
            p[b + norm + ".weight"], p[b + norm + ".bias"] = torch.ones(d), torch.zeros(d)
        queries, keys = [], []
        for _ in range(stack.heads):  # queries and keys compare positions
            q = torch.zeros(head, d)
            basis = torch.linalg.qr(torch.randn(KIND, head - 1, generator=g))[0].t()
            q[:head - 1, :KIND] = basis * 1.4 * (2.2 if i == 0 else 1.0)
            k = q.clone()
            if i == 0:  # patch queries look for patches, not for queries
                q[head - 1, KIND], k[head - 1, KIND] = 2.0, -2.0
            queries.append(q + 0.02 * torch.randn(head, d, generator=g))
            keys.append(k + 0.02 * torch.randn(head, d, generator=g))
        values, out = _uniform(g, d, d) * (0.3 if i == 0 else 1.0), _uniform(g, d, d) * 0.3
        if i == 0:  # copy the content found there
            share = min(content // stack.heads, head)
            for j in range(share * stack.heads):
                row = j // share * head + j % share
                values[row] = 0
                values[row, CONTENT + j] = 1.0
                out[CONTENT + j] *= 0.3
                out[CONTENT + j, row] = 1.0
        p[b + "attn.qkv.weight"] = torch.cat(queries + keys + [values])
        p[b + "attn.proj.weight"], p[b + "attn.proj.bias"] = out, torch.zeros(d)
        p[b + "mlp.fc1.weight"], p[b + "mlp.fc1.bias"] = _uniform(g, 4 * d, d), torch.zeros(4 * d)
        p[b + "mlp.fc2.weight"], p[b + "mlp.fc2.bias"] = _uniform(g, d, 4 * d) * 0.2, torch.zeros(d)


def start(patches, seed=0):
    """patches: float [m, 256, 1728], some clips. -> (parameters, buffers); `aux.*` serves training only."""
    g, p = torch.Generator().manual_seed(seed), {}
    flat = patches[:, ::5].reshape(-1, VALUES)
    mean, channels = flat.mean(0), ENCODER.width - CONTENT
    scale, basis = torch.linalg.eigh((flat - mean).t() @ (flat - mean) / len(flat))
    deviation, basis = scale.flip(0)[:channels].sqrt(), basis.flip(1)[:, :channels]
    embed, bias = _uniform(g, ENCODER.width, VALUES) * 0.05, torch.zeros(ENCODER.width)
    embed[CONTENT:] = (basis / deviation * (deviation / deviation[0]) ** 0.35).t()
    bias[CONTENT:] = -(embed[CONTENT:] @ mean)
    p["x_embedder.proj.weight"], p["x_embedder.proj.bias"] = embed, bias
    p["encoder_latent_query_embed"] = position_codes(ENCODER.width)[0]
    p["decoder_patch_query_token_type_embed"] = torch.randn(1, 1, DECODER.width, generator=g) * 0.02
    _start_stack(p, ENCODER, g)
    _start_stack(p, DECODER, g)
    narrow, narrow_bias = 0.02 * _uniform(g, CODE_WIDTH, ENCODER.width), torch.zeros(CODE_WIDTH)
    narrow[:7, CONTENT:CONTENT + 7] += torch.eye(7)
    narrow_bias[7] = 1.0  # a constant keeps the direction of a weak patch stable
    p["bottleneck.in_linear.weight"], p["bottleneck.in_linear.bias"] = narrow, narrow_bias
    widen = _uniform(g, DECODER.width, CODE_WIDTH) * 0.3
    widen[CONTENT:CONTENT + CODE_WIDTH] += torch.eye(CODE_WIDTH) * 3
    p["bottleneck.out_linear.weight"], p["bottleneck.out_linear.bias"] = widen, torch.zeros(DECODER.width)
    p["final_layer.norm_final.weight"] = torch.ones(DECODER.width)
    p["final_layer.norm_final.bias"] = torch.zeros(DECODER.width)
    buffers = {"encoder_patch_pe": position_codes(ENCODER.width, 2.0),
               "decoder_latent_pe": position_codes(DECODER.width, 2.0),
               "decoder_patch_query_embed": position_codes(DECODER.width, -2.0),
               CODES: F.normalize(torch.randn(CODEBOOK, CODE_WIDTH, generator=g), dim=-1)}
    _fit_read_outs(p, buffers, patches[:40], g)
    return p, buffers


@torch.no_grad()
def _fit_read_outs(p, buffers, patches, g):
    vectors = encode(p, buffers, patches)
    kmeans(vectors.reshape(-1, CODE_WIDTH), buffers[CODES], g)
    codes = buffers[CODES][nearest(vectors, buffers[CODES])]
    features = F.layer_norm(decode_features(p, buffers, codes), (DECODER.width,), None, None, 1e-6)
    for name, x, ridge in (("final_layer.linear", features, 1e-2), ("aux", codes, 1e-4)):
        x = torch.cat([x.reshape(-1, x.shape[-1]), torch.ones(x.shape[0] * TOKENS, 1)], 1)
        normal = x.t() @ x + ridge * len(x) * torch.eye(x.shape[1])
        solution = torch.linalg.solve(normal, x.t() @ patches.reshape(-1, VALUES))
        p[name + ".weight"], p[name + ".bias"] = solution[:-1].t().contiguous(), solution[-1].clone()
