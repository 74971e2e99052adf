package import EvidenceArchive
internal import EvidenceFiles
internal import EvidenceCrypto
package import EvidenceRecord
package import SystemPackage
internal import TransparencyLog

/// Archives that are looked at together, in the order in which they were named.
///
/// One that can't be read does not keep the others from being shown: it is noted in ``unread``, and whoever shows the rest
/// says so. Reading trusts nothing more than reading one archive does; `evidence verify` checks each.
package final class SeveralArchives {
    /// One of them, open.
    package struct Member: Sendable {
        package let context: ServiceContext
        package let archive: Archive
        let index: ArchiveIndex
        /// What people call it here; no other member is called so.
        package fileprivate(set) var name: String

        package var origin: String { archive.created.origin }

        /// - Parameter end: entries from this time on are not heard.
        func reading(until end: Timestamp? = nil) -> LogReading { LogReading(archive, context, index, until: end) }
    }

    /// An archive that could not be read, or not to its end.
    package struct Unread: Sendable {
        package let path: FilePath
        /// Names the archive's folder.
        package let error: EvidenceError
    }

    /// How many archives were asked for.
    package let count: Int
    package let members: [Member]
    package private(set) var unread: [Unread] = []
    let warn: @Sendable (Message) -> Void

    /// Opens the archives, and their indexes, on all cores.
    package init(_ contexts: [ServiceContext]) throws {
        count = contexts.count
        let warn: @Sendable (Message) -> Void = { message in contexts.first?.warn(message) }
        self.warn = warn
        var unread: [Unread] = []
        let archives = try SeveralArchives.opened(
            contexts.concurrentMap { context in (context, Result { try context.openArchive() }) }, &unread)
        let own = try SeveralArchives.withoutCopies(archives, warn: warn) { unread.append($0) }
        let indexes = try SeveralArchives.opened(
            own.concurrentMap { context, archive in
                (context, Result { (archive, try archive.index(context.folders)) })
            }, &unread)
        members = SeveralArchives.named(
            indexes.map { context, opened in
                Member(context: context, archive: opened.0, index: opened.1, name: "")
            })
        self.unread = unread
    }

    private static func opened<Value>(
        _ results: [(ServiceContext, Result<Value, any Error>)], _ unread: inout [Unread]
    ) throws -> [(ServiceContext, Value)] {
        var opened: [(ServiceContext, Value)] = []
        for (context, result) in results {
            switch result {
            case .success(let value): opened.append((context, value))
            case .failure(let error): unread.append(try SeveralArchives.unread(context, error))
            }
        }
        return opened
    }

    // MARK: What can't be read

    /// Notes that a member could not be read, or not to its end.
    ///
    /// - Throws: the error where it concerns all archives: a wrong word on the command line, or a stop.
    func note(_ error: any Error, of member: Member) throws {
        let found = try SeveralArchives.unread(member.context, error)
        if !unread.contains(where: { $0.path == found.path }) { unread.append(found) }
    }

    private static func unread(_ context: ServiceContext, _ error: any Error) throws -> Unread {
        guard let error = error as? EvidenceError, ![.usage, .interrupted].contains(error.code),
            let path = context.archivePath
        else { throw error }
        if error.message.en.contains(path.shown) { return Unread(path: path, error: error) }
        return Unread(
            path: path,
            error: EvidenceError(
                error.code, en: "“\(path.shown)”: \(error.message.en)", zh: "“\(path.shown)”：\(error.message.zh)"))
    }

    // MARK: Copies

    /// Leaves out copies of an archive: of two, the one that goes on further is kept, and of two of one length the one that this
    /// user writes to.
    ///
    /// Entries are chained by their hashes, so that two logs that have one entry in common are one up to it. Two that
    /// have not are two histories of one archive, of which the one that less speaks for is told as unread; of equals, the later named.
    /// So is one that goes on further by what the archive's key has not signed: anybody can add to a copy.
    private static func withoutCopies(
        _ archives: [(ServiceContext, Archive)], warn: (Message) -> Void, unread: (Unread) -> Void
    ) throws -> [(ServiceContext, Archive)] {
        var kept: [(ServiceContext, Archive)] = []
        var places: [VerifierKey: Int] = [:]
        for (context, archive) in archives {
            guard let place = places[archive.created.key] else {
                places[archive.created.key] = kept.count
                kept.append((context, archive))
                continue
            }
            let other = kept[place].1
            do {
                let (size, others) = (try archive.log.size(), try other.log.size())
                let newest = min(size, others) &- 1
                let isOne =
                    try archive.log.entry(newest).map { try other.log.entry(newest)?.bytes == $0.bytes } ?? false
                let isBetter =
                    if !isOne {
                        try weight(archive, context) > weight(other, context)
                    } else if size == others {
                        isWrittenHere(archive, context)
                    } else {
                        try (weight(size > others ? archive : other, context) > 0) == (size > others)
                    }
                let (dropped, shown) = isBetter ? (other, archive) : (archive, other)
                if isBetter { kept[place] = (context, archive) }
                if !isOne {
                    unread(Unread(path: dropped.path, error: twoHistories(dropped, shown)))
                } else if try dropped.log.size() > shown.log.size() {
                    unread(Unread(path: dropped.path, error: unsigned(dropped, beyond: shown)))
                } else {
                    warn(copy(dropped, of: shown, min(size, others), max(size, others)))
                }
            } catch {
                unread(try SeveralArchives.unread(context, error))
            }
        }
        return kept
    }

    private static func copy(_ older: Archive, of newer: Archive, _ size: UInt64, _ whole: UInt64) -> Message {
        let (older, newer) = (older.path.shown, newer.path.shown)
        return size == whole
            ? Message(
                en: "“\(older)” is a copy of “\(newer)”; it is shown once.", zh: "“\(older)”是“\(newer)”的副本，只列出一份。")
            : Message(
                en:
                    "“\(older)” is an older copy of “\(newer)”, with \(size) of its \(whole) entries; the newer is shown.",
                zh: "“\(older)”是“\(newer)”的较旧副本（共 \(whole) 条，仅有前 \(size) 条），只列出较新的一份。")
    }

    /// How much speaks for a copy where it differs from another: most that this user writes to it, then that the archive's key has
    /// signed all of it.
    private static func weight(_ archive: Archive, _ context: ServiceContext) throws -> Int {
        if isWrittenHere(archive, context) { return 2 }
        let (checkpoint, note) = try archive.newestCheckpoint()
        guard note.verify(archive.created.key) == .valid, try checkpoint.size == archive.log.size() else { return 0 }
        var tree = MerkleFrontier()
        try archive.log.forEach(from: 0, below: checkpoint.size) { stored in
            try context.checkInterruption()
            tree.append(MerkleHash.leaf(stored.bytes))
        }
        return tree.root == checkpoint.root ? 1 : 0
    }

    private static func isWrittenHere(_ archive: Archive, _ context: ServiceContext) -> Bool {
        (try? MemoryFolder(context.folders).memory(of: archive.identity))?.path == archive.path
    }

    private static func unsigned(_ newer: Archive, beyond older: Archive) -> EvidenceError {
        let (newer, older) = (newer.path.shown, older.path.shown)
        return EvidenceError(
            .damaged,
            en:
                "“\(newer)” goes on further than “\(older)”, a copy of the same archive, but not by anything that the archive's key signed. Run evidence verify on it.",
            zh: "“\(newer)”比同一档案的副本“\(older)”条目更多，但多出的条目没有档案密钥的签名。请对其执行 evidence verify。")
    }

    private static func twoHistories(_ archive: Archive, _ other: Archive) -> EvidenceError {
        let (path, other) = (archive.path.shown, other.path.shown)
        return EvidenceError(
            .damaged,
            en:
                "“\(path)” and “\(other)” are two histories of one archive. Run evidence verify on each, --against the other.",
            zh: "“\(path)”与“\(other)”是同一档案的两份不同历史。请分别执行 evidence verify，并用 --against 与另一份比对。")
    }

    // MARK: Names

    /// Members with names: the title, else the last part of the origin, else the folder's name; more where two share it.
    private static func named(_ members: [Member]) -> [Member] {
        var named = members
        for (index, member) in members.enumerated() {
            let part = member.origin.split(separator: "/").last.map(String.init) ?? ""
            let title = member.archive.created.title ?? ""
            let folder = member.archive.path.lastComponent?.string ?? ""
            named[index].name = [title, part, folder].first { !$0.allSatisfy(\.isWhitespace) } ?? "\(index + 1)"
        }
        let details: [(Member) -> String] = [
            { $0.origin }, { $0.archive.path.lastComponent?.string ?? "" }, { $0.archive.path.string },
        ]
        for detail in details {
            let shared = Dictionary(grouping: named.indices) { named[$0].name.shown }.values.filter { $0.count > 1 }
            for index in shared.joined() { named[index].name += " (\(detail(named[index])))" }
        }
        return named
    }
}
