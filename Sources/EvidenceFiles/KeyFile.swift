internal import CSystemShims
package import EvidenceRecord
package import SystemPackage

/// Files with private keys or passphrases, which nobody but their owner may read, and with pins, which nobody else may write.
package enum KeyFile {
    /// All bytes of a file of at most `limit` bytes that is to hold a private key in PEM.
    ///
    /// Refused where it holds one and its mode lets others read it. Not looked at on file systems that keep no modes (FAT,
    /// exFAT, NTFS), as sticks have: there a mode is the mount's, and no owner could change it.
    package static func contents(of path: FilePath, limit: Int) throws(EvidenceError) -> [UInt8] {
        let (bytes, mode) = try read(path, limit)
        guard mode & 0o077 != 0, String(decoding: bytes, as: UTF8.self).contains("PRIVATE KEY-----") else {
            return bytes
        }
        throw EvidenceError(
            .refused, en: "Others may read the key file “\(path.shown)”. Run: chmod 600 \(path.string.shellWord)",
            zh: "密钥文件“\(path.shown)”可被他人读取。请执行：chmod 600 \(path.string.shellWord)")
    }

    /// All bytes of a small file that holds a passphrase; refused where others may read it, as with
    /// ``contents(of:limit:)``.
    package static func passphrase(in path: FilePath) throws(EvidenceError) -> [UInt8] {
        let (bytes, mode) = try read(path, 64 * 1_024)
        guard mode & 0o077 != 0 else { return bytes }
        throw EvidenceError(
            .refused,
            en: "Others may read the passphrase file “\(path.shown)”. Run: chmod 600 \(path.string.shellWord)",
            zh: "口令文件“\(path.shown)”可被他人读取。请执行：chmod 600 \(path.string.shellWord)")
    }

    /// All bytes of a small file that says whom its owner trusts; refused where others may write to it or put another in its
    /// place, as with ``contents(of:limit:)``.
    package static func pins(in path: FilePath, limit: Int) throws(EvidenceError) -> [UInt8] {
        let (bytes, mode) = try read(path, limit)
        let folder = path.parent
        let folderMode: UInt32
        do { folderMode = keepsModes(folder) ? try Files.statusFollowing(folder)?.mode ?? 0 : 0 } catch {
            throw .file(any: error, folder)
        }
        // A folder of the user's own group is no danger, nor one in which nobody moves another's files (sticky).
        let isFolderOpen = folderMode & 0o002 != 0 && folderMode & 0o1000 == 0
        guard mode & 0o022 != 0 || isFolderOpen else { return bytes }
        let (open, command) = mode & 0o022 != 0 ? (path, "chmod 600") : (folder, "chmod 700")
        throw EvidenceError(
            .refused,
            en:
                "Others may write to “\(open.shown)”, and so say whom you trust. See that what you trust is what you pinned, then run: \(command) \(open.string.shellWord)",
            zh: "他人可写入“\(open.shown)”，从而左右您的信任对象。请核对其中所信任的内容，然后执行：\(command) \(open.string.shellWord)")
    }

    /// - Returns: the mode as well; 0 where the file system keeps none.
    private static func read(_ path: FilePath, _ limit: Int) throws(EvidenceError) -> (bytes: [UInt8], mode: UInt32) {
        var mode: UInt32 = 0
        let bytes = try Files.contents(of: path, limit: limit) { status throws(EvidenceError) in mode = status.mode }
        return (bytes, keepsModes(path) ? mode : 0)
    }

    private static func keepsModes(_ path: FilePath) -> Bool {
        path.withPlatformString { evidence_keeps_modes($0) } != 0
    }

    /// Puts a key file in place in one step, and removes what processes that died on the way have left of it.
    package static func replace(_ path: FilePath, with bytes: [UInt8]) throws(EvidenceError) {
        try Files.removeAbandoned(replacing: path)
        try Files.replace(path, with: bytes, mode: 0o600)
    }
}
