internal import CSystemShims
internal import EvidenceRecord
internal import Glibc
internal import SystemPackage

/// One run of a program that reads strangers' files, and is not trusted with more than that.
struct ToolProcess {
    /// What one run may take.
    struct Limits: Sendable {
        /// On the wall's clock, and of processor time.
        var seconds: Int
        var outputBytes: Int
        var addressBytes: UInt = 2 << 30
    }

    struct Outcome {
        /// Nil where a signal ended it.
        let status: Int32?
        let output: [UInt8]
    }

    private static let environment = ["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC", "HOME=/nonexistent"]
    private static let pollMilliseconds: Int32 = 50

    /// How many open files a program can be given.
    static let mostInputs = Int(EVIDENCE_MOST_INPUTS)

    /// The path by which a program opens one of the files that it is given.
    ///
    /// The file's own path may be none by then, or have a name that means something to the program; and a program that
    /// Landlock restricts may not look into another process's `/proc/<pid>/fd`.
    static func path(ofInput number: Int) -> [UInt8] {
        Array("/proc/self/fd/\(Int(EVIDENCE_FIRST_INPUT) + number)".utf8)
    }

    /// Runs the program and returns what it wrote; nil where it hung, wrote too much, or could not be started.
    ///
    /// - Parameters:
    ///   - inputs: open files that it is given, at most ``mostInputs``; see ``path(ofInput:)``.
    ///   - checkInterruption: throws where the person wants to stop; the program is killed then.
    static func run(
        _ program: FilePath, _ arguments: [[UInt8]], inputs: [Int32] = [], _ limits: Limits,
        checkInterruption: () throws -> Void
    ) throws -> Outcome? {
        var ends: [Int32] = [-1, -1]
        // The child closes all but its own end.
        guard pipe(&ends) == 0 else { return nil }
        defer { close(ends[0]) }
        let process = spawn(program, arguments, inputs, limits, output: ends[1])
        close(ends[1])
        guard process > 0 else { return nil }
        defer { end(process) }
        let deadline = now() + Int64(limits.seconds) * 1_000
        guard let output = try read(ends[0], limits, deadline, checkInterruption) else { return nil }
        // What it wrote is whole only once it has ended by itself.
        while true {
            var status = siginfo_t()
            let found = waitid(P_PID, id_t(process), &status, WEXITED | WNOHANG | WNOWAIT)
            if found == 0, status._sifields._sigchld.si_pid == process {
                let isExit = status.si_code == CLD_EXITED
                return Outcome(status: isExit ? status._sifields._sigchld.si_status : nil, output: output)
            }
            guard found == 0 || errno == EINTR, now() < deadline else { return nil }
            try checkInterruption()
            usleep(2_000)
        }
    }

    private static func spawn(
        _ program: FilePath, _ arguments: [[UInt8]], _ inputs: [Int32], _ limits: Limits, output: Int32
    ) -> pid_t {
        func strings(_ values: [[UInt8]]) -> [UnsafeMutablePointer<CChar>?] {
            values.map { strdup(($0 + [0]).map { CChar(bitPattern: $0) }) } + [nil]
        }
        var words = strings([Array(program.string.utf8)] + arguments)
        var environment = strings(ToolProcess.environment.map { Array($0.utf8) })
        defer { for pointer in words + environment { free(pointer) } }
        return program.withPlatformString {
            evidence_spawn_limited(
                $0, &words, &environment, inputs, Int32(inputs.count), output, UInt(limits.seconds),
                limits.addressBytes)
        }
    }

    /// All that the program writes; nil past the limits.
    private static func read(
        _ descriptor: Int32, _ limits: Limits, _ deadline: Int64, _ checkInterruption: () throws -> Void
    ) throws -> [UInt8]? {
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1_024)
        while true {
            try checkInterruption()
            guard now() < deadline else { return nil }
            var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wanted, 1, pollMilliseconds) > 0 else { continue }
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return output }
            if count < 0 {
                if errno == EINTR { continue }
                return nil
            }
            output += buffer[..<count]
            if output.count > limits.outputBytes { return nil }
        }
    }

    /// Ends the process with all that it has started, and takes its status away.
    private static func end(_ process: pid_t) {
        kill(-process, SIGKILL)
        kill(process, SIGKILL)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }

    /// Milliseconds of a clock that nobody sets.
    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
