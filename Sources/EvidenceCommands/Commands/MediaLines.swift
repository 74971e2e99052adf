internal import EvidenceRecord

/// What a record says of one file beyond its name, size and digest: where it was left, and what tools read in it.
struct MediaLines {
    private let file: FileRecord
    private let desk: Desk

    init(_ file: FileRecord, _ desk: Desk) {
        self.file = file
        self.desk = desk
    }

    var lines: [String] { place }

    private var place: [String] {
        guard file.held == .referenced else { return [] }
        let location = file.location ?? "—"
        return [desk.text("not copied; recorded at \(location)", "未复制，登记位置：\(location)")]
    }
}
