"""Writes docs/faults.md and its Chinese twin from the results of separate runs, a JSON file each (a part).

A part says by `kind` what it is:
- `faults`: what scripts/check-faults kept; `load`: what scripts/mixed-load kept.
- `fuzz`: {"kind", "date", "inputs": [{"name": {"en", "zh"}, "executions", "minutes", "wrong": [sentence…]}…]}
- `attacks`: {"kind", "date", "attacks": [{"name": {"en", "zh"}, "tried", "wrong": [sentence…]}…]}
`wrong` says what was lost, missed or broken, and is empty where nothing was.
"""

from .program import FaultsError

ENGLISH, CHINESE = 0, 1
BAR = "\\|"

_HEAD = (
    """\
# What was tried against the storage

[简体中文](faults.zh-CN.md)

Written by `scripts/faults-table` from the last runs of `scripts/check-faults` and `scripts/mixed-load`, and of whatever else left a
part. After each fault the archive has to open, to hold the whole commit or none of it, and to verify; whatever a command
acknowledged has to be there; and the same command run again has to complete. {model}

| Tried | Times | Minutes | Lost, missed or broken |
| --- | --: | --: | --- |
""",
    """\
# 存储经受过的考验

[English](faults.md)

本页由 `scripts/faults-table` 根据 `scripts/check-faults`、`scripts/mixed-load` 等最近一次运行的结果生成。每次故障之后，档案必须能打开，一次提交要么完整、
要么完全没有，并能通过核验；命令已确认的内容必须都在；同一命令重新执行必须能完成。{model}

| 考验 | 次数 | 分钟 | 丢失、漏报或损坏 |
| --- | --: | --: | --- |
""")
_MODEL = (
    "After a power cut, of whatever had not been synced any part may be gone, in any order; the model stands at the head of "
    "`scripts/faults_lib/disk.py`.",
    "模拟断电时，凡未落盘的内容都可能不分先后地缺失任意一部分；所用模型写在 `scripts/faults_lib/disk.py` 开头。")
_MODES = {
    "EIO": ("a call fails with EIO, once", "某次系统调用返回 EIO，一次"),
    "EIO+": ("calls fail with EIO from one on", "自某次系统调用起一直返回 EIO"),
    "ENOSPC": ("a call fails with ENOSPC, once", "某次系统调用返回 ENOSPC，一次"),
    "ENOSPC+": ("calls fail with ENOSPC from one on: the disk is full", "自某次系统调用起一直返回 ENOSPC：磁盘已满"),
    "kill": ("the process is killed at a call (SIGKILL)", "进程在某次系统调用处被强行终止（SIGKILL）"),
}


def pages(parts):
    """Both pages, by name."""
    return {name: _page(parts, language) for name, language in (("faults.md", ENGLISH), ("faults.zh-CN.md", CHINESE))}


def _page(parts, language):
    lines, notes = [], []
    for part in sorted(parts, key=lambda part: list(_ROWS).index(part["kind"])):
        rows, note = _ROWS[part["kind"]](part, language)
        lines += rows
        notes += note
    body = "".join(f"| {' | '.join(cell.replace('|', BAR) for cell in cells)} |\n" for cells in lines)
    return _HEAD[language].format(model=_MODEL[language]) + body + ("\n" + "\n".join(notes) + "\n" if notes else "")


def _verdict(wrong, language, count=1):
    if not count:
        return ("not tried", "未进行")[language]
    if not wrong:
        return ("nothing", "无")[language]
    sentences = "; ".join(sentence.replace("\n", " ")[:200] for sentence in wrong[:3])
    return f"**{len(wrong)}**: {sentences}"


