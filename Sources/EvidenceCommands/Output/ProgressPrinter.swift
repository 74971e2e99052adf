package import EvidenceRecord
import Glibc
internal import Pages
import Synchronization

/// Shows the progress of a long operation on standard error; nothing in the first second, so that short ones are quiet.
///
/// The operation calls ``update(_:)`` as often as it likes, from any thread; what is too often is not shown.
package final class ProgressPrinter: Sendable {
    private enum Display { case line, plain, json, none }

    private struct State {
        var started: UInt64?
        var shown: UInt64?
        var last: ProgressSnapshot?
        var rate = ProgressRate()
        var lineIsUp = false
        var isFinished = false
    }

    private static let second: UInt64 = 1_000_000_000

    private let display: Display
    private let language: Language
    private let width: @Sendable () -> Int?
    private let clock: @Sendable () -> UInt64
    private let write: @Sendable (String) -> Void
    private let state = Mutex(State())

    /// A printer.
    ///
    /// - Parameters:
    ///   - redraws: whether standard error is a terminal that can return to the start of a line
    ///   - width: the window's width, asked at each drawing because it may change; nil is 80
    ///   - clock: monotonic nanoseconds
    ///   - write: where the text goes; a failure to show progress is no failure
    package init(
        mode: ProgressMode, language: Language, redraws: Bool, width: @escaping @Sendable () -> Int?,
        clock: @escaping @Sendable () -> UInt64, write: @escaping @Sendable (String) -> Void
    ) {
        display =
            switch mode {
            case .auto: redraws ? .line : .none
            case .plain: .plain
            case .json: .json
            case .none: .none
            }
        self.language = language
        self.width = width
        self.clock = clock
        self.write = write
    }

    /// A printer on a terminal, standard error, with the system's monotonic clock.
    package convenience init(
        mode: ProgressMode, language: Language, environment: [String: String], terminal: Terminal = .error
    ) {
        self.init(
            mode: mode, language: language, redraws: terminal.isTerminal && environment["TERM"] != "dumb",
            width: { terminal.width(environment: environment) },
            clock: {
                var time = timespec()
                clock_gettime(CLOCK_MONOTONIC, &time)
                return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
            },
            write: { try? terminal.write($0) })
    }

    package func update(_ snapshot: ProgressSnapshot) {
        guard display != .none else { return }
        state.withLock { state in
            let now = clock()
            let started = state.started ?? now
            state.started = started
            state.last = snapshot
            state.rate.sample(snapshot, at: now)
            guard !state.isFinished, now - started >= Self.second else { return }
            if let shown = state.shown, now - shown < interval { return }
            state.shown = now
            show(&state)
        }
    }

    /// Runs what writes to the terminal itself, such as a warning, with the progress line out of its way.
    package func withoutLine<Result>(_ body: () throws -> Result) rethrows -> Result {
        try state.withLock { state in
            takeDown(&state)
            return try body()
        }
    }

    /// Ends the display: clears the line, or writes the last figures where they stay.
    ///
    /// - Parameter completed: whether the operation reached its end; `done` in JSON
    package func finish(completed: Bool = true) {
        state.withLock { state in
            guard !state.isFinished else { return }
            state.isFinished = true
            takeDown(&state)
            guard let last = state.last else { return }
            switch display {
            case .json: write(json(last, state.rate, done: completed) + "\n")
            case .plain where state.shown != nil: write(text(last, state.rate, width: nil, isLast: true) + "\n")
            default: break
            }
        }
    }

    private var interval: UInt64 {
        switch display {
        case .line, .none: Self.second / 5
        case .json: Self.second / 2
        case .plain: Self.second * 10
        }
    }

    private func show(_ state: inout State) {
        guard let last = state.last else { return }
        switch display {
        case .line:
            // The last cell stays free: some terminals move to the next line when it is filled.
            write("\r" + text(last, state.rate, width: (width() ?? 80) - 1) + "\u{1B}[K")
            state.lineIsUp = true
        case .plain: write(text(last, state.rate, width: nil) + "\n")
        case .json: write(json(last, state.rate, done: false) + "\n")
        case .none: break
        }
    }

    private func takeDown(_ state: inout State) {
        guard state.lineIsUp else { return }
        write("\r\u{1B}[K")
        state.lineIsUp = false
    }

    private func text(
        _ snapshot: ProgressSnapshot, _ rate: ProgressRate, width: Int?, isLast: Bool = false
    ) -> String {
        var parts = [snapshot.phase.text(in: language)]
        if let fraction = snapshot.fraction { parts.append("\(Int(fraction * 100))%") }
        if snapshot.filesDone > 0 || snapshot.filesTotal != nil { parts.append(files(snapshot)) }
        if snapshot.bytesDone > 0 || snapshot.bytesTotal != nil {
            let done = Formats.bytes(snapshot.bytesDone)
            parts.append(snapshot.bytesTotal.map { "\(done)/\(Formats.bytes($0))" } ?? done)
            if let speed = rate.bytesPerSecond { parts.append(Formats.bytes(Int64(speed)) + "/s") }
        }
        if !isLast, let seconds = rate.secondsLeft(snapshot) {
            let time = Formats.duration(seconds: seconds).text(in: language)
            parts.append(language == .en ? "\(time) left" : "剩余 \(time)")
        }
        let line = parts.joined(separator: "  ")
        guard !isLast, let current = snapshot.current?.shown else { return line.truncated(to: width ?? .max) }
        guard let width else { return line + "  " + current }
        let room = width - line.cells - 2
        return room < 8 ? line.truncated(to: width) : line + "  " + current.truncated(to: room, keeping: .end)
    }

    private func files(_ snapshot: ProgressSnapshot) -> String {
        let number = snapshot.filesTotal ?? snapshot.filesDone
        let counted = Formats.counted(number, "file", zh: "个文件").text(in: language)
        return snapshot.filesTotal == nil ? counted : "\(Formats.count(snapshot.filesDone))/\(counted)"
    }

    /// The stable form for programs: all members are always there, null where not known; `phase` is in English.
    private func json(_ snapshot: ProgressSnapshot, _ rate: ProgressRate, done: Bool) -> String {
        func number<Number: BinaryInteger>(_ value: Number?) -> String { value.map { "\($0)" } ?? "null" }
        let members = [
            ("phase", JSONText.quoted(snapshot.phase.en)), ("filesDone", "\(snapshot.filesDone)"),
            ("filesTotal", number(snapshot.filesTotal)), ("bytesDone", "\(snapshot.bytesDone)"),
            ("bytesTotal", number(snapshot.bytesTotal)),
            ("bytesPerSecond", number(rate.bytesPerSecond.map { Int64($0) })),
            ("secondsLeft", number(done ? 0 : rate.secondsLeft(snapshot))), ("done", done ? "true" : "false"),
        ]
        return "{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }
}
