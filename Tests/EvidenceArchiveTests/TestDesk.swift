import EvidenceArchive
import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import Synchronization
import SystemPackage

/// A person at a desk: a key folder, a clock that goes on by a second each time, and an ear for warnings.
final class TestDesk: Sendable {
    let home: URL
    let archive: URL
    private let clock: Mutex<Int64>
    private let heard = Mutex<[Message]>([])

    init(home: URL, archive: URL, from start: Timestamp = .test("2026-03-12T01:30:00.000Z")) {
        clock = Mutex(start.milliseconds)
        self.home = home
        self.archive = archive
    }

    var environment: [String: String] { ["EVIDENCE_HOME": home.path] }

    func folders() throws -> UserFolders { try UserFolders(environment: environment) }

    /// What was said since this was last asked.
    func warnings() -> [Message] {
        heard.withLock { heard in
            defer { heard = [] }
            return heard
        }
    }

    func context(as signer: String? = nil) throws -> ServiceContext {
        try ServiceContext(
            environment: environment, archivePath: FilePath(archive.path), signerName: signer,
            zone: TimeZoneOffset(name: "UTC") { _ in 0 },
            now: { [self] in
                clock.withLock {
                    $0 += 1_000
                    return Timestamp(milliseconds: $0) ?? .test("2026-03-12T01:30:00.000Z")
                }
            },
            askPassphrase: { _ in nil }, newPassphrase: { _ in nil },
            warn: { [self] message in heard.withLock { $0.append(message) } }, progress: { _ in },
            checkInterruption: {})
    }

    /// Adds some files as one record.
    func add(_ files: [URL], as signer: String, to cases: [String] = [], each: Bool = false) throws {
        var request = AddEvidence.Request(paths: files.map { FilePath($0.path) })
        request.description.cases = cases
        request.each = each
        _ = try AddEvidence(context(as: signer)).run(request)
    }

    func createSigner(_ name: String, person: String) throws {
        _ = try ManageSigners(context()).create(
            name, details: PersonDetails(person: person, unit: "第三巡查组", role: nil), slipPath: nil)
    }

    func openCase(_ name: String, as signer: String) throws {
        _ = try ManageCases(context(as: signer)).open(
            ManageCases.Opening(
                name: name, title: "题", description: nil, unit: nil, content: nil, inspection: nil))
    }
}
