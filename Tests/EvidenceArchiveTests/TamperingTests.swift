import EvidenceRecord
import Testing

struct TamperingTests {
    @Test(arguments: [false, true])
    func `an untouched archive gives no false alarm`(full: Bool) throws {
        let report = try ArchiveCopy().verify(full: full)
        #expect(report.exitStatus == 0)
        #expect(report.problems.isEmpty, "\(report.problems.map(\.explanation.en))")
        #expect(report.unchecked.isEmpty, "\(report.unchecked.map(\.explanation.en))")
        #expect(report.warnings.map(\.code) == [.noOutsideAnchor])
        #expect(report.trust == .ownKey && report.size == BaseArchive.size)
        #expect(report.checked.entries == 19 && report.checked.bodies == 19 && report.checked.checkpoints == 13)
        #expect(report.checked.files == 12)
    }

    @Test(arguments: Tampering.all)
    func `tampering is found by its own code, in a person's words, in both languages`(tampering: Tampering) throws {
        let copy = try ArchiveCopy()
        let path = try tampering.attack(copy)
        let report = try copy.verify(full: tampering.full)
        let all = report.problems + report.unchecked + report.warnings
        let expected = tampering.also.union([tampering.code]).union(Tampering.untouched).subtracting(tampering.without)
        #expect(
            Set(all.map(\.code)) == expected,
            "\(all.map { "\($0.code.rawValue) \($0.seq ?? 0): \($0.explanation.en)" })")
        let own = all.filter { $0.code == tampering.code }
        if let seq = tampering.seq { #expect(own.contains { $0.seq == seq }, "\(own.map { $0.seq ?? 0 })") }
        if let path { #expect(own.contains { $0.path == path }, "\(own.map { $0.path ?? "" })") }
        if tampering.compares {
            #expect(own.contains { $0.expected != nil && $0.found != nil && $0.expected != $0.found })
        }
        switch tampering.code.severity {
        case .tampering: #expect(report.exitStatus == 1)
        case .unchecked: #expect(report.exitStatus == 3)
        case .warning: #expect(report.exitStatus == 0)
        }
        for problem in all {
            #expect(problem.explanation.en.count > 20 && problem.explanation.en.hasSuffix("."))
            #expect(problem.explanation.zh.count > 8 && problem.explanation.zh.hasSuffix("。"))
            #expect(problem.explanation.zh.unicodeScalars.contains { (0x4e00...0x9fff).contains($0.value) })
            if let seq = problem.seq, tampering.seq == seq, problem.code == tampering.code {
                #expect(problem.explanation.en.contains(/\d/) || problem.path != nil)
            }
        }
    }

    @Test func `the same is found again, and verifying changes nothing`() throws {
        let copy = try ArchiveCopy()
        try copy.replace("王五", "赵六", in: "body", 3)
        let before = try copy.contents()
        let first = try copy.verify()
        let second = try copy.verify(full: true)
        #expect(first.problems.map(\.explanation) == second.problems.map(\.explanation))
        #expect(try copy.contents() == before)
    }
}
