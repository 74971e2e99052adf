internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import Glibc
internal import SystemPackage

/// What runs that stopped had copied: under `incoming/`, for a run that is given the same files to go on from.
///
/// Nothing is believed of it. Who goes on from a copy reads its source from the first byte, compares, and writes what
/// differs (``GrowingCopy``).
final class LeftCopies {
    /// How long they wait for that, after they were last touched.
    static let days = 7
    /// The file that a run is just copying.
    static let growingName = "copying"
    /// A file that says of a folder that no run goes on from what is in it: what is sealed is encrypted with new keys each time,
    /// and what a repair takes from the mirror is copied anew.
    static let endedName = "ended"
    /// Copies are found by this much of their beginning.
    private static let headSize = 64 * 1_024

    /// Their folders.
    ///
    /// Each is locked while something in it is looked at or taken, and no longer: another run may look for its own.
    private var folders: [FilePath] = []
    /// Copies that are not whole, by their heads.
    private var growing: [(head: Digest, path: FilePath)] = []

    /// Takes over what was left in `incoming`; what is too small to go on from is removed.
    ///
    /// - Parameter own: the folder of the run that asks.
    init(in incoming: FilePath, besides own: FilePath) throws {
        for name in try Files.names(in: incoming) {
            let folder = incoming.appending(raw: name)
            guard folder != own, let lock = try Staging.lockLeft(folder), try !LeftCopies.isEnded(folder) else {
                continue
            }
            defer { withExtendedLifetime(lock) {} }
            folders.append(folder)
            try sort(folder)
        }
    }

    /// Gives each copy in a folder a name by which it is found.
    private func sort(_ folder: FilePath) throws {
        for name in try Files.names(in: folder) {
            let path = folder.appending(raw: name)
            let text = String(decoding: name, as: UTF8.self)
            if LeftCopies.isSorted(text) { continue }
            guard let file = try? OpenFile.regular(path), let status = try? file.status(),
                let head = try? LeftCopies.head(of: file, size: status.size)
            else { continue }
            if Digest(hex: text) != nil {
                try Files.rename(path, to: folder.appending(LeftCopies.name(head, status.size)))
            } else if text == LeftCopies.growingName, status.size >= LeftCopies.headSize {
                growing.append((head, path))
            }
        }
    }

    /// The copy that one of this file may go on from, moved to `target`; nil for none.
    ///
    /// Whether it is a copy of this file, nobody knows yet.
    func take(for source: OpenFile, size: UInt64, to target: FilePath) throws -> OpenFile? {
        // Where it can't be read, whoever copies it meets that again.
        guard !folders.isEmpty, size > 0, let head = try? LeftCopies.head(of: source, size: size) else { return nil }
        let whole = try folders.map { $0.appending(LeftCopies.name(head, size)) }
            .first { try Files.status($0)?.kind == .regular }
        let unfinished = growing.firstIndex { $0.head == head }
        guard let path = whole ?? unfinished.map({ growing[$0].path }) else { return nil }
        if whole == nil, let unfinished { growing.remove(at: unfinished) }
        // Whoever else has it looks through it or sweeps it, which is soon done, and may have taken the copy.
        guard let lock = try Staging.lockLeft(path.parent, waiting: true) else { return nil }
        defer { withExtendedLifetime(lock) {} }
        // A second name would be one more way into what is about to be written.
        guard let status = try Files.status(path), status.kind == .regular, status.links == 1 else { return nil }
        try Files.rename(path, to: target)
        // A file system without permission bits refuses, and has no need of them.
        try? OpenFile(target, O_RDONLY).setMode(0o600)
        return try OpenFile(target, O_RDWR)
    }

    /// Lets go of what was not taken; it waits on.
    func close() {
        for folder in folders {
            guard let lock = try? Staging.lockLeft(folder), (try? LeftCopies.bytes(in: folder)) == nil,
                // Of what was put in its place the next writer has to ask the log.
                (try? Staging.journals(in: folder).isEmpty) == true
            else { continue }
            defer { withExtendedLifetime(lock) {} }
            try? Files.removeTree(folder)
        }
        folders = []
    }

