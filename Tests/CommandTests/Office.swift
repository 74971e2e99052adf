import EvidenceCrypto
import EvidenceTestSupport
import Foundation
import Testing
import TransparencyLog

/// An office with a witness, which watches what it is told.
final class Office: Sendable {
    let laptop: Laptop
    /// The witness's verifier key.
    let key: String

    init(named name: String = "witness.example/office", watching keys: String...) throws {
        laptop = try Laptop()
        key = try laptop.json("witness", "init", name)["key"]?.string ?? ""
        for key in keys { try laptop.succeed("witness", "watch", key) }
    }

    /// Where the witness's database lies.
    var folder: String { laptop.home + "/state/witness" }
    var database: String { folder + "/witness.sqlite" }

    var verifier: VerifierKey { get throws { try VerifierKey(key) } }

    /// Writes a request to a file.
    @discardableResult
    func file(_ name: String, _ request: WitnessRequest) throws -> String {
        try laptop.file(name, bytes: request.bytes)
    }

    func cosign(_ path: String, _ more: String...) throws -> Outcome {
        try laptop.start(["witness", "cosign", path] + more).wait()
    }

    func list() throws -> JSON { try laptop.json("witness", "list") }

    /// How the conflicts that it keeps are called, in order.
    func conflicts() throws -> [String] { try list()["conflicts"]?.array.compactMap { $0["kind"]?.string } ?? [] }

    /// The size of the newest checkpoint that it has cosigned of its only archive.
    func newestSize() throws -> Int? { try list()["watched"]?[0]?["size"]?.int }

    /// Whether an outcome is a cosignature over this text: a line of it, or the whole cosigned checkpoint.
    func holds(_ outcome: Outcome, over note: SignedNote) throws -> Bool {
        let lines =
            (try? SignedNote(parsing: outcome.output))?.signatures
            ?? (try? SignedNote.signatures(parsing: outcome.output))
        let key = try verifier
        return (lines ?? []).contains { line in
            (try? Cosignature(line))?.isValid(noteText: note.text, key: key) ?? false
        }
    }
}

/// `evidence witness serve` of an office, running.
final class ServedWitness {
    let url: String
    private let running: Running

    init(_ office: Office, listen: String = "127.0.0.1:0") throws {
        running = try office.laptop.start(["witness", "serve", "--listen", listen, "--json"])
        for _ in 0..<3_000 {
            if let url = try? JSON(running.outSoFar)["url"]?.string {
                self.url = url
                return
            }
            usleep(10_000)
        }
        running.send(SIGKILL)
        throw HarnessError("the witness does not listen: \(try running.wait().err)")
    }

    /// Stops it with a signal, and waits until it has ended.
    func stop(_ signal: Int32 = SIGTERM) throws -> Outcome {
        running.send(signal)
        return try running.wait()
    }
}

extension Laptop {
    /// The archive's key, which lies in the key folder: what its operator could sign with.
    func archiveKey() throws -> TestKey {
        let folder = home + "/archives"
        let name = try #require(
            try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasSuffix(".pem") })
        let privateKey = try Ed25519PrivateKey(pem: try Laptop.bytes(folder + "/" + name), passphrase: nil)
        let line = String(
            decoding: try Laptop.bytes(folder + "/" + name.replacing(".pem", with: ".vkey")), as: UTF8.self)
        return TestKey(
            verifier: try VerifierKey(line.trimmingCharacters(in: .newlines)), privateKey: privateKey)
    }

    /// A second laptop with all that this one has: archive, keys and memory.
    func twin() throws -> Laptop {
        let twin = try Laptop()
        for (from, to) in [(home, twin.home), (folder, twin.folder)] {
            try? FileManager.default.removeItem(atPath: to)
            try FileManager.default.copyItem(atPath: from, toPath: to)
        }
        return twin
    }
}
