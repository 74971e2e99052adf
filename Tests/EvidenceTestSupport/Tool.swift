package import Foundation

/// The package's own folder, in which the tests find its documents and tools.
package enum PackageFolder {
    package static let url = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}

/// The built `evidence`, which lies beside the tests' own program: in a sanitized build it is the sanitized one.
package enum BuiltProgram {
    package static let path: String = {
        var path = [CChar](repeating: 0, count: 4_096)
        let length = readlink("/proc/self/exe", &path, path.count - 1)
        let own = String(decoding: path.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let candidates = [own, CommandLine.arguments[0]].map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
        let found = candidates.map { $0.appendingPathComponent("evidence").path }
        return found.first { FileManager.default.isExecutableFile(atPath: $0) } ?? ".build/debug/evidence"
    }()
}

/// Runs what waits for half a minute or so on a thread of its own: of those on which tests run there is one a core.
package func aside<Outcome: Sendable>(_ body: @escaping @Sendable () throws -> Outcome) async throws -> Outcome {
    try await withCheckedThrowingContinuation { outcome in
        Thread { outcome.resume(with: Result(catching: body)) }.start()
    }
}

/// Why a test could not run at all.
package struct TestFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// A program that a test makes.
package enum Script {
    /// Another process writes it: what this one holds open to write, each program that another test starts meanwhile holds too,
    /// for a moment, and a file that is open to be written can't be run.
    package static func write(_ content: String, to file: URL) throws {
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        let text = file.appendingPathExtension("text")
        try Data(content.utf8).write(to: text)
        let copying = Process()
        copying.executableURL = URL(fileURLWithPath: "/bin/sh")
        copying.arguments = ["-c", "cp -f \"$1\" \"$2\" && chmod 755 \"$2\"", "sh", text.path, file.path]
        try copying.run()
        copying.waitUntilExit()
        guard copying.terminationStatus == 0 else { throw TestFailure("“\(file.path)” could not be made.") }
    }
}

/// Runs a script with the Python of `.venv`, in which scripts/setup puts other people's implementations.
package enum Python {
    /// - Returns: the lines that the script prints.
    package static func run(_ script: String, input: Data) throws -> [String] {
        let python = PackageFolder.url.appendingPathComponent(".venv/bin/python")
        guard FileManager.default.isExecutableFile(atPath: python.path) else {
            throw TestFailure("There is no .venv with Python's rfc8785 in the package's folder: run scripts/setup.")
        }
        let folder = try TemporaryFolder()
        let file = folder.url.appendingPathComponent("input")
        try input.write(to: file)
        let process = Process()
        process.executableURL = python
        process.arguments = ["-c", script]
        process.standardInput = try FileHandle(forReadingFrom: file)
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw TestFailure("Python ended with \(process.terminationStatus): run scripts/setup, then the test again.")
        }
        return String(decoding: output, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast().map(String.init)
    }
}

/// A folder that is gone when nobody holds it any more.
package final class TemporaryFolder: Sendable {
    package let url: URL

    package init() throws {
        url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appendingPathComponent("evidence-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}
