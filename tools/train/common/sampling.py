"""How a token is drawn from logits."""
import torch


def choose(logits, temperature, top_k, top_p, generator):
    """One token from each row: the most likely one at temperature 0, else a draw."""
    if temperature == 0:
        return logits.argmax(-1)
    logits = logits / temperature
    if top_k:
        logits = logits.masked_fill(logits < logits.topk(top_k, -1)[0][..., -1:], float("-inf"))
    if top_p < 1:
        values, order = logits.sort(-1, descending=True)
        share = values.softmax(-1)
        drop = share.cumsum(-1) - share > top_p
        drop[..., 0] = False
        logits = logits.masked_fill(torch.zeros_like(drop).scatter(-1, order, drop), float("-inf"))
    rows = logits.softmax(-1).view(-1, logits.shape[-1])
    return torch.multinomial(rows, 1, generator=generator).view(logits.shape[:-1])
