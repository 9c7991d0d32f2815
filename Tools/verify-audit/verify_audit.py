#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Verifies audit logs of pod-agent, and what was exported from them, without pod-agent.

Needs Python 3.9 and the package `cryptography`, for Ed25519. Everything else is hashing, done here. The formats are in
FORMAT.md beside this file.

Exit codes: 0 everything holds, 1 something doesn't, 64 wrong usage, 74 a file can't be read.
"""

import argparse
import base64
import binascii
import hashlib
import json
import os
import sqlite3
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TILE_WIDTH = 256
MAXIMUM_LINE = 16_384
MAXIMUM_NOTE = 65_536


class Unsound(Exception):
    """Something doesn't hold; the text says what."""


# Tree (RFC 6962, section 2.1)


def leaf_hash(line):
    return hashlib.sha256(b"\x00" + line).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


EMPTY_ROOT = hashlib.sha256(b"").digest()


class Tree:
    """The roots of the complete subtrees of a growing tree, the largest first."""

    def __init__(self):
        self.size = 0
        self.subtrees = []

    def append(self, leaf):
        """Adds a leaf; returns the roots of the subtrees that it completes, with their heights."""
        completed = [(0, leaf)]
        size = self.size
        while size & 1:
            leaf = node_hash(self.subtrees.pop(), leaf)
            completed.append((len(completed), leaf))
            size >>= 1
        self.subtrees.append(leaf)
        self.size += 1
        return completed

    def root(self):
        if not self.subtrees:
            return EMPTY_ROOT
        root = self.subtrees[-1]
        for subtree in reversed(self.subtrees[:-1]):
            root = node_hash(subtree, root)
        return root


def split(count):
    """The leaves of the left subtree."""
    return 1 << (count - 1).bit_length() - 1


