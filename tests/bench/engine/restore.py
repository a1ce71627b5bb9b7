"""Coming back: with the state directory lost, and after kill -9 with it. Seen from outside, by the states that come out."""

import os
import shutil
import signal
import time

from kafka import PARTITIONS, finish_probe, start_probe
from latency import read_probe
from machine import Sampler, wait_for
from measure import catch_up, medians
from systems import Ours, Peer


def plan(options):
    return options.runs * 2 * (options.events / 1e6 * 25 + options.keys * 2 / 1e6 * 25 + 90) + 60


def run(bench):
    options = bench.options
    bench.progress(f"restore: {options.events:,} events of {options.matches:,} matches into scores", 15)
    bench.broker.reset(keep_input=False)
    bench.broker.load_simulator(options.matches, options.events)
    lost = {}
    for number in range(options.runs):
        for system in bench.systems(Ours(), Peer()):
            bench.progress(f"restore {number + 1}/{options.runs}: {system.label}", options.events / 1e6 * 25 + 40)
            numbers = lost_state(bench, system)
            lost.setdefault(system.key, []).append(numbers)
            bench.progress(f"    {numbers['records']:,} records, back in {numbers['seconds']:.1f} s and {numbers['cpu_seconds_with_start']:.1f} CPU s; "
                           f"with its state in {numbers['seconds_with_state']:.1f} s")
    bench.progress(f"kill -9: {options.keys:,} matches into scores", 20)
    bench.broker.reset(keep_input=False)
    bench.broker.load_keys(options.keys, options.keys * 2)
    killed = {}
    for number in range(options.runs):
        for system in bench.systems(Ours(), Peer()):
            bench.progress(f"kill -9 {number + 1}/{options.runs}: {system.label}, {options.keys:,} keys", options.keys * 2 / 1e6 * 25 + 50)
            numbers = kill(bench, system)
            killed.setdefault(system.key, []).append(numbers)
            bench.progress(f"    seconds to the first new output {number_or_never(numbers['first_output_seconds'])}, to all partitions' "
                           f"{number_or_never(numbers['all_partitions_seconds'])}")
    return {"events": options.events, "keys": options.keys,
            "lost_state": {"runs": lost, "median": {key: medians(runs) for key, runs in lost.items()}},
            "kill_9": {"runs": killed, "median": {key: medians(runs) for key, runs in killed.items()}}}


def fill(bench, system):
    """A running system that has worked off scores: (application, process)."""
    bench.broker.reset()
    bench.broker.settle()
    application = bench.application(system)
    process = bench.start(system, application)
    events = bench.broker.extents()["scores"]["records"]
    catch_up(bench, system, application, [process], events)
    return application, process


def lost_state(bench, system):
    application, process = fill(bench, system)
    process.end(signal.SIGTERM)
    records = sum(topic["records"] for name, topic in bench.broker.extents().items() if system.input_of(name))
    # First with its state: what a start costs that has nothing to restore.
    kept = come_back(bench, system, application, "kept")
    shutil.rmtree(bench.state(application))
    lost = come_back(bench, system, application, "lost")
    bench.forget(application)
    seconds = lost["seconds"] - kept["seconds"]
    cpu = lost["cpu_seconds"] - kept["cpu_seconds"]
    # A few records are restored within what two starts differ by anyway: then there is no rate to tell.
    told = seconds > 0.1 and cpu > 0.1
    return {"records": records, "seconds": lost["seconds"], "seconds_with_state": kept["seconds"],
            "records_a_second": records / seconds if told else None,
            "records_a_second_with_start": records / lost["seconds"],
            "cpu_seconds": cpu if told else None, "cpu_seconds_with_start": lost["cpu_seconds"],
            "cpu_seconds_a_million": cpu / max(1, records) * 1e6 if told else None}


def come_back(bench, system, application, name):
    """Starts it while events come; how long until each partition has given out a state."""
    bench.broker.settle()
    file = os.path.join(bench.work, f"{application}-{name}.back")
    length = 25 if bench.options.quick else 60
    probe = start_probe(bench.broker, f"back-{name}-{bench.number}", length, file, bench.log("probe"), rate=1000, matches=1000)
    time.sleep(1.0)
    process = bench.start(system, application)
    sampler = Sampler({"p": process, "broker": bench.broker})
    try:
        finish_probe(probe, length + 240)
        process.check()
    finally:
        sampler.stop()
        process.end(signal.SIGTERM)
    first = {}
    for point in read_probe(file):
        if point.reader == "c":
            first[point.partition] = min(point.at, first.get(point.partition, point.at))
    back = max(first.values())
    return {"seconds": back - process.started, "cpu_seconds": sampler.used("p", process.started, back), "partitions": len(first)}


def kill(bench, system):
    application, process = fill(bench, system)
    file = os.path.join(bench.work, f"{application}.kill")
    length = 20 if bench.options.quick else 45
    probe = start_probe(bench.broker, f"kill-{bench.number}", length, file, bench.log("probe"))
    begun = time.time()
    wait_for(lambda: time.time() > begun + 6, 10, "the probe's first seconds")
    process.check()
    process.end(signal.SIGKILL)
    killed_at = time.time()
    process = bench.start(system, application)
    try:
        finish_probe(probe, length + 240)
        process.check()
    finally:
        process.end(signal.SIGTERM)
        bench.forget(application)
    points = [point for point in read_probe(file) if point.reader == "c"]
    everywhere = max(silence_after([p.at for p in points if p.partition == i], killed_at)[1] for i in range(PARTITIONS))
    return {"first_output_seconds": finite(silence_after([p.at for p in points], killed_at)[1] - killed_at),
            "all_partitions_seconds": finite(everywhere - killed_at)}


def number_or_never(value):
    return "(not while watched)" if value is None else f"{value:.2f}"


def finite(value):
    """None for what did not happen while it was watched: JSON knows no infinity."""
    return None if value == float("inf") else value


def silence_after(times, when, until=float("inf")):
    """(length, end) of the longest silence that ends after the moment and begins before `until`; infinite if nothing came any more.
    What had been written before the moment is read a little later, so the first record after it proves nothing."""
    ordered = sorted(times)
    if not ordered or ordered[-1] < when:
        return (float("inf"), float("inf"))
    longest = (0.0, when)
    for before, after in zip(ordered, ordered[1:]):
        if after > when and before < until and after - before > longest[0]:
            longest = (after - before, after)
    return longest
