"""The numbers as a table: ours, the peer's, their ratio, the floor's, and what was aimed at."""

OURS, PEER, FLOOR = "matchpoint", "kafka-streams", "floor"


def table(result):
    lines = [""]
    machine = result["machine"]
    lines.append(f"{machine['cpu']}, {machine['cores']} cores; {machine['at']}; {machine['commit']}; medians of {result['options']['runs']}")
    if result["options"]["quick"]:
        lines.append("A quick run: it shows that the bench works, not how fast anything is.")
    for part, rows in (("throughput", throughput), ("latency", latency), ("restore", restore), ("scaling", scaling)):
        if part in result:
            lines += ["", *rows(result[part])]
    return "\n".join(lines)


def number(value):
    if value is None or isinstance(value, dict):
        return "-"
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def grid(title, head, rows):
    """Left-aligned names, the rest to the right."""
    cells = [[title, *head], *[[str(cell) for cell in row] for row in rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    out = []
    for i, row in enumerate(cells):
        out.append(row[0].ljust(widths[0]) + "".join("  " + cell.rjust(width) for cell, width in zip(row[1:], widths[1:])))
        if i == 0:
            out.append("-" * len(out[0]))
    return out


def against(goal, ratio):
    """goal: how many times better we should be at least; with the verdict."""
    if goal is None or ratio is None:
        return ""
    return f"{goal:g}: {'met' if ratio >= goal else 'missed'}"


def compared(name, ours, peer, goal=None, more_is_better=False, floor=None):
    """A row: name, ours, peer's, how many times better ours is, the goal for that, the floor's."""
    ratio = None
    if ours and peer:
        ratio = ours / peer if more_is_better else peer / ours
    return [name, number(ours), number(peer), "-" if ratio is None else f"{ratio:.2f}", against(goal, ratio),
            "" if floor is None else number(floor)]


class Numbers(dict):
    """What was not measured has no numbers, however deep one looks."""

    def __missing__(self, key):
        return Numbers()

    def __bool__(self):
        return len(self) > 0


def of(found, key):
    return found.get(key) or Numbers()


HEAD = ["Matchpoint", "Kafka Streams", "times better", "goal"]


def throughput(result):
    found = result["median"]
    rows = []
    for suffix, what in (("", ""), ("-alo", ", at least once")):
        ours, peer, floor = (of(found, key + suffix) for key in (OURS, PEER, FLOOR))

        def row(name, key, goal=None, more=False):
            rows.append(compared(name + what, ours[key], peer[key], None if suffix else goal, more,
                                 floor[key] or None))

        row("records a second", "records_a_second", 3, True)
        row("  second half", "records_a_second_warm", None, True)
        row("CPU seconds a million events", "cpu_seconds_a_million", 5)
        row("  second half", "cpu_seconds_a_million_warm")
        row("broker's CPU seconds a million", "broker_cpu_seconds_a_million")
        row("peak memory, MB", "peak_memory_mb", 6)
        row("seconds to the first commit", "seconds_to_first_commit")
        row("cores used by others meanwhile", "other_cores_busy")
    lines = grid(f"throughput: {result['events']:,} events, {result['matches']:,} matches", [*HEAD, "floor"], rows)
    if found.get(OURS) and found.get(FLOOR):
        share = found[OURS]["cpu_seconds_a_million"] / max(1e-9, found[FLOOR]["cpu_seconds_a_million"])
        lines.append(f"CPU of ours over the floor's: {share:.2f} (goal: at most 2, {'met' if share <= 2 else 'missed'})")
    lines.append(f"Final states of the systems: {result['final_states']}.")
    return lines


def latency(result):
    found = result["median"]
    rows = []
    for key, numbers in found.items():
        name = result["labels"][key] + (" (its best)" if key == result["peer_at_its_best"] else "")
        rows.append([name, *(number(numbers[reader][p]) for reader in ("read_committed", "read_uncommitted") for p in ("p50", "p99", "max"))])
    lines = grid(f"latency at {result['events_a_second']:,} events/s, ms", ["committed p50", "p99", "max", "uncommitted p50", "p99", "max"], rows)
    if OURS not in found or PEER not in found:
        return lines
    ours = found[OURS]["read_committed"]
    for key, name in ((PEER, "at its default interval"), (result["peer_at_its_best"], "at its best interval")):
        peer = found[key]["read_committed"]
        p50, p99 = peer["p50"] / ours["p50"], peer["p99"] / ours["p99"]
        lines.append(f"read_committed, times better than the peer {name}: p50 {p50:.1f} (goal {against(6, p50)}), "
                     f"p99 {p99:.1f} (goal {against(4, p99)})")
    return lines


def restore(result):
    ours, peer = (of(result["lost_state"]["median"], key) for key in (OURS, PEER))
    rows = [compared("records in the changelogs", ours["records"], peer["records"]),
            compared("seconds from start to output", ours["seconds"], peer["seconds"]),
            compared("  with the state kept", ours["seconds_with_state"], peer["seconds_with_state"]),
            compared("records restored a second", ours["records_a_second"], peer["records_a_second"], 1.5, True),
            compared("  the start included", ours["records_a_second_with_start"], peer["records_a_second_with_start"], None, True),
            compared("CPU seconds of the restore", ours["cpu_seconds"], peer["cpu_seconds"], 2),
            compared("  the start included", ours["cpu_seconds_with_start"], peer["cpu_seconds_with_start"]),
            compared("CPU seconds a million records", ours["cpu_seconds_a_million"], peer["cpu_seconds_a_million"])]
    lines = grid(f"state directory lost: {result['events']:,} events", HEAD, rows)
    ours, peer = (of(result["kill_9"]["median"], key) for key in (OURS, PEER))
    rows = [compared("seconds to the first new output", ours["first_output_seconds"], peer["first_output_seconds"], 10),
            compared("seconds until all partitions have some", ours["all_partitions_seconds"], peer["all_partitions_seconds"])]
    return [*lines, "", *grid(f"kill -9 and start: {result['keys']:,} keys", HEAD, rows)]


def scaling(result):
    lines = []
    for what in ("keys", "instances"):
        ours, peer = (of(result[what], key) for key in (OURS, PEER))
        rows = []
        for count in ours or peer:
            for name, key, more in (("records a second", "records_a_second", True), ("CPU seconds a million", "cpu_seconds_a_million", False),
                                    ("peak memory, MB", "peak_memory_mb", False)):
                rows.append(compared(f"{int(count):,}: {name}", of(ours, count)[key], of(peer, count)[key], None, more))
        lines += [*grid(what, HEAD[:3] + [""], [row[:5] for row in rows]), ""]
    ours, peer = (of(result["silence"], key) for key in (OURS, PEER))
    rows = [compared(f"{event}: {name}", of(ours, event)[key], of(peer, event)[key])[:4]
            for event in ours or peer for name, key in (("of all partitions", "of_all"), ("of one partition", "of_a_partition"))]
    return [*lines, *grid("longest silence in seconds while an instance", HEAD[:3], rows)]
