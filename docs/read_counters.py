#!/usr/bin/env python3
"""Reads a counters file as docs/counters-file.md describes it, and prints it as JSON.

An example for readers in other languages; `cryptobot counters dump --json` is the tool for people.
"""
import json
import math
import struct
import sys

TYPES = {1: "counter", 2: "gauge", 3: "histogram", 4: "summary"}


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


class CountersFile:
    """One reading of a file. Step 4 and the mapping, which a running bot needs, are left out."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = file.read()
        self.order = "<" if self.data[16:20] == b"\x04\x03\x02\x01" else ">"
        if len(self.data) < 640 or self.i64(0) != 0x4342434E54525331:
            raise SystemExit(f"{path} is not a counters file of this kind of machine")
        if self.i32(8) != 1 or self.u32(12) != crc32c(self.data[16:256]) or self.i64(24) != len(self.data):
            raise SystemExit(f"{path} is of another version, damaged or truncated")

    def number(self, kind, offset):
        return struct.unpack_from(self.order + kind, self.data, offset)[0]

    def i64(self, offset):
        return self.number("q", offset)

    def i32(self, offset):
        return self.number("i", offset)

    def u32(self, offset):
        return self.number("I", offset)

    def f64(self, offset):
        return self.number("d", offset)

    def text(self, offset):
        length = self.number("H", offset)
        return self.data[offset + 2 : offset + 2 + length].decode(), offset + 2 + length

    def series(self):
        for index in range(self.i32(20)):
            start = 640 + 512 * index
            state, length = self.i32(start), self.i32(start + 8)
            if state == 0:
                return
            gone = self.i64(start + 504) < self.i64(440) - 1
            if state == 2 or gone or not 0 <= length <= 496:
                continue
            if self.u32(start + 4) == crc32c(self.data[start + 8 : start + 8 + length]):
                record = self.record(start)
                if not ("value" in record and math.isnan(record["value"])):
                    yield record

    def record(self, start):
        kind = TYPES[self.i32(start + 12)]
        values, scale = self.i64(start + 16), self.i64(start + 24)
        bounds = [self.f64(start + 56 + 8 * bound) for bound in range(self.i32(start + 40))]
        name, at = self.text(start + 56 + 8 * len(bounds))
        _, at = self.text(at)  # the help text
        labels = {}
        for _ in range(self.i32(start + 44)):
            label, at = self.text(at)
            labels[label], at = self.text(at)
        record = {"name": name, "type": kind, "createdMs": self.i64(start + 32), "labels": labels}
        if kind == "gauge":
            record["value"] = self.f64(values)
        elif kind == "counter":
            record["value"] = self.counts(values, 1)[0] / scale
        elif kind == "histogram":
            *buckets, total = self.counts(values, len(bounds) + 2)
            record["count"], record["sum"] = sum(buckets), total / scale
            record["buckets"] = [sum(buckets[: place + 1]) for place in range(len(buckets))]
            record["bounds"] = bounds
        else:
            record["count"] = self.i64(values + 8 * len(bounds))
            record["quantiles"] = {str(bound): self.f64(values + 8 * place) for place, bound in enumerate(bounds)}
        return record

    def counts(self, values, size):
        """The sum of the seven stripes."""
        stripe = (8 * size + 127) // 128 * 128
        return [sum(self.i64(values + 8 * place + stripe * number) for number in range(7)) for place in range(size)]

    def errors(self):
        for index in range(32):
            start = self.i64(32) + 512 * index
            length = self.number("H", start + 32)
            sound = length <= 478 and self.u32(start + 4) == crc32c(self.data[start + 32 : start + 34 + length])
            if self.i32(start) == 1 and sound:
                yield {
                    "text": self.text(start + 32)[0],
                    "count": self.i64(start + 8),
                    "firstMs": self.i64(start + 16),
                    "lastMs": self.i64(start + 24),
                }

    def document(self):
        return {
            "bot": self.data[64 : 64 + self.i32(56)].decode(),
            "pid": self.i64(384),
            "startedMs": self.i64(392),
            "restarts": self.i64(400),
            "uncleanRestarts": self.i64(408),
            "heartbeatSequence": self.i64(416),
            "heartbeatMs": self.i64(424),
            "cleanExit": self.i64(432) == 1,
            "loopSequence": self.i64(512),
            "loopMs": self.i64(520),
            "droppedSeries": self.i64(264),
            "series": list(self.series()),
            "errors": sorted(self.errors(), key=lambda error: -error["lastMs"]),
        }


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: read_counters.py <file>")
    print(json.dumps(CountersFile(sys.argv[1]).document(), indent=2))