def inclusion_root(index, size, leaf, hashes):
    """The root that follows from an inclusion proof (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        raise Unsound("the proof is of an entry that the log of its checkpoint doesn't have")
    last = size - 1
    node = leaf
    for sibling in hashes:
        if last == 0:
            raise Unsound("the proof is too long")
        if index & 1 or index == last:
            node = node_hash(sibling, node)
            while not index & 1 and index:
                index >>= 1
                last >>= 1
        else:
            node = node_hash(node, sibling)
        index >>= 1
        last >>= 1
    if last:
        raise Unsound("the proof is too short")
    return node


def check_consistency(old_size, old_root, new_size, new_root, hashes):
    """Checks a consistency proof by building both roots from it, as section 2.1.2 of RFC 6962 takes them apart."""
    if not 0 <= old_size <= new_size:
        raise Unsound("the new checkpoint is older than the old one")
    if old_size == 0 or old_size == new_size:
        if hashes or old_root != (new_root if old_size else EMPTY_ROOT):
            raise Unsound("the logs of the two checkpoints differ")
        return
    rest = list(hashes)

    def roots(start, end, whole):
        """The roots of the old and the new tree under a subtree in which the old tree ends."""
        if old_size == end:
            node = old_root if whole else rest.pop(0)
            return node, node
        middle = start + split(end - start)
        if old_size <= middle:
            old, new = roots(start, middle, whole)
            return old, node_hash(new, rest.pop(0))
        old, new = roots(middle, end, False)
        left = rest.pop(0)
        return node_hash(left, old), node_hash(left, new)

    try:
        old, new = roots(0, new_size, True)
    except IndexError:
        raise Unsound("the proof is too short") from None
    if rest:
        raise Unsound("the proof is too long")
    if old != old_root or new != new_root:
        raise Unsound("the log has not only grown between the two checkpoints")


def range_root(first, end, size, leaves, hashes):
    """The root over a row of leaves and the subtrees beside it."""
    leaves, hashes = iter(leaves), iter(hashes)

    def root(start, stop):
        if stop <= first or end <= start:
            return next(hashes)
        if stop - start == 1:
            return next(leaves)
        middle = start + split(stop - start)
        left = root(start, middle)
        return node_hash(left, root(middle, stop))

    if not 0 <= first < end <= size:
        raise Unsound("the row of entries is not in the log of its checkpoint")
    try:
        result = root(0, size)
    except StopIteration:
        raise Unsound("entries or hashes of the row are missing") from None
    if next(leaves, None) is not None or next(hashes, None) is not None:
        raise Unsound("there are more entries or hashes than the row has")
    return result


# Notes and keys (C2SP signed-note, tlog-checkpoint)


def from_base64(text, what):
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Unsound(f"{what} is not base64") from None
    if base64.b64encode(data).decode() != text:
        raise Unsound(f"{what} is not the base64 that its bytes have")
    return data


def from_base64_hashes(texts):
    hashes = [from_base64(text, "a hash") for text in texts]
    if any(len(value) != 32 for value in hashes):
        raise Unsound("a hash has not 32 bytes")
    return hashes


class Key:
    """A verifier key."""

    def __init__(self, text):
        self.text = text
        parts = text.split("+", 2)
        if len(parts) != 3:
            raise Unsound("a verifier key is not of the form name+id+key")
        self.name = parts[0]
        data = from_base64(parts[2], "a verifier key")
        if len(data) != 33 or data[0] != 1:
            raise Unsound("a verifier key is not for Ed25519")
        self.id = hashlib.sha256(self.name.encode() + b"\n" + data).digest()[:4]
        if self.id.hex() != parts[1]:
            raise Unsound("a verifier key's id doesn't belong to it")
        self.public = Ed25519PublicKey.from_public_bytes(data[1:])


class Checkpoint:
    """A signed checkpoint."""

    def __init__(self, data):
        try:
            note = data.decode("utf-8")
        except UnicodeDecodeError:
            raise Unsound("a checkpoint is not UTF-8") from None
        if len(data) > MAXIMUM_NOTE or any(ord(c) < 0x20 and c != "\n" for c in note) or "\n\n" not in note:
            raise Unsound("a checkpoint is not a signed note")
        body, signatures = note.rsplit("\n\n", 1)
        self.body = body + "\n"
        lines = body.split("\n")
        if len(lines) < 3 or not all(lines) or not signatures.endswith("\n"):
            raise Unsound("a checkpoint is not of the known form")
        self.origin = lines[0]
        self.size = int(lines[1]) if lines[1].isdecimal() and lines[1].isascii() else -1
        if str(self.size) != lines[1]:
            raise Unsound("a checkpoint's size is not a number")
        self.root = from_base64_hashes([lines[2]])[0]
        self.signatures = []
        for line in signatures[:-1].split("\n"):
            parts = line.split(" ")
            if len(parts) != 3 or parts[0] != "—":
                raise Unsound("a checkpoint has a line that is no signature")
            data = from_base64(parts[2], "a signature")
            self.signatures.append((parts[1], data[:4], data[4:]))

    def verify(self, key):
        """Demands a signature by the key, and that none by it is wrong."""
        own = [value for name, number, value in self.signatures if name == key.name and number == key.id]
        if not own or key.name != self.origin:
            raise Unsound(f"the checkpoint of {self.size} entries is not signed with the key {key.id.hex()}")
        for signature in own:
            try:
                key.public.verify(signature, self.body.encode())
            except InvalidSignature:
                raise Unsound(f"the signature under the checkpoint of {self.size} entries is wrong") from None


def names_key(line):
    """Whether an entry names a key of the log; other keys, such as the pod's own, are told of without a key id."""
    if b',"type":"key.' not in line:
        return False
    fields = json.loads(line)
    return fields["type"].startswith("key.") and "key_id" in fields


def key_of_entry(line, sequence, is_first):
    """The key that an entry names."""
    fields = json.loads(line)
    if fields.get("seq") != sequence or fields.get("type") != ("key.created" if is_first else "key.rotated"):
        raise Unsound(f"entry {sequence} is not the one that names the {'first' if is_first else 'next'} key")
    key = Key(fields.get("ref", ""))
    if fields.get("key_id") != key.id.hex():
        raise Unsound(f"entry {sequence} names two different keys")
    return key


def demand_known_key(keys, known):
    if known is not None and all(key.text != known.text for key in keys):
        raise Unsound(f"the log was never signed with the given key {known.id.hex()}")


# Files


def read_bytes(path):
    with open(path, "rb") as file:
        return file.read()


def read_lines(path):
    """The lines of a file, without their newlines."""
    with open(path, "rb") as file:
        for line in file:
            if not line.endswith(b"\n") or len(line) > MAXIMUM_LINE + 1:
                raise Unsound(f"{os.path.basename(path)} ends within a line, or has one that is too long")
            yield line[:-1]


