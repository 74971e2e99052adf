"""The text around the tables of docs/performance.md and its Chinese twin. {names} are filled in by report.py."""

ENGLISH = """\
# Performance

[简体中文](performance.zh-CN.md)

What `evidence` costs beside what people would use instead: measured by `scripts/bench` in one run on one machine on {date}.
The script wrote this page; run it to get your own machine's. Times are medians of a program's runs, {runs} each; one that
takes over five minutes is not repeated. The programs of a row take turns, so that whatever else the machine did fell on all of
them. **Ratio** is the other program's time divided by evidence's: above 1×, evidence is faster. **Memory** is the most that a
process held at once.
{note}
## Targets

{targets}

## Side by side

{beside}

## By size of the log

A log filled with entries of about 700 bytes, 1,000 a commit. `verify` runs without the index (`index.sqlite` moved away), so that
it checks the log and nothing that is made from it; everything else has the index, made beforehand by `evidence reindex`. Each
time is a whole process's, from start to exit. `search` looks for a word of two Chinese characters that one title in a thousand has.

{sizes}

![Time against entries, both axes logarithmic](performance.svg)

## The machine and the programs

- Machine: {cpu}, {cores} cores, {memory} of memory; {system}, Linux {kernel}; working folder on {fileSystem}.
- Programs: {versions}.
- What is read had been read before, so it lay in the page cache for everyone; before measuring, everything written earlier was
  flushed to the disk. Material is random bytes from a fixed seed and does not compress.
- `openssl dgst -sha256`, `sha256sum` and `hashdeep -c sha256` read the archive's own copy of the file.
- bagit.py: SHA-256 alone (its default is SHA-256 and SHA-512), `--validate --processes {cores}`.
- hashdeep, among many files: an audit (`-a -k`) with SHA-256 alone.
- restic: `backup --compression off --no-cache`, `check --read-data --no-cache`. It always encrypts.
- borg: `init --encryption none`, `create --compression none`, `check --verify-data`.
- git-annex: `annex.largefiles=anything`, its own SHA256E, `add` and `fsck` with `--jobs={cores}`. It takes files in where they
  lie, so `cp -r` into its folder is part of the time; no `git commit` is.
- Archives and repositories are made anew for each run of taking in, which is not timed. Evidence returns once all is durable; the
  other three are followed by `sync -f`, so that they are too.
- SQLite: the same rows, schema and pragmas (`synchronous = EXTRA`) through prepared statements, as many entries a transaction
  as evidence has in a commit. Only the appending is timed, on both sides.

## What bounds what

- **Verifying a large file** is SHA-256 arithmetic. Other programs digest a file on one core, since SHA-256 is one chain; evidence
  checks a tree of SHA-256 digests (fs-verity), which all cores share. So the gain grows with the cores, and on one core there is
  none. `--full` computes the file's plain SHA-256 as well, one core a file.
- **Verifying many files**: the same, and opening them. bagit.py gives each process whole files, so that one large file keeps one
  core busy while the others wait. restic decrypts, and borg checks its pieces one by one.
- **Taking in a large file**: evidence takes both digests from the bytes while it copies them; by hand the file is read once to copy
  and once to digest. It writes past the page cache (`O_DIRECT`), which takes a third of the processor's time that copying into the
  cache and out of it does. What is left are the two digests, a core for each, and the disk, about as long.
- **Taking in small files**: most of evidence's time goes into telling each file's media type from its content (libmagic: a third of
  a millisecond for bytes that it does not know, 1 ms or more for a text, on two cores), which the others don't do. Bytes that look
  like a recording are shown to `exiftool` and `ffprobe`, whose starting takes a third of a second a batch; random bytes look so
  once in a thousand files. Evidence also keeps each file under its own name, synced, where restic and borg write a few large packs:
  a bare loop of two processes that writes, syncs and renames 20,000 such files took 4 to 8 s, restic with all of its work 1.6 s.
- **Appending in bulk**: bare SQLite only writes what evidence has made: entries in canonical JSON, digests, chain, tree, and the
  rules that each entry is held against.
- **One entry a commit** waits for the disk: SQLite's journal and database as in the bare run, five syncs, which take longer here
  because the file `checkpoint`, the memory and the index were written in between (that time itself is left out on both sides).
  Two Ed25519 signatures are made besides and, before they are written for good, checked, both at once.
- **Verifying a log** is computing on all cores, which are busy to nineteen parts in twenty. Of the processor's time a sixth is
  SHA-256, an eighth parsing bodies as canonical JSON, an eighth reading what they record, a twentieth parsing entries, an eighth
  making and freeing what was parsed; a fifth are SQLite's reading of the rows, once for this and once for its own check of the
  file's structure; a tenth is one thread that holds entries to the rules between them, builds the tree and checks signatures.
  A log with one entry a commit takes longer for each entry: two signatures a commit.
- **prove, show, status, list** are mostly the starting of the program as long as their curve is flat; where it rises, they read
  something that grows with the log.
- **search** reads the index's rows of each character, and then the records that it shows; here, hits grow with the log.
- **Memory** stays flat since files and entries go through it in slices. What is shown as a peak can't lie below the measuring
  script's own, about 20 MiB.
"""

