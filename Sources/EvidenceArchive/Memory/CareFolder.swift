package import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
internal import SystemPackage

/// A user's notes: one small JSON file an archive, beside the memories.
package struct CareFolder: Sendable {
    private static let largest = 64 * 1_024

    private let folder: FilePath

    package init(_ folders: UserFolders) { folder = folders.state }

    private func path(_ identity: Digest) -> FilePath {
        folder.appending(raw: "\(identity.hex.prefix(32)).care.json".utf8)
    }

    package func notes(of identity: Digest) -> CareNotes {
        guard let bytes = try? Files.contents(of: path(identity), limit: CareFolder.largest),
            let object = try? JSONValue(canonical: bytes).object
        else { return CareNotes() }
        var notes = CareNotes()
        notes.checkpoint = object["checkpoint"].flatMap(CareNotes.Deed.init(json:))
        // Notes of earlier versions have one copy.
        for copy in (object["copies"]?.array ?? [object["copy"]].compactMap(\.self)).reversed() {
            if let copy = CareNotes.Deed(json: copy) { notes.add(copy: copy) }
        }
        for member in object["advised"]?.object?.members ?? [] {
            notes.advised[member.name] = member.value.string.flatMap { ClaimedTime($0)?.date }
        }
        return notes
    }

    /// Changes the notes where that is possible; a disk that refuses costs no more than advice given twice.
    package func update(_ identity: Digest, _ change: (inout CareNotes) -> Void) {
        let before = notes(of: identity)
        var notes = before
        change(&notes)
        guard notes != before else { return }
        var advised = JSONObject()
        for (name, day) in notes.advised { advised[name] = .string(day.description) }
        var object = JSONObject()
        object["advised"] = .object(advised)
        object["checkpoint"] = notes.checkpoint?.json
        object["copies"] = .array(notes.copies.map(\.json))
        try? Files.makeFolders(folder)
        try? Files.removeAbandoned(replacing: path(identity))
        try? Files.replace(path(identity), with: JSONValue.object(object).canonicalBytes, mode: 0o600)
    }
}

extension CareNotes.Deed {
    fileprivate init?(json: JSONValue) {
        guard let object = json.object, let time = object["time"]?.string.flatMap({ Timestamp($0) }),
            let size = object["size"]?.integer.flatMap({ UInt64(exactly: $0) }), let place = object["place"]?.string
        else { return nil }
        self.init(time: time, size: size, place: place, mountPoint: object["mountPoint"]?.string)
    }

    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["time"] = .string(time.description)
        object["size"] = .integer(Int64(size))
        object["place"] = .string(place)
        object["mountPoint"] = mountPoint.map { .string($0) }
        return .object(object)
    }
}