def read_checkpoint(path):
    """A note, or the last line of an anchor file that agrees with ours."""
    data = read_bytes(path)
    if data.startswith(b"{"):
        data = json.loads(data.splitlines()[-1])["note"].encode()
    return Checkpoint(data)


# Evidence bundles


def verify_bundle(directory, known_key, known_checkpoints):
    def path(name):
        return os.path.join(directory, name)

    manifest = json.loads(read_bytes(path("bundle.json")))
    if manifest.get("format") != "pod-agent-audit-bundle/v1":
        raise Unsound("the bundle is of another format")
    checkpoint = Checkpoint(read_bytes(path("checkpoint")))
    if manifest["origin"] != checkpoint.origin or manifest["size"] != checkpoint.size:
        raise Unsound("the bundle's checkpoint is of another log or size")
    keys = verify_bundle_keys(path, checkpoint)
    checkpoint.verify(keys[-1])
    demand_known_key(keys, known_key)
    if read_bytes(path("vkey")).decode().strip() != keys[-1].text:
        raise Unsound("the file vkey has another key")
    count = 0
    if manifest.get("first") is None:
        proofs = read_lines(path("proofs.jsonl"))
        last = -1
        for line in read_lines(path("entries.jsonl")):
            proof = json.loads(next(proofs, b"null"))
            if proof is None:
                raise Unsound("there are fewer proofs than entries")
            sequence = proof["seq"]
            if sequence <= last:
                raise Unsound(f"entry {sequence} is out of order")
            last = sequence
            demand_number(line, sequence)
            root = inclusion_root(sequence, checkpoint.size, leaf_hash(line), from_base64_hashes(proof["hashes"]))
            if root != checkpoint.root:
                raise Unsound(f"entry {sequence} is not in the log of the checkpoint: it was changed or replaced")
            count += 1
        if next(proofs, None) is not None:
            raise Unsound("there are more proofs than entries")
        if known_checkpoints:
            raise Unsound("an older checkpoint can only be checked against a bundle with all entries")
    else:
        count = verify_bundle_range(path, manifest, checkpoint, known_checkpoints)
    if count != manifest["entries"]:
        raise Unsound(f"the bundle has {count} entries where {manifest['entries']} are announced")
    return f"{count} entries of {checkpoint.origin}, proved by the checkpoint of {checkpoint.size} entries"


def verify_bundle_range(path, manifest, checkpoint, known_checkpoints):
    proof = json.loads(read_bytes(path("range.json")))
    first, end = proof["first"], proof["end"]
    if first != manifest["first"] or proof["size"] != checkpoint.size:
        raise Unsound("range.json is about another row or size")
    wanted = {}
    for known in known_checkpoints:
        if known.origin != checkpoint.origin:
            raise Unsound("a given checkpoint is of another log")
        if known.size > checkpoint.size:
            raise Unsound(f"the given checkpoint of {known.size} entries is newer than the bundle")
        if first != 0 or known.size > end:
            raise Unsound("an older checkpoint can only be checked against a bundle with all entries up to it")
        wanted[known.size] = known
    tree = Tree()

    def leaves():
        if 0 in wanted and wanted[0].root != EMPTY_ROOT:
            raise Unsound("a given checkpoint of an empty log is not of one")
        for number, line in enumerate(read_lines(path("entries.jsonl")), first):
            demand_number(line, number)
            leaf = leaf_hash(line)
            if wanted:
                tree.append(leaf)
                known = wanted.get(tree.size)
                if known is not None and known.root != tree.root():
                    raise Unsound(f"the log is not the one of the given checkpoint of {known.size} entries")
            yield leaf

    root = range_root(first, end, checkpoint.size, leaves(), from_base64_hashes(proof["hashes"]))
    if root != checkpoint.root:
        raise Unsound("the entries are not those of the checkpoint: at least one was changed, removed or added")
    return end - first


