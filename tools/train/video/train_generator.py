"""Trains the generator on tokens by wall clock, with checkpoints; run again to resume.

usage: python3 -m video.train_generator RUN SECONDS            -> RUN/generator.pt
       python3 -m video.train_generator RUN SECONDS --repair   -> RUN/repaired.pt, goes on from generator.pt with damaged inputs
"""
from common.generator_training import Task, main
from .clips import split_specs
from .generator import Shape, logits_of, start
from .tokenizer import CODES

if __name__ == "__main__":
    groups = [(s.label, s.hue, s.backdrop) for s in split_specs()[0]]
    main(__doc__, Task(Shape(), logits_of, groups), start, lambda saved: saved["buffers"][CODES], batch=6)
