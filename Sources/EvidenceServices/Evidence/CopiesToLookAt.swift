internal import EvidenceArchive
internal import EvidenceFiles
internal import EvidenceRecord
package import SystemPackage

/// `evidence get --open`: checked copies for a viewer, in a folder of the user's cache that nobody else can look into.
package struct CopiesToLookAt {
    /// How long copies stay, in seconds: long enough for whoever left a viewer open over night.
    private static let kept = 86_400

    package let context: ServiceContext

    package init(_ context: ServiceContext) { self.context = context }

    /// Copies a record's files, none of which can be written or executed there, and removes copies of earlier days.
    ///
    /// - Returns: the copies, and what a viewer is to be given: the only file, else the folder.
    package func make(_ seq: UInt64, mediaRoot: FilePath? = nil) throws -> (copies: [GetFiles.Copied], target: FilePath)
    {
        removeOld()
        let mark = try context.random(8).reduce("") { $0 + ($1 < 16 ? "0" : "") + String($1, radix: 16) }
        let folder = all.appending("\(seq)-\(mark)")
        do {
            try Files.makeFolders(folder)
            let path = try Files.realPath(folder)
            let copies = try GetFiles(context).run(seq, to: path, mediaRoot: mediaRoot)
            for copy in copies { try Files.setMode(copy.path, 0o400) }
            return (copies, copies.count == 1 ? copies[0].path : path)
        } catch {
            try? Files.removeTree(folder)
            throw error
        }
    }

    /// Removes every copy, since one of them may be of what has just been withdrawn.
    func removeAll() {
        do {
            try Files.removeTree(all)
        } catch {
            context.warn(
                Message(
                    en: "Copies that were opened earlier could not be removed; delete “\(all.shown)” yourself.",
                    zh: "此前打开过的副本未能删除，请自行删除“\(all.shown)”。"))
        }
    }

    private var all: FilePath { context.folders.cache.appending("opened") }

    private func removeOld() {
        guard let status = try? Files.status(all), status.kind == .folder, let names = try? Files.names(in: all) else {
            return
        }
        let now = context.now().milliseconds / 1_000
        for name in names {
            let folder = all.appending(raw: name)
            // A copy that a viewer has locked or that is of another user's is left to the next run.
            guard let status = try? Files.status(folder),
                Int64(status.modifiedSeconds) + Int64(CopiesToLookAt.kept) < now
            else { continue }
            try? Files.removeTree(folder)
        }
    }
}
