import EvidenceTestSupport
import Foundation
import Glibc
import Testing

/// What a command left behind when it ended.
struct Outcome: Sendable {
    /// The exit status; 128 and the signal's number where a signal ended it.
    let status: Int32
    /// The bytes of standard output.
    let output: [UInt8]
    /// The bytes of standard error.
    let errors: [UInt8]
    /// The largest resident set that was seen, in KiB; 0 where it was not measured.
    let peakKiB: Int

    var out: String { String(decoding: output, as: UTF8.self) }
    var err: String { String(decoding: errors, as: UTF8.self) }
    var outLines: [String] { out.split(separator: "\n").map(String.init) }
    var errLines: [String] { err.split(separator: "\n").map(String.init) }
    /// The one JSON document that standard output must be.
    var json: JSON { get throws { try JSON(output) } }

    /// Expects that it was measured and took less memory; under a sanitizer, whose own memory is several times the program's,
    /// that says nothing.
    func expectPeak(
        below limitKiB: Int, _ command: [String] = [], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(
            peakKiB > 0 && (peakKiB < limitKiB || TestTier.isSanitized), "\(command): \(peakKiB) KiB",
            sourceLocation: sourceLocation)
    }
}

/// What the tests themselves could not do.
struct HarnessError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Waits until something holds, looking again and again; an error where it does not within two minutes.
func wait(until holds: () throws -> Bool) throws {
    let end = ContinuousClock.now + .seconds(120)
    while try !holds() {
        guard ContinuousClock.now < end else { throw HarnessError("what was waited for did not come about") }
        usleep(500)
    }
}

/// A command that was started and has not been waited for.
final class Running: Sendable {
    /// `POSIX_SPAWN_SETSID`, which Swift does not see.
    private static let newSession: Int32 = 0x80

    let pid: pid_t
    private let scratch: String

    /// Starts a program with its standard streams on files, so that no pipe can fill up.
    ///
    /// - Parameters:
    ///   - program: the program's path
    ///   - arguments: their exact bytes, the program's name aside
    ///   - terminal: a terminal that becomes the child's own, with all its standard streams
    init(
        _ program: String, _ arguments: [[UInt8]], environment: [String: String], folder: String, input: String?,
        terminal: String? = nil
    ) throws {
        scratch = try Laptop.temporaryFolder()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let terminal {
            posix_spawn_file_actions_addopen(&actions, 0, terminal, O_RDWR, 0)
            posix_spawn_file_actions_adddup2(&actions, 0, 1)
            posix_spawn_file_actions_adddup2(&actions, 0, 2)
        } else {
            let create = O_WRONLY | O_CREAT | O_TRUNC
            posix_spawn_file_actions_addopen(&actions, 0, input ?? "/dev/null", O_RDONLY, 0)
            posix_spawn_file_actions_addopen(&actions, 1, scratch + "/out", create, 0o600)
            posix_spawn_file_actions_addopen(&actions, 2, scratch + "/err", create, 0o600)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags =
            Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF) | (terminal == nil ? 0 : Running.newSession)
        posix_spawnattr_setflags(&attributes, Int16(flags))
        // `env` changes the folder, which `posix_spawn` can do only where Swift does not see it, and becomes the program.
        let words = (["env", "-C", folder, program].map { Array($0.utf8) } + arguments).map { $0 + [0] }
        var argv = words.map { word in strdup(word.map { CChar(bitPattern: $0) }) } + [nil]
        var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var pid: pid_t = 0
        let failure = posix_spawn(&pid, "/usr/bin/env", &actions, &attributes, &argv, &envp)
        guard failure == 0 else {
            throw HarnessError("could not start \(program): \(String(cString: strerror(failure)))")
        }
        self.pid = pid
    }

    func send(_ signal: Int32) { kill(pid, signal) }

    /// What it has printed so far.
    var outSoFar: [UInt8] { (try? Laptop.bytes(scratch + "/out")) ?? [] }

    /// Waits until the child has ended.
    ///
    /// - Parameter measured: whether to watch its memory while it runs. (What `wait4` reports would include the memory of
    ///   this process, from before the child's `exec`.)
    func wait(measured: Bool = false) throws -> Outcome {
        var status: Int32 = 0
        var peak = 0
        while true {
            let ended = waitpid(pid, &status, measured ? WNOHANG : 0)
            if ended == pid { break }
            guard ended == 0 || errno == EINTR else { throw HarnessError("lost the child") }
            peak = max(peak, Running.peakKiB(of: pid) ?? 0)
            usleep(2_000)
        }
        let signal = status & 0x7F
        let outcome = Outcome(
            status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal,
            output: (try? Laptop.bytes(scratch + "/out")) ?? [], errors: (try? Laptop.bytes(scratch + "/err")) ?? [],
            peakKiB: peak)
        try? FileManager.default.removeItem(atPath: scratch)
        return outcome
    }

    /// The high-water mark of a living process's resident set.
    private static func peakKiB(of pid: pid_t) -> Int? {
        guard let bytes = try? Laptop.bytes("/proc/\(pid)/status") else { return nil }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.filter(\.isNumber)) }
    }
}
