package import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import Glibc
package import SystemPackage
internal import ZIPFile

/// An encrypted bundle in its folder.
package struct EncryptedBundle {
    private static let largestPart = EnvelopeParts.largestMessage

    private let folder: FilePath
    package let index: EncryptedIndex

    /// Whether a folder says that it is one.
    package static func lies(in folder: FilePath) throws -> Bool {
        try Files.status(folder.appending(EncryptedIndex.fileName))?.kind == .regular
    }

    /// Reads the index and sees that every part is there, and no other.
    ///
    /// - Throws: `badInput` where there is no such bundle, `inputMissing` where a part is not there.
    package init(_ folder: FilePath) throws {
        self.folder = try Files.realPath(folder)
        let place = self.folder.appending(EncryptedIndex.fileName)
        guard try EncryptedBundle.lies(in: self.folder) else {
            throw EvidenceError(
                .badInput,
                en: "“\(folder.shown)” is not an encrypted bundle: it has no file \(EncryptedIndex.fileName).",
                zh: "“\(folder.shown)”不是加密案卷包：其中没有 \(EncryptedIndex.fileName) 文件。")
        }
        do {
            index = try EncryptedIndex(parsing: Files.contents(of: place, limit: EncryptedIndex.largest))
        } catch let error as RecordError {
            throw EvidenceError(
                .badInput,
                en:
                    "“\(place.shown)” is not as it was written (\(error.reason.en)). Copy the bundle again from where it came.",
                zh: "“\(place.shown)”与写出时不同（\(error.reason.zh)）。请从来源处重新复制案卷包。")
        }
        try requireParts()
    }

    private var partsFolder: FilePath { folder.appending(EncryptedIndex.folder) }

    private func requireParts() throws {
        let names: [[UInt8]]
        do { names = try Files.names(in: partsFolder) } catch let error { throw EvidenceError.file(error, partsFolder) }
        let known = Set(index.parts.indices.map { Array(EncryptedIndex.name(of: $0).utf8) })
        for part in index.parts.indices {
            let name = EncryptedIndex.name(of: part)
            if names.contains(Array(name.utf8)) { continue }
            throw EvidenceError(
                .inputMissing,
                en:
                    "The part “\(EncryptedIndex.folder)/\(name)” is missing (there should be \(index.parts.count)). Copy it again from where the bundle came.",
                zh:
                    "缺少“\(EncryptedIndex.folder)/\(name)”（共应有 \(index.parts.count) 个部分）。请从来源处重新复制。")
        }
        if let other = names.first(where: { !known.contains($0) }) {
            let name = String(decoding: other, as: UTF8.self)
            throw EvidenceError(
                .badInput,
                en: "“\(EncryptedIndex.folder)/\(name.shown)” is no part of this bundle. Move it elsewhere.",
                zh: "“\(EncryptedIndex.folder)/\(name.shown)”不属于此案卷包。请将其移走。")
        }
    }

    // MARK: Opening

    /// Decrypts the ZIP into a new file; durable when it returns, its name aside.
    ///
    /// - Parameter progress: called with the bytes read since the last call; may throw to stop.
    package func open(
        with key: DecryptionKey, toFile file: FilePath, progress: @escaping (Int) throws -> Void
    ) throws {
        let output: OpenFile
        do { output = try OpenFile(file, O_WRONLY | O_CREAT | O_EXCL) } catch let error {
            throw EvidenceError.file(error, file, writing: true)
        }
        let stream = ZIPStream(shownName: folder.shown) { [parts = plaintexts(with: key, progress)] in
            guard let bytes = try parts() else { return nil }
            do { try bytes.withUnsafeBytes { try output.write($0) } } catch {
                throw EvidenceError.file(any: error, file, writing: true)
            }
            return bytes
        }
        // Read to its end, so that what is no whole ZIP is not left as one.
        try stream.forEachMember { _, _ in }
        do { try output.sync() } catch let error { throw EvidenceError.file(error, file, writing: true) }
    }

    /// Decrypts and unpacks the ZIP into a folder; durable when it returns, its own name aside.
    ///
    /// - Parameters:
    ///   - target: exists and is empty.
    ///   - progress: called with the bytes read since the last call; may throw to stop.
    package func open(
        with key: DecryptionKey, toFolder target: FilePath, progress: @escaping (Int) throws -> Void
    ) throws {
        let bag = BagFolderTarget(target)
        try ZIPStream(shownName: folder.shown, next: plaintexts(with: key, progress)).forEachMember { name, copy in
            // A name that leads elsewhere is never followed.
            guard let path = BagPath.text(name[...]) else {
                let shown = String(decoding: name, as: UTF8.self).shown
                throw EvidenceError(
                    .damaged,
                    en: "There is a file in it that no bundle has: “\(shown)”. Nothing was unpacked.",
                    zh: "其中有案卷包不应含有的文件：“\(shown)”。未解压任何内容。")
            }
            guard try !EncryptedBundle.isTaken(path, in: target) else {
                throw EvidenceError(
                    .damaged,
                    en:
                        "“\(folder.shown)” names “\(path.shown)” twice, which no bundle does. Nothing was unpacked; ask whoever sent it for another one.",
                    zh: "“\(folder.shown)”中“\(path.shown)”出现两次，案卷包不应如此。未解压任何内容，请向发送方另行索取。")
            }
            _ = try bag.write(to: path) { take in try copy { try take(Array($0)) } }
        }
        try bag.finish()
    }

    /// Whether a path is there already, as a file or as a folder, or leads through a file.
    private static func isTaken(_ path: String, in folder: FilePath) throws -> Bool {
        let parts = path.split(separator: "/").map(String.init)
        return try parts.indices.contains { index in
            let kind = try Files.status(parts[...index].reduce(folder) { $0.appending($1) })?.kind
            return kind != nil && (kind != .folder || index == parts.endIndex - 1)
        }
    }

    /// Gives what the parts decrypt to, one after the other, nil at the end.
    private func plaintexts(
        with key: DecryptionKey, _ progress: @escaping (Int) throws -> Void
    ) -> () throws -> [UInt8]? {
        var next = 0
        return {
            guard next < index.parts.count else { return nil }
            defer { next += 1 }
            let bytes = try contents(of: next)
            guard index.readers.contains(where: { $0.publicKey == key.publicKey }) else { throw wrongKey }
            var plaintext: [UInt8] = []
            plaintext.reserveCapacity(bytes.count)
            do {
                try bytes.withUnsafeBytes { try key.decrypt($0) { plaintext += $0 } }
            } catch let error as CryptoError {
                throw error.code == .notARecipient ? wrongKey : damaged(next, index.parts[next].sha256)
            }
            try progress(bytes.count)
            return plaintext
        }
    }

    private func contents(of part: Int) throws -> [UInt8] {
        let place = partsFolder.appending(EncryptedIndex.name(of: part))
        let span = try FileSpan.regular(place)
        guard span.size <= EncryptedBundle.largestPart else { throw damaged(part, nil) }
        let bytes = try span.contents(limit: EncryptedBundle.largestPart)
        let digest = SHA256Hasher.hash(bytes)
        guard digest == index.parts[part].sha256 else { throw damaged(part, digest) }
        return bytes
    }

    // MARK: Words

    private var wrongKey: EvidenceError {
        EvidenceError(
            .refused,
            en:
                "This key does not open the bundle: it belongs to none of the certificates in \(EncryptedIndex.openText). Use the key of one of them.",
            zh: "此私钥不能打开该案卷包：它不属于 \(EncryptedIndex.chineseOpenText) 所列的任何证书。请使用其中某个证书的私钥。")
    }

    private func damaged(_ part: Int, _ found: Digest?) -> EvidenceError {
        let name = "\(EncryptedIndex.folder)/\(EncryptedIndex.name(of: part))"
        if let other = index.parts.firstIndex(where: { $0.sha256 == found }), other != part {
            let otherName = "\(EncryptedIndex.folder)/\(EncryptedIndex.name(of: other))"
            return EvidenceError(
                .damaged,
                en: "“\(name)” is in truth “\(otherName)”: the files were renamed. Give each its own name again.",
                zh: "“\(name)”其实是“\(otherName)”：文件名被改动。请恢复各自的文件名。")
        }
        return EvidenceError(
            .damaged,
            en: "“\(name)” is not as it was written: it was changed or cut off. Copy it again from where it came.",
            zh: "“\(name)”与写出时不同：内容被改动或不完整。请从来源处重新复制。")
    }
}
