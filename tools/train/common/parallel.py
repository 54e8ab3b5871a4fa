"""Data-parallel training on one machine: single-thread workers that meet in shared memory once a step.

Two workers of one thread each are faster here than one process of two threads: every elementwise operation runs
on both cores, and they wait for each other once a step instead of once an operation.
"""
import torch
import torch.multiprocessing as mp


class Exchange:
    """Each worker hands in a vector and gets every worker's: [workers, length]."""

    def __init__(self, workers, length):
        self.workers = workers
        self._slots = torch.zeros(2, workers, length).share_memory_()
        self._barrier = mp.get_context("fork").Barrier(workers)

    def swap(self, step, rank, vector):
        slots = self._slots[step % 2]  # two slots in turn: nobody can overwrite what another still reads
        slots[rank] = vector
        self._barrier.wait()
        return slots


def launch(target, workers, *arguments):
    """Runs target(rank, *arguments) in `workers` forked processes and waits; a failure ends the program."""
    context = mp.get_context("fork")
    processes = [context.Process(target=_single_thread, args=(target, rank) + arguments) for rank in range(workers)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise SystemExit("a training worker failed")


def _single_thread(target, rank, *arguments):
    torch.set_num_threads(1)
    target(rank, *arguments)


def flat_gradients(parameters):
    return torch.cat([p.grad.reshape(-1) for p in parameters.values()])


def set_gradients(parameters, flat):
    offset = 0
    for p in parameters.values():
        p.grad = flat[offset:offset + p.numel()].view_as(p).clone()
        offset += p.numel()
