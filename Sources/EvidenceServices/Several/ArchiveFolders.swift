internal import EvidenceArchive
internal import EvidenceFiles
internal import EvidenceRecord
package import SystemPackage

extension ServiceContext {
    /// The surroundings of each archive that a person named, in that order; an archive that was named twice comes once.
    ///
    /// A folder that is no archive itself but holds some directly in it stands for all of those, sorted by name.
    /// - Returns: also whether several were asked for: more than one folder, or a folder of archives.
    package static func each(
        _ paths: [FilePath], _ context: ServiceContext
    ) throws -> (contexts: [ServiceContext], several: Bool) {
        var found: [FilePath] = []
        var several = false
        for path in paths {
            // What can't be reached is told when it is opened.
            guard let real = try? Files.realPath(path) else {
                found.append(path)
                continue
            }
            let inside = (try? Archive.exists(at: real)) == false ? try archives(in: real) : []
            if !inside.isEmpty { several = true }
            found += inside.isEmpty ? [real] : inside
        }
        var known: Set<FilePath> = []
        found = found.filter { known.insert($0).inserted }
        guard several || found.count > 1 else { return ([context], false) }
        return (found.map { context.at($0) }, true)
    }

    private static func archives(in folder: FilePath) throws -> [FilePath] {
        guard (try? Files.statusFollowing(folder))?.kind == .folder else { return [] }
        let inside: [FilePath]
        do { inside = try Files.names(in: Files.straight(folder)).map { folder.appending(raw: $0) } } catch {
            throw EvidenceError.file(any: error, folder)
        }
        guard inside.contains(where: { (try? Archive.exists(at: $0)) == true }) else { return [] }
        // One that can't be looked into may be an archive; it is told of when it is opened, not passed over.
        return inside.filter { (try? Archive.exists(at: $0)) != false }.map { (try? Files.realPath($0)) ?? $0 }
    }

    private func at(_ path: FilePath) -> ServiceContext {
        var context = self
        context.archivePath = path
        return context
    }
}
