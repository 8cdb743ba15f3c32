"""What one would write instead of the job: a consumer and transactional producer, Pillow, and PyTorch in batches.

    peer.py BOOTSTRAP IMAGES_TOPIC TAGS_TOPIC GROUP NUMBER BUNDLE BATCH MAX_DELAY_SECONDS COMMIT_SECONDS

One process a core; the partitions are shared out by the group. Reads a bundle's weights itself. Without batch norm.
"""

import io
import json
import struct
import sys
import time

import numpy as np
import torch
from confluent_kafka import Consumer, Producer
from PIL import Image

TOP = 3


def read_weights(bundle):
    with open(f"{bundle}/weights.safetensors", "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    weights = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            array = np.frombuffer(data[begin:end], dtype="<f4").reshape(entry["shape"])
            weights[name] = torch.from_numpy(array.copy())
    return weights


class Model:
    def __init__(self, bundle):
        with open(f"{bundle}/model.json") as file:
            self.description = json.load(file)
        if self.description["normalization"]["kind"] != "divide-by-255":
            raise SystemExit("peer.py: only models that divide by 255")
        size = self.description["input"]
        self.size = (size["width"], size["height"])
        weights = read_weights(bundle)
        count = sum(name.endswith(".weight") for name in weights)
        self.layers = [(weights[f"layer{i}.weight"], weights[f"layer{i}.bias"]) for i in range(1, count + 1)]

    def decode(self, encoded):
        image = Image.open(io.BytesIO(encoded)).convert("L")
        if image.size != self.size:
            image = image.resize(self.size, Image.BOX)
        return np.asarray(image, dtype=np.uint8).reshape(-1)

    def classify(self, images):
        with torch.no_grad():
            x = torch.from_numpy(np.stack(images)).to(torch.float32).div_(255)
            for i, (weight, bias) in enumerate(self.layers):
                x = torch.addmm(bias, x, weight.T)
                if i + 1 < len(self.layers):
                    x.relu_()
            return x.softmax(1).topk(TOP, 1)


def tag(model, message, probabilities, labels):
    classes = model.description["classes"]
    product = message.key().decode()
    top = [{"label": classes[label], "probability": p} for p, label in zip(probabilities, labels)]
    return product, json.dumps({
        "productId": product,
        "label": top[0]["label"],
        "confidence": top[0]["probability"],
        "top": top,
        "modelVersion": model.description["modelVersion"],
        "eventTime": message.timestamp()[1],
        "taggedAt": int(time.time() * 1000),
    })


def main(bootstrap, images_topic, tags_topic, group, number, bundle, batch, max_delay, commit):
    torch.set_num_threads(1)
    model = Model(bundle)
    consumer = Consumer({
        "bootstrap.servers": bootstrap,
        "group.id": group,
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
        "isolation.level": "read_committed",
    })
    producer = Producer({
        "bootstrap.servers": bootstrap,
        "transactional.id": f"{group}-{number}",
        "linger.ms": 5,
        "queue.buffering.max.messages": 1000000,
    })
    producer.init_transactions()
    consumer.subscribe([images_topic])
    print("ready", flush=True)
    producer.begin_transaction()
    begun, tagged = time.time(), 0
    while True:
        messages = [m for m in consumer.consume(int(batch), float(max_delay)) if m.error() is None]
        if messages:
            found = model.classify([model.decode(m.value()) for m in messages])
            for message, p, labels in zip(messages, found.values.tolist(), found.indices.tolist()):
                key, value = tag(model, message, p, labels)
                producer.produce(tags_topic, value, key, timestamp=message.timestamp()[1])
            producer.poll(0)
            tagged += len(messages)
        if tagged and time.time() - begun >= float(commit):
            producer.send_offsets_to_transaction(
                consumer.position(consumer.assignment()), consumer.consumer_group_metadata())
            producer.commit_transaction()
            producer.begin_transaction()
            begun, tagged = time.time(), 0


if __name__ == "__main__":
    main(*sys.argv[1:])
