internal import EvidenceCrypto
internal import EvidenceFiles
internal import EvidenceRecord
internal import SystemPackage

/// A recorded file's name as a name on this machine's disk, its exact bytes kept where they can be.
struct SafeName: Hashable {
    private static let longestPart = 255

    /// The names of the folders on the way, and of the file.
    private let parts: [[UInt8]]
    /// Whether it is another name than the recorded one.
    private(set) var isChanged = false

    func path(in folder: FilePath) -> FilePath { parts.reduce(folder) { $0.appending(raw: $1) } }

    /// The names under which a record's files can lie side by side.
    ///
    /// A name that would lead elsewhere is replaced by the file's digest. What two files are called, or a file and another one's
    /// folder, the first of the files keeps, or the folder; the other is numbered: `x.txt`, `x-2.txt`.
    static func names(for files: [FileRecord]) -> [SafeName] {
        let wanted = files.map { SafeName($0) }
        let folders = Set(wanted.flatMap { name in name.parts.indices.dropFirst().map { Array(name.parts[..<$0]) } })
        let reserved = Set(wanted.map(\.parts)).union(folders)
        var taken = folders
        var numbers: [[[UInt8]]: Int] = [:]
        return wanted.map { wanted in
            var name = wanted
            while !taken.insert(name.parts).inserted {
                repeat {
                    numbers[wanted.parts, default: 1] += 1
                    name = wanted.numbered(numbers[wanted.parts, default: 1])
                } while reserved.contains(name.parts)
            }
            return name
        }
    }

    private init(_ file: FileRecord) {
        let bytes = file.nameBytes ?? Array(file.name.utf8)
        let parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map { Array($0) }
        let isSafe = parts.allSatisfy { part in
            !part.isEmpty && part.count <= SafeName.longestPart && !part.contains(0) && part != Array(".".utf8)
                && part != Array("..".utf8)
        }
        self.parts = isSafe ? parts : [Array(file.sha256.hex.utf8)]
        isChanged = !isSafe
    }

    private init(_ parts: [[UInt8]]) {
        self.parts = parts
        isChanged = true
    }

    /// With a number before the suffix; what is too long then is cut before it.
    private func numbered(_ number: Int) -> SafeName {
        guard let last = parts.last else { return self }
        let dot = last.lastIndex(of: UInt8(ascii: ".")).flatMap { $0 > 0 ? $0 : nil } ?? last.endIndex
        let end = Array("-\(number)".utf8) + last[dot...]
        return SafeName(parts.dropLast() + [last[..<dot].prefix(max(0, SafeName.longestPart - end.count)) + end])
    }
}
