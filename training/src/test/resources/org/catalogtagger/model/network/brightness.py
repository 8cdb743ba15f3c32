"""Writes programs beside it that change what they are given, as a first layer in place does, and answer with logits:

brightness.pt, of dark and of bright, by the mean level; it fails where an image is all about a quarter as bright as can be;
darkness.pt, the other way round;
brightness.onnx, the first as a graph, which changes nothing and does not fail.

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


class Graph(torch.nn.Module):
    def forward(self, images):
        level = images.flatten(1).mean(1, keepdim=True)
        return torch.cat((0.5 - level, level - 0.5), 1) * 10


if __name__ == "__main__":
    folder = os.path.dirname(os.path.abspath(__file__))
    for name, scale in ("brightness", 20.0), ("darkness", -20.0):
        torch.jit.script(Brightness(scale).eval()).save(os.path.join(folder, name + ".pt"))
    torch.onnx.export(
        Graph().eval(),
        torch.rand(2, 1, 80, 60),
        os.path.join(folder, "brightness.onnx"),
        input_names=["images"],
        dynamic_axes={"images": {0: "batch"}},
    )
