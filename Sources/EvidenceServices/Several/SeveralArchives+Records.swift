internal import EvidenceArchive
internal import EvidenceRecord

extension SeveralArchives {
    /// Calls `body` with each record that fits, of all archives, by the time of entry; of equals, in the order in which the
    /// archives were named.
    ///
    /// Read as they are handed on: memory does not grow with the number of records. A case or inspection that is joined
    /// across archives is one, by whichever of its names it is asked for.
    package func forEachRecord(_ filter: ReadRecords.Filter, _ body: (Member, RecordSummary) throws -> Void) throws {
        try forEachRecord(filter, newestFirst: false) {
            try body($0, $1)
            return true
        }
    }

    /// The newest of the records that fit, of all archives, in the same order.
    package func last(_ count: Int, _ filter: ReadRecords.Filter) throws -> [(Member, RecordSummary)] {
        var found: [(Member, RecordSummary)] = []
        try forEachRecord(filter, newestFirst: true) {
            if found.count < count { found.append(($0, $1)) }
            return found.count < count
        }
        return found.reversed()
    }

    /// - Parameter body: gives whether it wants more.
    private func forEachRecord(
        _ filter: ReadRecords.Filter, newestFirst: Bool, _ body: (Member, RecordSummary) throws -> Bool
    ) throws {
        var heads = try cursors(filter) { member, reading, selection in
            try RecordCursor(ReadRecords(member.context), reading, selection, newestFirst: newestFirst)
        }.compactMap { member, cursor in try next(cursor, member).map { (member: member, cursor: cursor, record: $0) } }
        // Newest first is the order from behind, of equals too.
        func comes(_ left: Int, before right: Int) -> Bool {
            let (left, right) = newestFirst ? (right, left) : (left, right)
            let (one, other) = (heads[left].record.time, heads[right].record.time)
            return one == other ? left < right : one < other
        }
        while let first = heads.indices.min(by: { comes($0, before: $1) }) {
            let head = heads[first]
            guard try body(head.member, head.record) else { return }
            if let record = try next(head.cursor, head.member) {
                heads[first].record = record
            } else {
                heads.remove(at: first)
            }
        }
    }

    /// Finds cases and inspections, then records, then steps, in all archives.
    ///
    /// How well a hit matches is known within its archive alone: ranks depend on how often a word stands there. So the
    /// best of each archive come first, then the second best of each, and so on; those of one place the newest first.
    /// - Parameter hit: called with each; tell cases and records apart by the entry's type.
    package func search(
        _ text: String, _ filter: ReadRecords.Filter, _ hit: (Member, SearchRecords.Hit) throws -> Void
    ) throws {
        let query = try SearchRecords.query(text)
        let cursors = try cursors(filter) { member, reading, selection in
            try SearchCursor(query, member.context, reading, selection)
        }
        for group in SearchCursor.Group.allCases {
            var rest = cursors
            while !rest.isEmpty {
                var found: [(member: Member, hit: SearchRecords.Hit)] = []
                rest = try rest.filter { member, cursor in
                    let next = try attempt(member) { try cursor.next(group) }
                    if let next { found.append((member, next)) }
                    return next != nil
                }
                // Sorting is stable: of those from one moment, the order of the archives holds.
                for next in found.sorted(by: { $0.hit.summary.time > $1.hit.summary.time }) {
                    try hit(next.member, next.hit)
                }
            }
        }
    }

    // MARK: Reading on

    /// What is read of each archive that has any of what is asked for.
    private func cursors<Cursor>(
        _ filter: ReadRecords.Filter, _ make: (Member, LogReading, RecordSelection) throws -> Cursor
    ) throws -> [(Member, Cursor)] {
        let wanted = try [(filter.caseName, EntryType.caseOpened), (filter.inspection, .inspectionOpened)]
            .compactMap { name, type in try name.map { try dossiers(named: $0, type) } }
        return try members.enumerated().compactMap { place, member in
            try attempt(member) {
                let reading = member.reading()
                let selection = try RecordSelection(
                    filter, reading, member.context, dossiers: wanted.map { $0[place] ?? [] })
                return (member, try make(member, reading, selection))
            }
        }
    }

    private func next(_ cursor: RecordCursor, _ member: Member) throws -> RecordSummary? {
        try attempt(member) { try cursor.next() }
    }

    /// What `body` makes of a member; nil, and the failure noted, where it can't be read.
    func attempt<Result>(_ member: Member, _ body: () throws -> Result?) throws -> Result? {
        do {
            return try body()
        } catch {
            try note(error, of: member)
            return nil
        }
    }

    /// The dossiers of that name and all that are joined to them, by the member's place.
    private func dossiers(named name: String, _ type: EntryType) throws -> [Int: [DossierID]] {
        let groups = try joined(type).filter { group in
            group.contains { $0.dossier.opened.name.hasSameBytes(as: name) }
        }
        if groups.isEmpty, unread.isEmpty { throw SeveralArchives.noDossier(name, type) }
        if groups.count > 1 {
            // Whoever asks by a name alone gets all that is called so, and is told that it is not one.
            let places = groups.map { group in group.map { members[$0.archive].name }.joined(separator: " + ") }
            warn(SeveralArchives.severalDossiers(name, type, places))
        }
        return Dictionary(grouping: groups.joined(), by: \.archive).mapValues { $0.map(\.dossier.id) }
    }

    /// How many places a note names before it only counts them.
    private static let namedPlaces = 5

    private static func noDossier(_ name: String, _ type: EntryType) -> EvidenceError {
        type == .caseOpened
            ? EvidenceError(
                .inputMissing, en: "There is no case “\(name.shown)” in any of these archives.",
                zh: "这些档案中都没有案件“\(name.shown)”。")
            : EvidenceError(
                .inputMissing, en: "There is no inspection “\(name.shown)” in any of these archives.",
                zh: "这些档案中都没有巡查“\(name.shown)”。")
    }

    private static func severalDossiers(_ name: String, _ type: EntryType, _ places: [String]) -> Message {
        let (name, count, more) = (name.shown, places.count, places.count - namedPlaces)
        let first = places.prefix(namedPlaces).map(\.shown)
        let en = first.joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
        let zh = first.joined(separator: "；") + (more > 0 ? "；另有 \(more) 处" : "")
        return type == .caseOpened
            ? Message(
                en: "\(count) cases that are not joined are called “\(name)”: in \(en).",
                zh: "名为“\(name)”的案件有 \(count) 个，彼此未并案，分别在：\(zh)。")
            : Message(
                en: "\(count) inspections that are not joined are called “\(name)”: in \(en).",
                zh: "名为“\(name)”的巡查有 \(count) 个，彼此未合并，分别在：\(zh)。")
    }
}

extension RecordSummary {
    fileprivate var time: Timestamp { record.entry.time }
}
