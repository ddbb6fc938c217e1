#!/usr/bin/env python3
"""Check an exported trail without the portal: every hash, every chain, every head.

    python3 verify_trail.py trail.jsonl
    python3 verify_trail.py trail.jsonl --against older-trail.jsonl --fingerprint 5f0c...

Needs Python 3.8 or newer and nothing else. docs/trail.md explains the format. Names each entry that
was changed, removed, inserted or moved. Ends with 0 when the trail is whole, with 1 when it is not,
with 2 when a file cannot be read.
"""

import argparse
import hashlib
import json
import sys

GENESIS = "0" * 64
HASHES = ("hash", "previous_hash")


class Chain:
    """How far one subject's chain was read."""

    def __init__(self):
        self.number = 0
        self.hash = GENESIS
        #: Runs of numbers that were passed over, as [first, last].
        self.gaps = []

    def fill(self, number):
        """Whether the number was passed over; it no longer is."""
        for gap in self.gaps:
            first, last = gap
            if first <= number <= last:
                self.gaps.remove(gap)
                rest = ([first, number - 1], [number + 1, last])
                self.gaps += [run for run in rest if run[0] <= run[1]]
                return True
        return False


class Trail:
    """One reading of a file: chains, and what was found wrong, in words."""

    def __init__(self, older):
        self.older = older
        self.chains = {}
        self.current = None
        self.entries = 0
        self.problems = []

    def blame(self, subject, number, problem):
        """Name an entry and what is wrong with it."""
        self.problems.append(f"{subject} entry {number}: {problem}")

    def missing(self, subject, first, last):
        """Name a run of entries that are not there, bounds inclusive."""
        if first <= last:
            more = f", and all up to {last}" if first < last else ""
            self.blame(subject, first, f"missing{more}")

    def take(self, entry):
        """Check one entry by itself, then its place."""
        self.entries += 1
        subject, number = entry["subject"], entry["number"]
        content = {name: value for name, value in entry.items() if name not in HASHES}
        if entry["hash"] != digest(f"{entry['previous_hash']}\n{canonical(content)}"):
            self.blame(subject, number, "changed")
        known = self.older.get(subject)
        if known and known[0] == number and known[1] != entry["hash"]:
            self.blame(subject, number, "not the entry that the older file tells")
        self.place(subject, number, entry)

    def place(self, subject, number, entry):
        """Check that an entry stands where it belongs and follows the one before."""
        begun = subject in self.chains
        chain = self.chains.setdefault(subject, Chain())
        if begun and subject != self.current:
            self.blame(subject, number, "out of place: apart from the rest of its chain")
        self.current = subject
        if number <= chain.number:
            moved = chain.fill(number)
            self.blame(
                subject,
                number,
                "out of place: after a later one" if moved else "inserted: a number told before",
            )
            return
        if number == chain.number + 1:
            if entry["previous_hash"] != chain.hash:
                self.blame(subject, number, "does not follow the entry before")
        else:
            chain.gaps.append([chain.number + 1, number - 1])
        chain.number, chain.hash = number, entry["hash"]

    def close(self, header, footer):
        """Compare the chains with what the first and the last line say."""
        heads = footer["heads"]
        if header["entries"] != self.entries:
            told = f"the header tells of {header['entries']} entries"
            self.problems.append(f"{told}, the file holds {self.entries}")
        if footer["fingerprint"] != digest(canonical(heads)):
            self.problems.append("the fingerprint in the last line is not that of the heads")
        for subject in sorted({*heads, *self.chains, *self.older}):
            self.end(subject, heads.get(subject), self.older.get(subject))

    def end(self, subject, head, known):
        """What is wrong with a chain once all of it was read."""
        chain = self.chains.get(subject, Chain())
        for first, last in chain.gaps:
            self.missing(subject, first, last)
        if head is None and chain.number:
            self.blame(subject, chain.number, "the head of its chain is missing")
        if head and head[0] < chain.number:
            self.blame(subject, chain.number, "inserted after the head of its chain")
        elif head and head[0] == chain.number and head[1] != chain.hash:
            self.blame(subject, chain.number, "does not agree with the head of its chain")
        wanted = max(head[0] if head else 0, known[0] if known else 0)
        self.missing(subject, chain.number + 1, wanted)


