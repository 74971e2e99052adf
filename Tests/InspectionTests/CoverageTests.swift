import Inspection
import Testing

struct ProvinceTests {
    @Test func `Hainan has nineteen cities and counties`() {
        let regions = Province.hainan.regions
        #expect(regions.count == 19)
        #expect(Set(regions.map(\.chinese)).count == 19)
        #expect(Set(regions.map(\.english)).count == 19)
        let kinds = Dictionary(grouping: regions, by: \.kind).mapValues(\.count)
        #expect(kinds == [.city: 9, .county: 4, .autonomousCounty: 6])
    }

    @Test(arguments: [
        ("海口市", "海口市"), ("海口", "海口市"), ("Haikou", "海口市"), ("haikou city", "海口市"), (" 海口市 ", "海口市"),
        ("琼中", "琼中黎族苗族自治县"), ("琼中县", "琼中黎族苗族自治县"), ("琼中黎族苗族自治县", "琼中黎族苗族自治县"),
        ("Qiongzhong", "琼中黎族苗族自治县"), ("Ding'an", "定安县"), ("dingan county", "定安县"), ("定安", "定安县"),
        ("Baisha Li Autonomous County", "白沙黎族自治县"), ("白沙县", "白沙黎族自治县"), ("琼海", "琼海市"),
        ("五指山", "五指山市"),
    ])
    func `a region is known by its names, and by what people call it`(text: String, name: String) {
        #expect(Province.hainan.region(named: text)?.chinese == name)
    }

    @Test(arguments: [
        "", " ", "琼", "市", "县", "海", "海口市美兰区", "广州市", "五指", "白沙黎", "Li", "County", "Hai", "海南省", "洋浦",
    ])
    func `what is no region, or could be several, is none`(text: String) {
        #expect(Province.hainan.region(named: text) == nil)
    }

    @Test func `a file has a province of its own`() throws {
        let province = try Province("\u{FEFF}# 示例\r\n\r\n白沙县,Baisha\r\n白沙黎族自治县 ，Baisha Li\r\n江北区, Jiangbei\r\n")
        #expect(province.regions.map(\.chinese) == ["白沙县", "白沙黎族自治县", "江北区"])
        #expect(province.regions.map(\.kind) == [.county, .autonomousCounty, .district])
        #expect(province.region(named: "白沙县")?.english == "Baisha")
        #expect(province.region(named: "白沙") == nil)
        #expect(province.region(named: "江北")?.english == "Jiangbei")
        #expect(province.region(named: "海口市") == nil)
    }

    @Test(arguments: [
        ("海口市", 1, "needs two parts: NAME,ENGLISH, such as 海口市,Haikou", "应有两项：名称,英文名称，如 海口市,Haikou"),
        ("海口市,Haikou,city", 1, "needs two parts: NAME,ENGLISH, such as 海口市,Haikou", "应有两项：名称,英文名称，如 海口市,Haikou"),
        ("#\n海口市, ", 2, "needs two parts: NAME,ENGLISH, such as 海口市,Haikou", "应有两项：名称,英文名称，如 海口市,Haikou"),
        (
            "海口市,Haikou\n\n海口市,Other", 3, "海口市,Haikou has the same name; keep one of the two",
            "与“海口市,Haikou”名称重复，两处只能保留一处"
        ),
        (
            "海口市,Haikou\n三亚市,HAIKOU", 2, "海口市,Haikou has the same name; keep one of the two",
            "与“海口市,Haikou”名称重复，两处只能保留一处"
        ),
        (
            "# nothing\n", 1, "the file names no region; write one a line: NAME,ENGLISH, such as 海口市,Haikou",
            "文件中没有任何市县；应每行写一个：名称,英文名称，如 海口市,Haikou"
        ),
    ])
    func `a wrong line is named, with what belongs there`(text: String, line: Int, english: String, chinese: String) {
        do {
            _ = try Province(text)
            Issue.record("was read")
        } catch {
            #expect(error.line == line)
            #expect(error.english == english)
            #expect(error.chinese == chinese)
        }
    }
}

struct CoverageTests {
    private func line(_ name: String, in coverage: Coverage) -> Coverage.Line? {
        coverage.lines.first { $0.region.chinese == name }
    }

    @Test func `a region is due three years after its last inspection`() {
        let coverage = Coverage(
            of: .hainan,
            inspections: [
                ("海口市", day("2023-11-26")), ("海口", day("2021-01-01")), ("三亚市", day("2023-11-25")),
                ("文昌市", day("2024-02-29")), ("琼海市", day("2026-11-27")),
            ], at: day("2026-11-26"))
        #expect(coverage.lines.map(\.region) == Province.hainan.regions)
        #expect(coverage.unknown == [])
        let haikou = line("海口市", in: coverage)
        #expect(haikou?.last == day("2023-11-26"))
        #expect(haikou?.due == day("2026-11-26"))
        #expect(haikou?.isOverdue == false)
        #expect(line("三亚市", in: coverage)?.due == day("2026-11-25"))
        #expect(line("三亚市", in: coverage)?.isOverdue == true)
        #expect(line("文昌市", in: coverage)?.due == day("2027-02-28"))
        // What is still to come has not been on that day.
        #expect(line("琼海市", in: coverage)?.last == nil)
        #expect(line("万宁市", in: coverage)?.due == nil)
        #expect(line("万宁市", in: coverage)?.isOverdue == false)
        #expect(coverage.lines.filter(\.isOverdue).count == 1)
    }

