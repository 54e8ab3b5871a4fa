"""Makes tests/fixtures/golden-more: what the original implementations compute from small random weights.

usage: python3 tools/goldens/make.py NAR_CHECKOUT PAR_CHECKOUT tests/fixtures/golden-more

The checkouts are those of the NAR and PAR projects; any PyTorch from 1.13 on will do. Seeds are tried in turn until every
greedy choice of every run stands clear of the second best by 0.002, so that another order of summation chooses alike.
"""
import json
import struct
import sys
from pathlib import Path

import torch

from dense import DenseNar
from originals import Original

MARGIN = 2e-3
DIM, HEADS, VOCABULARY, CLASSES = 32, 4, 64, 10
SIZES = dict(dim=DIM, n_head=HEADS, vocab_size=VOCABULARY, num_classes=CLASSES, multiple_of=32)


def write_npy(path, tensor):
    """A .npy file of int32 or float32, little-endian, in C order; numpy is not needed for that."""
    kind, tensor = ("<f4", tensor.float()) if tensor.is_floating_point() else ("<i4", tensor.int())
    shape = "".join(f"{size}, " for size in tensor.shape)
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': ({shape}), }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    values = tensor.contiguous().flatten().tolist()
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + struct.pack(f"<{len(values)}{'f' if kind == '<f4' else 'i'}", *values))


def margin(logits):
    best = logits.topk(2, -1).values
    return (best[..., 0] - best[..., 1]).min().item()


def weights_of(model):
    return {name: weight.detach().clone() for name, weight in model.named_parameters()}


def rastered(tokens, side, parallel):
    """From order of generation to raster order: place by place within the regions, region by region within a place."""
    regions = int(parallel ** 0.5)
    places = side // regions
    return tokens.view(-1, places, places, regions, regions).permute(0, 3, 1, 4, 2).reshape(-1, side * side)


def par(original, seed, classes, runs, side=8, parallel=16):
    model = original.model(seed, n_layer=2, block_size=side * side, spe_token_num=parallel - 1, ar_token_num=parallel, **SIZES)
    weights, results = weights_of(model), {}
    for name, (scale, interval) in runs.items():
        tokens, logits = original.generate(model, classes, side * side, scale, interval, ar_token_num=parallel, spe_token_num=parallel - 1)
        assert torch.equal(logits.argmax(-1), tokens.long())
        results[name] = rastered(tokens, side, parallel), logits
    return weights, results


def nar(original, seed, classes, runs, extra, side=5, trunk=2):
    model = original.model(seed, n_layer=trunk, medusa_attention_num=extra, block_size=side * side, **SIZES)
    weights, results = weights_of(model), {}
    dense = DenseNar(weights, trunk, HEADS, side, side)
    for name, (scale, interval) in runs.items():
        results[name] = tokens, logits = original.generate(model, classes, side * side, scale, interval)
        own_tokens, own_logits = dense.generate(classes, scale, interval)
        if margin(own_logits) > MARGIN:
            assert torch.equal(tokens.long(), own_tokens) and (logits - own_logits).abs().max() < 5e-4, "the dense reference computes something else"
    return weights, results


def nar_of_any_shape(original, seed, classes, runs, rows, columns, extra=1, trunk=2):
    side = max(rows, columns)
    weights = weights_of(original.model(seed, n_layer=trunk, medusa_attention_num=extra, block_size=side * side, **SIZES))
    dense = DenseNar(weights, trunk, HEADS, rows, columns)
    return weights, {name: dense.generate(classes, scale, interval) for name, (scale, interval) in runs.items()}


def make(folder, made_by, generator, classes, runs, results_of):
    seed = next(seed for seed in range(1, 1000) if all(margin(logits) > MARGIN for _, logits in results_of(seed)[1].values()))
    weights, results = results_of(seed)
    assert len({tuple(tokens.flatten().tolist()) for tokens, _ in results.values()}) == len(runs), "two runs are alike, so that one of them proves nothing"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    torch.save({"model": weights}, folder / "weights.pt")
    for name, (tokens, logits) in results.items():
        write_npy(folder / f"{name}__tokens.npy", tokens)
        write_npy(folder / f"{name}__logits.npy", logits)
    described = {"format": 1, "name": f"golden-{folder.name}", "generator": {"architecture": generator.pop("architecture"), "weights": "weights.pt", "heads": HEADS, **generator}}
    case = {
        "madeBy": made_by, "seed": seed, "classes": classes, "tokens": "raster order", "logits": "order of generation, guided",
        "runs": {name: {"cfg": runs[name][0], "cfgInterval": runs[name][1], "smallestMargin": round(margin(logits), 6), "largestLogit": round(logits.abs().max().item(), 3)} for name, (_, logits) in results.items()},
    }
    (folder / "narvk.json").write_text(json.dumps(described, indent=2) + "\n")
    (folder / "case.json").write_text(json.dumps(case, indent=2) + "\n")
    print(folder, "seed", seed, sum(file.stat().st_size for file in folder.iterdir()), "bytes", case["runs"])


def main(nar_checkout, par_checkout, output):
    torch.set_grad_enabled(False)
    output = Path(output)

    original, classes = Original(Path(par_checkout)), [2, 9]
    # The 15 serial calls count 0 to 14, the parallel ones 0, 16, 32: guidance ends after the sixth, comes back once, and ends for good.
    runs = {"cfg1.0": (1.0, -1), "cfg2.0": (2.0, -1), "cfg2.0_interval": (2.0, 5)}
    make(output / "par-c2i-16", "the PAR project's gpt.py and generate.py", dict(architecture="par-c2i", grid=[8, 8], conditionTokens=1, parallelTokens=16),
         classes, runs, lambda seed: par(original, seed, classes, runs))

    original, classes = Original(Path(nar_checkout) / "NAR-images"), [0, 9, 3]
    runs = {"cfg1.0": (1.0, -1), "cfg2.0": (2.0, -1), "cfg2.0_interval": (2.0, 6)}
    for extra in (2, 0):
        make(output / f"nar-c2i-{extra}-extra", "the NAR project's gpt.py and generate.py", dict(architecture="nar-c2i", grid=[5, 5], conditionTokens=1, extraHeadBlocks=extra),
             classes, runs, lambda seed: nar(original, seed, classes, runs, extra))

    make(output / "nar-c2i-3x5", "dense.py, in float64", dict(architecture="nar-c2i", grid=[3, 5], conditionTokens=1, extraHeadBlocks=1),
         classes, runs, lambda seed: nar_of_any_shape(original, seed, classes, runs, 3, 5))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
