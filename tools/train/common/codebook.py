"""A codebook of unit vectors: k-means start, running means, revival of dead codes."""
import torch
import torch.nn.functional as F


@torch.no_grad()
def nearest(vectors, codes):
    """Unit vectors [..., width] -> the index of the nearest code by cosine."""
    return (vectors @ codes.t()).argmax(-1)


@torch.no_grad()
def kmeans(vectors, codebook, generator, rounds=12):
    """Spherical k-means in place; returns how many vectors each code got."""
    k = len(codebook)
    codebook.copy_(vectors[torch.randperm(len(vectors), generator=generator)[:k]])
    for _ in range(rounds):
        nearest_code = nearest(vectors, codebook)
        sums = torch.zeros_like(codebook).index_add_(0, nearest_code, vectors)
        counts = torch.bincount(nearest_code, minlength=k)
        spare = vectors[torch.randint(len(vectors), (k,), generator=generator)]
        codebook.copy_(torch.where((counts > 0)[:, None], F.normalize(sums, dim=-1), spare))
    return counts.float()


class Codebook:
    """Running means of the vectors given to each code; dead codes are replaced by vectors just seen."""

    def __init__(self, codes):
        self.codes, self.counts, self.sums, self.live = codes, torch.ones(len(codes)), codes.clone(), False

    def state(self):
        return {"counts": self.counts, "sums": self.sums, "live": self.live}

    def load(self, state):
        self.counts, self.sums, self.live = state["counts"], state["sums"], state["live"]

    def begin(self, vectors, per_step):
        self.counts = kmeans(vectors, self.codes, torch.Generator().manual_seed(1)) * (per_step / len(vectors))
        self.sums, self.live = self.codes * self.counts[:, None], True

    def update(self, counts, sums, candidates):
        self.counts.mul_(0.98).add_(counts, alpha=0.02)
        self.sums.mul_(0.98).add_(sums, alpha=0.02)
        self.codes.copy_(F.normalize(self.sums / self.counts[:, None].clamp(min=1e-6), dim=-1))
        dead = torch.where(self.counts < 0.1)[0][:len(candidates)]
        if len(dead):
            fresh = candidates[:len(dead)]
            self.codes[dead], self.counts[dead], self.sums[dead] = fresh, 0.5, fresh * 0.5
