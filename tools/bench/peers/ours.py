"""Our side of the comparisons: the one place that knows how `narvk bench` is called and what it answers."""
import json
import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

# Where the program is: a published one, or the launcher of this tree, which builds it.
NARVK = os.environ.get("NARVK", str(ROOT / "narvk"))

# Names of the original's models mean ours of that size.
MODELS = {"llama-abs-S": "nar-s-ucf", "GPT-B": "nar-b-imagenet", "GPT-L": "nar-l-imagenet", "llama-abs-LP": "nar-lp-ucf"}


def bench(*arguments):
    """The report of one run of `narvk bench`; it verifies what it times."""
    command = [NARVK, "bench", *arguments, "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed with exit code {done.returncode}")
    return json.loads(done.stdout)


def title(report):
    device = report["device"]
    return f"narvk {report.get('commit', report.get('version', ''))} on {device['name']}, {device.get('driver', '')}".rstrip(", ")


def kernels(suites):
    """Seconds of one call by case, such as ("product", 16) and ("attention", 1): the cases that the peers know."""
    report = bench("--suite", ",".join(suites))
    seconds = {}
    for kernel in report["kernels"]:
        rows = int(kernel["shape"].split()[0])
        if kernel["kernel"] == "product Float16" and kernel["shape"] == f"{rows} x 1024 x 1024":
            seconds["product", rows] = kernel["seconds"]
        if kernel["kernel"] == "attention" and kernel["shape"] == f"{rows} rows, 1024 keys, 16 x 64":
            seconds["attention", rows] = kernel["seconds"]
    return title(report), seconds


def generation(model, samples, guidance, precision="fp32"):
    """Seconds of a generation after the first, with random weights."""
    report = bench(
        "--random-weights", MODELS[model], "--only", "generation", "--batch", str(samples), "--cfg", str(guidance), "--precision", precision, "--runs", "1")
    return title(report), report["generations"][0]["seconds"]["median"]