    /// How many bytes a folder holds that a run may go on from; nil for none, as after a power cut that left only empty files.
    static func bytes(in folder: FilePath) throws -> UInt64? {
        if try isEnded(folder) { return nil }
        var total: UInt64?
        for name in try Files.names(in: folder) {
            let text = String(decoding: name, as: UTF8.self)
            guard let status = try Files.status(folder.appending(raw: name)), status.kind == .regular,
                status.size > 0 && (isSorted(text) || Digest(hex: text) != nil)
                    || text == growingName && status.size >= UInt64(headSize)
            else { continue }
            total = (total ?? 0) + status.size
        }
        return total
    }

    private static func isEnded(_ folder: FilePath) throws -> Bool {
        try Files.status(folder.appending(endedName)) != nil
    }

    private static func head(of file: OpenFile, size: UInt64) throws -> Digest {
        var bytes = [UInt8](repeating: 0, count: Int(min(UInt64(headSize), size)))
        do {
            let count = try bytes.withUnsafeMutableBytes { bytes throws(Errno) in try file.read(into: bytes, at: 0) }
            return SHA256Hasher.hash(Array(bytes.prefix(count)))
        } catch {
            throw EvidenceError.file(any: error, file.path)
        }
    }

    private static func name(_ head: Digest, _ size: UInt64) -> String { "\(head.hex)-\(size)" }

    private static func isSorted(_ name: String) -> Bool {
        let parts = name.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && Digest(hex: String(parts[0])) != nil && UInt64(parts[1]) != nil
    }
}

/// A copy that is being written, perhaps upon what another run had copied already.
final class GrowingCopy {
    let file: OpenFile
    /// How much was there.
    private let held: UInt64
    /// How much is going to be.
    private let size: UInt64
    private var offset: UInt64 = 0
    private var found: [UInt8] = []
    /// How many bytes that were there are the source's.
    private(set) var taken: UInt64 = 0

    /// Whether there was anything.
    var isResumed: Bool { held > 0 }
    /// Whether what was there is, to its end, what the source has.
    var isTakenWhole: Bool { taken == held }

    /// - Parameters:
    ///   - held: the size of what is there.
    ///   - size: that of the source.
    init(_ file: OpenFile, held: UInt64, size: UInt64) {
        self.file = file
        self.held = held
        self.size = size
        if held == 0 { file.expect(size: size) }
    }

    /// Goes on with the source's next bytes.
    func take(_ bytes: UnsafeRawBufferPointer) throws {
        do { try put(bytes) } catch { throw EvidenceError.file(any: error, file.path, writing: true) }
    }

    private func put(_ bytes: UnsafeRawBufferPointer) throws {
        defer { offset += UInt64(bytes.count) }
        if offset >= held { return try file.write(bytes) }
        let there = Int(min(UInt64(bytes.count), held - offset))
        if found.count < there { found = [UInt8](repeating: 0, count: there) }
        let (file, offset) = (file, offset)
        let isSame = try found.withUnsafeMutableBytes { found in
            let found = UnsafeMutableRawBufferPointer(rebasing: found[..<there])
            guard try file.read(into: found, at: offset) == there, let left = bytes.baseAddress,
                let right = found.baseAddress
            else { return false }
            return memcmp(left, right, there) == 0
        }
        if isSame {
            taken += UInt64(there)
        } else {
            try file.write(UnsafeRawBufferPointer(rebasing: bytes[..<there]), at: offset)
        }
        if offset + UInt64(there) == held {
            try file.seek(to: held)
            try file.write(UnsafeRawBufferPointer(rebasing: bytes[there...]))
            // Only now, since nothing is read any more.
            file.expect(size: size)
        }
    }

    /// Cuts off what the source does not have.
    func finish() throws(Errno) {
        if offset < held { try file.truncate(to: offset) }
    }
}
