#!/usr/bin/env python3
"""Runs ours and its peers by turns and prints a table of medians. run.sh calls it; see README.md."""
import argparse
import math
import os
import select
import statistics
import subprocess
import sys
import time

import ours

PRODUCT_ROWS = (1, 4, 16, 32, 64, 128)
ATTENTION_ROWS = (1, 16, 64)
GENERATIONS = (("llama-abs-S", 1, 1.25), ("llama-abs-S", 1, 1), ("GPT-B", 1, 2), ("GPT-B", 1, 1))


class PeerFailed(Exception):
    """A peer cannot be timed; what was timed before still counts."""


def positive(text, name):
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise PeerFailed(f"{name}: '{text}' is no time")
    return seconds


class Peer:
    """A process that answers each case named to it with seconds. It waits, without computing, while others run."""

    MOST_RESTARTS = 5

    # A case takes a minute at most, compilation included; a process that says nothing for so long waits for a fence that nothing signals.
    PATIENCE_SECONDS = 600
    ENDING_SECONDS = 20

    def __init__(self, name, command, **environment):
        self.name, self.command = name, command
        # A variable of None is one that the peer shall not inherit.
        self.environment = {key: value for key, value in {**os.environ, **environment}.items() if value is not None}
        self.restarts = 0
        self.start()

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=self.environment)
        self.title = self.answer()
        if not self.title:
            raise PeerFailed(f"{self.name}: ended without an answer")

    def answer(self):
        """The next line; empty where the process died or had to be ended before it was whole."""
        line, deadline = b"", time.monotonic() + self.PATIENCE_SECONDS
        while not line.endswith(b"\n"):
            if not select.select([self.process.stdout], [], [], max(0, deadline - time.monotonic()))[0]:
                self.process.kill()
                return ""
            # Each answer is asked for only when the last one was read: what comes belongs to this one.
            part = os.read(self.process.stdout.fileno(), 4096)
            if not part:
                return ""
            line += part
        text = line.decode(errors="replace").strip()
        if text.startswith("error"):
            raise PeerFailed(f"{self.name}: {text}")
        return text

    def seconds(self, case):
        """Of a case; a peer that dies or hangs over it (ggml did both on lavapipe) is started again, and asked again."""
        while True:
            try:
                self.process.stdin.write((" ".join(map(str, case)) + "\n").encode())
                self.process.stdin.flush()
                if line := self.answer():
                    return positive(line, self.name)
            except BrokenPipeError:
                pass
            if self.restarts == self.MOST_RESTARTS:
                raise PeerFailed(f"{self.name}: died or hung {self.restarts + 1} times")
            self.restarts += 1
            self.process.wait()
            print(f"{self.name} died or hung (exit status {self.process.returncode}) and is started again", file=sys.stderr)
            self.start()

    def close(self):
        """Ends it: by the end of its input, or by force where it does not mind that (ggml hung in its own ending on lavapipe)."""
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        try:
            self.process.wait(self.ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def heading(self):
        return f"{self.name}: {self.title}" + (f"; died or hung and was started again {self.restarts} times" if self.restarts else "")


def compare(cases, our_turn, peers, rounds):
    """Our title, seconds by contender and case, a list with one entry for each whole round, and what ended it early, if anything did."""
    names = ["ours", *(peer.name for peer in peers)]
    times = {name: {case: [] for case in cases} for name in names}
    our_title = ""
    for number in range(rounds):
        our_title, seconds = our_turn(cases)
        try:
            of_peers = [{case: peer.seconds(case) for case in cases} for peer in peers]
        except PeerFailed as failure:
            return our_title, times, str(failure)
        for name, turn in zip(names, [seconds, *of_peers]):
            for case in cases:
                times[name][case].append(turn[case])
        print(f"round {number + 1} of {rounds} done", file=sys.stderr)
    return our_title, times, None


def report(titles, times, multiply_adds):
    """A row for each case: ours, each peer, and how many times as fast as it we are. GFLOP/s where the work is known, else seconds."""
    for title in titles:
        print(f"- {title}")
    peers = [name for name in times if name != "ours"]
    unit = "GFLOP/s" if multiply_adds else "s"
    print(f"\n| case | ours, {unit} | " + " | ".join(f"{peer}, {unit} | ours / {peer}" for peer in peers) + " |")
    print("|---|---|" + "---|---|" * len(peers))
    for case in times["ours"]:
        def text(name, case=case):
            values = times[name][case]
            middle = statistics.median(values)
            if multiply_adds:
                flops = 2e-9 * multiply_adds(case)
                return f"{flops / middle:.1f} ({flops / max(values):.1f} to {flops / min(values):.1f})"
            return f"{middle:.2f} ({min(values):.2f} to {max(values):.2f})"

        def ratio(peer, case=case):
            return f"{statistics.median(times[peer][case]) / statistics.median(times['ours'][case]):.2f}x"

        print(f"| {' '.join(map(str, case))} | {text('ours')} | " + " | ".join(f"{text(peer)} | {ratio(peer)}" for peer in peers) + " |")


def multiply_adds(case):
    operation, rows = case
    return rows * 1024 * 1024 if operation == "product" else 2 * rows * 1024 * 1024


def kernels(cases):
    suites = {"product": "matmul", "attention": "attention"}
    return ours.kernels(sorted({suites[case[0]] for case in cases}))


def generations(cases):
    title, seconds = "", {}
    for case in cases:
        title, seconds[case] = ours.generation(*case)
    return title, seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("peer", choices=("openblas", "ggml", "pytorch"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--driver", help="openblas, ggml: the compiled driver; pytorch: Python with PyTorch")
    parser.add_argument("--library", help="openblas, pytorch: libopenblas.so.0")
    parser.add_argument("--checkout", help="pytorch: the original's repository")
    options = parser.parse_args()
    threads = {"OPENBLAS_NUM_THREADS": "2", "OMP_NUM_THREADS": "2", "OMP_WAIT_POLICY": "PASSIVE"}
    # What it chooses by itself, what this environment tells it to take instead, and its kernels for AVX-512.
    by_itself = {"OPENBLAS_CORETYPE": None, "OPENBLAS_L2_SIZE": None}
    cores = [("", by_itself)]
    if told := os.environ.get("OPENBLAS_CORETYPE"):
        cores.append((f" {told}", {}))
    if told != "SkylakeX" and "avx512f" in open("/proc/cpuinfo").read():
        cores.append((" SkylakeX", {**by_itself, "OPENBLAS_CORETYPE": "SkylakeX"}))
    work, turn = multiply_adds, kernels
    if options.peer == "openblas":
        cases = [("product", rows) for rows in PRODUCT_ROWS]
        # The kernels that it falls back to on a processor that it does not know.
        cores.append((" Prescott", {**by_itself, "OPENBLAS_CORETYPE": "Prescott"}))
        peers = [Peer("OpenBLAS" + name, [options.driver, options.library], **threads, **core) for name, core in cores]
    elif options.peer == "ggml":
        cases = [("product", rows) for rows in PRODUCT_ROWS] + [("attention", rows) for rows in ATTENTION_ROWS]
        peers = [Peer("ggml", [options.driver], GGML_VK_VISIBLE_DEVICES=os.environ.get("GGML_VK_VISIBLE_DEVICES", "0"))]
    else:
        cases, work, turn = list(GENERATIONS), None, generations
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "original.py")
        folder = {"LD_LIBRARY_PATH": os.path.dirname(options.library)} if options.library else {}
        peers = [Peer("PyTorch" + name, [options.driver, script, options.checkout, "--threads", "2"], **threads, **folder, **core) for name, core in cores]
    try:
        our_title, times, failure = compare(cases, turn, peers, options.rounds)
    finally:
        for peer in peers:
            peer.close()
    rounds = len(times["ours"][cases[0]])
    if rounds:
        heading = f"medians of {rounds} rounds by turns (least to most); loads: {' '.join(f'{load:.1f}' for load in os.getloadavg())}"
        report([our_title, *(peer.heading() for peer in peers), heading], times, work)
    if failure:
        sys.exit(f"ended after {rounds} of {options.rounds} rounds: {failure}")


if __name__ == "__main__":
    try:
        main()
    except PeerFailed as failure:
        sys.exit(str(failure))
