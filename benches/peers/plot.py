#!/usr/bin/env python3
"""Draw the results of peers.py as an SVG: for each case our time and that of its fastest peer, as bars on a log scale.

  plot.py --results target/peers.json --svg docs/speed.svg [--base64 docs/speed.base64] [--note "Intel Xeon, 2026-11-29"]
          [--dtype f32] [--threads 1] [--gradients]

The SVG has its own background, and colours for light and for dark, as the reader's system prefers. `--base64` writes its bytes as
text, too, for the documentation, which has no files.
"""
import argparse, base64, json, math
from collections import namedtuple

PEERS = {"numpy": "numpy", "torch": "torch", "jax": "JAX", "tblis": "TBLIS"}
COLUMNS = ((("std", "Products, sums, permutations, chains"),),
           (("tccg", "Contractions of quantum chemistry (tccg)"), ("small", "Small: a call is all that there is")))
WIDTH, MARGIN, GUTTER, NAME, SPARE, TOP = 940, 20, 28, 140, 76, 92
ROW, BAR, HEAD, FOOT = 23, 8, 30, 30
COLUMN = (WIDTH - 2 * MARGIN - GUTTER) / 2
STYLE = """text { font: 11px ui-sans-serif, system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #1c2430; }
.paper { fill: #ffffff; stroke: #d6dbe3; }
.title { font-size: 16px; font-weight: 600; }
.set { font-size: 12px; font-weight: 600; }
.name { text-anchor: end; font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 10px; }
.tick { text-anchor: middle; font-size: 10px; }
.tick, .note { fill: #566072; }
.grid { stroke: #e1e5eb; }
.ours { fill: #0b7285; }
.peer { fill: #b4bdca; }
.ratio { font-size: 10px; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6eaf0; }
  .paper { fill: #14181f; stroke: #343c49; }
  .tick, .note { fill: #a3adbd; }
  .grid { stroke: #2d3542; }
  .ours { fill: #4fc6d8; }
  .peer { fill: #566274; }
}
"""
Row = namedtuple("Row", "name ours peer theirs")

def rows_of(data, cases, dtype, threads, field):
    """Our time of each case, its fastest peer and the time of that, the smallest ratio first."""
    rows = []
    for name in cases:
        of = lambda who: data["results"].get(f"{name}|{dtype}|{threads}|{who}", {}).get(field)
        times = {peer: of(peer) for peer in PEERS if of(peer)}
        if of("ours") and times:
            peer = min(times, key=times.get)
            shown = data["cases"][name]["spec"] if data["cases"][name]["set"] == "tccg" else name.removeprefix("s_")
            rows.append(Row(shown, of("ours"), peer, times[peer]))
    return sorted(rows, key=lambda row: row.theirs / row.ours)

def shortened(name, most=22):
    return name if len(name) <= most else name[:most - 1] + "…"

def spoken(seconds):
    """A power of ten, with its unit."""
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9)):
        if seconds >= size * 0.999: return f"{round(seconds / size)} {unit}"
    return f"{seconds / 1e-9:.1g} ns"

def ratio(row):
    value = row.theirs / row.ours
    return f"{value:.2f}" if value < 1.05 else f"{value:.1f}" if value < 9.95 else f"{value:.0f}"

def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

def text(kind, x, y, words):
    return f'<text class="{kind}" x="{x:.0f}" y="{y:.1f}">{escaped(words)}</text>'

def bar(kind, x, y, length):
    return f'<rect class="{kind}" x="{x:.0f}" y="{y:.1f}" width="{max(length, 1):.1f}" height="{BAR}" rx="1"/>'

def panel(title, rows, left, top):
    """One set of cases: its height, and its shapes."""
    times = [time for row in rows for time in (row.ours, row.theirs)]
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    high = max(high, low + 1)
    start, length = left + NAME, COLUMN - NAME - SPARE
    at = lambda seconds: (math.log10(seconds) - low) / (high - low) * length
    bottom = top + HEAD + ROW * len(rows)
    shapes = [text("set", left, top + 14, title)]
    every = math.ceil(44 * (high - low) / length)
    for power in range(low, high + 1, every):
        x = start + at(10.0 ** power)
        shapes += [f'<path class="grid" d="M{x:.1f} {top + HEAD - 6}V{bottom}"/>', text("tick", x, bottom + 13, spoken(10.0 ** power))]
    for number, row in enumerate(rows):
        y = top + HEAD + ROW * number
        shapes += [text("name", start - 6, y + BAR + 3.5, shortened(row.name)),
                   bar("ours", start, y, at(row.ours)), bar("peer", start, y + BAR + 1, at(row.theirs)),
                   text("ratio", start + max(at(row.ours), at(row.theirs)) + 5, y + BAR + 4, f"{PEERS[row.peer]} {ratio(row)}×")]
    return HEAD + ROW * len(rows) + FOOT, shapes

def legend(what, note):
    keys = [bar("ours", MARGIN, 58, 22), text("note", MARGIN + 28, 66, "einsum!"),
            bar("peer", MARGIN + 90, 58, 22),
            text("note", MARGIN + 118, 66, "the fastest of numpy, torch, JAX and TBLIS; its name, and its time over ours")]
    return [text("title", MARGIN, 30, f"Time of a call: {what}"), text("note", MARGIN, 47, note), *keys]

def drawing(data, a):
    field = "tb" if a.gradients else "t"
    shapes, height = [], 0
    for number, sets in enumerate(COLUMNS):
        top = TOP
        for kind, title in sets:
            cases = [name for name, case in data["cases"].items() if case["set"] == kind]
            rows = rows_of(data, cases, a.dtype, a.threads, field)
            if not rows: continue
            tall, drawn = panel(title, rows, MARGIN + number * (COLUMN + GUTTER), top)
            top, shapes = top + tall, shapes + drawn
        height = max(height, top)
    what = f"{a.dtype}, {a.threads} thread{'s' if a.threads != '1' else ''}{', with all gradients' if a.gradients else ''}"
    note = f"log scale, shorter is better; all one right after the other, results new{'; ' + a.note if a.note else ''}"
    height += 4
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" viewBox="0 0 {WIDTH} {height}">\n'
            f"<title>Time of a call of einsum! and of its fastest peer, {escaped(what)}</title>\n<style>\n{STYLE}</style>\n"
            f'<rect class="paper" x=".5" y=".5" width="{WIDTH - 1}" height="{height - 1}" rx="8"/>\n'
            + "\n".join(legend(what, note) + shapes) + "\n</svg>\n")

def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--results", required=True); p.add_argument("--svg", required=True); p.add_argument("--base64")
    p.add_argument("--note", default=""); p.add_argument("--dtype", choices=["f32", "f64"], default="f32")
    p.add_argument("--threads", default="1"); p.add_argument("--gradients", action="store_true")
    a = p.parse_args()
    with open(a.results) as file: bytes = drawing(json.load(file), a).encode()
    with open(a.svg, "wb") as file: file.write(bytes)
    if a.base64:
        with open(a.base64, "w") as file: file.write(base64.b64encode(bytes).decode())

if __name__ == "__main__":
    main()
