package import EvidenceRecord
import Glibc

/// Standard output or standard error, written without a buffer of our own.
package struct Terminal: Sendable {
    package static let output = Terminal(descriptor: STDOUT_FILENO)
    package static let error = Terminal(descriptor: STDERR_FILENO)

    package let descriptor: Int32

    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    package var isTerminal: Bool { isatty(descriptor) == 1 }

    /// The window's width in cells; nil if this is no terminal, so that files and pipes get everything.
    ///
    /// A positive number in `COLUMNS` overrides what the terminal says.
    package func width(environment: [String: String]) -> Int? {
        guard isTerminal else { return nil }
        if let columns = environment["COLUMNS"].flatMap({ Int($0) }), columns > 0 { return columns }
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    package func styles(_ choice: ColorChoice, environment: [String: String]) -> Styles {
        Styles(isEnabled: choice.isEnabled(isTerminal: isTerminal, environment: environment))
    }

    /// Writes all of the text, whatever interrupts.
    ///
    /// Call ``ignoreClosedPipes()`` once at the start; else the system ends the program before `closedPipe` is thrown.
    package func write(_ text: String) throws(OutputError) {
        try write(Array(text.utf8))
    }

    package func write(_ bytes: [UInt8]) throws(OutputError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written >= 0 {
                rest = rest.dropFirst(written)
                continue
            }
            switch errno {
            case EINTR: continue
            case EAGAIN:  // someone left the terminal in non-blocking mode
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&waiting, 1, -1)
            case EPIPE: throw .closedPipe
            case let code: throw .failed(code: code)
            }
        }
    }

    /// Writes text that came from others: into a file or a pipe byte for byte; to a terminal with all escaped that would steer it.
    package func write(foreign text: [UInt8]) throws(OutputError) {
        guard isTerminal else { return try write(text) }
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        try write(lines.map { String($0).shown }.joined(separator: "\n"))
    }

    /// Writes the lines, each ended by a line feed, in one go.
    package func write(lines: [String]) throws(OutputError) {
        try write(lines.map { $0 + "\n" }.joined())
    }

    /// Puts something in the place of standard streams that are closed, so that no file of ours is opened there and written to as
    /// output; reading and writing there stay errors.
    package static func openClosed() {
        for (number, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY)]
        where fcntl(number, F_GETFD) < 0 {
            let file = open("/dev/null", mode)
            if file >= 0, file != number {
                _ = dup2(file, number)
                close(file)
            }
        }
    }

    /// Makes a reader that went away an error of ``write(_:)-(String)`` instead of the program's silent end.
    ///
    /// A file that reached the largest size allowed becomes an error as well.
    package static func ignoreClosedPipes() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }
}

/// Why output could not be written.
package enum OutputError: Error, Equatable {
    /// The reader, such as `head`, has what it wanted: end quietly, with success.
    case closedPipe
    /// Another failure, such as a full disk; `code` is `errno`.
    case failed(code: Int32)

    package var explanation: Message {
        switch self {
        case .closedPipe: Message(en: "The reader of the output has gone.", zh: "输出的读取方已关闭。")
        case .failed(let code):
            Message(
                en: "The output could not be written: \(String(cString: strerror(code))).",
                zh: "无法写出输出：\(String(cString: strerror(code)))。")
        }
    }
}
