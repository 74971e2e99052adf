import Testing

/// Lists that are longer than what is held at once.
struct LongListTests {
    private static let count = 1_150
    private let laptop: Laptop

    init() throws {
        laptop = try Laptop.withArchive()
    }

    private func fill() throws {
        try laptop.succeed("case", "open", "甲-1", "--archive", "archive")
        for number in 0..<LongListTests.count { try laptop.file("件/\(number)", "\(number)") }
        try laptop.succeed("add", "件", "--each", "--archive", "archive", "--quiet")
        // Of the case are two far apart, the second one linked to it later, and a step which is no record.
        try laptop.succeed("case", "link", "甲-1", "5", "1100", "--archive", "archive")
        try laptop.succeed("case", "step", "甲-1", "feedback", "--archive", "archive")
    }

    private func seqs(_ arguments: String...) throws -> [Int] {
        let outcome = try laptop.start(["list", "--archive", "archive", "--json"] + arguments).wait()
        #expect(outcome.status == 0, "\(outcome.err)")
        return try #require(try outcome.json["records"]).array.compactMap { $0["seq"]?.int }
    }

    @Test func `a long list is whole, in order, and has one header over all of its columns`() throws {
        try fill()
        let all = Array(3..<3 + LongListTests.count)
        #expect(try seqs() == all)
        #expect(try seqs("--last", "1") == all.suffix(1))
        #expect(try seqs("--last", "1120") == all.suffix(1_120))
        #expect(try seqs("--last", "9999") == all)
        #expect(try seqs("--case", "甲-1") == [5, 1_100])
        #expect(try seqs("--case", "甲-1", "--last", "1") == [1_100])
        #expect(try seqs("--kind", "photo", "--case", "甲-1") == [])
        #expect(try seqs("--kind", "document", "--case", "甲-1", "--last", "9") == [5, 1_100])

        #expect(try laptop.succeed("status", "--archive", "archive", "--json").json["records"]?.int == all.count)

        for language in ["en", "zh-Hans"] {
            let lines = try laptop.succeed("list", "--archive", "archive", "--lang", language).out
                .split(separator: "\n")
            #expect(lines.count == LongListTests.count + 1)
            #expect(lines[0].contains(language == "en" ? "Title" : "标题"))
            #expect(lines.dropFirst().allSatisfy { !$0.contains("Title") && !$0.contains("标题") })
            // The first number after the thousand rows that set the widths begins where those before it do.
            let places = Set(
                lines.dropFirst(900).compactMap { line in
                    line.firstRange(of: /[0-9]{4}-[0-9]{2}-[0-9]{2}/).map {
                        line.distance(from: line.startIndex, to: $0.lowerBound)
                    }
                })
            #expect(places.count == 1)
        }
    }

    @Test func `a count that is none is refused`() throws {
        for (count, language) in ["0", "-1", "x", ""].flatMap({ count in ["en", "zh-Hans"].map { (count, $0) } }) {
            let outcome = try laptop.run("list", "--last", count, "--archive", "archive", "--lang", language)
            #expect(outcome.status == 64, "\(count)")
            Prose.expectSentence(outcome, language)
        }
    }
}
