internal import ArgumentParser
internal import EvidenceRecord
internal import EvidenceServices
internal import SystemPackage

/// What several archives are shown with.
extension Desk {
    /// The archives that were asked for, open, where several were; nil for one.
    func severalArchives() throws -> SeveralArchives? { isForSeveral ? try SeveralArchives(archives) : nil }

    /// Those that could not be read, as the document has them.
    static func unread(_ several: SeveralArchives) -> [JSONObject] {
        several.unread.map { unread in
            var object = JSONObject()
            object["archive"] = .string(unread.path.string)
            object["explanation"] = .string(unread.error.message.en)
            return object
        }
    }

    /// What kept archives from being read to the end, for what is written to files.
    ///
    /// - Parameter damage: what is missing in the one archive that was read.
    func unread(_ several: SeveralArchives?, _ damage: EvidenceError?) -> [String] {
        ((several?.unread.map(\.error) ?? []) + [damage].compactMap { $0 }).map { text($0.message) }
    }

    /// Says which archives could not be read, and that what was shown is not all.
    ///
    /// - Parameter damage: what is missing in the one archive that was shown; nil for nothing.
    /// - Throws: the exit status of the first of them; `damage`.
    func complete(_ several: SeveralArchives?, _ damage: EvidenceError? = nil) throws {
        if let damage { throw damage }
        guard let several, let first = several.unread.first else { return }
        let (unread, count) = (several.unread.count, several.count)
        try say(
            wrapped(
                text(
                    "This is not complete: \(unread) of \(count) archives could not be read to the end.",
                    "以上并不完整：\(count) 个档案中有 \(unread) 个未能读完。")))
        endProgress(completed: false)
        for archive in several.unread { _ = Speech.complain(archive.error) }
        throw ExitCode(first.error.code.rawValue)
    }
}
