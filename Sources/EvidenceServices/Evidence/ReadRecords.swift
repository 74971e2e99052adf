internal import EvidenceArchive
internal import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage

/// A record as it stands, with all that a list of records shows.
package struct RecordSummary: Sendable {
    /// The entry as it was written, and what later ones say of it.
    package let history: EntryHistory
    /// What it says now; nil where it is no evidence, or where the body was removed or is missing.
    package let added: EvidenceAdded?
    /// The names of the cases and inspections it belongs to.
    package let dossiers: [String]
    /// The persons behind the key names of the entry and of those that concern it.
    fileprivate let people: [String: String]

    package var record: LogRecord { history.record }
    package var person: String { person(record) }

    /// What the body's members say; nil where the body was removed or is to be.
    package var object: JSONObject? { history.withdrawal == nil ? history.object : nil }

    /// Who wrote one of the entries that this is about.
    package func person(_ record: LogRecord) -> String { people[record.entry.actor] ?? record.entry.actor }
}

/// `evidence list` and `evidence show`.
package struct ReadRecords {
    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    /// The newest of the records that fit, in order.
    package func last(_ count: Int, _ filter: Filter) throws -> [RecordSummary] {
        let reading = try LogReading(try context.openArchive(), context)
        let selection = try RecordSelection(filter, reading, context)
        let cursor = try RecordCursor(self, reading, selection, newestFirst: true)
        var found: [RecordSummary] = []
        while found.count < count, let summary = try cursor.next() { found.append(summary) }
        return found.reversed()
    }

    /// Calls `body` with each record that fits, in order.
    package func forEach(_ filter: Filter, _ body: (RecordSummary) throws -> Void) throws {
        let reading = try LogReading(try context.openArchive(), context)
        let selection = try RecordSelection(filter, reading, context)
        let cursor = try RecordCursor(self, reading, selection)
        while let summary = try cursor.next() { try body(summary) }
    }

    /// One entry of any type, and the outside times around it.
    package func one(_ seq: UInt64) throws -> (summary: RecordSummary, outside: OutsideBracket) {
        let archive = try context.openArchive()
        let reading = try LogReading(archive, context)
        let summary = try summary(seq, reading)
        let outside = try OutsideView(archive, context).bracket(
            of: seq, recording: try reading.entries(of: .checkpointAnchored))
        return (summary, outside)
    }

    package func summary(_ seq: UInt64, _ reading: LogReading) throws -> RecordSummary {
        let history = try reading.history(of: try reading.archive.record(seq))
        let records =
            [history.record, history.withdrawal?.record].compactMap { $0 } + history.amendments.map(\.record)
            + history.custody.map(\.record) + history.openings.map(\.record) + history.receipts.map(\.record)
        return RecordSummary(
            history: history, added: history.evidence,
            dossiers: try history.dossiers.compactMap { try reading.name(of: $0) },
            people: try Dictionary(
                records.map { ($0.entry.actor, try reading.person($0.entry.actor)) },
                uniquingKeysWith: { one, _ in one }))
    }

    /// Calls `body` with each entry of a range that is there, whatever its type.
    package func forEach(in range: Range<UInt64>, _ body: (RecordSummary) throws -> Void) throws {
        let reading = try LogReading(try context.openArchive(), context)
        let size = try reading.archive.log.size()
        for seq in range.clamped(to: 0..<size) {
            try context.checkInterruption()
            try body(try summary(seq, reading))
        }
    }

    /// An entry's exact bytes, of which the leaf hash is taken.
    package func raw(_ seq: UInt64) throws -> [UInt8] {
        try context.openArchive().record(seq).bytes
    }
}

/// The records of one archive that fit, in order or newest first, read one at a time.
///
/// What one record costs does not grow with their number.
final class RecordCursor {
    private static let page = 1_000

    private let records: ReadRecords
    private let reading: LogReading
    private let selection: RecordSelection
    private let newestFirst: Bool
    /// What may be records that fit, up to where the next page begins.
    private var rest: ArraySlice<UInt64>
    /// The last one of the page; nil before the first page and where there are no further ones.
    private var last: UInt64?
    private var hasMore: Bool

    init(
        _ records: ReadRecords, _ reading: LogReading, _ selection: RecordSelection, newestFirst: Bool = false
    ) throws {
        self.records = records
        self.reading = reading
        self.selection = selection
        self.newestFirst = newestFirst
        if let candidates = selection.candidates {
            rest = (newestFirst ? candidates.reversed() : candidates)[...]
            hasMore = false
        } else {
            rest = []
            hasMore = true
        }
    }

    private func nextCandidate() throws -> UInt64? {
        if rest.isEmpty, hasMore {
            let page = try reading.entries(
                of: .evidenceAdded, nextTo: last, newestFirst: newestFirst, limit: RecordCursor.page)
            hasMore = page.count == RecordCursor.page
            last = page.last
            rest = page[...]
        }
        return rest.popFirst()
    }

    /// The next record; nil at the end.
    func next() throws -> RecordSummary? {
        while let seq = try nextCandidate() {
            try records.context.checkInterruption()
            let summary = try records.summary(seq, reading)
            if summary.record.entry.type == .evidenceAdded, selection.admits(summary) { return summary }
        }
        return nil
    }
}

