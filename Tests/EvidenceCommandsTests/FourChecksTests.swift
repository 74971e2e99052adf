import EvidenceRecord
import Pages
import Testing

/// The four checks of DA/T 70: nothing that was found may leave all of them passed.
struct FourChecksTests {
    private static func content(files: Int = 1, findings: Int = 0, sealed: Int = 0) -> FourChecks.Content {
        var content = FourChecks.Content()
        content.files = files
        content.findings = findings
        content.sealed = sealed
        return content
    }

    private static func problem(_ code: Problem.Code) -> Problem { Problem(code, en: "x.", zh: "x。") }

    private func failed(_ report: VerificationReport, _ content: FourChecks.Content) -> [String] {
        FourChecks(report, content).items.filter { $0.result == .failed }.map(\.code)
    }

    /// What the verification of an archive may find; bundles and published logs have no report.
    static let found = Problem.Code.allCases.filter { code in
        problem(code).severity == .tampering
            && !["bag-", "bundle-", "tile-", "tree-"].contains { code.rawValue.hasPrefix($0) }
    }

    @Test(arguments: found) func `whatever tampering was found fails an item`(code: Problem.Code) {
        var report = VerificationReport()
        #expect(failed(report, FourChecksTests.content()) == [])
        report.problems = [FourChecksTests.problem(code)]
        #expect(!failed(report, FourChecksTests.content()).isEmpty)
    }

    @Test func `what could not be read or understood is unchecked, not passed`() {
        for code in [
            Problem.Code.fileUnreadable, .referencedFileAbsent, .filesNotChecked, .notUnderstood, .keyNotPinned,
        ] {
            var report = VerificationReport()
            let before = FourChecks(report, FourChecksTests.content()).items.filter { $0.result == .passed }.count
            report.unchecked = [FourChecksTests.problem(code)]
            let after = FourChecks(report, FourChecksTests.content()).items
            #expect(after.filter { $0.result == .passed }.count < before, "\(code)")
            #expect(after.allSatisfy { $0.result != .failed })
        }
    }

    private func results(_ report: VerificationReport, _ content: FourChecks.Content) -> [PropertyCheck] {
        FourChecks(report, content).items.filter {
            ["Outside times", "Keeping since it was recorded"].contains($0.name.en)
        }
    }

    @Test func `an outside time that covers none or not all of a case passes nothing`() throws {
        var report = VerificationReport()
        var content = FourChecksTests.content()
        content.entries = [2, 3, 7]
        let time = try #require(Timestamp("2026-03-13T00:00:00.000Z"))
        func cover(_ size: UInt64) {
            let statement = Anchor.Statement(time: time, by: "省档案馆")
            report.outside = [OutsideTime(.timestamp, size: size, statement)]
        }
        #expect(results(report, content).map(\.result) == [.unchecked, .unchecked])
        cover(8)
        #expect(results(report, content).map(\.result) == [.passed, .passed])
        for (size, count) in [(7, 1), (3, 2), (2, 3)] as [(UInt64, Int)] {
            cover(size)
            let items = results(report, content)
            #expect(items.map(\.result) == [.unchecked, .unchecked], "\(size)")
            #expect(items.allSatisfy { $0.method.en.contains("\(count) of this file's 3 entries") })
            #expect(items.allSatisfy { $0.method.zh.contains("3 条中有 \(count) 条") })
        }
    }

    @Test(
        arguments: [
            (Problem.Code.timeContradicted, "Outside times", .failed), (.timeBackwards, "Order of times", .unchecked),
        ] as [(Problem.Code, String, PropertyCheck.Result)])
    func `an entry of the case whose time is contradicted does not pass its item`(
        code: Problem.Code, name: String, result: PropertyCheck.Result
    ) throws {
        var report = VerificationReport()
        var content = FourChecksTests.content()
        content.entries = [2, 3]
        let time = try #require(Timestamp("2026-03-13T00:00:00.000Z"))
        report.outside = [OutsideTime(.timestamp, size: 9, Anchor.Statement(time: time, by: "省档案馆"))]
        func item() throws -> PropertyCheck {
            try #require(FourChecks(report, content).items.first { $0.name.en == name })
        }
        report.warnings = [Problem(code, seq: 5, en: "x.", zh: "x。")]
        #expect(try item().result == .passed)
        report.warnings.append(Problem(code, seq: 3, en: "x.", zh: "x。"))
        let found = try item()
        #expect(found.result == result)
        #expect(found.method.en.contains("1 of this file's entries") && found.method.zh.contains("本卷有 1 条"))
        // What was tampered with fails it all the same.
        report.problems = [FourChecksTests.problem(code == .timeBackwards ? .chainBroken : .anchorInvalid)]
        #expect(try item().result == .failed)
        report.problems = []
        // One among those that are not listed might be of this case.
        report.warnings.removeLast()
        report.omitted[code] = 1
        #expect(try item().result == .unchecked)
    }

    @Test func `no digest is said to hold that was not computed`() {
        func said(_ digests: VerificationReport.FileDigests) -> [Message] {
            var report = VerificationReport()
            report.fileDigests = digests
            return FourChecks(report, FourChecksTests.content()).items.filter { $0.method.en.contains("fs-verity") }
                .map(
                    \.method)
        }
        #expect(said(.fsverity).count == 2 && said(.sha256AndFSVerity).count == 2)
        #expect(
            said(.fsverity).allSatisfy { $0.en.contains("SHA-256 was not computed") && $0.zh.contains("未计算 SHA-256") })
        #expect(said(.sha256AndFSVerity).allSatisfy { !$0.en.contains("not computed") && !$0.zh.contains("未计算") })
    }

    @Test func `findings, sealed records and a case without files are told`() {
        let report = VerificationReport()
        #expect(failed(report, FourChecksTests.content(findings: 1)) == ["2-5"])
        #expect(failed(report, FourChecksTests.content(sealed: 1)) == ["3-8"])
        let items = FourChecks(report, FourChecksTests.content(files: 0)).items
        #expect(items.filter { $0.result == .inapplicable }.map(\.code) == ["1-10", "1-11", "2-7", "3-3"])
    }
}
