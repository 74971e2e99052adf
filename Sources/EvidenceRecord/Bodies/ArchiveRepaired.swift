package import EvidenceCrypto

/// The body of `archive.repaired`: what was put back from a mirror.
///
/// FORMAT.md §6. What it names as put back is what entries before it commit to.
package struct ArchiveRepaired: Sendable {
    /// A stored file that was put back.
    package struct File: Sendable, Equatable {
        /// What was there before.
        package enum Found: String, Sendable {
            case missing
            /// Something else, or what could not be read.
            case altered
        }

        package let sha256: Digest
        package let found: Found

        package init(sha256: Digest, found: Found) {
            self.sha256 = sha256
            self.found = found
        }
    }

    /// A row of the database that was missing or other than it is now.
    package struct Row: Sendable, Equatable {
        package enum Table: String, Sendable {
            case entry
            case body
            case checkpoint
            case anchor
        }

        package let table: Table
        /// The entry's number, the checkpoint's size or the anchor's number.
        package let number: UInt64

        package init(_ table: Table, _ number: UInt64) {
            self.table = table
            self.number = number
        }
    }

    /// A file that was replaced, and is kept in the folder `aside`.
    package struct Kept: Sendable, Equatable {
        /// Its name there.
        package let name: String
        package let sha256: Digest

        package init(name: String, sha256: Digest) {
            self.name = name
            self.sha256 = sha256
        }
    }

    /// The mirror's size, and its root.
    package let size: UInt64
    package let root: Digest
    package let files: [File]
    package let rows: [Row]
    package let kept: [Kept]

    package init(size: UInt64, root: Digest, files: [File], rows: [Row], kept: [Kept]) {
        self.size = size
        self.root = root
        self.files = files
        self.rows = rows
        self.kept = kept
    }

    package init(_ body: Body) throws(RecordError) {
        let reader = body.reader
        size = try reader.count("size")
        root = try reader.digest("root")
        files = try reader.objects("files") { item throws(RecordError) in
            File(
                sha256: try item.digest("sha256"),
                found: try item.required("found") { $0.string.flatMap { File.Found(rawValue: $0) } })
        }
        rows = try reader.objects("rows") { item throws(RecordError) in
            Row(
                try item.required("table") { $0.string.flatMap { Row.Table(rawValue: $0) } }, try item.count("number"))
        }
        kept = try reader.objects("kept") { item throws(RecordError) in
            Kept(name: try item.string("name"), sha256: try item.digest("sha256"))
        }
        if files.isEmpty, rows.isEmpty, kept.isEmpty {
            throw RecordError(.malformed, en: "it names nothing that was put back", zh: "没有写明修复了什么")
        }
    }

    package var json: JSONObject {
        var object = JSONObject()
        object["size"] = .integer(Int64(clamping: size))
        object["root"] = root.json
        object.set(
            "files",
            files.map { file in
                var item = JSONObject()
                item["sha256"] = file.sha256.json
                item["found"] = .string(file.found.rawValue)
                return .object(item)
            })
        object.set(
            "rows",
            rows.map { row in
                var item = JSONObject()
                item["table"] = .string(row.table.rawValue)
                item["number"] = .integer(Int64(clamping: row.number))
                return .object(item)
            })
        object.set(
            "kept",
            kept.map { kept in
                var item = JSONObject()
                item["name"] = .string(kept.name)
                item["sha256"] = kept.sha256.json
                return .object(item)
            })
        return object
    }
}
