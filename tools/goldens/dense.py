"""Near-to-far image generation written down plainly: all rows of all tokens at every step, no cache, in float64.

The original takes square grids only; this takes any, and on square ones make.py holds it against the original.
"""
import math

import torch

EPSILON, BASE = 1e-5, 10000


def rotation(rows, columns, size):
    """cos and sin [1 + rows * columns, size / 2]; zero for the condition, whose queries and keys the original extinguishes."""
    speeds = BASE ** -(torch.arange(0, size // 2, 2).double() / (size // 2))
    row, column = torch.meshgrid(torch.arange(rows).double(), torch.arange(columns).double(), indexing="ij")
    angles = torch.cat([row.reshape(-1, 1) * speeds, column.reshape(-1, 1) * speeds], 1)
    nothing = torch.zeros(1, size // 2, dtype=torch.float64)
    return torch.cat([nothing, angles.cos()]), torch.cat([nothing, angles.sin()])


def rotate(x, cos, sin):
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack([even * cos - odd * sin, odd * cos + even * sin], -1).flatten(-2)


def normed(x, weight):
    return x / torch.sqrt((x * x).mean(-1, keepdim=True) + EPSILON) * weight


class DenseNar:
    """A class-conditional generator of `trunk` blocks, the further ones of `weights` serving the head below alone."""

    def __init__(self, weights, trunk, heads, rows, columns):
        self.weights = {name: value.double() for name, value in weights.items()}
        self.trunk, self.heads, self.rows, self.columns = trunk, heads, rows, columns
        self.blocks = 1 + max(int(name.split(".")[1]) for name in weights if name.startswith("layers."))
        width = weights["norm.weight"].numel()
        self.cos, self.sin = rotation(rows, columns, width // heads)
        self.distance = torch.tensor([row + column for row in range(rows) for column in range(columns)])
        self.visible = torch.ones(1 + rows * columns, 1 + rows * columns, dtype=torch.bool)
        self.visible[0, 1:] = False
        self.visible[1:, 1:] = self.distance[None, :] <= self.distance[:, None]

    def block(self, index, x):
        w = {name.split(".", 2)[2]: value for name, value in self.weights.items() if name.startswith(f"layers.{index}.")}
        y = normed(x, w["attention_norm.weight"])
        query, key, value = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in (y @ w["attention.wqkv.weight"].t()).chunk(3, -1))
        query, key = rotate(query, self.cos, self.sin), rotate(key, self.cos, self.sin)
        scores = (query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])).masked_fill(~self.visible, -math.inf)
        x = x + (torch.softmax(scores, -1) @ value).transpose(1, 2).flatten(-2) @ w["attention.wo.weight"].t()
        y = normed(x, w["ffn_norm.weight"])
        gate = y @ w["feed_forward.w1.weight"].t()
        return x + (gate * torch.sigmoid(gate) * (y @ w["feed_forward.w3.weight"].t())) @ w["feed_forward.w2.weight"].t()

    def heads_of(self, classes, tokens):
        """Logits [B, 1 + N, V] of the head to the right and of the head below."""
        w = self.weights
        x = torch.cat([w["cls_embedding.embedding_table.weight"][classes][:, None], w["tok_embeddings.weight"][tokens]], 1)
        right = x
        for index in range(self.blocks):
            x = self.block(index, x)
            if index == self.trunk - 1:
                right = x
        return normed(right, w["norm.weight"]) @ w["output.weight"].t(), normed(x, w["medusa_norm.weight"]) @ w["medusa_output.weight"].t()

    def step_logits(self, classes, tokens, places):
        right, below = self.heads_of(classes, tokens)
        of_places = []
        for row, column in places:
            votes = []
            if row == column == 0:
                votes = [right[:, 0], below[:, 0]]
            if column > 0:
                votes.append(right[:, 1 + row * self.columns + column - 1])
            if row > 0:
                votes.append(below[:, 1 + (row - 1) * self.columns + column])
            of_places.append(sum(votes) / len(votes))
        return torch.stack(of_places, 1)

    def generate(self, classes, scale, interval):
        """Tokens [B, N] in raster order, logits [B, N, V] in order of generation."""
        classes = torch.tensor(classes)
        nobody = torch.full_like(classes, len(self.weights["cls_embedding.embedding_table.weight"]) - 1)
        # What is not sampled yet may hold anything: nothing sees it.
        tokens, logits = torch.zeros(len(classes), self.rows * self.columns, dtype=torch.long), []
        for step in range(self.rows + self.columns - 1):
            places = [(row, step - row) for row in range(self.rows) if 0 <= step - row < self.columns]
            mixed = self.step_logits(classes, tokens, places)
            sampled = int((self.distance < step).sum())
            if scale > 1 and (interval < 0 or sampled <= interval or step == 0):
                free = self.step_logits(nobody, tokens, places)
                mixed = free + (mixed - free) * scale
            logits.append(mixed)
            for index, (row, column) in enumerate(places):
                tokens[:, row * self.columns + column] = mixed[:, index].argmax(-1)
        return tokens, torch.cat(logits, 1)
