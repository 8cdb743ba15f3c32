"""Makes TorchScript programs of two classes, and ONNX graphs of some, and says what they answer: torchscript.py FOLDER.

FOLDER/gray.raw has images of 12x16 gray levels, FOLDER/rgb.raw the same in colours; for each program NAME.pt that takes them, NAME.raw gets its probabilities, float32.
"""

import sys

import torch
from torch import nn

FOLDER = sys.argv[1] + "/"
WIDTH, HEIGHT = 12, 16
MEAN = torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)
DEVIATION = torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1)

torch.manual_seed(0)
nets = {}


class Net(nn.Module):
    def __init__(self, planes, last):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(planes, 8, 3, padding=1),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.Flatten(),
            nn.Dropout(0.5),
            nn.Linear(8 * WIDTH * HEIGHT, 2),
        )
        self.last = last

    def forward(self, images):
        return self.last(self.layers(images))


class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, value):
        return self.function(value)


class TooBright(nn.Module):
    def forward(self, images):
        if bool((images.mean() > -1.0).item()):
            raise ValueError("too bright")
        return images.flatten(1)[:, :2]


def traced(name, planes, function, training=False, keep=None):
    net = nets[name] = Net(planes, Function(function)).train(training)
    with torch.no_grad():
        program = torch.jit.trace(net, torch.rand(2, planes, HEIGHT, WIDTH), check_trace=False)
    program.save(FOLDER + name + ".pt")
    return program


def exported(name, planes, function, batches=True):
    torch.onnx.export(
        Net(planes, Function(function)).eval() if name not in nets else nets[name],
        torch.rand(2, planes, HEIGHT, WIDTH),
        FOLDER + name + ".onnx",
        input_names=["images"],
        dynamic_axes={"images": {0: "batch"}} if batches else None,
    )



def images(name, planes):
    raw = torch.frombuffer(bytearray(open(FOLDER + name, "rb").read()), dtype=torch.uint8)
    return raw.view(-1, planes, HEIGHT, WIDTH).float()


gray = images("gray.raw", 1)
unit = gray / 255
rgb = images("rgb.raw", 3)
colours = (rgb / 255 - MEAN) / DEVIATION

programs = [
    ("levels", 1, lambda v: v / 100, gray, lambda v: v.softmax(1)),
    ("unit", 1, lambda v: v, unit, lambda v: v.softmax(1)),
    ("shifted", 1, lambda v: v, (unit - 0.4) / 0.3, lambda v: v.softmax(1)),
    ("colours", 3, lambda v: v, colours, lambda v: v.softmax(1)),
    ("red", 3, lambda v: v, rgb / 255, lambda v: v.softmax(1)),
    ("probabilities", 1, lambda v: v.softmax(1), unit, lambda v: v),
    ("rounded", 1, lambda v: (98 * v.softmax(1)).round() / 100, unit, lambda v: v / v.sum(1, keepdim=True)),
    ("logarithms", 1, lambda v: v.log_softmax(1), unit, lambda v: v.exp()),
    ("double", 1, lambda v: v.double(), unit, lambda v: v.softmax(1)),
]
for name, planes, function, given, probabilities in programs:
    program = traced(name, planes, function)
    with torch.no_grad():
        answers = probabilities(program(given)).float().contiguous()
    open(FOLDER + name + ".raw", "wb").write(answers.numpy().tobytes())

for name, planes, function, given, probabilities in programs:
    exported(name, planes, function)
exported("fixed", 1, lambda v: v, batches=False)
exported("pair", 1, lambda v: (v, v + 1))
exported("indices", 1, lambda v: v.argmax(1))

traced("training", 1, lambda v: v, training=True)
traced("pair", 1, lambda v: (v, v))
traced("indices", 1, lambda v: v.argmax(1))
traced("integers", 1, lambda v: v.long())
traced("three", 1, lambda v: torch.cat((v, v[:, :1]), 1))
traced("sparse", 1, lambda v: v.to_sparse())
traced("percent", 1, lambda v: 100 * v.softmax(1))
traced("nothing", 1, lambda v: v / 0)
torch.jit.script(TooBright()).save(FOLDER + "failing.pt")
torch.save(Net(1, nn.Identity()).state_dict(), FOLDER + "weights.pt")
