"""The results of a run: the last state of every match and the record of every player, as JSON values."""

import json

from machine import BenchError


def read_values(file):
    values = {}
    with open(file, encoding="utf-8") as lines:
        for line in lines:
            key, value = line.rstrip("\n").split("\t", 1)
            values[key] = json.loads(value)
    return values


def same_match(left, right):
    """Equal values; chances, which are rounded from sums of fractions, may differ in the last place shown."""
    if left is None or right is None:
        return left == right
    left, right = dict(left), dict(right)
    mine, theirs = (value.pop("win_probability", []) for value in (left, right))
    close = len(mine) == len(theirs) and all(abs(m - t) < 0.0015 for m, t in zip(mine, theirs))
    return close and left == right


class Results:
    def __init__(self, broker, work):
        self.written = broker.dump("match-state", f"{work}/match-state.txt")
        self.matches = read_values(f"{work}/match-state.txt")
        broker.dump("high-scores", f"{work}/high-scores.txt")
        self.records = read_values(f"{work}/high-scores.txt")
        self.rejected = broker.dump("scores-rejected", f"{work}/rejected.txt")["records"]

    def check(self, label, events, exactly_once):
        """What must hold of any run by itself."""
        if self.rejected:
            raise BenchError(f"{label}: {self.rejected} events were rejected, and all of them are legal")
        expected = events if exactly_once else None
        if expected is not None and self.written["records"] != expected:
            raise BenchError(f"{label}: {self.written['records']} states for {expected} events")
        best = {}
        for match in self.matches.values():
            for side, stats in zip(match["sides"], match["stats"]):
                key = f"tennis/{side['name']}"
                best[key] = max(best.get(key, 0), stats["points_won"])
        best = {key: score for key, score in best.items() if score > 0}
        if {key: record["score"] for key, record in self.records.items()} != best:
            raise BenchError(f"{label}: high-scores are not the most points of each player in match-state")
        for key, record in self.records.items():
            self._check_holder(label, key, record)

    def _check_holder(self, label, key, record):
        match = self.matches[record["match"]]
        held = [s["points_won"] for side, s in zip(match["sides"], match["stats"]) if f"tennis/{side['name']}" == key]
        if record["score"] not in held:
            raise BenchError(f"{label}: {key} has {record['score']} in {record['match']}, whose state says {held}")

    def differences(self, other):
        """Lines that say where the two differ. Which of two matches with equal scores came first is chance: that is not compared."""
        lines = []
        for key in sorted(self.matches.keys() | other.matches.keys()):
            if not same_match(self.matches.get(key), other.matches.get(key)):
                lines.append(f"match-state {key}:\n    {self.matches.get(key)}\n    {other.matches.get(key)}")
        for key in sorted(self.records.keys() | other.records.keys()):
            ours, theirs = (dict(r) if r else None for r in (self.records.get(key), other.records.get(key)))
            for record in (ours, theirs):
                if record:
                    del record["match"], record["at"]
            if ours != theirs:
                lines.append(f"high-scores {key}: {ours} and {theirs}")
        return lines
