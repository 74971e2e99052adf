import EvidenceCommands
import EvidenceRecord
import Foundation
import Synchronization
import Testing

/// What waits for a device waits on a thread of its own: the few threads of Swift's tasks must not all be blocked.
@Suite(.serialized)
struct TerminalTests {
    /// Both ends of a pseudo-terminal.
    private struct PseudoTerminal: ~Copyable {
        // TIOCSPTLCK and TIOCGPTN, macros that Swift cannot import.
        private static let unlockRequest: UInt = 0x4004_5431
        private static let numberRequest: UInt = 0x8004_5430

        let master: Int32
        let path: String

        init() throws {
            master = open("/dev/ptmx", O_RDWR | O_NOCTTY)
            try #require(master >= 0)
            var unlock: Int32 = 0
            var number: UInt32 = 0
            try #require(ioctl(master, Self.unlockRequest, &unlock) == 0)
            try #require(ioctl(master, Self.numberRequest, &number) == 0)
            path = "/dev/pts/\(number)"
        }

        deinit { close(master) }

        func type(_ text: String) throws { try Terminal(descriptor: master).write(text) }

        /// What has been shown, up to and including `end`.
        func shown(upTo end: String) -> String {
            var bytes: [UInt8] = []
            var byte: UInt8 = 0
            while !String(decoding: bytes, as: UTF8.self).hasSuffix(end), read(master, &byte, 1) == 1 {
                bytes.append(byte)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    /// What a blocking function returned on a thread of its own.
    private final class Answer<Value: Sendable>: Sendable {
        private let result = Mutex<Result<Value, any Error>?>(nil)
        private let done = DispatchSemaphore(value: 0)

        init(_ body: @escaping @Sendable () throws -> Value) {
            Thread.detachNewThread {
                let result = Result { try body() }
                self.result.withLock { $0 = result }
                self.done.signal()
            }
        }

        func get() throws -> Value {
            done.wait()
            return try #require(result.withLock { $0 }).get()
        }
    }

    private static let prompt = Message(en: "Passphrase: ", zh: "口令：")

    @Test func `Colour follows the choice, the terminal and the environment`() {
        #expect(ColorChoice.auto.isEnabled(isTerminal: true, environment: ["NO_COLOR": "", "TERM": "xterm"]))
        #expect(!ColorChoice.auto.isEnabled(isTerminal: true, environment: ["NO_COLOR": "1"]))
        #expect(!ColorChoice.auto.isEnabled(isTerminal: true, environment: ["TERM": "dumb"]))
        #expect(!ColorChoice.auto.isEnabled(isTerminal: false, environment: [:]))
        #expect(ColorChoice.always.isEnabled(isTerminal: false, environment: ["NO_COLOR": "1"]))
        #expect(!ColorChoice.never.isEnabled(isTerminal: true, environment: [:]))
        #expect(Styles(isEnabled: true)("x", .yellow) == "\u{1B}[33mx\u{1B}[0m")
        #expect(Styles(isEnabled: false)("x", .yellow) == "x")
        #expect(Styles(isEnabled: true)("x", nil) == "x")
    }

    @Test func `A reader that went away is an error of its own`() throws {
        Terminal.ignoreClosedPipes()
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        close(ends[0])
        #expect(throws: OutputError.closedPipe) { try Terminal(descriptor: ends[1]).write("text") }
        close(ends[1])
        #expect(throws: OutputError.failed(code: EBADF)) { try Terminal(descriptor: -1).write("text") }
        try Terminal(descriptor: -1).write("")
    }

    @Test func `More than a pipe holds is written whole`() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        // Non-blocking: the writer must wait for the reader by itself.
        #expect(fcntl(writing, F_SETFL, O_NONBLOCK) == 0)
        let lines = (0..<50_000).map { "第 \($0) 行" }
        let writer = Answer {
            try Terminal(descriptor: writing).write(lines: lines)
            close(writing)
        }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 10_000)
        while true {
            let count = read(reading, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        close(reading)
        try writer.get()
        #expect(String(decoding: bytes, as: UTF8.self) == lines.map { $0 + "\n" }.joined())
    }

    @Test func `Only a terminal has a width`() throws {
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        #expect(Terminal(descriptor: ends[1]).width(environment: ["COLUMNS": "70"]) == nil)
        ends.forEach { close($0) }

        let pty = try PseudoTerminal()
        let slave = open(pty.path, O_RDWR | O_NOCTTY)
        defer { close(slave) }
        let terminal = Terminal(descriptor: slave)
        #expect(terminal.isTerminal)
        #expect(terminal.width(environment: [:]) == 80)
        var size = winsize(ws_row: 24, ws_col: 101, ws_xpixel: 0, ws_ypixel: 0)
        #expect(ioctl(slave, UInt(TIOCSWINSZ), &size) == 0)
        #expect(terminal.width(environment: [:]) == 101)
        #expect(terminal.width(environment: ["COLUMNS": "70"]) == 70)
        #expect(terminal.width(environment: ["COLUMNS": "x"]) == 101)
    }

    @Test func `A passphrase is read without echo, and a new one twice until both agree`() throws {
        let pty = try PseudoTerminal()
        let slave = open(pty.path, O_RDWR | O_NOCTTY)
        defer { close(slave) }
        let prompt = PassphrasePrompt(language: .zhHans, path: pty.path)
        let asked = Answer { try prompt.askNew(Self.prompt) }
        var shown = ""
        // Nothing, then two that differ, then two that agree.
        for (question, answer) in [
            ("口令：", ""), ("口令：", "甲乙"), ("再输入一次：", "甲丙"), ("口令：", "甲 乙"), ("再输入一次：", "甲 乙"),
        ] {
            shown += pty.shown(upTo: question)
            try pty.type(answer + "\n")
        }
        #expect(try asked.get() == Array("甲 乙".utf8))
        #expect(shown.contains("不能为空") && shown.contains("不一致"))
        #expect(!shown.contains("乙") && !shown.contains("丙"))
        var settings = termios()
        #expect(tcgetattr(slave, &settings) == 0)
        #expect(settings.c_lflag & tcflag_t(ECHO) != 0)
    }

    @Test func `The end of input and a missing terminal give no passphrase`() throws {
        let pty = try PseudoTerminal()
        let slave = open(pty.path, O_RDWR | O_NOCTTY)
        defer { close(slave) }
        let prompt = PassphrasePrompt(language: .en, path: pty.path)
        let asked = Answer { try prompt.ask(Self.prompt) }
        #expect(pty.shown(upTo: ": ") == "Passphrase: ")
        try pty.type("\u{4}")
        #expect(throws: PassphraseError.cancelled) { try asked.get() }
        #expect(throws: PassphraseError.noTerminal) {
            try PassphrasePrompt(language: .en, path: "/dev/null").ask(Self.prompt)
        }
        #expect(throws: PassphraseError.noTerminal) {
            try PassphrasePrompt(language: .en, path: "/nowhere").ask(Self.prompt)
        }
    }
}