CHINESE = """\
# 性能

[English](performance.md)

把 `evidence` 和人们原本会用的程序放在一起，比速度，也比内存。全部数字由 `scripts/bench` 于 {date} 在同一台机器上一次测得，本页也由
它生成；想知道自己机器上的结果，运行它即可。用时取各程序多次运行（{runs} 次；超过五分钟的不再重复）的中位数。同一行的各个程序
轮流运行，机器上别的负载由大家分担。**倍数**是其他程序的用时除以 evidence 的用时：大于 1×，即 evidence 更快。**内存**是进程占用的
峰值。
{note}
## 目标

{targets}

## 同台比较

{beside}

## 随日志大小的变化

日志里每个条目约 700 字节，每次提交 1,000 个。`verify` 运行时移走索引（`index.sqlite`），核验的只是日志本身；其余命令都带索引，
索引事先由 `evidence reindex` 建好。每个用时都是整个进程从启动到退出的时间。`search` 搜索一个两字词，每千个标题中有一个含有它。

{sizes}

![用时随条目数的变化，两轴均为对数](performance.svg)

## 机器与程序

- 机器：{cpu}，{cores} 核，内存 {memory}；{system}，Linux {kernel}；工作文件夹所在文件系统为 {fileSystem}。
- 程序：{versions}。
- 要读的内容事先都读过一遍，因此对各个程序都已在页缓存里；测量之前，先前写出的内容都已落盘。材料是由固定种子生成的随机字节，无法压缩。
- `openssl dgst -sha256`、`sha256sum` 和 `hashdeep -c sha256` 读的就是档案里的那份文件。
- bagit.py：只用 SHA-256（默认是 SHA-256 加 SHA-512），`--validate --processes {cores}`。
- hashdeep 核对多个文件时：审计方式（`-a -k`），只用 SHA-256。
- restic：`backup --compression off --no-cache`，`check --read-data --no-cache`。它总是加密。
- borg：`init --encryption none`，`create --compression none`，`check --verify-data`。
- git-annex：`annex.largefiles=anything`，用它默认的 SHA256E，`add` 和 `fsck` 均带 `--jobs={cores}`。它就地接管文件，所以把文件用
  `cp -r` 复制进它的文件夹也计入用时；`git commit` 不计。
- 存入的每次运行都用新建的档案或仓库，新建不计时。evidence 返回时内容已经落盘；另外三个程序之后各加一次 `sync -f`，同样落盘。
- SQLite：同样的行、同样的模式和 pragma（`synchronous = EXTRA`），用预编译语句写入，每个事务的条目数与 evidence 每次提交的相同。
  双方都只计追加所用的时间。

## 快慢取决于什么

- **核验大文件**取决于 SHA-256 的计算。SHA-256 首尾相接，其他程序算一个文件只能用一个核；evidence 核对的是一棵 SHA-256 摘要树
  （fs-verity），所有核一起算。核越多越占优，只有一个核就没有优势。`--full` 还要算整个文件的 SHA-256，一个文件一个核。
- **核验许多文件**：同上，再加打开文件的开销。bagit.py 把整个文件交给一个进程，遇到大文件就是一个核忙、其余等。restic 要解密，
  borg 逐块检查。
- **存入大文件**：evidence 一边复制一边算出两种摘要；手工做则要读两遍：复制一遍，算摘要一遍。写入不经页缓存（`O_DIRECT`），所用的
  处理器时间只有先写进缓存再写盘的三分之一。余下的是两种摘要（各占一个核）和磁盘，两者用时相近。
- **存入小文件**：evidence 的时间大多花在按内容判断每个文件的类型上（libmagic：认不出的字节约三分之一毫秒，文本要 1 毫秒以上，两个核
  一起做），其他程序不做这一步。看上去像录音录像的字节还要交给 `exiftool` 和 `ffprobe`，每批启动一次约三分之一秒；随机字节大约每千个文件
  就有一个看上去像。此外 evidence 把每个文件单独保存并落盘，而 restic 和 borg 合并成少数几个大包：
  两个进程只做写入、落盘、改名，处理 20,000 个这样的文件就要 4～8 秒，而 restic 全部做完只要 1.6 秒。
- **批量追加**：SQLite 那边只是写入 evidence 已经做好的内容；evidence 还要生成规范 JSON、计算摘要、哈希链和树，并按规则检查每个条目。
- **逐条追加**要等磁盘：SQLite 的回滚日志和数据库共五次落盘，与对照相同，但其间还写了检查点文件、操作者的记忆和索引（这些本身双方都
  不计时），所以每次落盘更慢。此外还要签两个 Ed25519 签名，写定之前先核验一遍，两个同时进行。
- **核验日志**是所有核一起计算，约二十分之十九的时间都在忙。处理器时间中，约六分之一算 SHA-256，八分之一用于把正文作为规范 JSON 解析，
  八分之一读取正文所记内容，二十分之一解析条目，八分之一用于分配和释放解析结果；五分之一是 SQLite 读取各行，一遍供核验，一遍供它自己检查文件结构；
  十分之一是一个线程按规则核对条目之间的关系、建树并核验签名。一次提交只有一个条目的日志，每次提交要核验两个签名，平均每条更慢。
- **prove、show、status、list** 的曲线平坦时，时间大多花在启动程序上；曲线上升，说明读了随日志增长的内容。
- **search** 读取索引中每个字的记录，再读要显示的那些记录；这里命中数随日志一起增长。
- **内存**不随规模增长，因为文件和条目都是分段处理的。测得的峰值不会低于测量脚本自身的占用，约 20 MiB。
"""

#: What stands on the page where sizes were scaled down.
AGAIN = (
    "\nMeasured anew after a change, in a later run on the same machine ({date}): {rows}.\n",
    "\n程序改动之后，以下几行在同一台机器上另行重测（{date}）：{rows}。\n",
)
SCALED = (
    "\n**A trial**: sizes are 1/{scale} of the full ones or less, and targets are not judged.\n",
    "\n**试测**：规模只有完整测量的 1/{scale} 或更小，不与目标对比。\n",
)
