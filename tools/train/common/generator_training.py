"""Training of a generator on tokens by wall clock, with checkpoints; run again to resume.

Repair: the tokens of one step are drawn independently of each other, so they can disagree about where the shape is;
a generator that only ever saw perfect samples then drifts away. Here some of the tokens it sees come from another
sample (mostly of the same group: class and colours), and it still has to predict the sample's own.
"""
import argparse
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Callable

import numpy as np
import torch
import torch.nn.functional as F

from .optimizer import Optimizer
from .parallel import Exchange, flat_gradients, launch, set_gradients

DROPPED = 0.1  # share of samples trained without their class, for guidance
HELD = 112  # held-out samples in the validation loss


@dataclass(frozen=True)
class Task:
    """What is trained: the generator's shape, logits_of(shape, p, tokens, labels), and a group for each sample."""
    shape: Any
    logits_of: Callable
    groups: list


def load_tokens(run, name):
    tokens = torch.from_numpy(np.load(run / f"{name}_tokens.npy").astype(np.int64))
    return tokens, torch.from_numpy(np.load(run / f"{name}_labels.npy"))


def loss_of(task, p, tokens, labels, seen=None):
    """Mean cross-entropy, nats a token; seen: the tokens given as input, if not the ones to predict."""
    logits = task.logits_of(task.shape, p, tokens if seen is None else seen, labels)
    return F.cross_entropy(logits.flatten(0, 1), tokens.flatten())


@torch.no_grad()
def validate(task, p, tokens, labels):
    return float(np.mean([float(loss_of(task, p, tokens[i:i + 28], labels[i:i + 28])) for i in range(0, len(tokens), 28)]))


class Damage:
    """Replaces some input tokens by another sample's at the same place."""

    def __init__(self, tokens, groups):
        number = {key: i for i, key in enumerate(sorted(set(groups)))}
        self.tokens, self.group = tokens, torch.tensor([number[key] for key in groups])
        self.order = torch.argsort(self.group)
        self.count = torch.bincount(self.group)
        self.begin = self.count.cumsum(0) - self.count

    def apply(self, ids, draw):
        uniform = lambda *sizes: torch.rand(*sizes, generator=draw)
        group = self.group[ids]
        alike = self.order[self.begin[group] + (uniform(len(ids)) * self.count[group]).long()]
        other = torch.where(uniform(len(ids)) < 0.2, torch.randint(len(self.tokens), (len(ids),), generator=draw), alike)
        share = 0.3 * uniform(len(ids), 1) * (uniform(len(ids), 1) < 0.8)  # every fifth sample stays whole
        return torch.where(uniform(len(ids), self.tokens.shape[1]) < share, self.tokens[other], self.tokens[ids])


def work(rank, task, run, seconds, batch, repair, rate, p, exchange):
    path = run / ("repaired.pt" if repair else "generator.pt")
    saved = torch.load(path) if path.exists() else None
    p = {k: v.clone().requires_grad_(True) for k, v in (saved["raw"] if saved else p).items()}
    optimizer = Optimizer(p, {k for k, v in p.items() if k.startswith("layers.") and v.ndim == 2}, 0.02, 3e-3,
                          betas=(0.9, 0.97), average=0.995)
    before, step = 0.0, 0
    if saved:
        optimizer.load(saved["optimizer"])
        before, step = saved["seconds"], saved["step"]
    tokens, labels = load_tokens(run, "train")
    damage = Damage(tokens, task.groups)
    held, held_labels = load_tokens(run, "held")
    pick = torch.linspace(0, len(held) - 1, HELD).long()
    draw = torch.Generator().manual_seed(1000 * step + rank)
    log = open(path.with_suffix(".log"), "a") if rank == 0 else None
    begun, mean_loss = time.time(), None
    while True:
        ids = torch.randint(len(tokens), (batch,), generator=draw)
        classes = labels[ids].clone()
        classes[torch.rand(batch, generator=draw) < DROPPED] = task.shape.classes
        loss = loss_of(task, p, tokens[ids], classes, damage.apply(ids, draw) if repair else None)
        loss.backward()
        done = (before + time.time() - begun) / seconds
        every = exchange.swap(step, rank, torch.cat([flat_gradients(p), torch.tensor([done])]))
        done = float(every[0, -1])  # worker 0's clock rules
        set_gradients(p, every[:, :-1].mean(0))
        fade = rate * max(0.0, 1 - done) if repair else 1.0 if done < 0.35 else max(0.0, (1 - done) / 0.65)
        optimizer.step(min(1.0, (step + 1) / 30) * fade + 2e-3)
        step += 1
        if rank == 0:
            mean_loss = float(loss) if mean_loss is None else 0.95 * mean_loss + 0.05 * float(loss)
            if step % 25 == 0:
                print(f"{step} {before + time.time() - begun:.0f}s loss {mean_loss:.4f}", file=log, flush=True)
            if step % 200 == 0 or done >= 1:
                value = validate(task, optimizer.mean, held[pick], held_labels[pick])
                print(f"   held-out loss {value:.4f} (mean weights)", file=log, flush=True)
                state = {"mean": optimizer.mean, "raw": {k: v.detach() for k, v in p.items()}, "shape": asdict(task.shape),
                         "optimizer": optimizer.state(), "step": step, "seconds": before + time.time() - begun}
                torch.save(state, path.with_suffix(".new"))
                os.replace(path.with_suffix(".new"), path)
        if done >= 1:
            break
    if rank == 0:
        print(f"done after {step} steps", file=log, flush=True)


def main(description, task, start, codes, batch):
    """start(shape, codebook) gives the first parameters; codes(tokenizer checkpoint) its codebook."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--repair", action="store_true")
    parser.add_argument("--rate", type=float, default=0.3, help="share of the learning rate that the repair starts with")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--batch", type=int, default=batch, help="samples a worker and step")
    a = parser.parse_args()
    if a.repair:
        p = torch.load(a.run / "generator.pt")["mean"]
    else:
        p = start(task.shape, codes(torch.load(a.run / "tokenizer.pt")))
    length = sum(v.numel() for v in p.values()) + 1
    launch(work, a.workers, task, a.run, a.seconds, a.batch, a.repair, a.rate, p, Exchange(a.workers, length))
