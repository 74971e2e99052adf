import EvidenceCrypto
import EvidenceRecord
import EvidenceTestSupport

/// A small log in which every rule has something to hold on to.
///
/// 0 archive.created, 1 lisi, 2 zhang; 3 an inspection, 4 a case within it; 5–7 three records of zhang's in one commit, the
/// middle one in no dossier; 8 one of lisi's in none; 9 that linked to the case; 10 one that refers to 7; 11 wang, 12 wang
/// revoked; 13 one more in the case.
struct SampleLog {
    static let inspection = DossierID.test(0x11)
    static let caseID = DossierID.test(0x22)
    /// What each commit holds, by whom.
    typealias Plan = [(seal: LogForge.Seal, items: (LogForge) throws -> [LogForge.Item])]

    let forge: LogForge

    init(_ change: (inout Plan) -> Void = { _ in }) throws {
        var plan = SampleLog.plan
        change(&plan)
        var forge = LogForge()
        for commit in plan { try forge.commit(commit.seal, try commit.items(forge)) }
        self.forge = forge
    }

    private static var plan: Plan {
        [
            (.init(.lisi), { _ in [.created(), try .enrolled(.lisi, mayEnrol: true)] }),
            (.init(.lisi), { _ in [try .enrolled(.zhang, person: "张三")] }),
            (.init(.lisi), { _ in [.opened(.inspectionOpened, inspection, "2026 第一轮")] }),
            (.init(.zhang), { _ in [.opened(.caseOpened, caseID, "2026-007", within: inspection)] }),
            (
                .init(.zhang),
                { _ in
                    [
                        .evidence("一", [caseID, inspection]), .evidence("二"), .evidence("三", [caseID, inspection]),
                    ]
                }
            ),
            (.init(.lisi), { _ in [.evidence("四")] }),
            (.init(.lisi), { [.linked(caseID, [$0.reference(8)])] }),
            (.init(.zhang), { [.evidence("五", related: [$0.reference(7)])] }),
            (.init(.lisi), { _ in [try .enrolled(.wang, person: "王五")] }),
            (.init(.lisi), { _ in [.revoked("wang")] }),
            (.init(.zhang), { _ in [.evidence("六", [caseID])] }),
        ]
    }
}
