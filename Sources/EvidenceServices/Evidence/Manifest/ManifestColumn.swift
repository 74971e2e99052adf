package import EvidenceRecord
internal import Inspection

/// What a column of a manifest may hold.
package enum ManifestColumn: String, Sendable, CaseIterable {
    case number, files, title, kind, description, cases, inspection, occurred, until, place, people, method, content
    case classification, device, serial, tags

    /// The heading, as templates write it and errors name it.
    package var heading: Message {
        switch self {
        case .number: Message(en: "No.", zh: "序号")
        case .files: Message(en: "Files", zh: "文件")
        case .title: Message(en: "Title", zh: "标题")
        case .kind: Message(en: "Kind", zh: "类别")
        case .description: Message(en: "Description", zh: "说明")
        case .cases: Message(en: "Case", zh: "案件")
        case .inspection: Message(en: "Inspection", zh: "巡查")
        case .occurred: Message(en: "Occurred", zh: "发生时间")
        case .until: Message(en: "Until", zh: "结束时间")
        case .place: Message(en: "Place", zh: "地点")
        case .people: Message(en: "People", zh: "人员")
        case .method: Message(en: "Method", zh: "工作方式")
        case .content: Message(en: "Content", zh: "巡查内容")
        case .classification: Message(en: "Classification", zh: "密级")
        case .device: Message(en: "Device", zh: "设备")
        case .serial: Message(en: "Serial number", zh: "序列号")
        case .tags: Message(en: "Tags", zh: "标签")
        }
    }

    /// What a template says behind the heading, in parentheses, of how to fill the column in.
    package var hint: Message? {
        switch self {
        case .files: Message(en: "several: one a line", zh: "多个请换行分列")
        case .occurred, .until: Message(en: "2026-03-12 14:30", zh: "如 2026-03-12 14:30")
        case .people: Message(en: "role:name, one a line", zh: "角色:姓名，多人请换行分列")
        case .method: Message(en: "M1 to M7", zh: "M1 至 M7")
        case .content: Message(en: "C1 to C10", zh: "C1 至 C10")
        case .tags: Message(en: "several: one a line", zh: "多个请换行分列")
        default: nil
        }
    }

    /// Other headings that people give the same column.
    private var others: [String] {
        switch self {
        case .number: ["number", "编号"]
        case .files: ["file", "file name", "file names", "path", "文件名", "文件名称"]
        case .title: ["名称"]
        case .kind: ["type", "类型", "种类"]
        case .description: ["remarks", "notes", "备注", "描述"]
        case .cases: ["cases", "case id", "案卷", "所属案件", "案件编号"]
        case .inspection: ["巡查编号", "所属巡查"]
        case .occurred: ["occurred at", "occurred from", "from", "time", "date", "开始时间", "时间", "日期"]
        case .until: ["occurred to", "to", "end", "截止时间"]
        case .place: ["location", "发生地点"]
        case .people: ["person", "persons", "相关人员"]
        case .method: ["working method", "方式"]
        case .content: ["content item", "内容"]
        case .classification: ["密级或范围"]
        case .device: ["采集设备"]
        case .serial: ["serial", "serial no", "设备序列号"]
        case .tags: ["tag", "关键词"]
        }
    }

    private static let byHeading: [String: ManifestColumn] = {
        var columns: [String: ManifestColumn] = [:]
        for column in allCases {
            for heading in [column.heading.en, column.heading.zh] + column.others { columns[heading.folded] = column }
        }
        return columns
    }()

    /// The column that a heading names, in Chinese or English.
    ///
    /// Case, width, spaces and punctuation make no difference, and what stands in parentheses is a remark.
    init?(heading: String) {
        guard let column = ManifestColumn.byHeading[ManifestColumn.bare(heading).folded] else { return nil }
        self = column
    }

    /// A heading without what stands in parentheses.
    private static func bare(_ heading: String) -> String {
        var depth = 0
        var text = ""
        for character in heading.narrow {
            if character == "(" { depth += 1 }
            if depth == 0 { text.append(character) }
            if character == ")" { depth -= 1 }
        }
        return text
    }
}
