package import Foundation

/// The verifier in another language, written from FORMAT.md alone.
///
/// Run by the system's own Python without any package, as on a bare Debian, so that the need of one would be noticed.
package enum IndependentVerifier {
    package struct Verdict {
        package let status: Int32
        /// The words of what it says; codes are among them.
        package let words: Set<String>
        /// All that it says, for a failing test.
        package let text: String
    }

    /// - Parameter options: what the reader brings, such as `--key` and a verifier key.
    package static func check(_ place: URL, _ options: [String] = []) throws -> Verdict {
        let script = PackageFolder.url.appendingPathComponent("scripts/verify-independent.py").path
        let (status, output) = try python([script, place.path] + options)
        let text = String(decoding: output, as: UTF8.self)
        return Verdict(
            status: status, words: Set(text.split { !($0.isLetter || $0 == "-") }.map(String.init)), text: text)
    }

    /// What a script gives that uses its modules.
    package static func run(_ script: String) throws -> [String] {
        let folder = PackageFolder.url.appendingPathComponent("scripts").path
        let (status, output) = try python([
            "-B", "-c", "import sys; sys.path.insert(0, sys.argv[1])\n" + script, folder,
        ])
        guard status == 0 else { throw TestFailure("the script ended with \(status)") }
        return String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private static func python(_ arguments: [String]) throws -> (status: Int32, output: Data) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-I"] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }
}
