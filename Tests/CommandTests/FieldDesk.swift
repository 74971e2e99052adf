import EvidenceRecord
import EvidenceServices
import EvidenceTestSupport
import Foundation
import Synchronization
import SystemPackage

/// An inspector's laptop whose clock can be set, so that its archive is written over months.
///
/// The services write it, as the program would; the built program, whose clock can't be set, reads it.
final class FieldDesk: Sendable {
    let laptop: Laptop
    private let clock: Mutex<Int64>
    private let files = Mutex(0)

    /// An archive that is made on that day.
    init(origin: String = "evidence.example/team-7", on day: String) throws {
        laptop = try Laptop()
        clock = Mutex(try FieldDesk.morning(of: day))
        _ = try CreateArchive(context()).run(
            CreateArchive.Request(
                folder: FilePath(laptop.archive), origin: origin, title: nil, person: "李四", unit: nil, role: nil,
                continuing: nil))
    }

    /// Nine o'clock in Shanghai.
    private static func morning(of day: String) throws -> Int64 {
        guard let time = Timestamp(day + "T01:00:00.000Z") else { throw HarnessError("\(day) is no day") }
        return time.milliseconds
    }

    /// Sets the clock to a day's morning; it goes on by a second each time that it is looked at.
    func set(_ day: String) throws {
        let morning = try FieldDesk.morning(of: day)
        clock.withLock { $0 = max($0, morning) }
    }

    func context() throws -> ServiceContext {
        try ServiceContext(
            environment: laptop.environment, archivePath: FilePath(laptop.archive), signerName: "lisi",
            zone: TimeZoneOffset(name: "Asia/Shanghai") { _ in 28_800 },
            now: { [self] in
                clock.withLock {
                    $0 += 1_000
                    return Timestamp(milliseconds: $0) ?? .test("2025-03-12T01:30:00.000Z")
                }
            },
            askPassphrase: { _ in nil }, newPassphrase: { _ in nil }, warn: { _ in }, progress: { _ in },
            checkInterruption: {})
    }

    // MARK: What inspectors write

    func openInspection(_ name: String, _ describe: (inout DossierDetails) throws -> Void = { _ in }) throws {
        var opening = ManageCases.Opening(
            name: name, title: nil, description: nil, unit: nil, content: nil, inspection: nil)
        try describe(&opening.details)
        _ = try ManageCases(context(), .inspectionOpened).open(opening)
    }

    func openCase(
        _ name: String, in inspection: String? = nil, title: String? = nil, unit: String? = nil,
        _ describe: (inout DossierDetails) throws -> Void = { _ in }
    ) throws {
        var opening = ManageCases.Opening(
            name: name, title: title, description: nil, unit: unit, content: nil, inspection: inspection)
        try describe(&opening.details)
        _ = try ManageCases(context()).open(opening)
    }

    /// Adds records of a file each; returns their numbers.
    @discardableResult
    func add(
        _ count: Int = 1, to name: String? = nil, inspection: String? = nil, kind: String = "document"
    ) throws -> [UInt64] {
        let paths = try (0..<count).map { _ in
            let number = files.withLock { number in
                number += 1
                return number
            }
            return FilePath(try laptop.file("sources/\(number).txt", "材料 \(number)\n"))
        }
        var request = AddEvidence.Request(paths: paths)
        request.each = true
        request.description.kind = kind
        request.description.cases = name.map { [$0] } ?? []
        request.description.inspection = inspection
        return Array(try AddEvidence(context()).run(request).records)
    }

    @discardableResult
    func step(
        _ name: String, _ step: String, of kind: EntryType = .caseOpened, evidence: [UInt64] = [],
        _ describe: (inout TakeStep.Request) throws -> Void = { _ in }
    ) throws -> UInt64 {
        var request = TakeStep.Request(name: name, step: step)
        request.evidence = evidence
        if step == "recheck" { request.result = "passed" }
        try describe(&request)
        return try TakeStep(context(), kind).run(request).seq
    }

    func withdraw(_ seq: UInt64) throws {
        _ = try CorrectRecords(context()).withdraw(seq, authority: "省安委办", reason: "误录")
    }

    /// Amends the opening of a dossier, or a step.
    func amend(_ seq: UInt64, unset: [String] = [], _ describe: (inout AmendRecord.Change) throws -> Void) throws {
        var change = AmendRecord.Change(reason: "笔误", said: RecordDescription(), unit: nil, unset: unset)
        try describe(&change)
        _ = try AmendRecord(context()).run(seq, change)
    }

    /// A team that rules T1 to T3 have nothing against.
    static func describeTeam(_ details: inout DossierDetails) {
        details.team = [
            DossierDetails.Member(name: "李四", role: "leader", rank: "厅局级"),
            DossierDetails.Member(name: "张三", role: "deputy", rank: "县处级"),
            DossierDetails.Member(name: "王五", role: "member"), DossierDetails.Member(name: "赵六", role: "member"),
            DossierDetails.Member(name: "钱七", role: "member"),
        ]
        details.drawn = "专家库随机抽取"
    }
}
