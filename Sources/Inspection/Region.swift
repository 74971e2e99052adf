/// A city or county of a province, as an inspection visits it.
package struct Region: Sendable, Hashable {
    /// The official name, such as 琼中黎族苗族自治县.
    package let chinese: String
    package let english: String

    package var kind: RegionKind {
        RegionKind.allCases.first { !$0.suffix.isEmpty && chinese.hasSuffix($0.suffix) } ?? .other
    }

    /// Whether somebody may have meant the region.
    ///
    /// By its name, by that without what kind of place it is (琼中, 琼中县), by its English name or that one's first word.
    fileprivate func isMeant(by text: String) -> Bool {
        let wanted = text.folded
        let own = english.split(separator: " ").first.map(String.init) ?? english
        let names = [english, own] + ["city", "county", "district"].map { own + $0 }
        if wanted == chinese.folded || names.contains(where: { $0.folded == wanted }) { return true }
        // What is left of 琼中黎族苗族自治县 after 琼中 are peoples and a kind of place.
        let short =
            RegionKind.allCases.map(\.suffix).first { !$0.isEmpty && wanted.hasSuffix($0) }
            .map { String(wanted.dropLast($0.count)) } ?? wanted
        guard short.count >= 2, chinese.folded.hasPrefix(short) else { return false }
        let rest = chinese.folded.dropFirst(short.count)
        return rest == kind.suffix || (kind == .autonomousCounty && rest.dropFirst().hasSuffix("族" + kind.suffix))
    }
}

/// What kind of place a region is, by the end of its name.
package enum RegionKind: String, RegulationWord {
    case autonomousCounty = "autonomous-county"
    case county
    case city
    case district
    case other

    package var english: String { rawValue.split(separator: "-").joined(separator: " ") }

    package var chinese: String { self == .other ? "其他" : suffix }

    fileprivate var suffix: String {
        switch self {
        case .autonomousCounty: "自治县"
        case .county: "县"
        case .city: "市"
        case .district: "区"
        case .other: ""
        }
    }
}

/// The cities and counties that a province's inspections have to cover (rule S1).
package struct Province: Sendable, Equatable {
    package let regions: [Region]

    /// A list with one region a line, in the order in which they're shown: `NAME,ENGLISH`, such as `海口市,Haikou`.
    package init(_ text: String) throws(RegionFileError) {
        var regions: [Region] = []
        for (number, fields) in DataFile.lines(of: text) {
            guard fields.count == 2, fields.allSatisfy({ !$0.folded.isEmpty }) else {
                throw RegionFileError(
                    line: number, english: "needs two parts: NAME,ENGLISH, such as 海口市,Haikou",
                    chinese: "应有两项：名称,英文名称，如 海口市,Haikou")
            }
            let region = Region(chinese: fields[0], english: fields[1])
            if let other = regions.first(where: {
                $0.chinese.folded == region.chinese.folded || $0.english.folded == region.english.folded
            }) {
                throw RegionFileError(
                    line: number, english: "\(other.chinese),\(other.english) has the same name; keep one of the two",
                    chinese: "与“\(other.chinese),\(other.english)”名称重复，两处只能保留一处")
            }
            regions.append(region)
        }
        guard !regions.isEmpty else {
            throw RegionFileError(
                line: 1, english: "the file names no region; write one a line: NAME,ENGLISH, such as 海口市,Haikou",
                chinese: "文件中没有任何市县；应每行写一个：名称,英文名称，如 海口市,Haikou")
        }
        self.regions = regions
    }

    /// The region that somebody wrote, where it can be only one.
    package func region(named text: String) -> Region? {
        if let exact = regions.first(where: { $0.chinese.folded == text.folded }) { return exact }
        let meant = regions.filter { $0.isMeant(by: text) }
        return meant.count == 1 ? meant.first : nil
    }

    private init(regions: [Region]) { self.regions = regions }

    /// Hainan's cities and counties, in the order of the national code of administrative divisions (GB/T 2260).
    package static let hainan = Province(
        regions: [
            Region(chinese: "海口市", english: "Haikou"),
            Region(chinese: "三亚市", english: "Sanya"),
            Region(chinese: "三沙市", english: "Sansha"),
            Region(chinese: "儋州市", english: "Danzhou"),
            Region(chinese: "五指山市", english: "Wuzhishan"),
            Region(chinese: "琼海市", english: "Qionghai"),
            Region(chinese: "文昌市", english: "Wenchang"),
            Region(chinese: "万宁市", english: "Wanning"),
            Region(chinese: "东方市", english: "Dongfang"),
            Region(chinese: "定安县", english: "Ding'an County"),
            Region(chinese: "屯昌县", english: "Tunchang County"),
            Region(chinese: "澄迈县", english: "Chengmai County"),
            Region(chinese: "临高县", english: "Lingao County"),
            Region(chinese: "白沙黎族自治县", english: "Baisha Li Autonomous County"),
            Region(chinese: "昌江黎族自治县", english: "Changjiang Li Autonomous County"),
            Region(chinese: "乐东黎族自治县", english: "Ledong Li Autonomous County"),
            Region(chinese: "陵水黎族自治县", english: "Lingshui Li Autonomous County"),
            Region(chinese: "保亭黎族苗族自治县", english: "Baoting Li and Miao Autonomous County"),
            Region(chinese: "琼中黎族苗族自治县", english: "Qiongzhong Li and Miao Autonomous County"),
        ])
}
