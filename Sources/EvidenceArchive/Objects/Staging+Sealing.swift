package import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import Glibc
package import SystemPackage

/// A file that was sealed: what it was, and the encrypted parts that stand for it.
package struct SealedFile {
    /// What reading it told.
    ///
    /// Its path leads to the open file itself, for as long as this value is kept.
    package let plain: StagedFile
    package let parts: [StagedFile]
    private let file: OpenFile

    /// The file itself, open for as long as this value is kept.
    package var descriptor: Int32 { file.descriptor }

    init(plain: StagedFile, parts: [StagedFile], file: OpenFile) {
        self.plain = plain
        self.parts = parts
        self.file = file
    }
}

extension Staging {
    /// Encrypts a file into parts, reading it once; neither its plaintext nor its name is written anywhere.
    ///
    /// - Parameter progress: called with the bytes read since the last call; may throw to stop.
    package func seal(
        _ source: FilePath, to recipients: [Recipient], progress: (Int) throws -> Void
    ) throws -> SealedFile {
        let file = try OpenFile.regular(source)
        let sink = try PartSink(self)
        let parts = try EnvelopeParts(to: recipients)
        let read = try read(file, source, progress: progress) { try parts.update($0, output: sink.take) }
        try parts.finish(output: sink.take)
        // A tool that is asked about it later reads this very file, by a name without surprises.
        let path = FilePath("/proc/\(getpid())/fd/\(file.descriptor)")
        return SealedFile(
            plain: read.staged(at: path, wasHeld: false, location: nil), parts: sink.finished, file: file)
    }

    /// Encrypts a few bytes into one part.
    ///
    /// - Precondition: there are at most ``EnvelopeParts/partSize``.
    package func seal(_ bytes: [UInt8], to recipients: [Recipient]) throws -> StagedFile {
        precondition(bytes.count <= EnvelopeParts.partSize)
        let sink = try PartSink(self)
        let parts = try EnvelopeParts(to: recipients)
        try bytes.withUnsafeBytes { try parts.update($0, output: sink.take) }
        try parts.finish(output: sink.take)
        return sink.finished[0]
    }

    /// Writes encrypted parts into the staging folder as they come.
    private final class PartSink {
        private let staging: Staging
        private let path: FilePath
        private var copy: OpenFile?
        private var size: UInt64 = 0
        private let sha256 = SHA256Hasher()
        private var verity = FSVerityHasher()
        private(set) var finished: [StagedFile] = []

        init(_ staging: Staging) throws {
            self.staging = staging
            path = staging.folder.appending("sealing")
            try staging.endHere()
        }

        func take(_ output: EnvelopeParts.Output) throws {
            switch output {
            case .bytes(let bytes): try append(bytes)
            case .end: try end()
            }
        }

        private func append(_ bytes: UnsafeRawBufferPointer) throws {
            let copy = try self.copy ?? begin()
            sha256.update(bytes)
            verity.update(bytes)
            size += UInt64(bytes.count)
            try staging.checked(path, writing: true) { () throws(Errno) in try copy.write(bytes) }
        }

        private func begin() throws -> OpenFile {
            try staging.checked(path, writing: true) { () throws(Errno) in try Files.remove(path) }
            let new = try staging.writable(path)
            copy = new
            size = 0
            return new
        }

        private func end() throws {
            guard let copy else { return }
            self.copy = nil
            try staging.checked(path, writing: true) { () throws(Errno) in try copy.setMode(0o444) }
            copy.startWriteback()
            let read = Staging.Read(
                size: size, sha256: sha256.finish(), fsverity: verity.finish(),
                mediaType: ToldMediaType(known: Sealing.partType))
            let (place, wasHeld) = try staging.settle(copy, as: read.sha256, size: size)
            finished.append(read.staged(at: place, wasHeld: wasHeld, location: nil))
        }
    }
}
