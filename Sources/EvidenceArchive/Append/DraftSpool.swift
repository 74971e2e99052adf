internal import EvidenceFiles
internal import EvidenceRecord
internal import Glibc
package import SystemPackage

/// Drafts kept in a file, so that a commit of any size needs the memory of one.
package final class DraftSpool {
    private let file: OpenFile
    /// How many drafts there are.
    package private(set) var count: UInt64 = 0
    private var position: UInt64 = 0

    /// - Parameter folder: where the file lies; it loses its name at once, and goes with this object.
    package init(in folder: FilePath) throws {
        let path = folder.appending("drafts")
        do {
            file = try OpenFile(path, O_RDWR | O_CREAT | O_EXCL)
            try Files.remove(path)
        } catch {
            throw EvidenceError.file(any: error, path, writing: true)
        }
    }

    package func append(_ draft: Draft) throws {
        var object = JSONObject()
        object["type"] = .string(draft.type.rawValue)
        object["dossiers"] = .array(draft.dossiers.map { .string($0.description) })
        let head = JSONValue.object(object).canonicalBytes
        let frame = [UInt64(head.count), UInt64(draft.body.count)].flatMap { value in
            withUnsafeBytes(of: value) { Array($0) }
        }
        do {
            try (frame + head + draft.body).withUnsafeBytes { try file.write($0) }
        } catch {
            throw EvidenceError.file(any: error, file.path, writing: true)
        }
        count += 1
    }

    /// Goes back to the first draft.
    package func rewind() { position = 0 }

    /// The next draft, nil at the end.
    package func next() throws -> Draft? {
        let frame = try read(16)
        guard frame.count == 16 else { return nil }
        let lengths = frame.withUnsafeBytes {
            [$0.loadUnaligned(as: UInt64.self), $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)]
        }
        let head = try JSONValue(canonical: try read(Int(lengths[0]))).object
        guard let type = head?["type"]?.string.flatMap({ EntryType(rawValue: $0) }) else { return nil }
        let dossiers = (head?["dossiers"]?.array ?? []).compactMap { $0.string.flatMap { DossierID(hex: $0) } }
        return Draft(type, dossiers: dossiers, body: try read(Int(lengths[1])))
    }

    private func read(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        do {
            let found = try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: position) }
            bytes.removeLast(count - found)
        } catch {
            throw EvidenceError.file(any: error, file.path)
        }
        position += UInt64(count)
        return bytes
    }
}
