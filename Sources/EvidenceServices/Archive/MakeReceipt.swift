internal import EvidenceArchive
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage
internal import TransparencyLog

/// `evidence receipt`: what the archive says now, to be left with somebody.
package struct MakeReceipt {
    /// What stands on a receipt's page.
    package struct Page: Sendable {
        package let receipt: Receipt
        /// What people call the archive.
        package let title: String?
        /// Who wrote the newest entries.
        package let person: String
    }

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    package func run() throws -> Page {
        let archive = try context.openArchive()
        let (checkpoint, note) = try ReadCheckpoint(context).newest(of: archive)
        let last = try archive.record(checkpoint.size - 1)
        guard let receipt = try? Receipt(note: note, key: archive.created.key, time: last.entry.time) else {
            throw EvidenceError(
                .damaged, en: "The newest checkpoint is not this archive's. Run evidence verify.",
                zh: "最新检查点不属于此档案。请执行 evidence verify。")
        }
        return Page(
            receipt: receipt, title: archive.created.title,
            person: try LogReading(archive, context).person(last.entry.actor))
    }

    /// Writes a page to a file, which must not be there yet, and notes that a checkpoint left the archive.
    package func save(_ page: Page, as text: String, to file: FilePath) throws {
        try ServiceContext.createFile(file, with: Array(text.utf8), mode: 0o644)
        Advise(context).noteCheckpoint(try context.openArchive(), size: page.receipt.size, at: file)
    }
}
