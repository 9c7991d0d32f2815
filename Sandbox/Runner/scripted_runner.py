#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A runner that does what its first argument says: well, badly, or with bad intentions. For tests; it runs no task."""

import json
import os
import signal
import subprocess
import sys
import time

NIL = {"g1": b"\xc0", "g2": bytes.fromhex("28b52ffd2001090000c0")}
CONFINED = {
    "uid": 65534, "network": False, "readable": [], "writable": [], "no_new_privs": True, "capabilities": False,
    "memory_bytes": 1 << 30,
}

source, sink = os.dup(0), os.dup(1)
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
os.dup2(2, 1)
reader = os.fdopen(source, "rb", buffering=0)
number = 0
kept = []


def write_bytes(data):
    view = memoryview(data)
    while view:
        view = view[os.write(sink, view):]


def write(frame, body=b"", **fields):
    header = dict(fields, frame=frame)
    if body:
        header["body"] = len(body)
    write_bytes(json.dumps(header).encode() + b"\n" + body)


def exactly(count):
    parts = []
    while count:
        part = reader.read(min(count, 1 << 20))
        if not part:
            os._exit(0)
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def read():
    line = bytearray()
    while not line.endswith(b"\n"):
        line += exactly(1)
    header = json.loads(line)
    return header, exactly(header.get("body", 0))


def expect(*frames):
    """The next frame of these names; others are kept for whoever asks for them."""
    for index, (header, _) in enumerate(kept):
        if header["frame"] in frames:
            return kept.pop(index)
    while True:
        header, body = read()
        if header["frame"] in frames:
            return header, body
        if header["frame"] == "end":
            os._exit(0)
        kept.append((header, body))


def send(kind, body, **fields):
    """Sends a message and returns what became of it."""
    global number
    number += 1
    write("message", body, id=number, type=kind, **fields)
    return expect("sent", "refused")[0]


def message(kind):
    while True:
        header, body = expect("message")
        if header["type"] == kind:
            return body


def packed(value, generation):
    """A packed value of the generation; Zstandard frames may hold plain blocks."""
    if generation == "g1":
        return value
    frame = bytes.fromhex("28b52ffda0") + len(value).to_bytes(4, "little")
    blocks = [value[at:at + 100_000] for at in range(0, len(value), 100_000)]
    for block in blocks:
        frame += (len(block) << 3 | (block is blocks[-1])).to_bytes(3, "little") + block
    return frame


def done(outcome, **fields):
    write("done", outcome=outcome, run_ms=1, cpu_ms=2, max_rss_kib=3, sent={}, **fields)
    expect("end")


def sleep_for_ever():
    while True:
        time.sleep(3600)


def main():
    script = sys.argv[1]
    if script == "mute":
        sleep_for_ever()
    if script == "exits-at-once":
        print("there is no package here", file=sys.stderr)
        sys.exit(3)
    write("hello", protocol=[1], runner="scripted/1", python=sys.version.split()[0], pid=os.getpid())
    welcome, _ = expect("welcome")
    if script == "never-ready":
        sleep_for_ever()
    if script == "dies-early":
        os.kill(os.getpid(), signal.SIGKILL)
    confinement = dict(CONFINED)
    if script == "unconfined":
        confinement.update(network=True, memory_bytes=None)
    if script == "reads-keys":
        confinement["readable"] = welcome["must_not_read"]
    write(
        "ready", protocol=1, package="scripted", version="1.0", generations=["g1", "g2"], protocols=["ResultsOnly"],
        algorithms=["Another"] if script == "ignorant" else ["ColumnAverage"], confinement=confinement, import_ms=1, rss_kib=1,
    )
    if script == "early":
        write("message", b"\xc0", id=1, type=7)
        sleep_for_ever()
    _, dataset = expect("dataset")
    start, protocol = expect("start")
    nil = NIL[start["generation"]]
    json.loads(dataset)

    if script == "completes":
        assert send(25, nil)["frame"] == "sent"
        message(25)
        metadata = {"algorithm": {"algorithm_name": "ColumnAverage", "algorithm_index": 0, "total_algorithms": 1}}
        assert send(7, protocol, metadata=metadata)["frame"] == "sent"
        message(18)
        done("completed")
    elif script.startswith("large-"):
        # A result of so many bytes.
        size = int(script.partition("-")[2])
        value = b"\xc6" + size.to_bytes(4, "big") + b"\x07" * size
        assert send(7, packed(value, start["generation"]))["frame"] == "sent"
        message(18)
        done("completed")
    elif script == "echo":
        assert send(7, message(9))["frame"] == "sent"
        message(18)
        done("completed")
    elif script == "fails":
        done("failed", exception="builtins.ValueError", detail="row 17 of /data/ward.csv\x1b[2J")
    elif script == "exits":
        sys.exit(7)
    elif script == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif script == "garbage":
        write_bytes(b"GET / HTTP/1.1\r\n\r\n")
        sleep_for_ever()
    elif script == "cut-off":
        write_bytes(b'{"frame":"message","id":1,"type":7,"body":100}\n' + nil)
        os._exit(0)
    elif script == "too-long":
        write_bytes(b'{"frame":"message","id":1,"type":7,"body":1000000000}\n')
        sleep_for_ever()
    elif script == "too-much":
        while send(7, nil * 1000)["frame"] == "sent":
            pass
        sleep_for_ever()
    elif script == "any-type":
        for kind in [3, 4, 8, 16, 31, 33, 38, 39, -5, 1 << 40] * 2:
            assert send(kind, nil) == {"frame": "refused", "id": number, "reason": "type-not-allowed"}
    elif script == "claims":
        write("done", outcome="completed", run_ms=1)
        sleep_for_ever()
    elif script == "silent":
        sleep_for_ever()
    elif script == "busy":
        while True:
            write("alive", rss_kib=1)
            time.sleep(0.02)
    elif script == "asks":
        # As the genuine package does where a modeller stays away.
        assert send(22, nil)["frame"] == "sent"
        assert send(10, nil)["frame"] == "sent"
        done("failed", exception="TaskAbortError")
    elif script == "obeys":
        assert send(25, nil)["frame"] == "sent"
        cancel, _ = expect("cancel")
        write("done", outcome="cancelled", detail=cancel["reason"])
        sleep_for_ever()
    elif script == "defies":
        assert send(25, nil)["frame"] == "sent"
        expect("cancel")
        sleep_for_ever()
    elif script == "forks":
        # A child in the group that keeps the stream open and ignores what can be ignored.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"], pass_fds=[source, sink])
        # Its number goes where the test looks for it.
        with open(sys.argv[2], "w") as file:
            file.write(f"{os.getpid()} {child.pid}\n")
        done("failed", exception="Forked")
        sleep_for_ever()
    elif script == "looks-around":
        # What it finds of the agent's: descriptors and environment.
        found = {
            "descriptors": sorted(int(name) for name in os.listdir("/proc/self/fd")),
            "environment": sorted(os.environ), "group": os.getpgid(0) == os.getpid(),
        }
        with open(sys.argv[2], "w") as file:
            json.dump(found, file)
        done("failed", exception="Looked")
    else:
        sys.exit(f"unknown script {script}")


main()
