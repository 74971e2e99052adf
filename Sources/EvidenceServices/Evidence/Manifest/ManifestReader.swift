internal import EvidenceFiles
internal import EvidenceRecord
internal import Inspection
internal import SystemPackage

/// Makes records of a manifest's rows, and notes every mistake on the way.
struct ManifestReader {
    /// What is not in the table.
    struct Surroundings {
        /// Where the manifest lies; names of files begin there.
        let folder: FilePath
        let sources: SourceFiles
        /// What holds where a row leaves a column empty.
        let defaults: RecordDescription
        let state: LogState
        let zone: TimeZoneOffset
    }

    private let around: Surroundings
    private let headings: [String]
    /// Where each column stands in the table.
    private var places: [ManifestColumn: Int] = [:]
    private var row = ManifestTable.Row(number: 1, cells: [])
    /// The rows in which files were named, by the files.
    private var named: [FilePath: Int] = [:]
    /// The identifiers of the words that were met.
    private var words: [ManifestColumn: [String: String]] = [:]
    private(set) var records: [PlannedRecord] = []
    private(set) var problems: [ManifestProblem] = []

    init(_ table: ManifestTable, _ around: Surroundings, checkInterruption: () throws -> Void) throws {
        self.around = around
        headings = table.headings
        readHeadings()
        // Below headings that are not understood, rows would be full of mistakes that are none.
        guard problems.isEmpty else { return }
        for row in table.rows {
            try checkInterruption()
            self.row = row
            try readRow()
        }
    }

    // MARK: Headings

    private mutating func readHeadings() {
        for (place, heading) in headings.enumerated() where !heading.isEmpty {
            guard let column = ManifestColumn(heading: heading) else {
                let known = ManifestColumn.allCases.map(\.heading)
                note(
                    .headingUnknown, place, heading,
                    Message(
                        en:
                            "There is no column “\(heading.shown)”. Columns are: \(known.map(\.en).joined(separator: ", ")).",
                        zh: "没有“\(heading.shown)”这一列。可用的列：\(known.map(\.zh).joined(separator: "、"))。"))
                continue
            }
            if let other = places[column] {
                note(
                    .headingRepeated, place, heading,
                    Message(
                        en: "This column is there already, as “\(headings[other].shown)”. Keep one of the two.",
                        zh: "此列与“\(headings[other].shown)”重复，请保留其一。"))
                continue
            }
            places[column] = place
        }
    }

    // MARK: Rows

    private mutating func readRow() throws {
        let before = problems.count
        checkStrays()
        var said = around.defaults
        if let title = cell(.title) { said.title = title }
        if let text = cell(.description) { said.description = text }
        if let place = cell(.place) { said.place = place }
        if let classification = cell(.classification) { said.classification = classification }
        if let device = cell(.device) { said.device = device }
        if let serial = cell(.serial) { said.serial = serial }
        if cell(.tags) != nil { said.tags = parts(.tags) }
        said.kind = word(.kind, RecordKind.self) ?? said.kind
        said.method = word(.method, WorkingMethod.self) ?? said.method
        said.content = word(.content, ContentItem.self) ?? said.content
        readTimes(&said)
        readPeople(&said)
        let dossiers = readDossiers(&said)
        let files = readFiles()
        if cell(.files) == nil { requireWords(said) }
        guard problems.count == before else { return }
        let record = PlannedRecord(files: files, description: said, dossiers: dossiers, isOneOfMany: true)
        if record.largestBody > Body.largestSize {
            note(
                .recordTooLarge, nil, nil,
                Message(
                    en: "This record would have more than 16 MiB. Shorten it, or split its files over several rows.",
                    zh: "此条记录超过 16 MiB，请缩短内容，或将文件分到多行。"))
        }
        records.append(record)
    }

