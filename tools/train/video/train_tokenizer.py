"""Trains the tokenizer by wall clock, with checkpoints; run again to resume.

usage: python3 -m video.train_tokenizer RUN SECONDS            encoder, codebook and decoder  -> RUN/tokenizer.pt
       python3 -m video.train_tokenizer RUN SECONDS --decoder  decoder alone, codes frozen    -> RUN/decoder.pt
"""
import argparse
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from common.codebook import Codebook, nearest
from common.optimizer import Optimizer
from common.parallel import Exchange, flat_gradients, launch, set_gradients
from .tokenizer import CODE_WIDTH, CODEBOOK, CODES, GRID, PATCH, TOKENS, decode, encode
from .tokenizer_start import start

WINDOWED = 0.45  # share of the time spent on parts of clips: four times as many different patches a step
CANDIDATES = 32  # vectors a worker offers as replacements of dead codes


def draw_window(rng):
    """Token indices of a random part of the grid, 64 tokens."""
    sizes = [(4, 4, 4), (2, 8, 4), (2, 4, 8), (1, 8, 8)][rng.integers(4)]
    cuts = [slice(o, o + n) for o, n in zip((rng.integers(g - n + 1) for g, n in zip(GRID, sizes)), sizes)]
    return np.arange(TOKENS).reshape(GRID)[tuple(cuts)].reshape(-1).copy()


def weights_of(x):
    """What a mistake costs, per value: shapes three times, their outlines five times the backdrop."""
    pixels = x.view(*x.shape[:2], *PATCH, 3)
    shape = (pixels.amax(-1) > 0.39).float()  # backdrops stay below this
    weight = 1 + 2 * shape
    level = pixels.mean(-1)
    across, down = (level.diff(dim=-1).abs() > 0.08).float(), (level.diff(dim=-2).abs() > 0.08).float()
    outline = torch.maximum(torch.maximum(F.pad(across, (0, 1)), F.pad(across, (1, 0))),
                            torch.maximum(F.pad(down, (0, 0, 0, 1)), F.pad(down, (0, 0, 1, 0))))
    weight = (weight + 3 * outline * (1 - shape) + 2 * outline * shape)[..., None].expand_as(pixels).reshape(x.shape)
    return weight / weight.mean()


def picture_loss(result, x):
    """Weighted absolute and squared error, and the error of the differences between neighbouring pixels."""
    error, weight = result - x, weights_of(x)
    pixels = error.view(*x.shape[:2], *PATCH, 3)
    slopes = pixels.diff(dim=-2).abs().mean() + pixels.diff(dim=-3).abs().mean()
    return (error.abs() * weight).mean() + 4 * (error * error * weight).mean() + 0.5 * slopes, error


def floats(patches):
    return torch.from_numpy(np.ascontiguousarray(patches)).float().div_(255)


def beginning(run, decoder_only):
    """(parameters, buffers) to go on from: the checkpoint, the trained tokenizer, or the constructed start."""
    if decoder_only and not (run / "decoder.pt").exists():
        saved = torch.load(run / "tokenizer.pt")
        return saved["mean"], saved["buffers"]  # the weights that made the tokens
    path = run / ("decoder.pt" if decoder_only else "tokenizer.pt")
    if path.exists():
        saved = torch.load(path)
        return saved["raw"], saved["buffers"]
    return start(floats(np.load(run / "train_patches.npy", mmap_mode="r")[::27]))


def trained_part(p, decoder_only):
    decoder = ("decoder", "final_layer", "bottleneck.out_linear")
    return {k: v for k, v in p.items() if not decoder_only or k.startswith(decoder)}