    @Test func `names that are no region aren't dropped`() {
        let coverage = Coverage(
            of: .hainan,
            inspections: [
                ("洋浦经济开发区", day("2026-01-01")), ("海口市", day("2026-01-01")), ("", day("2026-01-01")),
                ("洋浦经济开发区", day("2026-02-01")), ("广州市", day("2027-01-01")),
            ], at: day("2026-11-26"))
        #expect(coverage.unknown == ["洋浦经济开发区", ""])
        #expect(coverage.lines.count { $0.last != nil } == 1)
    }
}

struct CoveragePlanTests {
    private func coverage(_ inspections: [(String, String)], of province: Province = .hainan) -> Coverage {
        Coverage(of: province, inspections: inspections.map { ($0.0, day($0.1)) }, at: day("2026-12-31"))
    }

    private func province(_ count: Int) throws -> Province {
        try Province((1...count).map { "第\($0)县,R\($0)" }.joined(separator: "\n"))
    }

    @Test func `an archive without inspections covers the province in three years, evenly, and again`() {
        let plan = coverage([]).plan(from: 2027, years: 6)
        #expect(plan.map(\.year) == [2027, 2028, 2029, 2030, 2031, 2032])
        #expect(plan.map(\.visits.count) == [7, 6, 6, 7, 6, 6])
        #expect(plan[0].regions == Array(Province.hainan.regions[0..<7]))
        #expect(plan[1].regions == Array(Province.hainan.regions[7..<13]))
        #expect(plan[2].regions == Array(Province.hainan.regions[13..<19]))
        #expect(plan[3].regions == plan[0].regions)
        #expect(plan[0].visits.allSatisfy { $0.by == nil })
    }

    @Test func `what is overdue comes first, and a day in the year is said`() throws {
        let province = try province(3)
        let plan = coverage([("第1县", "2024-05-10"), ("第2县", "2023-01-10"), ("第3县", "2024-03-01")], of: province)
            .plan(from: 2027, years: 3)
        #expect(plan[0].regions.map(\.chinese) == ["第2县", "第3县", "第1县"])
        #expect(plan[0].visits.map(\.by) == [day("2026-01-10"), day("2027-03-01"), day("2027-05-10")])
        #expect(plan[1].visits.count + plan[2].visits.count == 2)
    }

    @Test func `what is due in January is inspected in the year before`() throws {
        let plan = try coverage([("第1县", "2025-01-20"), ("第2县", "2025-02-20")], of: province(2)).plan(
            from: 2027, years: 2)
        #expect(plan.map { $0.regions.map(\.chinese) } == [["第1县"], ["第2县"]])
        #expect(plan[0].visits.first?.by == day("2028-01-20"))
    }

    @Test func `a region without an inspection comes before one that can wait`() throws {
        let plan = try coverage([("第1县", "2026-06-01"), ("第2县", "2026-05-01")], of: province(3)).plan(
            from: 2027, years: 3)
        #expect(plan.map { $0.regions.map(\.chinese) } == [["第3县"], ["第2县"], ["第1县"]])
    }

    @Test func `no years and one region are no trouble`() throws {
        #expect(coverage([]).plan(from: 2027, years: 0) == [])
        #expect(coverage([]).plan(from: 2027, years: -1) == [])
        #expect(try coverage([], of: province(1)).plan(from: 2027, years: 6).map(\.visits.count) == [1, 0, 0, 1, 0, 0])
    }

    /// Provinces of any size with any last days: what was in time can be kept in time, and no year is fuller than it
    /// has to be.
    @Test(arguments: 0..<200) func `a plan meets the three years whatever the last days were`(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed))
        let province = try province(Int.random(in: 1...30, using: &random))
        var last: [Region: Day] = [:]
        for region in province.regions where Int.random(in: 0..<5, using: &random) > 0 {
            last[region] = day("2026-12-31").adding(
                days: -Int.random(in: 0..<(seed % 2 == 0 ? 1500 : 400), using: &random))
        }
        let coverage = Coverage(
            of: province, inspections: last.map { ($0.key.chinese, $0.value) }, at: day("2026-12-31"))
        let plan = coverage.plan(from: 2027, years: 9)
        #expect(plan == coverage.plan(from: 2027, years: 9))
        #expect(Array(plan.prefix(4)) == coverage.plan(from: 2027, years: 4))
        #expect(plan.map(\.year) == Array(2027...2035))
        var latest: [Int] = []
        for line in coverage.lines {
            let years = plan.filter { $0.regions.contains(line.region) }.map(\.year)
            var by = 2029
            if let due = line.due { by = max(2027, due.month == 1 ? due.year - 1 : due.year) }
            latest.append(by)
            #expect(try #require(years.first) <= by)
            for (one, next) in zip(years, years.dropFirst()) { #expect(next - one <= 3) }
            #expect(try #require(years.last) >= 2033)
        }
        for year in plan { #expect(Set(year.regions).count == year.regions.count) }
        // The least that the fullest year must have, were all done in time.
        let least =
            (2027...2029).map { last in
                (latest.count { $0 <= last } + last - 2027) / (last - 2026)
            }.max() ?? 0
        let steady = (province.regions.count + 2) / 3
        #expect(plan.map(\.visits.count).max() ?? 0 <= max(least, steady))
    }
}

/// Numbers that are the same on every run.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
