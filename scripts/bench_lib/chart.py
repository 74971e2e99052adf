"""The scaling curves as one plain SVG: entries against time, both axes logarithmic."""

import math

from .measure import median
from .rows import LOOK_UP, RATE, SEARCH, cases_of, in_seconds

WIDTH, HEIGHT = 960, 440
_PLOT = 330, 290  # of one panel
_TOP = 70
# Okabe and Ito's colours, which also those tell apart who see few.
_COLORS = {"verify": "#0072b2", "prove": "#009e73", "show": "#d55e00", "status": "#cc79a7", "list": "#56b4e9",
           "search": "#e69f00"}
_MARKS = {"verify": "circle", "prove": "square", "show": "diamond", "status": "triangle", "list": "circle", "search": "square"}


def draw(results):
    """The whole picture."""
    verify = _lines(results, ["verify-log"])
    others = _lines(results, ["look-up", "search"])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'font-family="Noto Sans, Noto Sans CJK SC, Helvetica, Arial, sans-serif" font-size="13" fill="#222">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    parts += _panel(70, "verify · 核验", verify, lambda entries: entries / RATE, f"{RATE:,}/s")
    parts += _panel(530, "look-ups · 查阅", others, None, None,
                    ((LOOK_UP, f"{LOOK_UP * 1000:g} ms"), (SEARCH, f"search {SEARCH * 1000:g} ms")))
    return "\n".join([*parts, "</svg>"]) + "\n"


def _lines(results, rows):
    """For each program its points: entries and median seconds."""
    lines = {}
    for row in rows:
        for case in cases_of(results, row):
            for side in case["sides"]:
                if side["seconds"]:
                    lines.setdefault(side["name"], []).append((case["size"]["entries"], median(side)))
    return lines


def _panel(left, title, lines, slope=None, slope_name=None, levels=()):
    width, height = _PLOT
    parts = [f'<text x="{left}" y="{_TOP - 34}" font-size="15" font-weight="600">{title}</text>']
    points = [point for line in lines.values() for point in line]
    if not points:
        return [*parts, f'<text x="{left}" y="{_TOP + 20}">not run · 未运行</text>']
    xs = _decades([x for x, _ in points])
    ys = _decades([y for _, y in points] + [level for level, _ in levels])

    def x_at(value):
        return left + width * (math.log10(value) - xs[0]) / (xs[1] - xs[0])

    def y_at(value):
        return _TOP + height * (1 - (math.log10(value) - ys[0]) / (ys[1] - ys[0]))

    for power in range(xs[0], xs[1] + 1):
        x = x_at(10 ** power)
        parts.append(f'<path d="M{x:.1f} {_TOP}V{_TOP + height}" stroke="#e4e4e4"/>')
        parts.append(f'<text x="{x:.1f}" y="{_TOP + height + 19}" text-anchor="middle">{10 ** power:,}</text>')
    for power in range(ys[0], ys[1] + 1):
        y = y_at(10 ** power)
        parts.append(f'<path d="M{left} {y:.1f}H{left + width}" stroke="#e4e4e4"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{in_seconds(10.0 ** power)}</text>')
    parts.append(f'<path d="M{left} {_TOP}V{_TOP + height}H{left + width}" fill="none" stroke="#666"/>')
    parts.append(f'<text x="{left + width / 2}" y="{_TOP + height + 44}" text-anchor="middle">entries · 条目数</text>')
    parts.append(f'<text x="{left}" y="{_TOP - 12}" text-anchor="middle" fill="#555">time · 用时</text>')

    targets = [(level, level, name) for level, name in levels]
    if slope:
        # The target's line, from where it enters the panel.
        first = max(10.0 ** xs[0], 10.0 ** ys[0] * RATE)
        targets = [(slope(first), slope(10.0 ** xs[1]), slope_name)]
    for start, end, name in targets:
        first = 10.0 ** xs[0] if start == end else start * RATE
        parts.append(f'<path d="M{x_at(first):.1f} {y_at(start):.1f}L{left + width} {y_at(end):.1f}" stroke="#999" '
                     'stroke-dasharray="5 4" fill="none"/>')
        # A level's name stands over its left end, a slope's under its middle.
        x, y = (left + 6, y_at(end) - 6) if start == end else (x_at(10.0 ** (xs[1] - 1)), y_at(end / 10) + 22)
        parts.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="11" fill="#666">target · 目标 {name}</text>')

    ends = _apart({name: y_at(line[-1][1]) for name, line in lines.items()})
    for name, line in lines.items():
        color = _COLORS[name]
        path = "L".join(f"{x_at(x):.1f} {y_at(y):.1f}" for x, y in line)
        parts.append(f'<path d="M{path}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts += [_mark(_MARKS[name], x_at(x), y_at(y), color) for x, y in line]
        parts.append(f'<text x="{x_at(line[-1][0]) + 10:.1f}" y="{ends[name] + 4:.1f}" fill="{color}" font-weight="600">'
                     f'{name}</text>')
    return parts


def _decades(values):
    """The powers of ten around all values."""
    low, high = math.floor(math.log10(min(values)) + 1e-9), math.ceil(math.log10(max(values)) - 1e-9)
    return low, max(high, low + 1)


def _apart(places):
    """Names beside the lines' ends, moved down where they would lie on each other."""
    last = -math.inf
    moved = {}
    for name, y in sorted(places.items(), key=lambda place: place[1]):
        last = moved[name] = max(y, last + 15)
    return moved


def _mark(shape, x, y, color):
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{color}"/>'
    corners = {
        "square": [(-3.6, -3.6), (3.6, -3.6), (3.6, 3.6), (-3.6, 3.6)],
        "diamond": [(0, -5), (5, 0), (0, 5), (-5, 0)],
        "triangle": [(0, -5), (4.6, 3.6), (-4.6, 3.6)],
    }[shape]
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners)
    return f'<polygon points="{points}" fill="{color}"/>'