def canonical(value):
    """JSON with one way of writing it."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text):
    """SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def once(pairs):
    """An object whose names are told once each: of two, readers would choose differently."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is told twice")
    return found


def refuse(number):
    """No fractions in a trail: amounts are whole cents."""
    raise ValueError(f"{number} is not a whole number")


def parse(raw):
    """One line as an object; raises ValueError."""
    found = json.loads(
        raw.decode(), object_pairs_hook=once, parse_float=refuse, parse_constant=refuse
    )
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def is_entry(found):
    """Whether a line has what an entry needs to be checked."""
    number = found.get("number")
    texts = [found.get(name) for name in ("subject", *HASHES)]
    whole = isinstance(number, int) and not isinstance(number, bool) and number > 0
    return whole and all(isinstance(text, str) for text in texts)


def is_header(found):
    """Whether this is the first line of a trail this script can read."""
    known = found.get("format") == "portal-trail" and found.get("version") == 1
    return known and isinstance(found.get("entries"), int)


def is_footer(found):
    """Whether this is the last line of a trail."""
    heads = found.get("heads")
    if not isinstance(heads, dict) or not isinstance(found.get("fingerprint"), str):
        return False
    return all(
        isinstance(head, list)
        and len(head) == 2
        and isinstance(head[0], int)
        and isinstance(head[1], str)
        for head in heads.values()
    )


def read(path, older):
    """Check a file line by line; what was found, and its last line (None when there is none)."""
    trail = Trail(older)
    header = footer = None
    with open(path, "rb") as file:
        for place, raw in enumerate(file, 1):
            try:
                found = parse(raw)
                if footer is not None:
                    raise ValueError("stands after the last line")
                if header is None and is_header(found):
                    header = found
                elif is_footer(found):
                    footer = found
                elif is_entry(found):
                    trail.take(found)
                else:
                    raise ValueError("neither header nor entry nor footer")
            except (ValueError, RecursionError) as problem:
                trail.problems.append(f"line {place}: {problem}")
    if header is None or footer is None:
        trail.problems.append("the file has no header or no footer: a part of it is missing")
    trail.close(header or {"entries": trail.entries}, footer or nothing())
    return trail, footer


def nothing():
    """The footer of a trail that has none."""
    return {"heads": {}, "fingerprint": digest(canonical({}))}


def main():
    """Read the arguments, check, say what was found."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("file", help="what `flask audit export` wrote")
    parser.add_argument("--against", metavar="OLDER", help="an earlier export, kept elsewhere")
    parser.add_argument("--fingerprint", metavar="HEX", help="the fingerprint kept elsewhere")
    given = parser.parse_args()
    try:
        older = {}
        if given.against:
            past, footer = read(given.against, {})
            if past.problems or footer is None:
                parser.error(f"{given.against} is not whole itself: check it first")
            older = footer["heads"]
        trail, footer = read(given.file, older)
    except OSError as problem:
        parser.error(str(problem))
    fingerprint = (footer or nothing())["fingerprint"]
    if given.fingerprint and given.fingerprint != fingerprint:
        trail.problems.append(f"the fingerprint is {fingerprint}, not {given.fingerprint}")
    for problem in trail.problems:
        print(problem, file=sys.stderr)
    print(
        f"{trail.entries} entries of {len(trail.chains)} subjects, {len(trail.problems)} problems"
    )
    print(f"fingerprint {fingerprint}")
    return 1 if trail.problems else 0


if __name__ == "__main__":
    sys.exit(main())
