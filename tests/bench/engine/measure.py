"""One run of one system over a preloaded topic, and what it cost."""

import os
import shutil
import signal
import time

from kafka import Watch
from machine import BenchError, Sampler, wait_for

COMMITTED = 1  # columns of Watch.points
WRITTEN = 2


class Bench:
    """What all parts share: options, a folder to work in, a broker, and how far things are."""

    def __init__(self, options, work, broker, plan_seconds):
        self.options = options
        self.work = work
        self.broker = broker
        self.number = 0
        self.began = time.monotonic()
        self.plan_seconds = plan_seconds  # of all that is to be done, as estimated
        self.done_seconds = 0.0           # of what has been done, as it was estimated

    def progress(self, text, estimate=0):
        """One line; `estimate` is what was planned for the step that begins now."""
        passed = time.monotonic() - self.began
        # Steps may take longer than planned: what is left is stretched by how it went so far.
        stretch = passed / self.done_seconds if self.done_seconds > 20 else 1.0
        left = max(0.0, self.plan_seconds - self.done_seconds) * max(0.5, min(4.0, stretch))
        print(f"[{passed:5.0f} s, about {left / 60:.0f} min left] {text}", flush=True)
        self.done_seconds += estimate

    def systems(self, *candidates):
        """Those of the candidates that --only leaves."""
        only = self.options.only
        return [system for system in candidates if only is None or system.key.startswith(only)]

    def application(self, system):
        """A name that no run has had."""
        self.number += 1
        return f"bench-{system.key}-{self.number}"

    def log(self, application):
        return os.path.join(self.work, f"{application}.log")

    def state(self, application, instance=0):
        return os.path.join(self.work, "state", f"{application}-i{instance}")

    def forget(self, application, instances=1):
        for instance in range(instances):
            shutil.rmtree(self.state(application, instance), ignore_errors=True)

    def start(self, system, application, instance=0):
        return system.start(self.broker, application, self.state(application, instance), self.log(application))


WARM_EVENTS = 300_000


def warm_up(bench, systems):
    """The broker is a JVM too: whoever came first would pay for what it has to compile. Each system works off some events uncounted."""
    if bench.options.quick:
        return
    bench.progress("warming the broker up", 60)
    bench.broker.reset(keep_input=False)
    bench.broker.load_keys(2000, WARM_EVENTS)
    for system in systems:
        bench.broker.reset()
        throughput_run(bench, system, WARM_EVENTS)


def catch_up(bench, system, application, processes, events, seconds=900):
    """Waits until all events are worked off; the Watch and the Sampler, both stopped, and the moment when nothing was left."""
    column = COMMITTED if system.exactly_once else WRITTEN
    sampler = Sampler({**{f"p{i}": process for i, process in enumerate(processes)}, "broker": bench.broker})
    watch = Watch(bench.broker, application, bench.log("watch"))

    def done():
        for process in processes:
            process.check()
        return watch.last(column) >= events

    def quiet():
        # The second half of the topology, and the last commit.
        return all(sampler.busy(f"p{i}", 0.5) < 0.12 for i in range(len(processes)))

    try:
        wait_for(done, seconds, f"{system.label}: {events} events")
        caught_up = time.time()
        wait_for(quiet, 60, f"{system.label}: nothing left to do")
        time.sleep(0.1)
    except BenchError as error:
        raise BenchError(f"{error}; {watch.last(COMMITTED)} committed, {watch.last(WRITTEN)} written; see {bench.log(application)}") from None
    finally:
        watch.stop()
        sampler.stop()
    if watch.when(column, events) is None:
        raise BenchError(f"{system.label}: the last event was not seen")
    return watch, sampler, caught_up


def throughput_run(bench, system, events, instances=1, keep=False):
    """From a start with no state to the last event. Rates and CPU from the first commit on, so that the start of a JVM is not in
    them; `warm` is the second half alone. Returns numbers, and the application if its state is kept."""
    bench.broker.settle()
    application = bench.application(system)
    processes = [bench.start(system, application, i) for i in range(instances)]
    try:
        watch, sampler, _ = catch_up(bench, system, application, processes, events)
        for process in processes:
            process.note_peak()
    finally:
        for process in processes:
            process.end(signal.SIGTERM)
    numbers = rates(system, watch, sampler, events, processes)
    if not keep:
        bench.forget(application, instances)
    return numbers, application


def rates(system, watch, sampler, events, processes):
    column = COMMITTED if system.exactly_once else WRITTEN
    began, skipped = watch.first_progress(column)
    end = watch.when(column, events)
    middle_events = skipped + (events - skipped) / 2
    middle = watch.when(column, middle_events)
    quiet = sampler.times[-1]
    measured = max(1, events - skipped)
    names = [f"p{i}" for i in range(len(processes))]
    cpu = sum(sampler.used(name, began, quiet) for name in names)
    warm_cpu = sum(sampler.used(name, middle, quiet) for name in names)
    return {
        "records_a_second": measured / max(0.001, end - began),
        "records_a_second_warm": (events - middle_events) / max(0.001, end - middle),
        "cpu_seconds_a_million": cpu / measured * 1e6,
        "cpu_seconds_a_million_warm": warm_cpu / max(1, events - middle_events) * 1e6,
        "broker_cpu_seconds_a_million": sampler.used("broker", began, quiet) / measured * 1e6,
        "cpu_seconds_in_all": sum(process.cpu_at_end for process in processes),
        "seconds_to_first_commit": began - min(process.started for process in processes),
        "peak_memory_mb": sum(process.peak_mb for process in processes),
        "other_cores_busy": sampler.others(began, quiet),
        "events_before_first_point": skipped,
    }


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def medians(runs):
    """Of each number; None where a run had none."""
    return {key: None if any(run[key] is None for run in runs) else median([run[key] for run in runs]) for key in runs[0]}
