internal import EvidenceCrypto
internal import EvidenceFiles
internal import SystemPackage

/// How copies come into their places, and out of them again.
extension Staging {
    /// What ``promote(logSize:)`` writes down: the log's size, then an ``Arrival`` a line.
    ///
    /// One that follows it in the same run has a number behind the name.
    static let journalName = "promoting"

    /// What a run has written down, and not yet done away with.
    static func journals(in folder: FilePath) throws -> [FilePath] {
        try Files.names(in: folder).filter { isJournal(String(decoding: $0, as: UTF8.self)) }
            .map { folder.appending(raw: $0) }
    }

    static func isJournal(_ name: String) -> Bool {
        guard name.hasPrefix(journalName) else { return false }
        let number = name.dropFirst(journalName.count)
        return number.isEmpty || number.first == "-" && UInt64(number.dropFirst()) != nil
    }

    /// A copy that comes to its place.
    struct Arrival {
        let digest: Digest
        /// The number under which what stood there, altered, is kept aside.
        let replaced: Int?

        var line: String { replaced.map { "\(digest.hex).\($0)" } ?? digest.hex }

        init(_ digest: Digest, replaced: Int?) {
            self.digest = digest
            self.replaced = replaced
        }

        init?(line: Substring) {
            let parts = line.split(separator: ".")
            guard let digest = parts.first.flatMap({ Digest(hex: String($0)) }) else { return nil }
            self.init(digest, replaced: parts.dropFirst().first.flatMap { Int($0) })
        }
    }

    /// Puts the copies in their places, durably.
    ///
    /// The caller holds the archive's lock.
    ///
    /// What is new among them is written down first, with the log's size, so that after a crash the next writer can tell
    /// which of them no entry came to name; see ``sweep(_:_:now:)``. What stands in a copy's place and is not what it should
    /// be is kept aside.
    /// - Parameter logSize: no entry before names what is new, or none whose naming it is to be.
    /// - Returns: where that lies now, relative to the archive.
    package func promote(logSize: UInt64) throws -> [String] {
        let arrivals = try arrivals()
        let count = try Staging.journals(in: folder).count
        let journal = folder.appending(Staging.journalName + (count == 0 ? "" : "-\(count)"))
        let lines = ["\(logSize)"] + arrivals.map(\.line)
        try Files.replace(journal, with: Array(lines.joined(separator: "\n").utf8), mode: 0o600)
        return try place(arrivals)
    }

    /// The copies whose places do not hold the same content already.
    ///
    /// Keeps aside what stands there.
    private func arrivals() throws -> [Arrival] {
        var arrivals: [Arrival] = []
        for digest in try Files.names(in: folder).compactMap({ Digest(hex: String(decoding: $0, as: UTF8.self)) }) {
            let target = store.path(digest)
            guard try Files.status(target) != nil else {
                arrivals.append(Arrival(digest, replaced: nil))
                continue
            }
            // Another run may have put it there meanwhile.
            if try store.holdsWhole(digest, size: Files.status(folder.appending(raw: digest.hex.utf8))?.size ?? 0) {
                continue
            }
            arrivals.append(Arrival(digest, replaced: try AsideFolder(archive: store.archive).keep(target)))
        }
        return arrivals
    }

    private func place(_ arrivals: [Arrival]) throws -> [String] {
        do {
            var shelves: Set<[UInt8]> = []
            for arrival in arrivals {
                let target = store.path(arrival.digest)
                let shelf = target.parent
                if shelves.insert(shelf.rawBytes).inserted { try Files.makeFolders(shelf) }
                try checked(target, writing: true) { () throws(Errno) in
                    try Files.rename(folder.appending(raw: arrival.digest.hex.utf8), to: target)
                }
            }
            for shelf in shelves {
                let path = FilePath(rawBytes: shelf)
                try checked(path, writing: true) { () throws(Errno) in try Files.syncFolder(path) }
            }
        } catch {
            // Found there again, they would be taken for durable.
            for arrival in arrivals { try? Staging.takeBack(arrival, to: folder, store) }
            throw error
        }
        return arrivals.compactMap { arrival in
            arrival.replaced.map { AsideFolder.place(of: store.path(arrival.digest), number: $0) }
        }
    }

    /// Takes a copy out of its place again, into a run's folder; where that is done already, nothing.
    ///
    /// What stood there before comes back instead, where it was kept: a repair has to find it again, and to record it.
    static func takeBack(_ arrival: Arrival, to folder: FilePath, _ store: ObjectStore) throws {
        let path = store.path(arrival.digest)
        if let number = arrival.replaced {
            try AsideFolder(archive: store.archive).putBack(path, number: number)
        } else if try Files.status(path) != nil {
            try Files.rename(path, to: folder.appending(raw: arrival.digest.hex.utf8))
        }
    }
}