def verify_bundle_keys(path, checkpoint):
    keys = []
    proofs = read_lines(path("keys-proofs.jsonl"))
    for line in read_lines(path("keys.jsonl")):
        proof = json.loads(next(proofs, b"null"))
        if proof is None:
            raise Unsound("a key has no proof")
        sequence = proof["seq"]
        key = key_of_entry(line, sequence, not keys)
        if key.name != checkpoint.origin:
            raise Unsound(f"the key of entry {sequence} is of another log")
        root = inclusion_root(sequence, checkpoint.size, leaf_hash(line), from_base64_hashes(proof["hashes"]))
        if root != checkpoint.root:
            raise Unsound(f"entry {sequence}, which names a key, is not in the log of the checkpoint")
        if keys:
            old = Checkpoint(proof["checkpoint"].encode())
            if old.size != sequence + 1:
                raise Unsound(f"the key of entry {sequence} was not named under the key before")
            old.verify(keys[-1])
            growth = from_base64_hashes(proof["growth"])
            check_consistency(old.size, old.root, checkpoint.size, checkpoint.root, growth)
        keys.append(key)
    if not keys:
        raise Unsound("the bundle names no key")
    return keys


def demand_number(line, sequence):
    if not any(line.startswith(b'{"v":%d,"seq":%d,' % (version, sequence)) for version in (1, 2)):
        raise Unsound(f"the line at the place of entry {sequence} is not that entry")


# Databases


def verify_log(file, archives, known_key, known_checkpoints):
    if not os.path.isfile(file):
        raise OSError(f"{file} is not there")
    db = sqlite3.connect(f"file:{os.path.abspath(file)}?mode=ro", uri=True)
    db.text_factory = bytes
    try:
        return verify_database(db, archives, known_key, known_checkpoints)
    except sqlite3.Error as error:
        raise Unsound(f"the database is damaged: {error}") from error
    finally:
        db.close()


def verify_database(db, archives, known_key, known_checkpoints):
    if db.execute("PRAGMA application_id").fetchone()[0] != 0x504F4441:
        raise Unsound("this is not a database of pod-agent")
    logs = db.execute("SELECT origin FROM log").fetchall()
    if len(logs) != 1:
        raise Unsound("the log has not exactly one name")
    origin = logs[0][0].decode() if logs[0][0] is not None else None
    size = db.execute("SELECT ifnull(max(seq), -1) + 1 FROM entry").fetchone()[0]
    checkpoints = {}
    for number, note in db.execute("SELECT size, note FROM checkpoint ORDER BY size"):
        checkpoint = Checkpoint(note)
        if checkpoint.size != number or checkpoint.origin != origin or len(checkpoint.signatures) != 1:
            raise Unsound(f"checkpoint {number} is of another size or log")
        if number > size:
            raise Unsound(f"checkpoint {number} covers more entries than the log has: some were removed at the end")
        checkpoints[number] = checkpoint
    for known in known_checkpoints:
        if known.origin != origin:
            raise Unsound("a given checkpoint is of another log")
        if known.size > size:
            raise Unsound(f"the given checkpoint of {known.size} entries is newer than the log: it was rolled back")
    walk = DatabaseWalk(db, checkpoints, known_checkpoints)
    for sequence, leaf, line in entries(db, size, archives):
        walk.step(sequence, leaf, line)
    walk.finish()
    demand_known_key(walk.keys, known_key)
    signers = [(number, key.decode()) for number, key in db.execute("SELECT seq, vkey FROM signer ORDER BY seq")]
    if signers != walk.key_entries:
        raise Unsound("the table of keys is not what the entries name")
    if written_checkpoints(db) != [(len(checkpoints),)]:
        raise Unsound(f"the log has {len(checkpoints)} checkpoints, but not as many were written")
    signed = max(checkpoints, default=0)
    return f"{size} entries of {origin or 'a log without a name'}, {signed} of them signed, {len(checkpoints)} checkpoints"


def written_checkpoints(db):
    """How many checkpoints were written, as the database counts them; up to version 5 in the table tally."""
    if db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'row_count'").fetchone():
        return db.execute("SELECT rows FROM row_count WHERE name = 'checkpoint'").fetchall()
    return db.execute("SELECT checkpoint FROM tally").fetchall()


