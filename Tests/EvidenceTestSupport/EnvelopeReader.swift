package import Foundation

/// Somebody to whom things are encrypted, with a key and a certificate made by `openssl`.
///
/// Its files: `NAME.pem` (certificate) and `NAME.key`, in the folder it is given.
package struct EnvelopeReader: Sendable {
    /// The kinds of keys, as `openssl req -newkey` and `-pkeyopt` take them.
    package enum KeyKind: String, Sendable, CaseIterable {
        case p256 = "ec ec_paramgen_curve:P-256"
        case p384 = "ec ec_paramgen_curve:P-384"
        case rsa2048 = "rsa rsa_keygen_bits:2048"
        case rsa1024 = "rsa rsa_keygen_bits:1024"
        case secp256k1 = "ec ec_paramgen_curve:secp256k1"
        case ed25519 = "ed25519"
        case sm2
    }

    package let name: String
    package let folder: URL
    package var certificate: URL { folder.appendingPathComponent("\(name).pem") }
    package var key: URL { folder.appendingPathComponent("\(name).key") }

    /// - Parameters:
    ///   - usage: the certificate's keyUsage, as `openssl` writes it; none where there is none.
    ///   - passphrase: encrypts the key's file.
    package init(
        _ name: String, _ kind: KeyKind = .p256, in folder: URL, usage: String? = nil, passphrase: String? = nil
    ) throws {
        self.name = name
        self.folder = folder
        let words = kind.rawValue.split(separator: " ").map(String.init)
        try openssl(
            ["req", "-x509", "-utf8", "-batch", "-days", "3650", "-subj", "/O=检察院/CN=\(name)", "-newkey", words[0]]
                + (words.count > 1 ? ["-pkeyopt", words[1]] : [])
                + (kind == .ed25519 ? [] : kind == .sm2 ? ["-sm3"] : ["-sha256"])
                + (usage.map { ["-addext", "keyUsage=critical,\($0)"] } ?? [])
                + (passphrase.map { ["-passout", "pass:\($0)"] } ?? ["-nodes"])
                + ["-keyout", "\(name).key", "-out", "\(name).pem"])
    }

    /// What `openssl cms -decrypt` makes of a message with this reader's key alone.
    package func decrypt(_ message: [UInt8]) throws -> [UInt8] {
        let file = folder.appendingPathComponent("\(name).message")
        try Data(message).write(to: file)
        return try openssl(["cms", "-decrypt", "-binary", "-inform", "DER", "-in", file.path, "-inkey", "\(name).key"])
    }

    @discardableResult
    private func openssl(_ arguments: [String]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.currentDirectoryURL = folder
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw TestFailure("openssl \(arguments.joined(separator: " ")) ended with \(process.terminationStatus).")
        }
        return [UInt8](output)
    }
}
