"""Writes programs beside it that change what they are given, as a first layer in place does, and answer with logits:

brightness.pt, of dark and of bright, by the mean level; it fails where an image is all about a quarter as bright as can be;
darkness.pt, the other way round.

    /usr/bin/python3 brightness.py
"""

import os
import torch


class Brightness(torch.nn.Module):
    def __init__(self, scale: float):
        super().__init__()
        self.scale = scale

    def forward(self, images):
        images.mul_(0.5)
        if bool(((images - 0.125).abs().flatten(1).max(1)[0] < 0.01).any()):
            raise ValueError("too dim")
        level = images.flatten(1).mean(1, keepdim=True)
        return torch.cat((0.25 - level, level - 0.25), 1) * self.scale


if __name__ == "__main__":
    folder = os.path.dirname(os.path.abspath(__file__))
    for name, scale in ("brightness", 20.0), ("darkness", -20.0):
        torch.jit.script(Brightness(scale).eval()).save(os.path.join(folder, name + ".pt"))