class DatabaseWalk:
    """Goes from entry to entry, and compares tiles, checkpoints and keys on the way."""

    def __init__(self, db, checkpoints, known):
        self.db = db
        self.checkpoints = checkpoints
        self.known = {}
        for checkpoint in known:
            self.known.setdefault(checkpoint.size, []).append(checkpoint)
        self.tree = Tree()
        self.edges = [[]]
        self.keys = []
        self.key_entries = []

    def step(self, sequence, leaf, line):
        old_key = None
        if line is not None:
            demand_number(line, sequence)
            if names_key(line):
                old_key = self.keys[-1] if self.keys else None
                key = key_of_entry(line, sequence, not self.keys)
                self.keys.append(key)
                self.key_entries.append((sequence, key.text))
        self.append(leaf)
        checkpoint = self.checkpoints.get(self.tree.size)
        if checkpoint is not None:
            self.check(checkpoint, old_key)
        elif old_key is not None:
            raise Unsound(f"the old key has not signed entry {sequence}, which names the new one")
        for known in self.known.pop(self.tree.size, []):
            self.check(known, old_key)

    def check(self, checkpoint, old_key):
        if not self.keys:
            raise Unsound(f"the checkpoint of {checkpoint.size} entries was signed before the log had a key")
        checkpoint.verify(old_key or self.keys[-1])
        if checkpoint.root != self.tree.root():
            raise Unsound(f"the first {checkpoint.size} entries are not those that were signed")

    def append(self, leaf):
        self.edges[0].append(leaf)
        for height, root in self.tree.append(leaf):
            if height and height % 8 == 0:
                level = height // 8 - 1
                self.check_tile(level, (self.tree.size >> height) - 1, root, self.edges[level])
                self.edges[level] = []
                if len(self.edges) == level + 1:
                    self.edges.append([])
                self.edges[level + 1].append(root)

    def check_tile(self, level, index, root, hashes):
        row = self.db.execute("SELECT root, hashes FROM tile WHERE level = ? AND idx = ?", (level, index)).fetchone()
        if row is None or row[0] != root or row[1] != b"".join(hashes):
            raise Unsound(f"tile {index} of level {level} is missing or was changed")

    def finish(self):
        for level, name in enumerate(self.edges):
            full = self.tree.size // TILE_WIDTH ** (level + 1)
            count = self.db.execute("SELECT count(*) FROM tile WHERE level = ?", (level,)).fetchone()[0]
            if count != full:
                raise Unsound(f"level {level} of the tree has {count} tiles where it should have {full}")
        if self.db.execute("SELECT count(*) FROM tile WHERE level >= ?", (len(self.edges),)).fetchone()[0]:
            raise Unsound("the tree has tiles on a level that it doesn't reach")
        for size in self.known:
            if size or any(known.root != EMPTY_ROOT for known in self.known[size]):
                raise Unsound(f"the given checkpoint of {size} entries can't be compared")


def entries(db, size, archives):
    """Number, leaf hash and, where it is at hand, line of each entry."""
    expected = 0
    for first, end, directory, digest in db.execute("SELECT first, end, directory, sha256 FROM archive ORDER BY first"):
        if first != expected:
            raise Unsound(f"the archive that begins with entry {first} doesn't follow the one before it")
        yield from archived_entries(db, first, end, directory.decode(), digest, archives)
        expected = end
    rows = db.execute("SELECT seq, body, leaf FROM entry WHERE seq >= ? ORDER BY seq", (expected,))
    for sequence, line, leaf in rows:
        if sequence != expected:
            raise Unsound(f"entry {expected} is missing")
        if leaf_hash(line) != leaf:
            raise Unsound(f"entry {sequence} was changed: it doesn't have the hash that was recorded")
        yield sequence, leaf, line
        expected += 1
    if expected != size:
        raise Unsound(f"entry {expected} is missing")


