"""Muon for matrices, Adam for the rest, and a running mean of the weights.

Muon: Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks": the momentum of a matrix is
replaced by its nearest (semi-)orthogonal matrix, found by five Newton-Schulz steps.
"""
import math

import torch


def orthogonalise(g):
    """g: [batch, rows, columns]; the result's singular values lie near 1."""
    tall = g.shape[-2] > g.shape[-1]
    x = g.transpose(-1, -2) if tall else g
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(5):
        a = x @ x.transpose(-1, -2)
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return x.transpose(-1, -2) if tall else x


class Optimizer:
    """Steps a dictionary of parameters; `muon` names the matrices that Muon moves.

    A packed qkv is three matrices; a convolution [outputs, inputs, height, width] is one of `outputs` rows.
    """

    def __init__(self, parameters, muon, muon_rate, adam_rate, betas=(0.9, 0.98), average=0.99):
        self.parameters, self.muon, self.betas, self.average = parameters, muon, betas, average
        self.muon_rate, self.adam_rate, self.steps = muon_rate, adam_rate, 0
        self.first = {k: torch.zeros_like(p) for k, p in parameters.items()}
        self.second = {k: torch.zeros_like(p) for k, p in parameters.items() if k not in muon}
        self.mean = {k: p.detach().clone() for k, p in parameters.items()}

    def state(self):
        return {"first": self.first, "second": self.second, "mean": self.mean, "steps": self.steps}

    def load(self, state):
        self.first, self.second, self.mean, self.steps = (state[k] for k in ("first", "second", "mean", "steps"))

    @torch.no_grad()
    def step(self, rate, clip=1.0):
        """One step with every learning rate multiplied by `rate`; clears the gradients, returns their norm."""
        self.steps += 1
        live = {k: p for k, p in self.parameters.items() if p.grad is not None}
        norm = math.sqrt(sum(float(p.grad.pow(2).sum()) for p in live.values()))
        scale, groups = min(1.0, clip / (norm + 1e-9)), {}
        for name, p in live.items():
            if name in self.muon:
                momentum = self.first[name].mul_(0.95).add_(p.grad)
                update = p.grad + 0.95 * momentum
                pieces = zip(p.chunk(3, 0), update.chunk(3, 0)) if "qkv" in name else [(p, update)]
                for target, piece in pieces:
                    groups.setdefault(piece.flatten(1).shape, []).append((target, piece.flatten(1)))
            else:
                self._adam(name, p, p.grad * scale, rate)
        for shape, members in groups.items():
            updates = orthogonalise(torch.stack([u for _, u in members])) * max(1.0, shape[0] / shape[1]) ** 0.5
            for (target, _), update in zip(members, updates):
                target.mul_(1 - self.muon_rate * rate * 0.05).add_(update.view_as(target), alpha=-self.muon_rate * rate)
        weight = 1 - min(self.average, self.steps / (self.steps + 10))
        for name, p in self.parameters.items():
            p.grad = None
            self.mean[name].lerp_(p, weight)
        return norm

    def _adam(self, name, p, grad, rate):
        b1, b2 = self.betas
        m = self.first[name].mul_(b1).add_(grad, alpha=1 - b1)
        v = self.second[name].mul_(b2).addcmul_(grad, grad, value=1 - b2)
        p.addcdiv_(m / (1 - b1**self.steps), (v / (1 - b2**self.steps)).sqrt_().add_(1e-9), value=-self.adam_rate * rate)
