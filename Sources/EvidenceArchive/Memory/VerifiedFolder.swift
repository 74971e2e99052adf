package import EvidenceCrypto
internal import EvidenceFiles
package import EvidenceRecord
package import SystemPackage
internal import TransparencyLog

/// What a whole verification of an archive leaves, for another to go on from.
package struct VerifiedState: Sendable {
    /// Where the archive lay: of a copy that lies elsewhere, no file was read.
    package let path: FilePath
    /// The log's state at the size that was verified.
    package let state: LogState
    package let mark: VerificationReport.Earlier
    /// When a later verification found something wrong; nil as long as none did.
    package fileprivate(set) var spoiled: Timestamp?
    /// The tree's roots at smaller sizes, where somebody proved them; they are not kept.
    package var roots: [UInt64: Digest] = [:]
}

/// A user's records of whole verifications, one small JSON file an archive and place, in the user's state folder.
///
/// They lie outside archives, so that whoever alters an archive alone can't have more said of it than was checked. A record
/// carries its own digest, which shows damage; against somebody with the user's account nothing here does.
package struct VerifiedFolder: Sendable {
    private static let largest = 1 << 30

    private let folder: FilePath

    package init(_ folders: UserFolders) { folder = folders.state.appending("verified") }

    private func file(_ identity: Digest, _ archive: FilePath) -> FilePath {
        folder.appending("\(SHA256Hasher.hash(identity.bytes + archive.rawBytes).hex.prefix(32)).json")
    }

    /// The record of the archive whose entry 0 has this leaf hash and that lies there; nil for none.
    ///
    /// - Parameter archive: its folder, with all symlinks resolved.
    /// - Throws: `inputOutput` where the record can't be read or was altered.
    package func record(of identity: Digest, at archive: FilePath) throws -> VerifiedState? {
        let file = file(identity, archive)
        guard try Files.status(file) != nil else { return nil }
        guard let bytes = try? Files.contents(of: file, limit: VerifiedFolder.largest),
            let found = try? VerifiedState(bytes), found.state.identity == identity, found.path == archive
        else {
            throw EvidenceError(
                .inputOutput,
                en:
                    "The record of your last whole verification, “\(file.shown)”, is damaged or was altered: nothing of it is trusted. Run evidence verify, which makes it anew.",
                zh: "上次全面核验的记录“\(file.shown)”已损坏或被改动，一概不予采信。请执行 evidence verify 重新生成。")
        }
        return found
    }

    /// The record of an archive with another beginning that has this key, or lay at this place under this key's name: a key is one
    /// archive's, and a place and a name together mostly are; nil for none.
    ///
    /// A record that can't be read is complained of when its own archive is met.
    func another(than identity: Digest, of key: VerifierKey, at archive: FilePath) -> VerifiedState? {
        for name in (try? Files.names(in: folder)) ?? [] where name.suffix(5).elementsEqual(".json".utf8) {
            guard
                let found = (try? Files.contents(of: folder.appending(raw: name), limit: VerifiedFolder.largest))
                    .flatMap({ try? VerifiedState($0) }),
                found.state.identity != identity, let known = found.state.archiveKey
            else { continue }
            if known == key || found.path == archive && known.name.hasSameBytes(as: key.name) { return found }
        }
        return nil
    }

    /// Keeps what a verification found whole, or notes in an earlier record that something is wrong by now.
    ///
    /// A disk that refuses costs no more than another whole verification.
    /// - Parameters:
    ///   - identity: the leaf hash of entry 0.
    ///   - state: the log's at its end; nil where it could not be read so far.
    func keep(
        _ report: VerificationReport, _ identity: Digest, _ state: LogState?, of archive: FilePath, at time: Timestamp
    ) {
        var verified: VerifiedState?
        if report.isWhole, let state {
            let mark = VerificationReport.Earlier(
                size: report.size, root: report.root, time: time, digests: report.fileDigests,
                sealed: UInt64(report.count(of: .sealedContentNotChecked)))
            verified = VerifiedState(path: archive, state: state, mark: mark)
        } else if !report.isOK {
            verified = try? record(of: identity, at: archive)
            verified?.spoiled = time
        }
        guard let verified else { return }
        let file = file(identity, archive)
        try? Files.makeFolders(folder)
        try? Files.removeAbandoned(replacing: file)
        try? Files.replace(file, with: verified.bytes, mode: 0o600)
    }
}

extension VerifiedState {
    fileprivate init(_ bytes: [UInt8]) throws {
        let whole = JSONReader(try JSONValue(canonical: bytes).object ?? JSONObject(), in: "record")
        let object = try whole.required("verified", \.object)
        guard SHA256Hasher.hash(JSONValue.object(object).canonicalBytes) == (try whole.digest("sha256")) else {
            throw whole.failure("sha256", en: "does not fit", zh: "不符")
        }
        let reader = JSONReader(object, in: "verified")
        let state = try LogState(json: try reader.required("state", \.object))
        self.init(
            path: FilePath(rawBytes: try reader.required("path") { $0.string.flatMap { [UInt8](hex: $0) } }),
            state: state,
            mark: VerificationReport.Earlier(
                size: state.size, root: state.frontier.root,
                time: try reader.required("time") { $0.string.flatMap { Timestamp($0) } },
                digests: try reader.required("digests") {
                    $0.string.flatMap { VerificationReport.FileDigests(rawValue: $0) }
                }, sealed: try reader.count("sealed")),
            spoiled: try reader.optional("spoiled") { $0.string.flatMap { Timestamp($0) } })
    }

    fileprivate var bytes: [UInt8] {
        var object = JSONObject()
        object["path"] = .string(path.rawBytes.hex)
        object["state"] = .object(state.json)
        object["time"] = .string(mark.time.description)
        object["digests"] = .string(mark.digests.rawValue)
        object["sealed"] = .integer(Int64(clamping: mark.sealed))
        object.set("spoiled", spoiled?.description)
        var whole = JSONObject()
        whole["verified"] = .object(object)
        whole["sha256"] = SHA256Hasher.hash(JSONValue.object(object).canonicalBytes).json
        return JSONValue.object(whole).canonicalBytes
    }
}
