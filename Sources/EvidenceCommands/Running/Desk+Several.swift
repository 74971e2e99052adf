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

    /// What kept archives from being read, for what is written to files.
    func unread(_ several: SeveralArchives?) -> [String] { several?.unread.map { text($0.error.message) } ?? [] }

    /// Says which archives could not be read, and that what was shown is not all.
    ///
    /// - Throws: the exit status of the first of them.
    func complete(_ several: SeveralArchives?) throws {
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