def archived_entries(db, first, end, directory, digest, archives):
    lines = None
    if archives is not None:
        path = os.path.join(archives, directory, "entries.jsonl")
        lines = read_lines(path)
        with open(path, "rb") as file:
            hasher = hashlib.sha256()
            for piece in iter(lambda: file.read(1 << 20), b""):
                hasher.update(piece)
        if hasher.digest() != digest:
            raise Unsound(f"the archive {directory} is not the one that was written")
    # The entries that name keys stay in the database too.
    kept = db.execute(
        "SELECT seq, body FROM entry WHERE seq >= ? AND seq < ? AND seq IN (SELECT seq FROM signer)", (first, end)
    )
    kept = dict(kept.fetchall())
    for sequence in range(first, end):
        if sequence % TILE_WIDTH == 0:
            row = db.execute("SELECT hashes FROM tile WHERE level = 0 AND idx = ?", (sequence // TILE_WIDTH,)).fetchone()
            if row is None or len(row[0]) != 32 * TILE_WIDTH:
                raise Unsound(f"the hashes of the archived entries from {sequence} on are missing")
        offset = sequence % TILE_WIDTH * 32
        leaf = row[0][offset : offset + 32]
        line = next(lines, None) if lines is not None else None
        if lines is not None and (line is None or leaf_hash(line) != leaf):
            raise Unsound(f"entry {sequence} in the archive {directory} was changed or is missing")
        if sequence in kept:
            line = kept[sequence]
            if leaf_hash(line) != leaf:
                raise Unsound(f"entry {sequence} was changed: it doesn't have the hash that was recorded")
        yield sequence, leaf, line


# Single proofs


def proof_parts(data):
    head, _, note = data.decode("utf-8").partition("\n\n")
    return head.split("\n"), Checkpoint(note.encode())


def verify_entry(entry, proof, key):
    lines, checkpoint = proof_parts(read_bytes(proof))
    if lines[0] != "c2sp.org/tlog-proof@v1":
        raise Unsound("this is not a proof of an entry")
    lines = lines[1:]
    if lines and lines[0].startswith("extra "):
        lines = lines[1:]
    if not lines or not lines[0].startswith("index ") or not lines[0][6:].isdecimal():
        raise Unsound("the proof doesn't say which entry it is about")
    index = int(lines[0][6:])
    line = read_bytes(entry)
    line = line[:-1] if line.endswith(b"\n") else line
    demand_number(line, index)
    if inclusion_root(index, checkpoint.size, leaf_hash(line), from_base64_hashes(lines[1:])) != checkpoint.root:
        raise Unsound(f"the line is not entry {index} of the log of the checkpoint")
    checkpoint.verify(key)
    return f"entry {index} of {checkpoint.origin}, proved by the checkpoint of {checkpoint.size} entries"


def verify_growth(old, proof, old_key, new_key):
    lines, new = proof_parts(read_bytes(proof))
    old = read_checkpoint(old)
    if not lines[0].startswith("old ") or lines[0] != f"old {old.size}" or old.origin != new.origin:
        raise Unsound("the proof doesn't begin with the old checkpoint")
    check_consistency(old.size, old.root, new.size, new.root, from_base64_hashes(lines[1:]))
    old.verify(old_key)
    new.verify(new_key)
    return f"{new.origin} has only grown from {old.size} to {new.size} entries"


# Command line


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(description="Verifies audit logs of pod-agent and what was exported from them.")
    commands = parser.add_subparsers(dest="command", required=True)
    bundle = commands.add_parser("bundle", help="verify an evidence bundle")
    bundle.add_argument("directory")
    log = commands.add_parser("log", help="verify a whole database")
    log.add_argument("file")
    log.add_argument("--archives", help="the directory of the archives, to verify their entries too")
    for command in (bundle, log):
        command.add_argument("--key", help="a verifier key that the log must have been signed with")
        command.add_argument("--checkpoint", action="append", default=[], help="a saved checkpoint or an anchor file")
    entry = commands.add_parser("entry", help="verify the proof of one entry")
    entry.add_argument("entry", help="a file with the entry's line")
    entry.add_argument("proof")
    entry.add_argument("--key", required=True, help="the verifier key that signed the checkpoint in the proof")
    growth = commands.add_parser("growth", help="verify that a log has only grown")
    growth.add_argument("old", help="the old checkpoint")
    growth.add_argument("proof")
    growth.add_argument("--key", required=True, help="the verifier key that signed the new checkpoint")
    growth.add_argument("--old-key", help="the verifier key that signed the old checkpoint, if it is another")
    return parser.parse_args(arguments)


def run(options):
    if options.command == "entry":
        return verify_entry(options.entry, options.proof, Key(options.key))
    if options.command == "growth":
        return verify_growth(options.old, options.proof, Key(options.old_key or options.key), Key(options.key))
    key = Key(options.key) if options.key else None
    checkpoints = [read_checkpoint(path) for path in options.checkpoint]
    if options.command == "bundle":
        return verify_bundle(options.directory, key, checkpoints)
    return verify_log(options.file, options.archives, key, checkpoints)


def main(arguments):
    try:
        options = parse_arguments(arguments)
    except SystemExit as exit:
        return 64 if exit.code else 0
    try:
        print(f"sound: {run(options)}")
        return 0
    except Unsound as finding:
        print(f"NOT SOUND: {finding}")
        return 1
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError) as error:
        print(f"NOT SOUND: a file is not of the known form ({type(error).__name__}: {error})")
        return 1
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 74


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
