internal import EvidenceFiles
internal import EvidenceRecord
internal import SystemPackage
internal import TransparencyLog

/// The folder of a published log, in which no symlink is followed.
final class PublishedFolder {
    /// Where files wait until they are durable; no part of the log, and left behind only by what was interrupted.
    static let waiting = ".incoming"

    let root: Folder
    /// The folder of the resource that was asked for last.
    private var last: (path: String, folder: Folder)?

    init(_ root: Folder) { self.root = root }

    /// The bytes of a resource; nil where no regular file is in its place.
    ///
    /// Of a file that is too large, one byte more than any such resource has.
    func contents(_ resource: TreeResource) throws(EvidenceError) -> [UInt8]? {
        let place = PublishedFolder.place(resource)
        let limit = resource.largestSize(largestEntry: Entry.largestSize) + 1
        return try folder(place.folder)?.contents(place.name, limit: limit)
    }

    /// The folder and name of a resource.
    static func place(_ resource: TreeResource) -> (folder: String, name: String) {
        let path = resource.path
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        return (String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    /// The folder at a path below the root; nil where there is none.
    private func folder(_ path: String) throws(EvidenceError) -> Folder? {
        if let last, last.path == path { return last.folder }
        var folder = root
        for name in path.split(separator: "/") {
            guard let next = try folder.folder(String(name)) else { return nil }
            folder = next
        }
        last = (path, folder)
        return folder
    }

    /// The folder at a path below the root, made where there is none.
    func makeFolder(_ path: String) throws(EvidenceError) -> Folder {
        if let last, last.path == path { return last.folder }
        var folder = root
        for name in path.split(separator: "/") {
            folder = try folder.makeFolder(String(name), mode: TreeFolderWriter.folderMode)
        }
        last = (path, folder)
        return folder
    }
}
