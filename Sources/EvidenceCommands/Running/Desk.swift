internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import Foundation
internal import Synchronization
internal import SystemPackage

/// Where a command meets the person: what was asked for globally, where output goes, and the services' surroundings.
final class Desk: Sendable {
    let context: ServiceContext
    /// The surroundings of each archive that was asked for, in that order, each once.
    let archives: [ServiceContext]
    /// Whether several were asked for, by their folders or by one that holds them.
    let isForSeveral: Bool
    let language: Language
    let isJSON: Bool
    let isQuiet: Bool
    let width: Int?
    let styles: Styles
    let zone: TimeZoneOffset
    private let printer: ProgressPrinter
    private let recorded = Recorded()

    /// - Parameter severalArchives: whether the command can look at several.
    init(_ options: GlobalOptions, severalArchives: Bool = false) throws {
        guard severalArchives || options.archive.count < 2 else {
            let others = SeveralArchiveCommands.listed
            throw EvidenceError(
                .usage,
                en: "This command works on one archive: give --archive once. Only \(others.en) take several.",
                zh: "本命令一次只处理一个档案，--archive 只能指定一次。只有 \(others.zh) 可指定多个。")
        }
        let environment = Speech.environment
        let language = Speech.language
        self.language = language
        isJSON = options.json
        isQuiet = options.quiet
        width = Terminal.output.width(environment: environment)
        styles = Terminal.output.styles(options.color, environment: environment)
        zone = try Desk.zone(options.timeZone)
        let mode: ProgressMode = options.quiet && options.progress == .auto ? .none : options.progress
        let printer = ProgressPrinter(mode: mode, language: language, environment: environment)
        self.printer = printer
        let isQuiet = options.quiet
        let styles = Terminal.error.styles(options.color, environment: environment)
        let passphrases = Passphrases(language: language, file: environment["EVIDENCE_PASSPHRASE_FILE"])
        var context = try ServiceContext(
            environment: environment,
            archivePath: options.archive.first?.path
                ?? environment["EVIDENCE_ARCHIVE"].flatMap { $0.isEmpty ? nil : FilePath($0) },
            signerName: options.signer ?? environment["EVIDENCE_SIGNER"].flatMap { $0.isEmpty ? nil : $0 }, zone: zone,
            now: Desk.now,
            askPassphrase: { name in try printer.withoutLine { try passphrases.existing(name) } },
            newPassphrase: { name in try printer.withoutLine { try passphrases.new(name) } },
            warn: { message in
                if isQuiet { return }
                let head = Message(en: "Note: ", zh: "提示：").text(in: language)
                let lines = Speech.lines(head, styles(head, .yellow), message)
                printer.withoutLine { try? Terminal.error.write(lines: lines) }
            },
            progress: { snapshot in
                try Interruption.check()
                printer.update(snapshot)
            },
            checkInterruption: { try Interruption.check() })
        let recorded = recorded
        context.onRecorded = { recorded.add($0) }
        self.context = context
        (archives, isForSeveral) =
            severalArchives ? try ServiceContext.each(options.archive.map(\.path), context) : ([context], false)
    }

    /// An error that stops a command, or what it turns to where something is on record already.
    func whole(_ error: EvidenceError) -> EvidenceError {
        recorded.entries.map { error.after(recording: $0) } ?? error
    }

    func endProgress(completed: Bool) { printer.finish(completed: completed) }

    /// The system's clock, to the millisecond.
    private static func now() -> Timestamp {
        let milliseconds = Int64((Date().timeIntervalSince1970 * 1_000).rounded(.down))
        guard let now = Timestamp(milliseconds: milliseconds) else {
            preconditionFailure("the system's clock is outside the years 0 to 9999")
        }
        return now
    }

