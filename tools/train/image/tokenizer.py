"""The VQ image tokenizer in plain PyTorch: names and arithmetic of the published model (LlamaGen), only smaller.

Pictures are [batch, 3, 128, 128] in -1..1, tokens 16 x 16 in raster order. A level halves the resolution (but the
last); attention at the lowest level and in the middle. One residual block a level in the encoder, two in the decoder.
"""
import torch
import torch.nn.functional as F

from common.codebook import nearest

WIDTHS = (32, 32, 64, 128)  # channels of the levels, from the highest resolution to the lowest
ENCODER_BLOCKS, DECODER_BLOCKS = 1, 2
LATENT = 64  # channels between encoder and quant_conv
CODEBOOK, CODE_WIDTH = 1024, 8
SIDE, PATCH = 16, 8  # tokens along a side, pixels along a token's side
TOKENS = SIDE * SIDE
CODES = "quantize.embedding.weight"
GROUPS, EPSILON = 32, 1e-6


def start(seed=0):
    """Random parameters; what a residual branch or an attention adds starts small, so that tokens start local."""
    generator, p = torch.Generator().manual_seed(seed), {}

    def convolution(name, inputs, outputs, size=3, gain=1.0):
        p[name + ".weight"] = torch.randn(outputs, inputs, size, size, generator=generator) * gain * (inputs * size * size)**-0.5
        p[name + ".bias"] = torch.zeros(outputs)

    def norm(name, channels):
        p[name + ".weight"], p[name + ".bias"] = torch.ones(channels), torch.zeros(channels)

    def block(name, inputs, outputs):
        norm(name + ".norm1", inputs)
        convolution(name + ".conv1", inputs, outputs, gain=1.4)
        norm(name + ".norm2", outputs)
        convolution(name + ".conv2", outputs, outputs, gain=0.3)
        if inputs != outputs:
            convolution(name + ".nin_shortcut", inputs, outputs, 1)

    def attention(name, channels):
        norm(name + ".norm", channels)
        for part in "qkv":
            convolution(f"{name}.{part}", channels, channels, 1)
        convolution(name + ".proj_out", channels, channels, 1, 0.1)

    def middle(name, channels):
        block(name + ".0", channels, channels)
        attention(name + ".1", channels)
        block(name + ".2", channels, channels)

    lowest, width = len(WIDTHS) - 1, WIDTHS[0]
    convolution("encoder.conv_in", 3, width)
    for level, channels in enumerate(WIDTHS):
        for i in range(ENCODER_BLOCKS):
            block(f"encoder.conv_blocks.{level}.res.{i}", width, channels)
            width = channels
            if level == lowest:
                attention(f"encoder.conv_blocks.{level}.attn.{i}", width)
        if level < lowest:
            convolution(f"encoder.conv_blocks.{level}.downsample.conv", width, width)
    middle("encoder.mid", width)
    norm("encoder.norm_out", width)
    convolution("encoder.conv_out", width, LATENT)
    convolution("quant_conv", LATENT, CODE_WIDTH, 1)
    convolution("post_quant_conv", CODE_WIDTH, LATENT, 1, 2.0)
    convolution("decoder.conv_in", LATENT, width)
    middle("decoder.mid", width)
    for level, channels in enumerate(reversed(WIDTHS)):
        for i in range(DECODER_BLOCKS):
            block(f"decoder.conv_blocks.{level}.res.{i}", width, channels)
            width = channels
            if level == 0:
                attention(f"decoder.conv_blocks.{level}.attn.{i}", width)
        if level < lowest:
            convolution(f"decoder.conv_blocks.{level}.upsample.conv", width, width)
    norm("decoder.norm_out", width)
    convolution("decoder.conv_out", width, 3, gain=0.3)
    return p


def _convolution(p, name, x, stride=1, padding=1):
    return F.conv2d(x, p[name + ".weight"], p[name + ".bias"], stride, padding)


def _norm(p, name, x):
    return F.group_norm(x, GROUPS, p[name + ".weight"], p[name + ".bias"], EPSILON)


