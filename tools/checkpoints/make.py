#!/usr/bin/env python3
"""Makes tests/fixtures/torch: small checkpoints that a real torch.save wrote, in both of its formats, and what is in them.

usage: python3 tools/checkpoints/make.py tests/fixtures/torch [tests/fixtures/golden-more/par-c2i-16/weights.pt]

The second argument is a golden checkpoint that is saved once more in the format from before PyTorch 1.6.
"""
import argparse
import collections
import json
import pathlib
import sys

import torch


# A model that is saved as an object instead of as its weights. Made like this, since PyTorch would write its source and our path beside it.
Whole = type("Whole", (torch.nn.Module,), {"__module__": "__main__"})


def tensors():
    """Every way in which a tensor can lie in its storage."""
    generator = torch.Generator().manual_seed(1)
    base = torch.randn(6, 8, generator=generator)
    vector = torch.randn(40, generator=generator)
    weights = collections.OrderedDict()
    weights["plain.weight"] = torch.randn(3, 5, generator=generator)
    weights["half"] = torch.randn(4, 3, generator=generator).half()
    weights["brain"] = torch.randn(2, 7, generator=generator).bfloat16()
    weights["double"] = torch.randn(3, generator=generator, dtype=torch.float64)
    weights["transposed"] = base.t()
    weights["rows"] = base[1:3]
    weights["columns"] = base[:, 2:5]
    weights["every_other"] = base[::2, ::3]
    weights["permuted"] = torch.randn(2, 3, 4, generator=generator).permute(2, 0, 1)
    weights["first_half"] = vector[:20]
    weights["second_half"] = vector[20:].view(4, 5)
    weights["same_again"] = weights["plain.weight"]
    weights["parameter"] = torch.nn.Parameter(torch.randn(2, 2, generator=generator))
    weights["scalar"] = torch.tensor(1.5)
    weights["empty"] = torch.zeros(0, 3)
    weights["half_tail"] = torch.arange(12, dtype=torch.float16)[5:]
    weights["count"] = torch.tensor([1, -2, 3])
    weights["flags"] = torch.tensor([True, False])
    return weights


def contents(weights):
    """Shape, type and values of each tensor; every value is exact as a float64."""
    return {
        name: {
            "type": str(tensor.dtype).removeprefix("torch."),
            "shape": list(tensor.shape),
            "values": [float(value) for value in tensor.detach().reshape(-1).double()],
        }
        for name, tensor in weights.items()
    }


def main():
    target = pathlib.Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    weights = tensors()
    (target / "contents.json").write_text(json.dumps(contents(weights), indent=1) + "\n")
    arguments = argparse.Namespace(dim=64, n_head=4, rate=0.5, name="tiny", sizes=[2, 4, 4])
    optimizer = torch.optim.AdamW([torch.nn.Parameter(torch.zeros(2, 2))])
    optimizer.param_groups[0]["params"][0].grad = torch.ones(2, 2)
    optimizer.step()
    trained = {"model": weights, "optimizer": optimizer.state_dict(), "rng": torch.get_rng_state(), "steps": 7, "args": arguments}
    nestings = {"bare": weights, "module": {"module": weights}, "state_dict": {"state_dict": weights, "epoch": 3}, "trained": trained}
    for name, saved in nestings.items():
        torch.save(saved, target / f"{name}.zip.pt")
        torch.save(saved, target / f"{name}.legacy.pt", _use_new_zipfile_serialization=False)
    torch.save(weights, target / "protocol4.legacy.pt", _use_new_zipfile_serialization=False, pickle_protocol=4)
    whole = Whole()
    whole.weight = torch.nn.Parameter(torch.zeros(2))
    torch.save(whole, target / "whole_module.legacy.pt", _use_new_zipfile_serialization=False)
    if len(sys.argv) > 2:
        torch.save(torch.load(sys.argv[2], map_location="cpu"), target / "par-c2i-16.legacy.pt", _use_new_zipfile_serialization=False)


if __name__ == "__main__":
    main()
