#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A runner for pod-agent that sums a column of a CSV file: all that a runner must do, and nothing else (docs/runners.md).

Knows the protocol ResultsOnly with the algorithm ColumnSum (field "field"), of first-generation modellers, whose values are plain
MessagePack. The second generation packs each value into a Zstandard frame as well, which Python has from 3.14 on.
"""
import csv, json, os, resource, socket, struct, sys, threading, time

agent_in, agent_out, lock, kept = os.fdopen(os.dup(0), "rb"), os.dup(1), threading.Lock(), []
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
os.dup2(2, 1)  # what prints, prints to the log


def write(frame, body=b"", **fields):
    data = json.dumps(dict(fields, frame=frame, **({"body": len(body)} if body else {}))).encode() + b"\n" + body
    with lock:
        while data:
            data = data[os.write(agent_out, data):]


def read(*wanted):
    """The next frame of these names; others are kept for whoever asks for them."""
    for index, (header, _) in enumerate(kept):
        if header["frame"] in wanted:
            return kept.pop(index)
    while True:
        line = agent_in.readline()
        header = json.loads(line) if line else {"frame": "end"}
        body = agent_in.read(header.get("body", 0))
        if header["frame"] in ("cancel", "end"):
            os._exit(0)  # at once, whatever it is doing; also when the agent is gone
        if header["frame"] in wanted:
            return header, body
        kept.append((header, body))


def unpack(data):
    """One MessagePack value of the kinds that a protocol is made of, and the rest."""
    tag, rest = data[0], data[1:]
    wide = {0xd9: (">B", str), 0xda: (">H", str), 0xdc: (">H", list), 0xde: (">H", dict)}
    sized = {0xcc: ">B", 0xcd: ">H", 0xce: ">I", 0xcf: ">Q", 0xd0: ">b", 0xd1: ">h", 0xd2: ">i", 0xd3: ">q", 0xca: ">f", 0xcb: ">d"}
    if tag in sized:
        size = struct.calcsize(sized[tag])
        return struct.unpack(sized[tag], rest[:size])[0], rest[size:]
    if tag in (0xc0, 0xc2, 0xc3):
        return {0xc0: None, 0xc2: False, 0xc3: True}[tag], rest
    if tag < 0x80 or tag >= 0xe0:
        return (tag if tag < 0x80 else tag - 256), rest
    if tag in wide:
        (form, kind), size = wide[tag], struct.calcsize(wide[tag][0])
        count, rest = struct.unpack(form, rest[:size])[0], rest[size:]
    else:
        kind = str if tag >= 0xa0 else list if tag >= 0x90 else dict
        count = tag & (0x1f if kind is str else 0x0f)
    if kind is str:
        return rest[:count].decode(), rest[count:]
    values = []
    for _ in range(count * (2 if kind is dict else 1)):
        value, rest = unpack(rest)
        values.append(value)
    return (dict(zip(values[::2], values[1::2])) if kind is dict else values), rest


def confinement(must_not_read):
    status = dict(line.split(":\t", 1) for line in open("/proc/self/status") if ":\t" in line)
    probe, network = socket.socket(socket.AF_INET, socket.SOCK_DGRAM), True
    try:
        probe.connect(("192.0.2.1", 9))  # looks for a route, and sends nothing
    except OSError:
        network = False
    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    return {"uid": os.getuid(), "network": network, "readable": [p for p in must_not_read if os.access(p, os.R_OK)],
            "writable": [p for p in ("/", "/usr", "/etc") if os.access(p, os.W_OK)],
            "no_new_privs": status["NoNewPrivs"].strip() == "1", "capabilities": int(status["CapEff"], 16) != 0,
            "memory_bytes": None if limit == resource.RLIM_INFINITY else limit}


def keep_alive():
    while True:
        write("alive", rss_kib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        time.sleep(5)


def send(number, kind, body):
    write("message", body, id=number, type=kind)
    answer, _ = read("sent", "refused")
    if answer["frame"] == "refused":
        raise RuntimeError(answer["reason"])


write("hello", protocol=[1], runner="column-sum/1", python=sys.version.split()[0], pid=os.getpid())
welcome, _ = read("welcome")
threading.Thread(target=keep_alive, daemon=True).start()
write("ready", protocol=1, package="column-sum", version="1", generations=["g1"], protocols=["ResultsOnly"],
      algorithms=["ColumnSum"], confinement=confinement(welcome["must_not_read"]), import_ms=0, rss_kib=0)
_, dataset = read("dataset")
start, protocol = read("start")
try:
    field = unpack(protocol)[0]["algorithm"]["field"]
    with open(json.loads(dataset)["datasource"]["data_config"]["datasource_args"]["path"], newline="") as file:
        total = sum(float(row[field]) for row in csv.DictReader(file))
    send(1, 25, b"\xc0")  # TASK_START, nil
    read("message")  # the modeller starts, too
    send(2, 7, b"\xcb" + struct.pack(">d", total))  # EVALUATION_RESULTS
    while read("message")[0]["type"] != 18:  # TASK_COMPLETE
        pass
    write("done", outcome="completed", run_ms=0)
except Exception as error:
    write("done", outcome="failed", exception=type(error).__name__, detail=repr(error)[:4096], run_ms=0)
read("end")
