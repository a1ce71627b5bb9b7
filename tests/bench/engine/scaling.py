"""How the cost grows with the number of keys and of instances, and how long the output is silent while instances come and go."""

import os
import signal
import time

from kafka import PARTITIONS, finish_probe, start_probe
from latency import read_probe
from measure import throughput_run
from restore import finite, number_or_never, silence_after
from systems import Ours, Peer

RATE = 2000


def key_counts(options):
    return (1_000, 10_000) if options.quick else (10_000, 100_000, 1_000_000)


def plan(options):
    runs = len(key_counts(options)) * 2 + 3 * 2
    return runs * (options.events / 1e6 * 20 + 10) + 2 * (silence_seconds(options) + 30) + 30


def run(bench):
    keys = growth_with_keys(bench)
    instances = growth_with_instances(bench)
    return {"events": bench.options.events, "keys": keys, "instances": instances, "silence": silences(bench)}


def growth_with_keys(bench):
    found = {}
    for keys in key_counts(bench.options):
        events = max(bench.options.events, 2 * keys)
        bench.progress(f"keys: {events:,} events of {keys:,} matches into scores", 10)
        bench.broker.reset(keep_input=False)
        bench.broker.load_keys(keys, events)
        for system in bench.systems(Ours(), Peer()):
            bench.progress(f"keys {keys:,}: {system.label}", events / 1e6 * 18)
            bench.broker.reset()
            numbers, _ = throughput_run(bench, system, events)
            found.setdefault(system.key, {})[str(keys)] = numbers
            tell(bench, numbers)
    return found


def tell(bench, numbers):
    bench.progress(f"    {numbers['records_a_second']:,.0f} records/s, {numbers['cpu_seconds_a_million']:.2f} CPU s a million, "
                   f"{numbers['peak_memory_mb']:.0f} MB")


def growth_with_instances(bench):
    found = {}
    bench.progress(f"instances: {bench.options.events:,} events of {bench.options.matches:,} matches into scores", 10)
    bench.broker.reset(keep_input=False)
    bench.broker.load_simulator(bench.options.matches, bench.options.events)
    for instances in (1, 2, 4):
        for system in bench.systems(Ours(), Peer()):
            bench.progress(f"{instances} instances: {system.label}", bench.options.events / 1e6 * 20)
            bench.broker.reset()
            numbers, _ = throughput_run(bench, system, bench.options.events, instances)
            found.setdefault(system.key, {})[str(instances)] = numbers
            tell(bench, numbers)
    return found


def silence_seconds(options):
    return 60 if options.quick else 75


def silences(bench):
    found = {}
    for system in bench.systems(Ours(), Peer()):
        bench.progress(f"silence: {system.label}: an instance joins, leaves, joins again and is killed", silence_seconds(bench.options) + 20)
        found[system.key] = silence_run(bench, system)
        bench.progress("    " + ", ".join(f"{name} {number_or_never(value['of_a_partition'])} s" for name, value in found[system.key].items()))
    return found


def silence_run(bench, system):
    """Longest silences of the whole output, and of the partition that was silent longest, after each event."""
    bench.broker.reset(keep_input=False)
    bench.broker.load_keys(2000, 200_000)
    bench.broker.settle()
    application = bench.application(system)
    first = bench.start(system, application, 0)
    second = None
    file = os.path.join(bench.work, f"{application}.silence")
    marks = []
    step = silence_seconds(bench.options) / 6

    def at(name):
        marks.append((name, time.time()))

    try:
        time.sleep(10)  # the events before, and a JVM's first compilations
        probe = start_probe(bench.broker, f"silence-{bench.number}", step * 6, file, bench.log("probe"), RATE)
        time.sleep(step)
        at("joins")
        second = bench.start(system, application, 1)
        time.sleep(step)
        at("leaves")
        second.end(signal.SIGTERM)
        time.sleep(step)
        at("joins again, with its state")
        second = bench.start(system, application, 1)
        time.sleep(step)
        at("is killed and started again")
        second.end(signal.SIGKILL)
        second = bench.start(system, application, 1)
        finish_probe(probe, step * 3 + 60)
    finally:
        for process in (first, second):
            if process is not None:
                process.end(signal.SIGTERM)
        bench.forget(application, 2)
    return longest(marks, [point for point in read_probe(file) if point.reader == "c"])


def longest(marks, points):
    ends = [when for _, when in marks[1:]] + [float("inf")]
    found = {}
    for (name, begin), end in zip(marks, ends):
        of_all = silence_after([p.at for p in points], begin, end)[0]
        of_one = max(silence_after([p.at for p in points if p.partition == i], begin, end)[0] for i in range(PARTITIONS))
        found[name] = {"of_all": finite(of_all), "of_a_partition": finite(of_one)}
    return found
