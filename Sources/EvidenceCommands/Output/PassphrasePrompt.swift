package import EvidenceRecord
import Glibc
import Synchronization

/// Asks for a passphrase on the terminal itself, so that redirected input and output do not matter.
package struct PassphrasePrompt: Sendable {
    private static let again = Message(en: "Once more: ", zh: "请再输入一次：")
    private static let differs = Message(en: "The two differ. Try again.", zh: "两次输入不一致，请重新输入。")
    private static let empty = Message(en: "It must not be empty. Try again.", zh: "口令不能为空，请重新输入。")

    private let path: String
    private let language: Language

    package init(language: Language, path: String = "/dev/tty") {
        self.language = language
        self.path = path
    }

    /// Asks once, without echo; the answer is the line's bytes, without its end.
    ///
    /// Interrupt, hang-up, quit, stop and termination restore the terminal before they act.
    package func ask(_ prompt: Message) throws(PassphraseError) -> [UInt8] {
        let terminal = try open()
        defer { close(terminal) }
        return try ask(prompt, on: terminal)
    }

    /// Asks for a new passphrase twice, until both answers agree and are not empty; after three attempts it gives up.
    package func askNew(_ prompt: Message) throws(PassphraseError) -> [UInt8] {
        let terminal = try open()
        defer { close(terminal) }
        for _ in 0..<3 {
            let first = try ask(prompt, on: terminal)
            if first.isEmpty {
                show(Self.empty.text(in: language) + "\n", on: terminal)
                continue
            }
            if try ask(Self.again, on: terminal) == first { return first }
            show(Self.differs.text(in: language) + "\n", on: terminal)
        }
        throw .noAgreement
    }

    private func open() throws(PassphraseError) -> Int32 {
        let descriptor = Glibc.open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .noTerminal }
        return descriptor
    }

    private func show(_ text: String, on terminal: Int32) {
        // A terminal that cannot show the question will not give an answer either: reading reports it.
        try? Terminal(descriptor: terminal).write(text)
    }

    private func ask(_ prompt: Message, on terminal: Int32) throws(PassphraseError) -> [UInt8] {
        while true {
            var saved = termios()
            guard tcgetattr(terminal, &saved) == 0 else { throw .noTerminal }
            let caught = CaughtSignals()
            var silent = saved
            silent.c_lflag &= ~tcflag_t(ECHO)
            silent.c_lflag |= tcflag_t(ECHONL | ICANON | ISIG)
            guard tcsetattr(terminal, TCSAFLUSH, &silent) == 0 else {
                caught.restore()
                throw .noTerminal
            }
            show(prompt.text(in: language), on: terminal)
            let answer = Result { () throws(PassphraseError) in try readLine(from: terminal) }
            tcsetattr(terminal, TCSAFLUSH, &saved)
            let signal = CaughtSignals.last
            caught.restore()
            guard signal != 0 else { return try answer.get() }
            show("\n", on: terminal)
            // Ends the program; or stops it, and then asks again.
            raise(signal)
            guard signal == SIGTSTP else { throw .cancelled }
        }
    }

    /// Reads up to the line's end; also returns when a signal has been caught, which another thread may have received.
    private func readLine(from terminal: Int32) throws(PassphraseError) -> [UInt8] {
        var line: [UInt8] = []
        while CaughtSignals.last == 0 {
            var waiting = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 200) > 0 else { continue }
            var byte: UInt8 = 0
            switch read(terminal, &byte, 1) {
            case 1 where byte == UInt8(ascii: "\n"): return line
            case 1: line.append(byte)
            case 0:
                if line.isEmpty { throw .cancelled }
                return line
            default: guard errno == EINTR || errno == EAGAIN else { throw .noTerminal }
            }
        }
        throw .cancelled
    }
}

/// Why there is no passphrase.
package enum PassphraseError: Error, Equatable {
    case noTerminal, cancelled, noAgreement

    package var explanation: Message {
        switch self {
        case .noTerminal:
            Message(
                en: "There is no terminal to ask for the passphrase; name a file in EVIDENCE_PASSPHRASE_FILE.",
                zh: "没有可供输入口令的终端；请用 EVIDENCE_PASSPHRASE_FILE 指定口令文件。")
        case .cancelled: Message(en: "No passphrase was given.", zh: "未输入口令。")
        case .noAgreement: Message(en: "The two passphrases differed three times.", zh: "两次输入的口令始终不一致。")
        }
    }
}

/// Notes the signals that would end or stop the program while the terminal does not echo.
private struct CaughtSignals {
    private static let numbers = [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP]
    private static let noted = Atomic<Int32>(0)

    static var last: Int32 { noted.load(ordering: .relaxed) }

    private let previous: [(Int32, sigaction)]

    init() {
        Self.noted.store(0, ordering: .relaxed)
        previous = Self.numbers.map { number in
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { CaughtSignals.noted.store($0, ordering: .relaxed) }
            var old = sigaction()
            sigaction(number, &action, &old)
            return (number, old)
        }
    }

    func restore() {
        for (number, old) in previous {
            var old = old
            sigaction(number, &old, nil)
        }
    }
}