def _block(p, name, x):
    y = _convolution(p, name + ".conv1", F.silu(_norm(p, name + ".norm1", x)))
    y = _convolution(p, name + ".conv2", F.silu(_norm(p, name + ".norm2", y)))
    return (_convolution(p, name + ".nin_shortcut", x, padding=0) if name + ".nin_shortcut.weight" in p else x) + y


def _attention(p, name, x):
    y = _norm(p, name + ".norm", x)
    q, k, v = (_convolution(p, f"{name}.{part}", y, padding=0).flatten(2) for part in "qkv")
    weights = (torch.bmm(q.transpose(1, 2), k) * q.shape[1]**-0.5).softmax(-1)  # [batch, from, to]
    return x + _convolution(p, name + ".proj_out", torch.bmm(v, weights.transpose(1, 2)).view_as(x), padding=0)


def _middle(p, name, x):
    return _block(p, name + ".2", _attention(p, name + ".1", _block(p, name + ".0", x)))


def _doubled(x):
    """Nearest-neighbour upsampling by two."""
    n, c, h, w = x.shape
    return x[:, :, :, None, :, None].expand(n, c, h, 2, w, 2).reshape(n, c, 2 * h, 2 * w)


def encode(p, pictures):
    """-> unit vectors [batch, 256, 8]."""
    x, lowest = _convolution(p, "encoder.conv_in", pictures), len(WIDTHS) - 1
    for level in range(lowest + 1):
        for i in range(ENCODER_BLOCKS):
            x = _block(p, f"encoder.conv_blocks.{level}.res.{i}", x)
            if level == lowest:
                x = _attention(p, f"encoder.conv_blocks.{level}.attn.{i}", x)
        if level < lowest:
            x = _convolution(p, f"encoder.conv_blocks.{level}.downsample.conv", F.pad(x, (0, 1, 0, 1)), 2, 0)
    x = F.silu(_norm(p, "encoder.norm_out", _middle(p, "encoder.mid", x)))
    x = _convolution(p, "quant_conv", _convolution(p, "encoder.conv_out", x), padding=0)
    return F.normalize(x.flatten(2).transpose(1, 2), dim=-1)


def decode(p, vectors):
    """Unit vectors [batch, 256, 8] -> pictures."""
    x = vectors.transpose(1, 2).reshape(len(vectors), CODE_WIDTH, SIDE, SIDE)
    x = _convolution(p, "decoder.conv_in", _convolution(p, "post_quant_conv", x, padding=0))
    x, lowest = _middle(p, "decoder.mid", x), len(WIDTHS) - 1
    for level in range(lowest + 1):
        for i in range(DECODER_BLOCKS):
            x = _block(p, f"decoder.conv_blocks.{level}.res.{i}", x)
            if level == 0:
                x = _attention(p, f"decoder.conv_blocks.{level}.attn.{i}", x)
        if level < lowest:
            x = _convolution(p, f"decoder.conv_blocks.{level}.upsample.conv", _doubled(x))
    return _convolution(p, "decoder.conv_out", F.silu(_norm(p, "decoder.norm_out", x)))


def floats(pictures):
    """uint8 [batch, 128, 128, 3] -> float [batch, 3, 128, 128] in -1..1."""
    return torch.tensor(pictures).permute(0, 3, 1, 2).float().div_(127.5).sub_(1).contiguous()


@torch.no_grad()
def tokens_of(p, pictures, batch=16):
    """uint8 [n, 128, 128, 3] -> tokens [n, 256]."""
    parts = [nearest(encode(p, floats(pictures[i:i + batch])), p[CODES]) for i in range(0, len(pictures), batch)]
    return torch.cat(parts)


@torch.no_grad()
def pictures_of(p, tokens, batch=16):
    """Tokens [n, 256] -> uint8 [n, 128, 128, 3], rounded as the product does."""
    parts = [decode(p, p[CODES][tokens[i:i + batch]]) for i in range(0, len(tokens), batch)]
    return (torch.cat(parts) * 127.5 + 128).clamp(0, 255).byte().permute(0, 2, 3, 1).contiguous().numpy()
