"""From the producer's clock to a reader's, at a steady rate: each event's way through the system to its match's new state."""

import signal

from kafka import finish_probe, start_probe
from machine import BenchError, wait_for
from measure import median
from systems import Ours, Peer

WARM_EVENTS = 200_000  # worked off first, so that a JVM has compiled what it runs
WARM_SECONDS = 30
LEAST_WARM_ROUNDS, MOST_WARM_ROUNDS = 3, 8


def systems(quick):
    peer = Peer()
    chosen = [Ours(), peer, peer.with_settings("10ms", "commits of 10 ms, linger 1", commit_interval_ms="10", producer_linger_ms="1")]
    if not quick:
        chosen += [peer.with_settings("linger5", "linger 5", producer_linger_ms="5"),
                   peer.with_settings("30ms", "commits of 30 ms, linger 1", commit_interval_ms="30", producer_linger_ms="1")]
    return chosen


def plan(options):
    warm = 0 if options.quick else 6 * 2 * (WARM_SECONDS + 20)
    return options.runs * len(systems(options.quick)) * (seconds(options) + 20) + warm + 10


def seconds(options):
    return 12 if options.quick else 30


def run(bench):
    bench.progress(f"latency: {WARM_EVENTS:,} events into scores", 10)
    bench.broker.reset(keep_input=False)
    bench.broker.load_keys(2000, WARM_EVENTS)
    rounds = 0 if bench.options.quick else warm_broker(bench)
    runs = {}
    for number in range(bench.options.runs):
        # Who comes first changes from round to round.
        order = bench.systems(*systems(bench.options.quick))[:: 1 if number % 2 == 0 else -1]
        for system in order:
            bench.progress(f"latency {number + 1}/{bench.options.runs}: {system.label}", seconds(bench.options) + 20)
            numbers = latency_run(bench, system, seconds(bench.options))
            runs.setdefault(system.key, []).append(numbers)
            bench.progress("    read_committed {p50:.1f} / {p99:.1f} / {max:.1f} ms, ".format(**numbers["read_committed"])
                           + "read_uncommitted {p50:.1f} / {p99:.1f} / {max:.1f} ms".format(**numbers["read_uncommitted"]))
    result = {key: {reader: {name: median([one[reader][name] for one in numbers]) for name in numbers[0][reader]}
                    for reader in ("read_committed", "read_uncommitted")} for key, numbers in runs.items()}
    # The peer's best interval, for whom the latency is what counts.
    best = min((key for key in result if key.startswith("kafka-streams")), key=lambda key: result[key]["read_committed"]["p50"],
               default=None)
    return {"events_a_second": bench.options.rate, "warm_rounds": rounds, "runs": runs, "median": result, "peer_at_its_best": best,
            "labels": {system.key: system.label for system in systems(bench.options.quick)}}


def warm_broker(bench):
    """Uncounted runs until none of the systems gets faster for two rounds: the broker's Java machine takes minutes of small requests to compile what
    it runs, and two cores give it little time for that. Returns the rounds."""
    best, idle = {}, 0
    for done in range(1, MOST_WARM_ROUNDS + 1):
        faster = False
        for system in bench.systems(Ours(), Peer()):
            bench.progress(f"latency: {system.label}, uncounted, for the broker to compile, round {done}", WARM_SECONDS + 20)
            p50 = latency_run(bench, system, WARM_SECONDS)["read_committed"]["p50"]
            faster = faster or p50 < 0.9 * best.get(system.key, float("inf"))
            best[system.key] = min(p50, best.get(system.key, p50))
        idle = 0 if faster else idle + 1
        if done >= LEAST_WARM_ROUNDS and idle >= 2:
            break
    return done


def latency_run(bench, system, length):
    bench.broker.reset()
    bench.broker.settle()
    application = bench.application(system)
    process = bench.start(system, application)
    try:
        wait_for(lambda: bench.broker.extents()["match-state"]["records"] >= bench.broker.extents()["scores"]["records"], 300,
                 f"{system.label}: the events before", 0.5)
        bench.broker.settle(20)
        file = f"{bench.work}/{application}.latency"
        probe = start_probe(bench.broker, f"latency-{bench.number}", length, file, bench.log("probe"), bench.options.rate)
        finish_probe(probe, length + 60)
        process.check()
    finally:
        process.end(signal.SIGTERM)
        bench.forget(application)
    points = read_probe(file)
    begin = min(point.at for point in points) + min(5.0, length / 4)
    numbers = {}
    for reader, mark in (("read_committed", "c"), ("read_uncommitted", "u")):
        numbers[reader] = percentiles([point.latency_ms for point in points if point.reader == mark and point.at >= begin])
    return numbers


class Point:
    """A state that a reader received."""

    __slots__ = ("at", "latency_ms", "partition", "reader")

    def __init__(self, line):
        at, latency, partition, self.reader = line.split()
        self.at = int(at) / 1000
        self.latency_ms = int(latency) / 1000
        self.partition = int(partition)


def read_probe(file):
    with open(file, encoding="ascii") as lines:
        points = [Point(line) for line in lines]
    if not points:
        raise BenchError(f"the probe read nothing: {file} is empty")
    return points


def percentiles(values):
    ordered = sorted(values)
    if not ordered:
        raise BenchError("the probe read nothing after its first seconds")

    def at(share):
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    return {"p50": at(0.50), "p90": at(0.90), "p99": at(0.99), "max": ordered[-1], "events": len(ordered)}
