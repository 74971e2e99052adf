import EvidenceTestSupport
import Foundation

/// A time stamping authority that listens on 127.0.0.1 while a test runs.
final class TimestampServer: Sendable {
    let authority: TimestampAuthority
    private let port: String
    /// The server ends when this is closed.
    private let input = Pipe()

    init(_ authority: TimestampAuthority) throws {
        self.authority = authority
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", PackageFolder.url.appendingPathComponent("Tests/Fixtures/timestamp-server.py").path,
            authority.folder.path,
        ]
        process.standardOutput = pipe
        process.standardInput = input
        process.standardError = FileHandle.nullDevice
        try process.run()
        let line = String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self)
        port = line.filter(\.isNumber)
        guard !port.isEmpty else { throw TestFailure("The tests' time stamping authority did not start.") }
    }

    deinit { try? input.fileHandleForWriting.close() }

    /// Where it answers in one of the ways that the script knows.
    func address(_ way: String = "granted") -> String { "http://127.0.0.1:\(port)/\(way)" }
}
