"""Trains the tokenizer by wall clock, with checkpoints; run again to resume.

usage: python3 -m image.train_tokenizer RUN SECONDS            encoder, codebook and decoder  -> RUN/tokenizer.pt
       python3 -m image.train_tokenizer RUN SECONDS --decoder  decoder alone, codes frozen    -> RUN/decoder.pt
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
from common.parallel import Exchange, flat_gradients, launch, set_gradients
from common.optimizer import Optimizer
from .tokenizer import CODE_WIDTH, CODEBOOK, CODES, PATCH, decode, encode, floats, start

UNQUANTISED = 60  # steps before the codebook begins
CANDIDATES = 32  # vectors a worker offers as replacements of dead codes
FRESH_UNTIL = 0.75  # share of the time after which no code is replaced


def weights_of(x):
    """What a mistake costs, per pixel [n, 1, h, w]: three times as much at and beside an outline."""
    across = (x.diff(dim=-1).abs().amax(1, True) > 0.12).float()
    down = (x.diff(dim=-2).abs().amax(1, True) > 0.12).float()
    outline = torch.maximum(torch.maximum(F.pad(across, (0, 1)), F.pad(across, (1, 0))),
                            torch.maximum(F.pad(down, (0, 0, 0, 1)), F.pad(down, (0, 0, 1, 0))))
    weight = 1 + 2 * outline
    return weight / weight.mean()


def picture_loss(result, x):
    """Weighted absolute and squared error, and the error of the differences between neighbouring pixels."""
    error, weight = result - x, weights_of(x)
    slopes = error.diff(dim=-1).abs().mean() + error.diff(dim=-2).abs().mean()
    return (error.abs() * weight).mean() + 2 * (error * error * weight).mean() + 0.5 * slopes, error


def patches_of(x):
    """[n, 3, 128, 128] -> [n, 256, 192]."""
    return F.unfold(x, PATCH, stride=PATCH).transpose(1, 2)


def beginning(run, decoder_only):
    """Parameters to go on from: the checkpoint, the trained tokenizer, or a random start."""
    path = run / ("decoder.pt" if decoder_only else "tokenizer.pt")
    if path.exists():
        return torch.load(path)["raw"]
    if decoder_only:
        return torch.load(run / "tokenizer.pt")["mean"]  # the weights that made the tokens
    p = start()
    p["aux.weight"], p["aux.bias"] = torch.randn(3 * PATCH * PATCH, CODE_WIDTH) * 0.1, torch.zeros(3 * PATCH * PATCH)
    p[CODES] = F.normalize(torch.randn(CODEBOOK, CODE_WIDTH), dim=-1)
    return p


def trained_part(p, decoder_only):
    return {k: v for k, v in p.items()
            if k != CODES and (not decoder_only or k.startswith(("decoder", "post_quant_conv")))}


def work(rank, workers, run, seconds, batch, decoder_only, p, exchange):
    rng = np.random.default_rng([rank, int(time.time())])
    torch.manual_seed(rank)
    data = np.load(run / "train_pictures.npy", mmap_mode="r")
    path = run / ("decoder.pt" if decoder_only else "tokenizer.pt")
    saved = torch.load(path) if path.exists() else None
    p = {k: v.clone() for k, v in p.items()}  # forked memory is shared
    trained = trained_part(p, decoder_only)
    for value in trained.values():
        value.requires_grad_(True)
    muon = {k for k, v in trained.items() if v.ndim == 4 and v.shape[0] > 8 and v.shape[1] > 8}
    optimizer = Optimizer(trained, muon, 0.01, 2e-3, average=0.995)
    book, before, step = Codebook(p[CODES]), 0.0, 0
    if decoder_only:
        tokens = torch.from_numpy(np.load(run / "train_tokens.npy").astype(np.int64))
    if saved:
        optimizer.load(saved["optimizer"])
        book.load(saved["book"])
        before, step = saved["seconds"], saved["step"]
    begun, size = time.time(), sum(v.numel() for v in trained.values())
    log = open(path.with_suffix(".log"), "a") if rank == 0 else None
    mean_error, used = None, torch.zeros(CODEBOOK)
    while True:
        done = (before + time.time() - begun) / seconds
        ids = np.sort(rng.integers(0, len(data), batch))
        x = floats(data[ids])
        counts, sums, offered = torch.zeros(CODEBOOK), torch.zeros(CODEBOOK, CODE_WIDTH), torch.zeros(CANDIDATES, CODE_WIDTH)
        if decoder_only:
            codes, extra = p[CODES][tokens[ids]], 0.0
        else:
            vectors = encode(p, x)
            flat = vectors.detach().reshape(-1, CODE_WIDTH)
            if not book.live and step >= UNQUANTISED:
                with torch.no_grad():
                    some = torch.cat([encode(p, floats(data[i::len(data) // 8 + 1])) for i in range(0, 256, 8)])
                book.begin(some.reshape(-1, CODE_WIDTH), workers * len(flat))
            codes, commitment = vectors, 0.0
            if book.live:
                chosen = nearest(flat, p[CODES])
                counts += torch.bincount(chosen, minlength=CODEBOOK)
                sums.index_add_(0, chosen, flat)
                quantised = p[CODES][chosen].view_as(vectors)
                commitment = ((vectors - quantised) ** 2).sum(-1).mean()
                codes = vectors + (quantised - vectors).detach()
            own = F.linear(codes, p["aux.weight"], p["aux.bias"])  # locality: patch i from code i alone
            extra = 0.25 * (1.2 - done) * ((own - patches_of(x)) ** 2).mean() * 2 + 0.1 * commitment
        loss, error = picture_loss(decode(p, codes), x)
        if not decoder_only:  # dead codes are revived where the picture is worst
            worst = F.avg_pool2d((error.detach() ** 2).mean(1), PATCH).reshape(-1)
            offered = flat[torch.multinomial(worst + 1e-6, CANDIDATES)]
        (loss + extra).backward()
        every = exchange.swap(step, rank, torch.cat([flat_gradients(trained), counts, sums.view(-1), offered.view(-1),
                                                     torch.tensor([done])]))
        gradients, rest = every[:, :size].mean(0), every[:, size:]
        done = float(rest[0, -1])  # worker 0's clock rules
        set_gradients(trained, gradients)
        fade = 1.0 if done < 0.3 else max(0.0, (1 - done) / 0.7)
        optimizer.step(min(1.0, (step + 1) / 20) * fade * (0.5 if decoder_only else 1.0) + 2e-3)
        if book.live and not decoder_only:
            totals = rest[:, :CODEBOOK].sum(0)
            totals_of = rest[:, CODEBOOK:CODEBOOK * (1 + CODE_WIDTH)].sum(0).view(CODEBOOK, CODE_WIDTH)
            fresh = rest[:, CODEBOOK * (1 + CODE_WIDTH):-1].reshape(-1, CODE_WIDTH)
            book.update(totals, totals_of, fresh if done < FRESH_UNTIL and step % 5 == 0 else fresh[:0])
            used.mul_(0.95).add_(totals)
        step += 1
        if rank == 0:
            squared = float((error.detach() ** 2).mean()) / 4  # pictures span two units
            mean_error = squared if mean_error is None else 0.95 * mean_error + 0.05 * squared
            if step % 25 == 0:
                share = used / used.sum().clamp(min=1)
                perplexity = float(torch.exp(-(share * (share + 1e-9).log()).sum()))
                print(f"{step} {before + time.time() - begun:.0f}s loss {float(loss):.4f} psnr "
                      f"{-10 * math.log10(mean_error):.2f} codes {int((used > 0.5).sum())} perplexity {perplexity:.0f}",
                      file=log, flush=True)
            if step % 100 == 0 or done >= 1:
                state = {"mean": {k: v.detach() for k, v in {**p, **optimizer.mean}.items()},
                         "raw": {k: v.detach() for k, v in p.items()}, "optimizer": optimizer.state(),
                         "book": book.state(), "step": step, "seconds": before + time.time() - begun}
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
    parser.add_argument("--batch", type=int, default=4, help="pictures a worker and step")
    a = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    p = beginning(a.run, a.decoder)
    length = sum(v.numel() for v in trained_part(p, a.decoder).values())
    length += CODEBOOK * (1 + CODE_WIDTH) + CANDIDATES * CODE_WIDTH + 1
    launch(work, a.workers, a.workers, a.run, a.seconds, a.batch, a.decoder, p, Exchange(a.workers, length))


if __name__ == "__main__":
    main()