/// `evidence get`: copies a record's files out, checked while they are copied.
package struct GetFiles {
    package struct Copied: Sendable {
        package let path: FilePath
        package let file: FileRecord
        /// Whether it could not have the name it was found under.
        package let isRenamed: Bool
    }

    private static let phase = Message(en: "copying", zh: "复制")

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    /// Copies all files of a record into a folder, under the names they were found with; of several with one name, those after
    /// the first are numbered.
    ///
    /// Nothing is overwritten.
    ///
    /// - Parameters:
    ///   - mediaRoot: where files that were left where they lay are looked for first.
    ///   - opened: the same record, opened, where it is sealed.
    package func run(
        _ seq: UInt64, to folder: FilePath, mediaRoot: FilePath? = nil, opened: OpenedRecord? = nil
    ) throws -> [Copied] {
        let referenced = try ReferencedFiles(below: mediaRoot, orAtLocation: true)
        let archive = try context.openArchive()
        let record = try archive.record(seq)
        guard record.entry.type == .evidenceAdded else {
            throw EvidenceError(
                .badInput, en: "Entry \(seq) holds no files; it is \(record.entry.typeName.shown).",
                zh: "第 \(seq) 条没有文件，其类型为 \(record.entry.typeName.shown)。")
        }
        guard let body = record.body else {
            try LogReading(archive, context).history(of: record).requireBody()
            throw EvidenceError(
                .inputMissing, en: "Entry \(seq) was withdrawn; its files are gone.", zh: "第 \(seq) 条已撤销，其文件已移除。")
        }
        var added = try EvidenceAdded(body)
        if let sealing = added.sealed {
            guard let opened else { throw OpenSealed.keyNeeded(sealing, seq) }
            added = opened.inside
        }
        guard !added.files.isEmpty else {
            throw EvidenceError(.inputMissing, en: "Entry \(seq) has no files.", zh: "第 \(seq) 条没有文件。")
        }
        // What stands below it need not be the person's: there no symlink is followed.
        try ServiceContext.requireOutsideArchives(folder)
        let folder = try Files.straight(folder)
        try Files.makeFolders(folder)
        // No record can have a file of its name, and no other run has it.
        let work = folder.appending(".\(try context.random(16).hex).partial")
        do { try Files.makeNewFolder(work) } catch let error { throw EvidenceError.file(error, folder, writing: true) }
        defer { try? Files.removeTree(work) }
        var done = ProgressSnapshot(
            phase: GetFiles.phase, filesTotal: added.files.count,
            bytesTotal: added.files.reduce(into: 0) { $0.add(clamping: $1.size) })
        var copied: [Copied] = []
        do {
            for (number, (file, name)) in zip(added.files, SafeName.names(for: added.files)).enumerated() {
                copied.append(
                    try copy(file, as: name, in: folder, by: work.appending("new"), &done) { target, report in
                        if let opened { return try opened.sealed.write(number, to: target, progress: report) }
                        try copy(
                            file, from: try source(of: file, archive, referenced, seq), to: target, progress: report)
                    })
                try context.progress(done)
            }
        } catch {
            for item in copied { try? Files.remove(item.path) }
            throw error
        }
        return copied
    }

    private func source(
        of file: FileRecord, _ archive: Archive, _ referenced: ReferencedFiles, _ seq: UInt64
    ) throws -> FilePath {
        if file.held == .stored { return archive.objects.path(file.sha256) }
        if let found = referenced.find(file, seq: seq) { return found.path }
        let place = (file.location ?? file.name).shown
        throw EvidenceError(
            .inputMissing,
            en:
                "“\(file.name.shown)” was left at “\(place)” and is not to be reached there. Connect the disk, or say where it is now: --media-root DIR.",
            zh: "“\(file.name.shown)”登记时留在“\(place)”，现在无法找到。请接上该磁盘，或用 --media-root DIR 指明其现在的位置。")
    }

    /// Copies a file under that name.
    ///
    /// - Parameters:
    ///   - temporary: a path where nothing is.
    ///   - write: writes it, checked, to a path where nothing is.
    private func copy(
        _ file: FileRecord, as name: SafeName, in folder: FilePath, by temporary: FilePath,
        _ done: inout ProgressSnapshot,
        write: (_ target: FilePath, _ progress: (Int) throws -> Void) throws -> Void
    ) throws -> Copied {
        let target = name.path(in: folder)
        let isThere = EvidenceError(
            .badInput,
            en: "“\(target.shown)” is there already; nothing is overwritten. Choose another folder with --to.",
            zh: "“\(target.shown)”已存在，不会覆盖。请用 --to 另选文件夹。")
        guard try Files.status(target) == nil else { throw isThere }
        try Files.makeFolders(target.parent)
        // The copy gets its name only once it has proved to be what the entry says.
        do {
            var snapshot = done
            try write(temporary) { count in
                snapshot.bytesDone += Int64(count)
                snapshot.current = file.name
                try context.progress(snapshot)
            }
            done = snapshot
            try Files.renameExclusively(temporary, to: target)
        } catch {
            // Somebody else may have been quicker.
            throw error as? Errno == .fileExists ? isThere : EvidenceError.file(any: error, target, writing: true)
        }
        done.filesDone += 1
        return Copied(path: target, file: file, isRenamed: name.isChanged)
    }

    private func copy(
        _ file: FileRecord, from source: FilePath, to target: FilePath, progress: (Int) throws -> Void
    ) throws {
        let found = try FileDigester.digests(copying: source, to: target, progress: progress)
        guard found.sha256 == file.sha256, found.fsverity == file.fsverity else {
            throw EvidenceError(
                .damaged,
                en: "“\(file.name.shown)” is not what was recorded: its bytes were changed. Run evidence verify.",
                zh: "“\(file.name.shown)”与记录不符：内容已被改动。请执行 evidence verify。")
        }
    }
}