    private static func zone(_ name: String) throws -> TimeZoneOffset {
        guard let zone = TimeZone(identifier: name) else {
            throw EvidenceError(
                .usage, en: "There is no time zone “\(name.shown)”. Use a name like Asia/Shanghai or UTC.",
                zh: "没有时区“\(name.shown)”。请用 Asia/Shanghai 或 UTC 之类的名称。")
        }
        return TimeZoneOffset(name: zone.identifier) { milliseconds in
            zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(milliseconds) / 1_000))
        }
    }

    // MARK: Printing

    func text(_ message: Message) -> String { message.text(in: language) }
    func text(_ en: String, _ zh: String) -> String { language.pick(en, zh) }
    /// Values side by side, with the language's comma.
    func listed(_ values: String...) -> String { values.joined(separator: language.comma) }

    /// Prints lines for a person; nothing with `--json`, where standard output is for the document alone.
    func say(_ lines: [String]) throws {
        guard !isJSON else { return }
        endProgress(completed: true)
        try Terminal.output.write(lines: lines)
    }

    /// A sentence in lines that fit the window.
    func wrapped(_ sentence: String) -> [String] { width.map { sentence.wrapped(to: $0) } ?? [sentence] }

    /// What is worth saying but was not asked for; nothing with `--quiet`.
    func mention(_ en: String, _ zh: String) throws {
        if !isQuiet { try say(wrapped(text(en, zh))) }
    }

    /// Prints the one JSON document, where one was asked for.
    func document(_ object: JSONObject) throws {
        guard isJSON else { return }
        endProgress(completed: true)
        try Terminal.output.write(object.printed + [UInt8(ascii: "\n")])
    }

    /// Prints what a command has found, and ends it with the status that says so, whether or not anybody reads to the end.
    ///
    /// - Parameter status: 0 for nothing worth a status.
    func conclude(_ status: Int32, _ output: () throws -> Void) throws {
        do { try output() } catch let error as OutputError where status != 0 {
            if error != .closedPipe { _ = Speech.complain(EvidenceError(.inputOutput, error.explanation)) }
        }
        if status != 0 { throw ExitCode(status) }
    }

    /// Prints a document with long arrays, some items at a time; `items` adds them in the arrays' order.
    func document(arrays names: [String], items: (ListDocument) throws -> Void) throws {
        let document = ListDocument(names)
        try items(document)
        endProgress(completed: true)
        try document.end()
    }
}

/// The entries that a command has had recorded so far.
private final class Recorded: Sendable {
    private let range = Mutex<Range<UInt64>?>(nil)

    /// Nil for none.
    var entries: Range<UInt64>? { range.withLock { $0 } }

    func add(_ entries: Range<UInt64>) {
        range.withLock { $0 = ($0 ?? entries).lowerBound..<entries.upperBound }
    }
}

/// Passphrases: from the file that `EVIDENCE_PASSPHRASE_FILE` names, else asked for at the terminal; never an argument.
struct Passphrases: Sendable {
    let language: Language
    let file: String?

    /// The passphrase of a key that is there; nil where nobody can be asked.
    func existing(_ name: String) throws -> [UInt8]? {
        if let fromFile = try fromFile() { return fromFile }
        guard Terminal.error.isTerminal else { return nil }
        return try asked { prompt in
            try prompt.ask(Message(en: "Passphrase of “\(name.shown)”: ", zh: "“\(name.shown)”的口令："))
        }
    }

    /// The passphrase of a key that is being made, which has one wherever somebody can be asked; else nil for none.
    func new(_ name: String) throws -> [UInt8]? {
        if let fromFile = try fromFile() { return fromFile }
        guard Terminal.error.isTerminal else { return nil }
        return try asked { prompt in
            try prompt.askNew(Message(en: "New passphrase for “\(name.shown)”: ", zh: "为“\(name.shown)”设置口令："))
        }
    }

    private func asked(_ body: (PassphrasePrompt) throws -> [UInt8]) throws -> [UInt8] {
        do {
            return try body(PassphrasePrompt(language: language))
        } catch let error as PassphraseError {
            throw EvidenceError(error == .cancelled ? .interrupted : .refused, error.explanation)
        }
    }

    private func fromFile() throws -> [UInt8]? {
        guard let file, !file.isEmpty else { return nil }
        var bytes = try ServiceContext.passphrase(in: FilePath(file))
        while let last = bytes.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty else {
            throw EvidenceError(
                .badInput, en: "The passphrase file “\(file.shown)” is empty.", zh: "口令文件“\(file.shown)”为空。")
        }
        return bytes
    }
}
