internal import EvidenceFiles
package import EvidenceRecord
internal import Inspection
package import SystemPackage

/// `evidence template`: an empty manifest for a kind of record, as Excel opens it right.
package struct ManifestTemplate: Sendable {
    /// The identifier of the kind.
    package let kind: String
    package let columns: [ManifestColumn]
    private let word: RecordKind

    /// - Parameter kind: a kind's identifier or name.
    package init(kind text: String) throws {
        kind = try RecordDescription.requireKind(text)
        word = RecordKind(rawValue: kind) ?? .other
        columns = word.columns
    }

    /// The file's bytes: UTF-8 with a byte order mark and CRLF, without which Excel takes Chinese for something else.
    package func bytes(in language: Language) -> [UInt8] {
        let cells = columns.map { column in
            let hint =
                column == .kind
                ? Message(en: word.english, zh: word.chinese).text(in: language) : column.hint?.text(in: language)
            let heading = column.heading.text(in: language)
            return ManifestTemplate.quoted(
                hint.map { Message(en: "\(heading) (\($0))", zh: "\(heading)（\($0)）").text(in: language) } ?? heading)
        }
        return Array("\u{FEFF}\(cells.joined(separator: ","))\r\n".utf8)
    }

    /// Writes the template to a file, which must not be there yet.
    package func save(to file: FilePath, in language: Language) throws {
        try ServiceContext.createFile(file, with: bytes(in: language), mode: 0o644)
    }

    private static func quoted(_ cell: String) -> String {
        cell.contains { $0 == "," || $0 == "\"" } ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
    }
}

extension RecordKind {
    /// The columns that matter for records of this kind.
    fileprivate var columns: [ManifestColumn] {
        var columns: [ManifestColumn] = [.files, .title, .kind, .cases, .inspection, .occurred]
        if ![.photo, .letter, .document].contains(self) { columns.append(.until) }
        if ![.letter, .call, .document].contains(self) { columns.append(.place) }
        columns += [.people, .method, .content, .description, .classification]
        if [.photo, .video, .audio, .siteVisit, .other].contains(self) { columns += [.device, .serial] }
        return columns + [.tags]
    }
}
