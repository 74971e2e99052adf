internal import EvidenceFiles
internal import EvidenceRecord
package import SystemPackage

/// Where this user's keys, memories and caches lie.
package struct UserFolders: Sendable {
    /// Keys and pins.
    package let keys: FilePath
    /// The operator's memories.
    package let state: FilePath
    /// Indexes of archives that can't be written.
    package let cache: FilePath

    /// `EVIDENCE_HOME` holds all three unless the XDG variables say otherwise for the last two; without it, the XDG Base
    /// Directory Specification's folders.
    package init(environment: [String: String]) throws {
        func folder(_ name: String) -> FilePath? {
            environment[name].flatMap { $0.isEmpty ? nil : FilePath($0) }
        }
        let own = folder("EVIDENCE_HOME")
        func xdg(_ name: String, _ fallback: String, inOwn: String) throws -> FilePath {
            if let path = folder(name), path.isAbsolute { return path.appending("evidence") }
            if let own { return own.appending(inOwn) }
            guard let home = folder("HOME") else {
                throw EvidenceError(
                    .usage,
                    en:
                        "Neither EVIDENCE_HOME nor HOME is set: there is no place for keys. Set EVIDENCE_HOME to a private folder.",
                    zh: "未设置 EVIDENCE_HOME 或 HOME，无处存放密钥。请将 EVIDENCE_HOME 设为一个私有文件夹。")
            }
            return home.appending(fallback).appending("evidence")
        }
        // What can't be looked at is complained of when it is needed.
        func straight(_ path: FilePath) -> FilePath { (try? Files.straight(path)) ?? path }
        keys = straight(try own ?? xdg("XDG_CONFIG_HOME", ".config", inOwn: ""))
        state = straight(try xdg("XDG_STATE_HOME", ".local/state", inOwn: "state"))
        cache = straight(try xdg("XDG_CACHE_HOME", ".cache", inOwn: "cache"))
    }
}
