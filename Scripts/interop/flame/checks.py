# SPDX-License-Identifier: Apache-2.0
"""Counts what went as expected, and says what did not."""

import json
import pathlib
import sys
import time
import traceback


class Checks:
    def __init__(self, title):
        self.title = title
        self.passed = 0
        self.failed = []

    def equal(self, name, found, wanted):
        if found == wanted:
            self.passed += 1
        else:
            self.failed.append(f"{name}: {found!r} instead of {wanted!r}")

    def true(self, name, condition):
        self.equal(name, bool(condition), True)

    def raises(self, name, error, status, action):
        try:
            action()
        except error as raised:
            response = raised.error_response
            self.equal(name, response.status_code if response else None, status)
        else:
            self.failed.append(f"{name}: nothing was raised")

    def section(self, name, action, *arguments):
        """Runs a group of checks; an error in it is one difference, and the next group still runs."""
        before = self.passed
        try:
            action(*arguments)
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)
            line = [frame.lineno for frame in place if frame.filename.endswith(("current.py", "old.py"))][-1]
            self.failed.append(f"{name}, line {line}: {type(error).__name__}: {str(error)[:400]}")
        print(f"  {name:34} {self.passed - before:3} checks")

    def end(self):
        for failure in self.failed:
            print(f"  DIFFERENCE {failure}")
        print(f"{self.title}: {self.passed} as expected, {len(self.failed)} different")
        sys.exit(1 if self.failed else 0)


def eventually(read, deadline=2.5):
    """What the Hub does by itself takes a moment."""
    end = time.monotonic() + deadline
    while True:
        found = read()
        if found or time.monotonic() > end:
            return found
        time.sleep(0.02)


def sandbox(name):
    return json.loads(pathlib.Path(sys.argv[1]).read_text())[name]
