"""A preloaded topic, worked off as fast as it goes: the rate, what it costs, and whether all end with the same states."""

import os

from measure import medians, throughput_run
from machine import BenchError
from states import Results
from systems import Floor, Ours, Peer, floor_outputs


def plan(options):
    """Seconds, as a rule of thumb."""
    return options.runs * (options.events / 1e6) * 60 + 60


def run(bench):
    events = bench.options.events
    bench.progress(f"throughput: {events:,} events of {bench.options.matches:,} matches into scores", 15)
    bench.broker.reset(keep_input=False)
    bench.broker.load_simulator(bench.options.matches, events)
    systems = bench.systems(Ours(), Peer())
    reference = None
    outputs = None
    runs = {}
    for number in range(bench.options.runs):
        # Who comes first changes from round to round.
        order = systems if number % 2 == 0 else systems[::-1]
        for system in [*order, *(s.at_least_once() for s in order)]:
            bench.progress(f"throughput {number + 1}/{bench.options.runs}: {system.label}", events / 1e6 * 12)
            bench.broker.reset()
            numbers, _ = throughput_run(bench, system, events)
            runs.setdefault(system.key, []).append(numbers)
            bench.progress(f"    {numbers['records_a_second']:,.0f} records/s, {numbers['cpu_seconds_a_million']:.2f} CPU s a million, "
                           f"{numbers['peak_memory_mb']:.0f} MB; others used {numbers['other_cores_busy']:.1f} cores")
            reference = compare(bench, system, events, reference)
            if system.key == "matchpoint" and outputs is None:
                outputs = floor_outputs(system, bench.broker, bench.work)
        if outputs is not None:
            floor_runs(bench, outputs, number, runs)
    return {"events": events, "matches": bench.options.matches, "floor_outputs": outputs, "final_states": "the same" if len(systems) > 1 else "not compared",
            "runs": runs, "median": {key: medians(numbers) for key, numbers in runs.items()}}


def floor_runs(bench, outputs, number, runs):
    for floor in (Floor(outputs), Floor(outputs).at_least_once()):
        bench.progress(f"throughput {number + 1}/{bench.options.runs}: {floor.label}", bench.options.events / 1e6 * 6)
        bench.broker.reset(floor_outputs=len(outputs))
        numbers = floor_run(bench, floor)
        runs.setdefault(floor.key, []).append(numbers)
        bench.progress(f"    {numbers['records_a_second']:,.0f} records/s, {numbers['cpu_seconds_a_million']:.2f} CPU s a million")


def floor_run(bench, floor):
    # The loop commits under both guarantees, so its group tells how far it is.
    class Committing:
        exactly_once = True
        key, label, start = floor.key, floor.label, staticmethod(floor.start)

    numbers, _ = throughput_run(bench, Committing, bench.options.events)
    return numbers


def compare(bench, system, events, reference):
    """The results of this run against those of the first; the bench ends when they differ."""
    results = Results(bench.broker, bench.work)
    results.check(system.label, events, system.exactly_once)
    if reference is None:
        return results
    differences = reference.differences(results)
    if differences:
        file = os.path.join(bench.work, "differences.txt")
        with open(file, "w", encoding="utf-8") as out:
            out.write("\n".join(differences))
        raise BenchError(f"{system.label} ends with other states than Matchpoint in {len(differences)} places, such as\n"
                         f"{differences[0]}")
    return reference
