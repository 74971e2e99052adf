import EvidenceCrypto
import EvidenceRecord
import EvidenceTestSupport
import Testing
import TransparencyLog

/// Every rule between entries, broken alone: all that can be signed and hashed anew is.
struct LogAuditTests {
    @Test func `a log that keeps all rules gives nothing to report`() throws {
        let (problems, state) = try SampleLog().forge.audit()
        #expect(problems.isEmpty, "\(problems.map(\.explanation.en))")
        #expect(state.size == 14 && state.signers.count == 3 && state.dossiers.count == 2)
        #expect(state.signers["wang"]?.revokedAt == 12 && state.signers["zhang"]?.mayEnrol == false)
        #expect(state.dossier(named: "2026-007")?.dossier.count == 5)
        #expect(state.dossier(named: "2026-007")?.dossier.parent == SampleLog.inspection)
        #expect(state.archiveKey == TestKey.archive.verifier && state.identity == state.identity)
    }

    @Test(arguments: AuditCase.all)
    func `a broken rule is found, and nothing else`(breach: AuditCase) throws {
        let problems = try breach.forge().audit().problems
        #expect(Set(problems.map(\.code)) == breach.codes, "\(problems.map { "\($0.code) \($0.explanation.en)" })")
        if let seq = breach.seq { #expect(problems.contains { breach.codes.contains($0.code) && $0.seq == seq }) }
        for problem in problems {
            #expect(!problem.explanation.en.isEmpty && !problem.explanation.zh.isEmpty)
            #expect(problem.explanation.en != problem.explanation.zh)
        }
    }

    @Test func `every code that a log can give has a case`() {
        let ofArchives: Set<Problem.Code> = [
            .bodyUnexpected, .fileMissing, .fileSizeDiffers, .fileAltered, .fileDigestsDisagree, .fileNotRegular,
            .databaseMalformed, .schemaAltered, .indexAltered, .publishedCheckpointAltered, .rolledBack,
            .historyRewritten, .archiveReplaced, .keyDiffersFromPin, .bagMalformed, .bagFileMissing, .bagFileAltered,
            .bagFileUnlisted, .bagSignatureInvalid, .bundleIncomplete, .keyNotPinned, .behindMemory, .fileUnreadable,
            .referencedFileAbsent, .noOutsideAnchor, .noMemory, .removalPending, .objectUnreferenced,
            .keptAside, .anchorMissing, .anchorInvalid, .anchorNotTrusted, .timeContradicted, .policyNotMet,
            .entriesNotChecked,
            .predecessorNotChecked, .sealedContentNotChecked, .bodiesWithheld, .sealedContentAltered, .sealedNotOpened,
            .publishedCheckpointBehind, .indexBehind, .tileMissing, .tileAltered, .treeFileUnexpected, .treeAhead,
            .filesNotChecked,
        ]
        let met = AuditCase.all.reduce(into: Set<Problem.Code>()) { $0.formUnion($1.codes) }
        #expect(met == Set(Problem.Code.allCases).subtracting(ofArchives))
    }

    @Test func `each entry that records an anchor takes a number, also where it says more than is understood`() throws {
        var forge = try SampleLog().forge
        let note = try #require(forge.checkpoints.last?.note)
        let anchor = try TestKey.witness.cosignature(over: note, at: "2026-03-12T12:00:00.000Z")
        let item = LogForge.Item(.checkpointAnchored, [], try CheckpointAnchored(anchor).json)
        var strange = item
        strange.edit = { $0["further"] = .integer(1) }
        try forge.commit(.lisi, [item, strange])
        let audited = try forge.audit()
        #expect(audited.problems.map(\.code) == [.notUnderstood])
        #expect(audited.state.anchors == 2)
    }

    @Test func `the name of a case whose opening was withdrawn is free, be the body still there or not`() throws {
        var forge = try SampleLog().forge
        let ids = [SampleLog.caseID, SampleLog.inspection]
        try forge.commit(.init(.lisi), [.withdrawn(forge.reference(4), ids)])
        let before = try forge.audit().state
        #expect(before.dossier(named: "2026-007") == nil && before.dossiers[SampleLog.caseID] != nil)
        try forge.commit(.init(.lisi), [.opened(.caseOpened, .test(0x33), "2026-007")])
        for state in [LogState(), before] {
            let (problems, after) = try forge.audit(from: state)
            #expect(problems.isEmpty, "\(problems.map(\.explanation.en))")
            #expect(after.dossier(named: "2026-007")?.id == .test(0x33))
        }
        // A third is one too many.
        try forge.commit(.init(.lisi), [.opened(.caseOpened, .test(0x44), "2026-007")])
        #expect(try forge.audit().problems.map(\.code) == [.nameTaken])
        // What refers to another entry of that number withdraws nothing.
        var other = try SampleLog().forge
        let altered = EntryReference(seq: 4, leafHash: other.leafHashes[5])
        try other.commit(.init(.lisi), [.withdrawn(altered, ids)])
        try other.commit(.init(.lisi), [.opened(.caseOpened, .test(0x33), "2026-007")])
        #expect(Set(try other.audit().problems.map(\.code)) == [.referenceBroken, .nameTaken])
    }

    @Test func `going on from any commit gives what walking the whole gives`() throws {
        let forge = try SampleLog().forge
        let whole = try forge.audit().state
        for stored in forge.checkpoints {
            var first = forge
            first.entries.removeLast(Int(forge.size - stored.size))
            first.checkpoints.removeAll { $0.size > stored.size }
            let (problems, middle) = try first.audit()
            #expect(problems.isEmpty && middle.size == stored.size)
            let (later, end) = try forge.audit(from: middle)
            #expect(later.isEmpty, "\(later.map(\.explanation.en))")
            #expect(end.frontier == whole.frontier && end.lastLeaf == whole.lastLeaf && end.lastTime == whole.lastTime)
            #expect(end.signers == whole.signers && end.dossiers == whole.dossiers)
            #expect(end.archiveKey == whole.archiveKey && end.identity == whole.identity)
            #expect(end.dossier(named: "2026-007")?.id == whole.dossier(named: "2026-007")?.id)
        }
    }

    @Test(arguments: AuditCase.all.filter { $0.atEnd })
    func `a rule broken after the state that was gone on from is found the same`(breach: AuditCase) throws {
        let forge = try breach.forge()
        let state = try SampleLog().forge.audit().state
        let problems = try forge.audit(from: state).problems
        #expect(Set(problems.map(\.code)) == breach.codes, "\(problems.map { "\($0.code) \($0.explanation.en)" })")
    }

    @Test func `a body that was withheld is no problem, and what it would have said is not known`() throws {
        let forge = try SampleLog().forge
        var reports: [Problem] = []
        var checkpoints = forge.checkpoints[...]
        var audit = LogAudit(
            readEntry: { forge.entries[Int($0)] }, nextCheckpoint: { checkpoints.popFirst() },
            report: { reports.append($0) })
        for (seq, bytes) in forge.entries.enumerated() {
            let isFixed = [0, 1, 2, 11, 12].contains(seq)
            try audit.absorb(
                try #require(bytes), body: isFixed ? .present(try #require(forge.bodies[seq])) : .withheld)
        }
        try audit.finish()
        #expect(reports.isEmpty, "\(reports.map(\.explanation.en))")
        #expect(audit.state.dossiers.count == 2 && audit.state.dossiers.values.allSatisfy { $0.name == nil })
        #expect(audit.newestValidCheckpoint?.size == 14 && audit.checkpointCount == UInt64(forge.checkpoints.count))
    }

    @Test func `roots are given for the sizes that were asked for`() throws {
        let forge = try SampleLog().forge
        var audit = LogAudit(readEntry: { _ in nil }, nextCheckpoint: { nil }, report: { _ in })
        audit.wantedSizes = [1, 3, 14, 20]
        for bytes in forge.entries { try audit.absorb(try #require(bytes), body: .withheld) }
        var frontier = MerkleFrontier()
        var roots: [UInt64: Digest] = [:]
        for hash in forge.leafHashes {
            frontier.append(hash)
            if [1, 3, 14].contains(frontier.size) { roots[frontier.size] = frontier.root }
        }
        #expect(audit.roots == roots)
    }
}
