import Foundation
import Glibc

extension Laptop {
    /// What a person saw at a terminal, and how the command ended.
    struct Screen: Sendable {
        let status: Int32
        let text: String
    }

    /// Runs `evidence` with a terminal of its own, and types an answer at each question.
    func atTerminal(_ arguments: [String], env: [String: String?] = [:], answers: [String]) throws -> Screen {
        let master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard master >= 0 else { throw HarnessError("/dev/ptmx: \(errno)") }
        defer { close(master) }
        var number: UInt32 = 0
        var locked: Int32 = 0
        // TIOCSPTLCK unlocks the other side, TIOCGPTN tells its number.
        guard ioctl(master, 0x4004_5431, &locked) == 0, ioctl(master, 0x8004_5430, &number) == 0 else {
            throw HarnessError("no pseudo-terminal: \(errno)")
        }
        let running = try start(arguments, env: env, terminal: "/dev/pts/\(number)")
        var screen: [UInt8] = []
        var answers = answers[...]
        var answeredAt = 0
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            var waiting = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, 10_000) > 0 else {
                // Nobody will answer: the test must not wait for ever.
                running.send(SIGKILL)
                break
            }
            let count = read(master, &buffer, buffer.count)
            if count <= 0 { break }
            screen += buffer[..<count]
            // A question ends with a colon and leaves the cursor behind it.
            let text = String(decoding: screen, as: UTF8.self)
            if text.hasSuffix(": ") || text.hasSuffix("："), screen.count > answeredAt, let answer = answers.popFirst() {
                answeredAt = screen.count
                let line = Array((answer + "\n").utf8)
                _ = write(master, line, line.count)
            }
        }
        let status = try running.wait().status
        return Screen(status: status, text: String(decoding: screen, as: UTF8.self))
    }
}