def _faults(part, language):
    calls, cuts = part["calls"], part["powerCuts"]
    rows = []
    for mode, words in _MODES.items():
        count = sum(modes.get(mode, 0) for modes in calls["byCommand"].values())
        wrong = [sentence for sentence in calls["wrong"] if f": {mode} at " in sentence]
        rows.append((words[language], f"{count:,}", "", _verdict(wrong, language, count)))
    plain = cuts["cuts"] - cuts["afterFailedSync"]
    failed = [sentence for sentence in cuts["wrong"] if " after a failed " in sentence]
    others = [sentence for sentence in cuts["wrong"] if " after a failed " not in sentence]
    rows.append((("the power is cut, and unsynced writes and names are lost", "断电，未落盘的写入和文件名丢失")[language],
                 f"{plain:,}", "", _verdict(others, language, plain)))
    rows.append((("a sync fails, the command is run again, and the power is cut",
                  "某次同步（fsync）失败，重新执行命令后断电")[language],
                 f"{cuts['afterFailedSync']:,}", "", _verdict(failed, language, cuts["afterFailedSync"])))
    rows[0] = (rows[0][0], rows[0][1], f"{part['minutes']:,}", rows[0][3])
    names = ", ".join(part["commands"])
    note = (
        f"- Faults ({part['date']}, seed {part['seed']}): {calls['faults']:,} failing calls of {part['possible']:,} that can be told apart, "
        f"in {names}. The run first planted {part['planted']} faults, all of which its judges found.",
        f"- 故障（{part['date']}，种子 {part['seed']}）：在可区分的 {part['possible']:,} 种系统调用故障中试了 {calls['faults']:,} 种；"
        f"命令：{names}。运行前先埋设 {part['planted']} 处故障，判定程序已全部查出。")
    return rows, [note[language]]


def _load(part, language):
    runs = part["runs"]
    commands = sum(count for name, count in runs.items() if name not in ("killed", "waited", "told to run again", "found whole"))
    waits = part["longestWaitSeconds"]
    row = (
        ("eight writers beside readers, exporters and publishers, one process killed every few seconds",
         "八个写入进程与读取、导出、公布同时进行，每隔几秒强行终止一个进程")[language],
        (f"{commands:,} commands, {runs.get('killed', 0):,} kills", f"{commands:,} 条命令，终止 {runs.get('killed', 0):,} 次")[language],
        f"{part['minutes']:,}", _verdict(part["wrong"], language))
    note = (
        f"- Mixed load ({part['date']}, seed {part['seed']}): {part['commits']:,} commits acknowledged, {part['entries']:,} entries; "
        f"{runs.get('waited', 0):,} times a writer had to wait and said so, {max(waits.values(), default=0)} s at most; "
        f"{runs.get('found whole', 0):,} verifications under way, no false alarm.",
        f"- 混合负载（{part['date']}，种子 {part['seed']}）：确认 {part['commits']:,} 次提交，共 {part['entries']:,} 条；"
        f"写入进程 {runs.get('waited', 0):,} 次需要等待并已告知，最长 {max(waits.values(), default=0)} 秒；其间核验 {runs.get('found whole', 0):,} 次，无误报。")
    return [row], [note[language]] if not part["wrong"] else []


def _fuzz(part, language):
    key = ("en", "zh")[language]
    return [
        (("fuzzed: ", "模糊测试：")[language] + item["name"][key], f"{item['executions']:,}", f"{item['minutes']:,}",
         _verdict(item["wrong"], language, item["executions"])) for item in part["inputs"]], []


def _attacks(part, language):
    key = ("en", "zh")[language]
    return [
        (("attacked: ", "攻击：")[language] + item["name"][key], f"{item['tried']:,}", "", _verdict(item["wrong"], language, item["tried"]))
        for item in part["attacks"]], []


_ROWS = {"faults": _faults, "load": _load, "fuzz": _fuzz, "attacks": _attacks}


def checked(part, name):
    """A part whose kind is known."""
    if not isinstance(part, dict) or part.get("kind") not in _ROWS:
        raise FaultsError(f"{name} is no part of the table: its “kind” is none of {', '.join(_ROWS)}.", 65)
    if part["kind"] == "load" and not part["done"]:
        raise FaultsError(f"{name} comes from a run that did not end.", 65)
    return part
