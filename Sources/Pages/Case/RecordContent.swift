internal import EvidenceCrypto
internal import EvidenceRecord
internal import TransparencyLog

/// What a record says, and its files: pictures to see, audio and video to play, all others to open.
struct RecordContent {
    private let added: EvidenceAdded
    private let paths: [Digest: String]
    private let stills: [Digest: String]

    init(_ added: EvidenceAdded, _ paths: [Digest: String], _ stills: [Digest: String]) {
        self.added = added
        self.paths = paths
        self.stills = stills
    }

    var html: HTML {
        """
        <dl>
        \(rows)</dl>
        \(files)
        """
    }

    private var rows: HTML {
        let acquired = added.acquired
        let people = added.people.map { CasePage.person(PersonDetails(person: $0.name, unit: nil, role: $0.role)) }
        let related = added.related.map { reference -> HTML in
            let seq = reference.seq
            return "<a href=\"#e\(seq)\">\(Message(en: "entry \(seq)", zh: "日志第 \(seq) 条"))</a> "
        }
        func word(_ text: String?, _ say: @escaping (String, Language) -> String) -> HTML? {
            text.map { text in HTML(Message { say(text, $0) }) }
        }
        return .joined([
            CasePage.row("Occurred", "发生时间", CasePage.span(added.occurredFrom, added.occurredTo)),
            CasePage.row("Place", "地点", added.place.map { .value($0) }),
            CasePage.row("People", "人员", people.isEmpty ? nil : joined(people)),
            CasePage.row("Method", "工作方式", word(added.method, Words.method)),
            CasePage.row("Content item", "巡查内容", word(added.content, Words.content)),
            CasePage.row("Classification", "密级", added.classification.map { .value($0) }),
            CasePage.row("Description", "说明", added.description.map { .lines($0) }),
            CasePage.row("Tags", "标签", added.tags.isEmpty ? nil : joined(added.tags.map { .value($0) })),
            CasePage.row("Obtained by", "采集人", acquired.by.map { .value($0) }),
            CasePage.row("Obtained from", "来源", acquired.from.map { .value($0) }),
            CasePage.row("Obtained at", "采集时间", acquired.at.map { .value($0) }),
            CasePage.row("Device", "设备", acquired.device.map { .value($0) }),
            CasePage.row("Serial number", "序列号", acquired.serial.map { .value($0) }),
            CasePage.row(
                "Device's clock", "设备时钟",
                acquired.clockOffset.map { offset in HTML(Message { MediaLines.clock(offset, $0) }) }),
            CasePage.row(
                "Another archive's bundle", "其他档案的案卷包",
                added.bundle.map { "\(value: $0.name)<br><span class=\"mono\">\($0.key.description)</span>" }),
            CasePage.row("See also", "相关", related.isEmpty ? nil : "\(related)"),
        ])
    }

    private func joined(_ values: [HTML]) -> HTML {
        .both(.joined(values, by: ", "), .joined(values, by: "，"))
    }

    // MARK: Files

    private var files: HTML {
        added.files.isEmpty ? "" : "<ul class=\"files\">\n\(added.files.map { file($0) })</ul>\n"
    }

    private func file(_ file: FileRecord) -> HTML {
        let path = paths[file.sha256]
        let name: HTML = path.map { "<a href=\"\($0)\">\(value: file.name)</a>" } ?? .value(file.name)
        let lines = MediaLines.both(file, of: added).map { "<p class=\"soft\">\($0)</p>\n" as HTML }
        return """
            <li\(file.held == .referenced ? " class=\"absent\"" as HTML : "")>
            \(path.flatMap { view(file, at: $0) } ?? still(of: file))\
            <p class="name">\(name)</p>
            <p class="soft">\(CasePage.size(file))</p>
            \(file.held == .referenced ? "<p>\(CaseWords.leftWhereItLay)</p>\n" as HTML : "")\
            \(lines)\
            <p class="mono">SHA-256 \(file.sha256.hex)</p>
            </li>

            """
    }

    private func still(of file: FileRecord) -> HTML? {
        stills[file.sha256].map { "<img src=\"\($0)\" alt=\"\(file.name)\">\n" }
    }

    /// What a browser shows of it without further ado; nil for what it would not.
    private func view(_ file: FileRecord, at path: String) -> HTML? {
        switch Viewing(mediaType: file.type) {
        case .picture:
            let size = file.media.flatMap { media -> HTML? in
                guard let width = media.width, let height = media.height, width > 0, height > 0 else { return nil }
                return " width=\"\(width)\" height=\"\(height)\""
            }
            return """
                <a class="picture" href="\(path)"><img src="\(path)"\(size) loading="lazy" decoding="async" \
                alt="\(file.name)"></a>

                """
        case .audio: return "<audio src=\"\(path)\" controls preload=\"none\" title=\"\(file.name)\"></audio>\n"
        case .video: return "<video src=\"\(path)\" controls preload=\"none\" title=\"\(file.name)\"></video>\n"
        case nil: return nil
        }
    }
}

/// How browsers of today show a file by themselves.
private enum Viewing {
    case picture
    case audio
    case video

    /// - Parameter mediaType: as it was told from the content when the file was recorded.
    init?(mediaType: String) {
        switch mediaType {
        case "image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/x-ms-bmp", "image/avif":
            self = .picture
        case "audio/mpeg", "audio/mp4", "audio/x-m4a", "audio/aac", "audio/x-hx-aac-adts", "audio/ogg", "audio/flac",
            "audio/x-flac", "audio/wav", "audio/x-wav", "audio/vnd.wave", "audio/webm":
            self = .audio
        case "video/mp4", "video/x-m4v", "video/quicktime", "video/webm", "video/ogg", "video/x-matroska", "video/3gpp":
            self = .video
        default: return nil
        }
    }
}
