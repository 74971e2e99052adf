internal import EvidenceRecord

/// One record to be: its files, what was said of it, and the dossiers that it joins.
struct PlannedRecord {
    let files: [SourceFiles.Source]
    let description: RecordDescription
    let dossiers: [DossierID]
    /// What the files hand over, where they are a bundle of another archive.
    var bundle: ForeignDossier?
    /// Whether it is left out where its files are on record already, as one of many that one command adds.
    ///
    /// What a person put together himself is added as often as he says.
    let isOneOfMany: Bool

    /// What people may know it by: its first file, or its title.
    var name: String { files.first.map { String(decoding: $0.name, as: UTF8.self) } ?? description.title ?? "" }
}

/// What is to be added, record by record, so that memory does not grow with their number.
protocol AddPlan {
    /// Calls `body` with every record, in the order of their entries, and `leavingOut` with the names of what lies in
    /// the folders and is nobody's evidence.
    ///
    /// It may be called more than once, and yields the same each time unless the files changed meanwhile.
    func forEach(_ body: (PlannedRecord) throws -> Void, leavingOut: ([UInt8]) -> Void) throws
}

/// Files and folders that share one description: what lies in folders is a record each, and what was named itself is one
/// record together, behind the others.
///
/// A bundle, be it a folder or a file, is one record.
struct PathPlan: AddPlan {
    let sources: SourceFiles
    let bundles: [(sources: SourceFiles, dossier: ForeignDossier)]
    let description: RecordDescription
    let dossiers: [DossierID]
    /// Whether what was named itself is a record each, too.
    let each: Bool

    func forEach(_ body: (PlannedRecord) throws -> Void, leavingOut: ([UInt8]) -> Void) throws {
        var together: [SourceFiles.Source] = []
        try sources.forEach(
            { source in
                if source.isInFolder || each {
                    try body(record([source], isOneOfMany: true))
                } else {
                    together.append(source)
                }
            }, leavingOut: leavingOut)
        if !together.isEmpty { try body(record(together, isOneOfMany: false)) }
        for bundle in bundles {
            var files: [SourceFiles.Source] = []
            try bundle.sources.forEach({ files.append($0) }, leavingOut: { _ in })
            var record = record(files, isOneOfMany: false)
            record.bundle = bundle.dossier
            try body(record)
        }
    }

    private func record(_ files: [SourceFiles.Source], isOneOfMany: Bool) -> PlannedRecord {
        PlannedRecord(files: files, description: description, dossiers: dossiers, isOneOfMany: isOneOfMany)
    }
}
