import ArgumentParser

/// What `scripts/bench` needs beside the program itself: logs of any size, and the same rows written by bare SQLite.
///
/// Not installed and not released. Both commands print one JSON line: `entries`, `commits` and `seconds`.
@main
struct EvidenceBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evidence-bench", abstract: "Write logs to measure with.",
        subcommands: [AppendCommand.self, RowsCommand.self])

    static func printResult(entries: Int, commits: Int, _ time: Duration) {
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        print("{\"entries\":\(entries),\"commits\":\(commits),\"seconds\":\(seconds)}")
    }
}
