"""The table: each server's figures with their ratio to ours."""

SHAPES = {"all": "of all records", "match": "of one match each"}


def row(cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def head(cells):
    return [row(cells), row(["---"] * len(cells))]


def number(value):
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 10 else f"{value:.0f}"


def ratio(value, ours):
    return f"{value / ours:.2f}x" if ours else "-"


def marks(figures):
    """What a reader must know of a figure: something was wrong, or the load was the limit."""
    text = ""
    if figures["load_busy"] > 0.97:
        text += " L"
    if figures["faults"]:
        text += " !" + ",".join(f"{name} {count}" for name, count in figures["faults"].items())
    return text


def own_text(at, figures):
    where = at if at == "saturated" else f"at {number(float(at))}/s"
    return f"{where} {figures['events_a_write']:.1f} events a write, {figures['fan_out_ms']:.2f} ms from a batch's arrival from Kafka until no reader waited"


def kafka_text(at, figures):
    return f"at {number(float(at))}/s p50 {number(figures['p50_ms'])}, p99 {number(figures['p99_ms'])}, max {number(figures['max_ms'])} ms"


def saturation_cells(figures, ours):
    if not figures:
        return [""] * 4
    return [number(figures["per_second"]) + marks(figures), ratio(figures["per_second"], ours and ours["per_second"]),
            number(figures["cpu_us"]), ratio(figures["cpu_us"], ours and ours["cpu_us"])]


def fan_out_lines(results):
    lines = []
    for key, servers in results.items():
        if not servers:
            continue
        shape, subscribers = key.split("/")
        lines += ["", f"{int(subscribers):,} subscribers {SHAPES[shape]}", ""]
        ours = servers.get("matchpoint")
        loads = list(next(iter(servers.values()))["rates"])
        titles = ["server", "saturated: deliveries/s", "ratio", "CPU µs", "ratio"]
        for load in loads:
            titles += [f"at {number(float(load))}/s: p50 ms", "p99", "max", "CPU µs"]
        # Of fewer connections, other memory that comes and goes hides theirs.
        many = int(subscribers) >= 1000
        lines += head(titles + (["bytes a connection"] if many else []))
        for name, figures in servers.items():
            cells = [name, *saturation_cells(figures.get("saturated"), ours and ours["saturated"])]
            for load in loads:
                at = figures["rates"][load]
                cells += [number(at["p50_ms"]) + marks(at), number(at["p99_ms"]), number(at["max_ms"]), number(at["cpu_us"])]
            lines.append(row(cells + ([number(figures["memory_bytes"])] if many else [])))
        if ours:
            lines += ["", "Kafka alone, a bare consumer of the same records: " + "; ".join(kafka_text(at, figures) for at, figures in ours["kafka"].items())]
            lines += ["", "matchpoint alone: " + "; ".join(own_text(at, figures) for at, figures in [("saturated", ours["saturated"]), *ours["rates"].items()])]
    return lines


def joiner_lines(results):
    if not results:
        return []
    one = next(iter(results.values()))
    lines = ["", f"{one['joiners']:,} late joiners, {one['keys']:,} keys", ""] + head(["server", "half have it, ms", "all have it, ms", "ratio", "CPU s"])
    ours = results.get("matchpoint")
    for name, figures in results.items():
        wrong = " !" + str(figures["faults"]) if figures["faults"] else ""
        if figures["done"] < figures["joiners"]:
            wrong += f" !only {figures['done']}"
        lines.append(row([name, number(figures["p50_ms"]), number(figures["all_ms"]) + wrong, ratio(figures["all_ms"], ours and ours["all_ms"]), number(figures["cpu_seconds"])]))
    return lines


def snapshot_lines(results):
    if not results:
        return []
    lines = ["", "REST snapshot beside nginx serving a file of the same bytes, requests/s", ""] + head(["what", "bytes", "matchpoint", "nginx", "nginx / matchpoint"])
    for name, figures in results.items():
        lines.append(row([name, number(figures["bytes"]), number(figures["matchpoint"]), number(figures["nginx"]), ratio(figures["nginx"], figures["matchpoint"])]))
    return lines


def lines_of(results):
    text = [f"{results['cores']} cores: server on {results['server_cores']}, load, publisher and Kafka on {results['load_cores']}; load average {results['load_average']:.1f} at start"]
    text += fan_out_lines(results["fan_out"]) + joiner_lines(results["late_joiners"]) + snapshot_lines(results["snapshots"])
    text += ["", "CPU µs: of all the server's processes, a delivery. L: the load's cores were busy to 97 % or more, so the figure is a lower bound.",
             "!: the clients found a fault, or not all came within 60 s."]
    return text
