"""Writes what was measured: tables in Markdown, the two pages, the picture."""

from . import chart, texts
from .measure import median
from .rows import NAMES, SHOWN, WORK, cases_of, in_bytes, in_seconds, in_times, ratio, side, targets

ENGLISH, CHINESE = 0, 1
_LOOK_UPS = ("prove", "show", "status", "list", "search")
_MISSING = {"not installed": ("not installed", "未安装"), "not run": ("not run", "未运行"), "failed": ("failed", "失败")}


def replaced(results, newer):
    """Results whose rows are a newer run's where it has them; the newer run's alone where there are none yet."""
    if results is None:
        return newer
    if newer["machine"] != results["machine"] or newer["scale"] != results["scale"]:
        raise ValueError("of another machine or scale than the first file")
    rows = {case["row"] for case in newer["cases"]}
    others = [case for case in results["cases"] if case["row"] not in rows]
    return results | {"cases": others + newer["cases"], "again": {"date": newer["date"], "cases": newer["cases"]}}


def table(results):
    """What goes to standard output: all three tables, in English."""
    note = texts.SCALED[ENGLISH].strip().format(**results) + "\n\n" if results["scale"] > 1 else ""
    return note + "\n\n".join(make(results, ENGLISH) for make in (_beside, _sizes, _targets))


def write(results, folder):
    """Writes both pages and the picture."""
    for language, name in ((ENGLISH, "performance.md"), (CHINESE, "performance.zh-CN.md")):
        (folder / name).write_text(_page(results, language))
    (folder / "performance.svg").write_text(chart.draw(results))


def _again(again, language):
    rows = dict.fromkeys(NAMES[case["row"]][language] for case in again["cases"])
    return texts.AGAIN[language].format(date=again["date"], rows=("；" if language else "; ").join(rows))


def _page(results, language):
    machine = results["machine"]
    runs = sorted({len(side["seconds"]) for case in results["cases"] for side in case["sides"] if side["seconds"]})
    separator = ("–", "～")[language]
    return (texts.ENGLISH, texts.CHINESE)[language].format(
        date=results["date"],
        runs=separator.join(str(count) for count in dict.fromkeys((runs[0], runs[-1]))) if runs else "0",
        note=(texts.SCALED[language].format(**results) if results["scale"] > 1 else "")
        + (_again(results["again"], language) if "again" in results else ""),
        targets=_targets(results, language),
        beside=_beside(results, language),
        sizes=_sizes(results, language),
        versions=("、" if language else ", ").join(
            [f"evidence {results['evidence']}"]
            + [f"{name} {version or _MISSING['not installed'][language]}" for name, version in results["versions"].items()]),
        **(machine | {"memory": f"{machine['memory'] / (1 << 30):.0f} GiB"}))


def _beside(results, language):
    """A line for each program in each row with peers."""
    head = (("Work", "Program", "Time", "Ratio", "Memory"), ("工作", "程序", "用时", "倍数", "内存"))[language]
    lines = []
    for row in WORK:
        cases = [case for case in results["cases"] if case["row"] == row]
        if not cases:
            lines.append((NAMES[row][language], SHOWN["evidence"], _MISSING["not run"][language], "", ""))
        for case in cases:
            work = WORK[row](case["size"])[language] if case["size"] else NAMES[row][language]
            for result in case["sides"]:
                times = ratio(case, result["name"])
                lines.append((
                    work, SHOWN.get(result["name"], result["name"]), _time(result, language),
                    in_times(times) if times and result["name"] != "evidence" else "", _memory(result)))
                work = ""
    return _markdown(head, lines, "llrrr")


def _sizes(results, language):
    """A line for each size of the log."""
    rows = ("verify-log", "look-up", "search")
    entries = sorted({case["size"]["entries"] for row in rows for case in cases_of(results, row)})
    failures = [case for case in results["cases"] if case["row"] in rows and not case["size"]]
    head = (("Entries", "verify", "Entries a second", "Memory", *_LOOK_UPS, "Memory"),
            ("条目", "verify", "每秒条目", "内存", *_LOOK_UPS, "内存"))[language]
    lines = []
    for count in entries:
        here = [case for row in rows for case in cases_of(results, row) if case["size"]["entries"] == count]
        found = {result["name"]: result for case in here for result in case["sides"]}
        cells = {name: found.get(name) or side({"sides": []}, name) for name in ("verify", *_LOOK_UPS)}
        seconds = median(cells["verify"])
        largest = max((cells[name] for name in _LOOK_UPS), key=lambda result: result["peak"])
        lines.append((
            f"{count:,}", _time(cells["verify"], language), f"{count / seconds:,.0f}" if seconds else "",
            _memory(cells["verify"]), *(_time(cells[name], language) for name in _LOOK_UPS), _memory(largest)))
    for case in failures:
        lines.append(("", _time(case["sides"][0], language), *[""] * (len(head) - 2)))
    if not lines:
        lines.append(("", _MISSING["not run"][language], *[""] * (len(head) - 2)))
    return _markdown(head, lines, "r" * len(head))


def _targets(results, language):
    head = (("Work", "Target", "Measured", ""), ("工作", "目标", "实测", ""))[language]
    words = (("**missed**", "met"), ("**未达到**", "达到"))[language]
    lines = []
    for row, asked, measured, met in targets(results):
        row, _, command = row.partition(" ")
        name = f"`{command}`" if command else NAMES[row][language]
        verdict = "" if met is None or results["scale"] > 1 else words[met]
        lines.append((name, asked, measured or _MISSING["not run"][language], verdict))
    return _markdown(head, lines, "lrrl")


def _time(result, language):
    if result["failure"]:
        return f"{_MISSING['failed'][language]}: {result['failure']}"
    return in_seconds(median(result)) if result["seconds"] else _MISSING[result["missing"] or "not run"][language]


def _memory(result):
    return in_bytes(round(result["peak"] / (1 << 20)) << 20) if result["seconds"] else ""


def _markdown(head, lines, sides):
    def line(cells):
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    return "\n".join([line(head), line(["--:" if where == "r" else "---" for where in sides]), *map(line, lines)])
