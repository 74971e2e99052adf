internal import ArgumentParser
internal import EvidenceRecord

/// A command with the global options, an example, and the exit statuses that its help names.
protocol EvidenceCommand: ParsableCommand {
    var options: GlobalOptions { get }
    /// One line as a person would type it.
    static var example: String { get }
    /// The statuses beyond success, usage and our own fault.
    static var exitStatuses: [Int32] { get }
    /// Whether it can look at several archives at once, which ``Desk/archives`` then has.
    static var takesSeveralArchives: Bool { get }
    func run(at desk: Desk) throws
}

extension EvidenceCommand {
    func run() throws {
        let desk = try Desk(options, severalArchives: Self.takesSeveralArchives)
        do {
            try run(at: desk)
        } catch let error as EvidenceError {
            desk.endProgress(completed: false)
            throw desk.whole(error)
        } catch let error as OutputError where error != .closedPipe {
            throw desk.whole(EvidenceError(.inputOutput, error.explanation))
        }
        desk.endProgress(completed: true)
    }

    static var exitStatuses: [Int32] { [1, 65, 66, 74, 75, 77] }
    static var takesSeveralArchives: Bool { false }
}

/// The commands that can look at several archives at once, as they are typed.
enum SeveralArchiveCommands {
    static let names: [String] = HelpEnding.members(of: EvidenceCommandRoot.self)
        .filter { $0.takesSeveralArchives }.compactMap { $0.configuration.commandName }

    /// Their names, as a sentence lists them.
    static var listed: Message {
        Message(
            en: names.count < 2
                ? names.joined() : names.dropLast().joined(separator: ", ") + " and " + (names.last ?? ""),
            zh: names.joined(separator: "、"))
    }
}

/// What stands at the end of every help text and manual page: exit statuses and an example.
struct HelpEnding {
    private let commands: [any EvidenceCommand.Type]

    /// For the command that arguments ask help for; a group of commands has its members' statuses.
    init(_ arguments: [String]) {
        var type: any ParsableCommand.Type = EvidenceCommandRoot.self
        for argument in arguments where !argument.hasPrefix("-") && argument != "help" {
            guard let next = type.configuration.subcommands.first(where: { $0.configuration.commandName == argument })
            else { break }
            type = next
        }
        commands = HelpEnding.members(of: type)
    }

    /// In this process's language, sorted.
    var statuses: [(status: Int32, meaning: String)] {
        let statuses = Set(commands.flatMap { $0.exitStatuses } + [0, 64, 70]).sorted()
        return statuses.compactMap { status in
            let isWhole = status == 0 && statuses.contains(3)
            let meaning = isWhole ? HelpEnding.whole : HelpEnding.meanings[status]
            return meaning.map { (status, $0.text(in: Speech.language)) }
        }
    }

    var example: String? { commands.first?.example }

    /// In lines that fit a window; the example is one line all the same, so that it can be copied.
    func lines(width: Int?) -> [String] {
        var lines = ["", Speech.say("EXIT STATUS:", "退出状态：")]
        for (status, meaning) in statuses {
            let wrapped = width.map { meaning.wrapped(to: $0 - 8) } ?? [meaning]
            lines += wrapped.enumerated().map { index, line in
                "  \((index == 0 ? String(status) : "").padded(to: 4))  \(line)"
            }
        }
        guard let example else { return lines }
        return lines + ["", Speech.say("EXAMPLE:", "示例："), "  \(example)"]
    }

    fileprivate static func members(of type: any ParsableCommand.Type) -> [any EvidenceCommand.Type] {
        if let command = type as? any EvidenceCommand.Type { return [command] }
        return type.configuration.subcommands.flatMap { members(of: $0) }
    }

    private static let whole = Message(
        en: "done; verify: whole, and checked but for what the verdict names", zh: "完成；verify：完好，除结论注明者外均已核验")
    private static let meanings: [Int32: Message] = [
        0: Message(en: "done", zh: "完成"),
        1: Message(en: "tampering or damage was found", zh: "发现篡改或损坏"),
        2: Message(
            en: "--exit-code: something is overdue, due soon or lacking", zh: "--exit-code：有逾期、即将到期、缺项或违规"),
        3: Message(en: "nothing wrong was found, but not everything was checked", zh: "未发现问题，但未能全部核验"),
        64: Message(en: "the command was used wrongly", zh: "命令用法有误"),
        65: Message(en: "bad input", zh: "输入有误"),
        66: Message(en: "input is missing or cannot be opened", zh: "缺少输入或无法打开"),
        69: Message(en: "a server did not answer", zh: "服务器没有应答"),
        70: Message(en: "our own fault", zh: "程序自身出错"),
        74: Message(en: "the disk could not be read or written", zh: "磁盘读写出错"),
        75: Message(en: "the archive is in use", zh: "档案正在使用中"),
        77: Message(en: "refused: rolled back, not enrolled, read-only", zh: "被拒绝：档案被回退、未登记或只读"),
        130: Message(en: "interrupted", zh: "被中断"),
    ]
}