    /// What stands below no heading would be lost without a word.
    private mutating func checkStrays() {
        for (place, value) in row.cells.enumerated() where !value.isEmpty {
            if place >= headings.count || headings[place].isEmpty {
                note(
                    .headingMissing, place, value,
                    Message(
                        en: "This column has no heading. Give it one, or empty the cell.",
                        zh: "此列没有表头。请补上表头或清空该单元格。"))
            } else if ManifestReader.isMangled(value) {
                note(
                    .valueMangled, place, value,
                    Message(
                        en:
                            "This is not what was typed, but what Excel made of it. Format the column as text, and type it again.",
                        zh: "这不是原来输入的内容，而是 Excel 改写的结果。请将该列设为“文本”格式后重新输入。"))
            }
        }
    }

    /// Whether Excel wrote an error, hashes for want of width, or a long number cut short.
    private static func isMangled(_ value: String) -> Bool {
        guard let first = value.utf8.first, first == UInt8(ascii: "#") || (0x30...0x39).contains(first) else {
            return false
        }
        if ["#NAME?", "#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!"].contains(value) {
            return true
        }
        if value.count > 2, value.allSatisfy({ $0 == "#" }) { return true }
        return value.contains("E+") && value.wholeMatch(of: /[0-9](?:\.[0-9]+)?E\+[0-9]{2,}/) != nil
    }

    /// Kind and title, which files would tell.
    private mutating func requireWords(_ said: RecordDescription) {
        if said.title == nil {
            note(
                .titleMissing, places[.title], nil,
                Message(
                    en: "A record without files needs a title.", zh: "没有文件的记录须填写标题。"))
        }
        if said.kind == nil, cell(.kind) == nil {
            note(
                .kindMissing, places[.kind], nil,
                Message(en: "A record without files needs a kind.", zh: "没有文件的记录须填写类别。"))
        }
    }

    // MARK: Cells

    /// What stands in a column of this row; nil for nothing.
    private func cell(_ column: ManifestColumn) -> String? {
        guard let place = places[column], place < row.cells.count, !row.cells[place].isEmpty else { return nil }
        return row.cells[place]
    }

    /// The values of a cell that may hold several, between semicolons or line breaks.
    private func parts(_ column: ManifestColumn) -> [String] {
        (cell(column) ?? "").split { $0 == ";" || $0 == "；" || $0.isNewline }.map { String($0).trimmed }
            .filter { !$0.isEmpty }
    }

    private mutating func note(_ code: ManifestProblem.Code, _ place: Int?, _ value: String?, _ explanation: Message) {
        problems.append(
            ManifestProblem(
                row: row.number, column: place,
                heading: place.flatMap { $0 < headings.count && !headings[$0].isEmpty ? headings[$0] : nil },
                value: value, code: code, explanation: explanation))
    }

    private mutating func note(
        _ code: ManifestProblem.Code, _ column: ManifestColumn, _ value: String?, _ explanation: Message
    ) {
        note(code, places[column], value, explanation)
    }

    // MARK: Values

    private mutating func word<Word: RegulationWord>(_ column: ManifestColumn, _: Word.Type) -> String? {
        guard let text = cell(column) else { return nil }
        if let known = words[column]?[text] { return known }
        if let word = Word(written: text) {
            words[column, default: [:]][text] = word.rawValue
            return word.rawValue
        }
        let known = Array(Word.allCases)
        note(
            .valueUnknown, column, text,
            Message(
                en: "“\(text.shown)” is none of: \(known.map(\.shownInEnglish).joined(separator: ", ")).",
                zh: "“\(text.shown)”不在可用的值之中：\(known.map(\.shownInChinese).joined(separator: "；"))。"))
        return nil
    }