def work(rank, workers, run, seconds, decoder_only, p, buffers, exchange):
    torch.manual_seed(0)
    rng = np.random.default_rng([rank, int(time.time()) if decoder_only else 0])
    data = np.load(run / "train_patches.npy", mmap_mode="r")
    path = run / ("decoder.pt" if decoder_only else "tokenizer.pt")
    saved = torch.load(path) if path.exists() else None
    p, buffers = ({k: v.clone() for k, v in part.items()} for part in (p, buffers))  # forked memory is shared
    trained = trained_part(p, decoder_only)
    if decoder_only:
        tokens = torch.from_numpy(np.load(run / "train_tokens.npy").astype(np.int64))
    for value in trained.values():
        value.requires_grad_(True)
    muon = {k for k, v in trained.items() if ".blocks." in k and v.ndim == 2}
    optimizer = Optimizer(trained, muon, 0.01, 2e-3)
    book, before, step = Codebook(buffers[CODES]), 0.0, 0
    if saved:
        optimizer.load(saved["optimizer"])
        book.load(saved["book"])
        before, step = saved["seconds"], saved["step"]
    begun, parameters = time.time(), sum(v.numel() for v in trained.values())
    log = open(run / path.with_suffix(".log").name, "a") if rank == 0 else None
    mean_error, used = None, torch.zeros(CODEBOOK)
    while True:
        done = (before + time.time() - begun) / seconds
        windowed = not decoder_only and done < WINDOWED
        window = draw_window(rng) if windowed else None
        ids = np.sort(rng.integers(0, len(data), 16 if windowed else 4))
        x = floats(data[ids][:, window] if windowed else data[ids])
        counts, sums = torch.zeros(CODEBOOK), torch.zeros(CODEBOOK, CODE_WIDTH)
        if decoder_only:
            codes, extra, offered = buffers[CODES][tokens[ids]], 0.0, torch.zeros(CANDIDATES, CODE_WIDTH)
        else:
            vectors = encode(p, buffers, x, window)
            flat = vectors.detach().reshape(-1, CODE_WIDTH)
            if not book.live and step >= 30:
                with torch.no_grad():
                    samples = torch.cat([encode(p, buffers, floats(data[i::977])) for i in range(20)])
                    shapes = torch.cat([floats(data[i::977]) for i in range(20)]).amax(-1).reshape(-1) > 0.39
                samples = samples.reshape(-1, CODE_WIDTH)
                plain = torch.where(~shapes)[0][::8]  # most patches are backdrop, few codes should be
                book.begin(torch.cat([samples[shapes], samples[plain]]), workers * len(flat))
            if book.live:
                chosen = nearest(flat, buffers[CODES])
                counts += torch.bincount(chosen, minlength=CODEBOOK)
                sums.index_add_(0, chosen, flat)
                quantised = buffers[CODES][chosen].view_as(vectors)
                commitment = ((vectors - quantised) ** 2).sum(-1).mean()
                codes = vectors + (quantised - vectors).detach()
            else:
                codes, commitment = vectors, 0.0
            own = F.linear(codes, p["aux.weight"], p["aux.bias"])  # locality: patch i from code i alone
            extra = 0.25 * (1.2 - done) * ((own - x) ** 2 * weights_of(x)).mean() * 2 + 0.1 * commitment
        loss, error = picture_loss(decode(p, buffers, codes, window), x)
        if not decoder_only:  # dead codes are revived where the picture is worst
            worst = (error.detach() ** 2).mean(-1).reshape(-1)
            offered = flat[torch.multinomial(worst + 1e-6, CANDIDATES)]
        (loss + extra).backward()
        own_part = torch.cat([flat_gradients(trained), counts, sums.view(-1), offered.reshape(-1), torch.tensor([done])])
        every = exchange.swap(step, rank, own_part)
        gradients, rest = every[:, :parameters].mean(0), every[:, parameters:]
        done = float(rest[0, -1])  # worker 0's clock rules
        set_gradients(trained, gradients)
        fade = 1.0 if done < 0.3 else max(0.0, (1 - done) / 0.7)
        optimizer.step(min(1.0, (step + 1) / 20) * fade * (0.4 if decoder_only else 1.0) + 1e-3)
        if book.live:
            totals = rest[:, :CODEBOOK].sum(0)
            totals_of = rest[:, CODEBOOK:CODEBOOK * (1 + CODE_WIDTH)].sum(0).view(CODEBOOK, CODE_WIDTH)
            fresh = rest[:, CODEBOOK * (1 + CODE_WIDTH):-1].reshape(-1, CODE_WIDTH)
            book.update(totals, totals_of, fresh if done < 0.7 and step % 5 == 0 else fresh[:0])
            used.mul_(0.9).add_(totals)
        step += 1
        if rank == 0:
            squared = float((error.detach() ** 2).mean())
            mean_error = squared if mean_error is None else 0.95 * mean_error + 0.05 * squared
            if step % 25 == 0:
                share = used / used.sum().clamp(min=1)
                perplexity = float(torch.exp(-(share * (share + 1e-9).log()).sum()))
                print(f"{step} {before + time.time() - begun:.0f}s loss {float(loss):.4f} psnr "
                      f"{-10 * math.log10(mean_error):.2f} codes {int((used > 0.5).sum())} perplexity {perplexity:.0f}"
                      f"{' windows' if windowed else ''}", file=log, flush=True)
            if step % 100 == 0 or done >= 1:
                state = {"mean": {**p, **optimizer.mean}, "raw": {k: v.detach() for k, v in p.items()},
                         "buffers": buffers, "optimizer": optimizer.state(), "book": book.state(), "step": step,
                         "seconds": before + time.time() - begun}
                state["mean"] = {k: v.detach() for k, v in state["mean"].items()}
                torch.save(state, path.with_suffix(".new"))
                os.replace(path.with_suffix(".new"), path)
        if done >= 1:
            break
    if rank == 0:
        print(f"done after {step} steps", file=log, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--decoder", action="store_true")
    parser.add_argument("--workers", type=int, default=2)
    a = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    p, buffers = beginning(a.run, a.decoder)
    length = sum(v.numel() for v in trained_part(p, a.decoder).values())
    length += CODEBOOK * (1 + CODE_WIDTH) + CANDIDATES * CODE_WIDTH + 1
    launch(work, a.workers, a.workers, a.run, a.seconds, a.decoder, p, buffers, Exchange(a.workers, length))


if __name__ == "__main__":
    main()
