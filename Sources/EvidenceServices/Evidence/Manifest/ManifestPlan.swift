internal import EvidenceFiles
internal import EvidenceRecord
internal import SystemPackage

/// What the rows of a manifest describe, each of them checked.
struct ManifestPlan: AddPlan {
    private let records: [PlannedRecord]

    /// Reads a manifest and checks every row.
    ///
    /// - Parameter description: what holds where a row leaves a column empty.
    /// - Throws: ``ManifestRefused`` with all mistakes.
    init(
        _ path: FilePath, _ description: RecordDescription, archive: FilePath, _ state: LogState,
        _ context: ServiceContext
    ) throws {
        let table = try ManifestTable(reading: path)
        let folder = path.parent
        let reader = try ManifestReader(
            table,
            ManifestReader.Surroundings(
                folder: folder.isEmpty ? "." : folder,
                sources: try SourceFiles([], archive: archive, context.folders),
                defaults: description, state: state, zone: context.zone),
            checkInterruption: context.checkInterruption)
        guard reader.problems.isEmpty else { throw ManifestRefused(path: path, problems: reader.problems) }
        guard !reader.records.isEmpty else {
            throw EvidenceError(
                .badInput, en: "“\(path.shown)” describes no record: nothing stands below its headings.",
                zh: "“\(path.shown)”没有记录：表头之下为空。")
        }
        records = reader.records
    }

    func forEach(_ body: (PlannedRecord) throws -> Void, leavingOut: ([UInt8]) -> Void) throws {
        for record in records { try body(record) }
    }
}