    private mutating func readTimes(_ said: inout RecordDescription) {
        guard cell(.occurred) != nil || cell(.until) != nil else { return }
        said.occurredFrom = nil
        said.occurredTo = nil
        for column in [ManifestColumn.occurred, .until] {
            guard let text = cell(column) else { continue }
            do {
                let (from, to) = try ClaimedTimeInput.interval(text.narrow, zone: around.zone)
                if column == .occurred {
                    (said.occurredFrom, said.occurredTo) = (from, to)
                } else if to != nil || said.occurredTo != nil {
                    note(
                        .timeInvalid, column, text,
                        Message(
                            en: "The end of the time is given twice.", zh: "结束时间重复填写。"))
                } else {
                    said.occurredTo = from
                }
            } catch {
                let explanation = (error as? EvidenceError)?.message
                note(
                    .timeInvalid, column, text,
                    explanation ?? Message(en: "This is no time.", zh: "这不是时间。"))
            }
        }
        if let from = said.occurredFrom, let to = said.occurredTo, !ClaimedTimeInput.isOrdered(from, to) {
            note(
                .timeInvalid, .until, cell(.until),
                Message(en: "The end is before the beginning.", zh: "结束早于开始。"))
        }
    }

    private mutating func readPeople(_ said: inout RecordDescription) {
        guard cell(.people) != nil else { return }
        said.people = []
        for text in parts(.people) {
            if let person = PersonInput.person(text) {
                said.people.append(person)
            } else {
                note(
                    .personMalformed, .people, text,
                    Message(
                        en: "“\(text.shown)” is neither ROLE:NAME nor NAME.",
                        zh: "“\(text.shown)”应写作 角色:姓名 或 姓名。"))
            }
        }
    }

    private mutating func readDossiers(_ said: inout RecordDescription) -> [DossierID] {
        if cell(.cases) != nil { said.cases = parts(.cases) }
        if let inspection = cell(.inspection) { said.inspection = inspection }
        let before = problems.count
        for name in said.cases {
            requireDossier(name, .caseOpened, .cases, .caseUnknown)
        }
        if let name = said.inspection {
            requireDossier(name, .inspectionOpened, .inspection, .inspectionUnknown)
        }
        guard problems.count == before else { return [] }
        do {
            return try said.dossiers(in: around.state)
        } catch {
            note(
                .tooManyDossiers, .cases, cell(.cases),
                (error as? EvidenceError)?.message ?? Message(en: "Too many cases.", zh: "案卷过多。"))
            return []
        }
    }

    private mutating func requireDossier(
        _ name: String, _ type: EntryType, _ column: ManifestColumn, _ code: ManifestProblem.Code
    ) {
        if around.state.dossier(named: name)?.dossier.kind == type { return }
        note(code, column, name, LogReading.noDossier(name, type).message)
    }

    // MARK: Files

    private mutating func readFiles() -> [SourceFiles.Source] {
        var files: [SourceFiles.Source] = []
        for text in parts(.files) {
            do {
                let source = try around.sources.source(text, from: around.folder)
                if let other = named.updateValue(row.number, forKey: source.location) {
                    note(
                        .fileRepeated, .files, text,
                        Message(
                            en: "“\(text.shown)” is named in row \(other) already. A file belongs to one record.",
                            zh: "“\(text.shown)”已在第 \(other) 行列出，一个文件只属于一条记录。"))
                } else {
                    files.append(source)
                }
            } catch {
                let failure = error as? EvidenceError
                note(
                    failure?.code == .inputMissing ? .fileMissing : .fileUnusable, .files, text,
                    failure?.message ?? Message(en: "This file cannot be read.", zh: "无法读取此文件。"))
            }
        }
        return files
    }
}

extension PlannedRecord {
    /// More bytes than the record's body can have, whatever its files turn out to be.
    fileprivate var largestBody: Int {
        let words = JSONValue.object(description.record(of: []).json).canonicalBytes.count
        // A byte of a name takes at most six in JSON, and two more in hex; the rest of a file record is shorter than this.
        return words + files.reduce(1_024) { $0 + 1_024 + $1.name.count * 8 }
    }
}

extension RegulationWord {
    /// The identifier, with the name where the one does not say the other.
    fileprivate var shownInEnglish: String { rawValue.folded == english.folded ? rawValue : "\(rawValue) \(english)" }
    fileprivate var shownInChinese: String { "\(rawValue) \(chinese)" }
}
