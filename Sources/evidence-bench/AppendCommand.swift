import ArgumentParser
import EvidenceArchive
import EvidenceCrypto
import EvidenceRecord
import EvidenceServices
import Foundation
import SystemPackage

/// Appends records to an archive of this user's.
///
/// Timed are the commits, up to where they are durable in the log; with `--whole` also what follows each of them: the
/// published checkpoint, the operator's memory, the index.
struct AppendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "append")

    @Argument var archive: String
    @Option var entries: Int
    @Option var perCommit: Int
    @Option(help: "About how many bytes a body has.") var bodyBytes = 700
    @Flag(help: "Time all that a commit does.") var whole = false

    func validate() throws {
        guard entries > 0, perCommit > 0, bodyBytes > 0 else {
            throw ValidationError("--entries, --per-commit and --body-bytes must be above 0.")
        }
    }

    func run() throws {
        let context = try ServiceContext(
            environment: ProcessInfo.processInfo.environment, archivePath: FilePath(archive), signerName: nil,
            zone: TimeZoneOffset(name: "UTC") { _ in 0 }, now: AppendCommand.now,
            askPassphrase: { _ in nil }, newPassphrase: { _ in nil }, warn: { _ in }, progress: { _ in },
            checkInterruption: {})
        let opened = try context.openArchive()
        var durable = ContinuousClock.now
        let session = try AppendSession(
            opened,
            AppendSession.Surroundings(
                folders: context.folders, now: context.now, random: context.random, onWait: {}, onWarning: { _ in },
                onDurable: { _ in durable = .now }, checkInterruption: {}))
        let folder = KeyFolder(context.folders)
        let keys = CommitKeys(
            archive: try folder.archiveKey(opened.created.key) { _ in nil },
            signer: try folder.signer(try context.actingSigner()) { _ in nil })
        var total = Duration.zero
        var commits = 0
        for start in stride(from: 0, to: entries, by: perCommit) {
            let drafts = try (start..<min(entries, start + perCommit)).map { number in
                Draft(.evidenceAdded, body: Body.bytes(record(number).json, salt: try context.random(Body.saltSize)))
            }
            let begun = ContinuousClock.now
            _ = try session.commit(drafts, keys: keys)
            total += begun.duration(to: whole ? .now : durable)
            commits += 1
        }
        EvidenceBench.printResult(entries: entries, commits: commits, total)
    }

    @Sendable private static func now() -> Timestamp {
        guard let now = Timestamp(milliseconds: Int64(Date.now.timeIntervalSince1970 * 1_000)) else {
            preconditionFailure("the system's clock is outside the years 0 to 9999")
        }
        return now
    }

    /// A record without files; one in a thousand is about 消防.
    private func record(_ number: Int) -> EvidenceAdded {
        var generator = SplitMix64(state: UInt64(number))
        let topic = number % 1_000 == 0 ? "消防" : "现场"
        var record = EvidenceAdded(kind: "document", title: "\(topic)检查记录第\(number)号")
        var text = ""
        // The members that each record has take about 150 bytes.
        while text.utf8.count < bodyBytes - 150 {
            guard let scalar = Unicode.Scalar(0x4E00 + UInt32.random(in: 0..<3_000, using: &generator)) else { break }
            text.unicodeScalars.append(scalar)
        }
        record.description = text
        return record
    }
}

/// The generator of Steele, Lea and Flood (OOPSLA 2014): the same records in every run.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
