package import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import Glibc
package import SystemPackage
package import ZIPFile

/// Writes a bundle for whoever holds one of some private keys: its ZIP is encrypted as it is made, and no byte of it
/// touches the disk.
package final class EncryptedBundleWriter {
    private static let mode: UInt32 = 0o644

    private let folder: FilePath
    private let readers: [EncryptedIndex.Reader]
    private let envelope: EnvelopeParts
    private var parts: [EncryptedIndex.Part] = []
    private var part: NewPart?

    /// A part as it is written.
    private final class NewPart {
        private let file: OpenFile
        private let hasher = SHA256Hasher()
        private var size: UInt64 = 0

        init(_ file: OpenFile) { self.file = file }

        func write(_ bytes: UnsafeRawBufferPointer) throws {
            hasher.update(bytes)
            size += UInt64(bytes.count)
            do { try file.write(bytes) } catch let error { throw EvidenceError.file(error, file.path, writing: true) }
        }

        func finish() throws -> EncryptedIndex.Part {
            do { try file.sync() } catch let error { throw EvidenceError.file(error, file.path, writing: true) }
            return EncryptedIndex.Part(sha256: hasher.finish(), size: size)
        }
    }

    /// - Parameters:
    ///   - folder: exists and is empty.
    ///   - recipients: at least one.
    ///   - partSize: bytes of the ZIP in each part but the last.
    package init(folder: FilePath, to recipients: [Recipient], partSize: Int = EnvelopeParts.partSize) throws {
        self.folder = folder
        readers = recipients.map { EncryptedIndex.Reader(certificate: $0.fingerprint, publicKey: $0.publicKey) }
        envelope = try EnvelopeParts(to: recipients, partSize: partSize)
        try Files.makeFolders(folder.appending(EncryptedIndex.folder))
    }

    /// Takes the bundle's ZIP; it has to be finished before ``finish()`` is called.
    ///
    /// - Parameter date: the day of its members, `YYYY-MM-DD`.
    package func zip(date: String) -> ZIPWriter {
        ZIPWriter(.stream { [self] bytes in try envelope.update(bytes, output: take) }, date: date)
    }

    /// Ends the last part and says what there is; all is durable when it returns, the folder's own name aside.
    package func finish() throws {
        try envelope.finish(output: take)
        let index = EncryptedIndex(parts: parts, readers: readers)
        let texts = OpeningText(parts: parts.count, readers: readers)
        for (name, bytes) in [
            (EncryptedIndex.fileName, index.bytes), (EncryptedIndex.openText, Array(texts.english.utf8)),
            (EncryptedIndex.chineseOpenText, Array(texts.chinese.utf8)),
        ] {
            let place = folder.appending(name)
            do { try Files.write(bytes, to: place, mode: EncryptedBundleWriter.mode) } catch {
                throw EvidenceError.file(any: error, place, writing: true)
            }
        }
        for folder in [folder.appending(EncryptedIndex.folder), folder] {
            do { try Files.syncFolder(folder) } catch let error {
                throw EvidenceError.file(error, folder, writing: true)
            }
        }
    }

    private func take(_ output: EnvelopeParts.Output) throws {
        switch output {
        case .bytes(let bytes):
            let current = try part ?? NewPart(create())
            part = current
            try current.write(bytes)
        case .end:
            guard let current = part else { preconditionFailure("a part without bytes") }
            parts.append(try current.finish())
            part = nil
        }
    }

    private func create() throws -> OpenFile {
        guard parts.count < EncryptedIndex.mostParts else {
            throw EvidenceError(
                .badInput, en: "The case is too large for one encrypted bundle. Export it without --encrypt-to.",
                zh: "案卷过大，无法装入一个加密案卷包。请去掉 --encrypt-to 导出。")
        }
        let place = folder.appending(EncryptedIndex.folder).appending(EncryptedIndex.name(of: parts.count))
        do {
            return try OpenFile(place, O_WRONLY | O_CREAT | O_EXCL, mode: EncryptedBundleWriter.mode)
        } catch let error {
            throw EvidenceError.file(error, place, writing: true)
        }
    }
}
