/// What an operating system or an office program leaves in folders by itself, and nobody made as evidence.
enum LeftBehind {
    private static let files: Set<String> = [".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini"]
    private static let folders: Set<String> = [
        ".spotlight-v100", ".trashes", ".fseventsd", ".temporaryitems", ".documentrevisions-v100", "$recycle.bin",
        "system volume information", "__macosx",
    ]
    private static let officeEndings: [String] = ["doc", "xls", "ppt", "rtf"].map { "." + $0 }

    /// Whether a file or folder of that name, found in a folder, is such.
    static func includes(_ name: [UInt8], isFolder: Bool) -> Bool {
        let name = String(decoding: name, as: UTF8.self).lowercased()
        if isFolder { return folders.contains(name) }
        if files.contains(name) || name.hasPrefix("._") { return true }
        if name.hasPrefix(".~lock."), name.hasSuffix("#") { return true }
        return name.hasPrefix("~$") && officeEndings.contains { name.suffix(5).contains($0) }
    }
}
