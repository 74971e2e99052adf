internal import EvidenceFiles
internal import EvidenceRecord
internal import SystemPackage
internal import TransparencyLog

/// Puts files of a log into its folder, each in one step and durable before it has its name.
///
/// Files wait in a folder of their own until some of them are synced together. A crash leaves no file half written under
/// its name, and at most that folder.
final class TreeFolderWriter {
    /// Web servers run as other users.
    static let folderMode: UInt32 = 0o755
    private static let fileMode: UInt32 = 0o644
    private static let mostWaiting = 128

    private let folder: PublishedFolder
    private let waiting: Folder
    private var files: [(resource: TreeResource, file: OpenFile)] = []

    /// Makes the folder in which files wait, in place of one that was left behind.
    init(_ folder: PublishedFolder) throws {
        self.folder = folder
        try TreeFolderWriter.removeWaiting(folder)
        waiting = try folder.root.makeFolder(PublishedFolder.waiting, mode: 0o700)
    }

    /// Writes a file, which has its name once ``sync()`` has returned.
    func put(_ resource: TreeResource, _ bytes: [UInt8]) throws {
        files.append((resource, try waiting.write(bytes, to: String(files.count), mode: TreeFolderWriter.fileMode)))
        if files.count == TreeFolderWriter.mostWaiting { try sync() }
    }

    /// Makes all files so far durable under their names.
    func sync() throws {
        for (_, file) in files {
            do { try file.sync() } catch let error { throw EvidenceError.file(error, file.path, writing: true) }
        }
        var touched: [String: Folder] = [:]
        do {
            for (number, (resource, _)) in files.enumerated() {
                let place = PublishedFolder.place(resource)
                let target = try folder.makeFolder(place.folder)
                touched[place.folder] = target
                try waiting.move(String(number), to: target, as: place.name)
            }
            for folder in touched.values { try folder.sync() }
        } catch {
            // Found there again, they would be taken for durable. A checkpoint may have replaced another, and is put each time.
            for (resource, _) in files where resource != .checkpoint {
                let place = PublishedFolder.place(resource)
                try? touched[place.folder]?.removeTree(Array(place.name.utf8))
            }
            throw error
        }
        files = []
    }

    /// Removes the folder in which files wait, with what is in it.
    static func removeWaiting(_ folder: PublishedFolder) throws {
        try folder.root.removeTree(Array(PublishedFolder.waiting.utf8))
    }
}
