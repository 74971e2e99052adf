"""Writes docs/faults.md and its Chinese twin from the results of separate runs, a JSON file each (a part).

A part says by `kind` what it is:
- `faults`: what scripts/check-faults kept; `resumed`: scripts/check-resume; `load`: scripts/mixed-load.
- `fuzz`: {"kind", "date", "inputs": [{"name": {"en", "zh"}, "executions", "minutes", "wrong": [sentence…]}…]}
- `attacks`: {"kind", "date", "full", "attacks": [{"name": {"en", "zh"}, "tried", "wrong": [sentence…]}…]}, by scripts/count-attacks
`wrong` says what was lost, missed or broken, and is empty where nothing was.
"""

from .program import FaultsError

ENGLISH, CHINESE = 0, 1
BAR = "\\|"

_HEAD = (
    """\
# What was tried against the storage

[简体中文](faults.zh-CN.md)

Written by `scripts/faults-table` from the last runs of `scripts/check-faults`, `scripts/check-resume`, `scripts/mixed-load`,
`scripts/fuzz` and `scripts/count-attacks`. After each fault the archive has to open, to hold the whole commit or none of it, and to
verify; whatever a command acknowledged has to be there; and the same command run again has to complete. A repair, which begins
with a damaged archive, may lose nothing, has to keep what it replaces, and leaves the mirror as it was. {model}

| Tried | Times | Minutes | Lost, missed or broken |
| --- | --: | --: | --- |
""",
    """\
# 存储经受过的考验

[English](faults.md)

本页由 `scripts/faults-table` 根据 `scripts/check-faults`、`scripts/check-resume`、`scripts/mixed-load`、`scripts/fuzz`、`scripts/count-attacks`
最近一次运行的结果生成。每次故障之后，档案必须能打开，一次提交要么完整、要么完全没有，并能通过核验；命令已确认的内容必须都在；同一命令
重新执行必须能完成。修复从受损的档案开始：不得丢失任何内容，被换下的必须留存，镜像必须保持原样。{model}

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
    names, untouched = ", ".join(part["commands"]), calls.get("untouched")
    left = ("", "") if untouched is None else (
        f" After {untouched:,} of them everything was byte for byte as before the command.",
        f"其中 {untouched:,} 种之后，一切与命令执行前逐字节相同。")
    syncs = (
        f" Of {cuts['possibleSyncs']:,} syncs {cuts['failedSyncs']:,} failed in turn.",
        f"{cuts['possibleSyncs']:,} 次同步中，依次使其中 {cuts['failedSyncs']:,} 次失败。")
    looking, possible_looking = calls["faults"] - calls["changing"], part["possible"] - part["possibleChanging"]
    note = (
        f"- Faults ({part['date']}, seed {part['seed']}): of {part['possibleChanging']:,} ways in which calls that change what is stored can "
        f"fail {calls['changing']:,} were tried, and of {possible_looking:,} of calls that only look at it {looking:,}, "
        f"in {names}.{left[ENGLISH]}{syncs[ENGLISH]} The run first planted {part['planted']} faults, all of which its judges found.",
        f"- 故障（{part['date']}，种子 {part['seed']}）：改动存储的系统调用共有 {part['possibleChanging']:,} 种故障，试了 {calls['changing']:,} 种；"
        f"只读取的系统调用共有 {possible_looking:,} 种，试了 {looking:,} 种；"
        f"命令：{names}。{left[CHINESE]}{syncs[CHINESE]}运行前先埋设 {part['planted']} 处故障，判定程序已全部查出。")
    return rows, [note[language]]


def _resumed(part, language):
    large, changed = part["large"], part["changed"]
    second = large["writtenBytes"][1]
    rows = [
        ((f"an add of a file of {_size(large)} is killed, and run again", f"添加一个 {_size(large)} 的文件时被强行终止，再次执行")[language],
         "1", f"{large['minutes']:,}", _verdict(_of("recording", part), language)),
        ((f"the same with {_size(changed)}, of which a byte that was copied is changed in between",
          f"同上，{_size(changed)}，其间改动已复制部分中的一个字节")[language],
         "1", f"{changed['minutes']:,}", _verdict(_of("changed", part), language))]
    left, peak = large["bytes"] - large["heldBytes"], max(large["peakBytes"]) / 1e6
    note = (
        f"- Resumed ({part['date']}, {part['fileSystem']}): killed at {large['heldBytes']:,} bytes of {large['bytes']:,}, of which the second "
        f"run wrote {second:,}, log and index included, where {left:,} were left to copy; {peak:.0f} MB of memory at most.",
        f"- 续传（{part['date']}，{part['fileSystem']}）：共 {large['bytes']:,} 字节，复制到 {large['heldBytes']:,} 字节时被终止；尚余 {left:,} 字节，"
        f"再次执行写入 {second:,} 字节（含日志和索引）；内存最多 {peak:.0f} MB。")
    return rows, [note[language]]


def _of(name, part):
    return [sentence for sentence in part["wrong"] if sentence.startswith(name)]


def _size(run):
    return f"{run['bytes'] / 1e9:g} GB"


def _load(part, language):
    runs = part["runs"]
    counts = {name: count for name, count in runs.items() if name not in ("killed", "waited", "told to run again", "found whole", "resumed")}
    commands, names = sum(counts.values()), ", ".join(f"{name} {count:,}" for name, count in counts.items())
    waits, resumed = part["longestWaitSeconds"], runs.get("resumed")
    went_on = ("", "") if resumed is None else (
        f"; {resumed:,} adds went on from what one that was killed had copied", f"；{resumed:,} 次添加在被终止者已复制的内容上继续")
    row = (
        ("eight writers beside all else that is done to an archive, one process killed every few seconds",
         "八个写入进程与对档案的其他各种操作同时进行，每隔几秒强行终止一个进程")[language],
        (f"{commands:,} commands, {runs.get('killed', 0):,} kills", f"{commands:,} 条命令，终止 {runs.get('killed', 0):,} 次")[language],
        f"{part['minutes']:,}", _verdict(part["wrong"], language))
    note = (
        f"- Mixed load ({part['date']}, seed {part['seed']}): {part['commits']:,} commits acknowledged, {part['entries']:,} entries; "
        f"{runs.get('waited', 0):,} times a writer had to wait and said so, {max(waits.values(), default=0)} s at most; "
        f"{runs.get('found whole', 0):,} verifications under way, no false alarm{went_on[ENGLISH]}. "
        f"Commands: {names}.",
        f"- 混合负载（{part['date']}，种子 {part['seed']}）：确认 {part['commits']:,} 次提交，共 {part['entries']:,} 条；"
        f"写入进程 {runs.get('waited', 0):,} 次需要等待并已告知，最长 {max(waits.values(), default=0)} 秒；其间核验 {runs.get('found whole', 0):,} 次，无误报{went_on[CHINESE]}。"
        f"命令：{names}。")
    return [row], [note[language]] if not part["wrong"] else []


def _fuzz(part, language):
    key = ("en", "zh")[language]
    return [
        (("fuzzed: ", "模糊测试：")[language] + item["name"][key], f"{item['executions']:,}", f"{item['minutes']:,}",
         _verdict(item["wrong"], language, item["executions"])) for item in part["inputs"]], []


def _attacks(part, language):
    key = ("en", "zh")[language]
    rows = [
        (("attacked: ", "攻击：")[language] + item["name"][key], f"{item['tried']:,}", "", _verdict(item["wrong"], language, item["tried"]))
        for item in part["attacks"]]
    note = (
        f"- Attacks ({part['date']}): cases of tests, counted while they ran"
        + ("." if part["full"] else "; some tests tried only one of each kind, as they do without `--full`."),
        f"- 攻击（{part['date']}）：测试用例，运行时计数" + ("。" if part["full"] else "；部分测试每类只试一种，与不带 `--full` 时相同。"))
    return rows, [note[language]]


_ROWS = {"faults": _faults, "resumed": _resumed, "load": _load, "fuzz": _fuzz, "attacks": _attacks}


def checked(part, name):
    """A part whose kind is known."""
    if not isinstance(part, dict) or part.get("kind") not in _ROWS:
        raise FaultsError(f"{name} is no part of the table: its “kind” is none of {', '.join(_ROWS)}.", 65)
    if part["kind"] == "load" and not part["done"]:
        raise FaultsError(f"{name} comes from a run that did not end.", 65)
    return part
