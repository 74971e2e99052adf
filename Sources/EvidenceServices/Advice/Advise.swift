internal import EvidenceArchive
internal import EvidenceFiles
package import EvidenceRecord
internal import SystemPackage

/// What is advised after `evidence add`, and the notes that it is decided by.
package struct Advise {
    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    /// What had better be done next, noted as said; nil for nothing.
    package func afterAdding(_ records: Range<UInt64>) throws -> NextStep? {
        let archive = try context.openArchive()
        let notes = CareFolder(context.folders).notes(of: archive.identity)
        var facts = NextStep.Facts()
        try archive.log.forEach(from: records.lowerBound, below: records.upperBound) { stored in
            try context.checkInterruption()
            if try Entry(parsing: stored.bytes).dossiers.isEmpty { facts.unlinked.append(stored.seq) }
        }
        facts.anyCaseIsOpen = try !LogReading(archive, context).entries(of: .caseOpened).isEmpty
        let size = try archive.log.size()
        facts.unanchored = size - min(size, try OutsideView(archive, context).coveredSize())
        facts.checkpoint = notes.checkpoint?.time
        facts.copy = notes.copy?.time
        facts.advised = notes.advised
        let today = context.localDay(context.now())
        guard let step = NextStep.choose(facts, today: today, day: { context.localDay($0) }) else { return nil }
        CareFolder(context.folders).update(archive.identity) { $0.advised[step.name] = today }
        return step
    }

    /// Notes that a checkpoint was written to a file, unless that lies in the archive itself.
    func noteCheckpoint(_ archive: Archive, size: UInt64, at file: FilePath) {
        guard
            let folder = try? Files.realPath(file.parent.isEmpty ? "." : file.parent),
            !folder.starts(with: archive.path)
        else { return }
        CareFolder(context.folders).update(archive.identity) {
            $0.checkpoint = CareNotes.Deed(time: context.now(), size: size, place: file.string)
        }
    }

    /// Notes that an archive which was found whole is a second copy of one that is written elsewhere on this machine; links to its
    /// files are none.
    func noteCopy(at path: FilePath, size: UInt64) {
        guard let archive = try? Archive.open(path),
            let memory = try? MemoryFolder(context.folders).memory(of: archive.identity),
            let original = try? Archive.open(memory.path), original.identity == archive.identity,
            let here = try? Files.status(archive.path.appending(LogDatabase.fileName)),
            let there = try? Files.status(original.path.appending(LogDatabase.fileName)),
            here.device != there.device || here.inode != there.inode
        else { return }
        CareFolder(context.folders).update(archive.identity) {
            $0.add(
                copy: CareNotes.Deed(
                    time: context.now(), size: size, place: archive.path.string,
                    mountPoint: (try? Files.mountPoint(of: archive.path))?.string))
        }
    }
}

extension ServiceContext {
    /// The day of a moment in the person's time zone.
    package func localDay(_ time: Timestamp) -> CivilDate {
        let local = time.milliseconds + Int64(zone.seconds(time.milliseconds)) * 1_000
        return (Timestamp(milliseconds: local) ?? time).date
    }
}
