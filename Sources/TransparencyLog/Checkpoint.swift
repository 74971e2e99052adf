package import EvidenceCrypto

/// A log's statement of its size and root (C2SP tlog-checkpoint): the text of a ``SignedNote``.
package struct Checkpoint: Equatable, Sendable {
    /// The log's identity.
    package let origin: String
    /// The number of leaves, at most 2^63−1.
    package let size: UInt64
    package let root: Digest
    /// Lines after the third, without their LF; C2SP advises against any.
    package let extensions: [String]

    /// States a tree's size and root.
    ///
    /// - Precondition: origin and extension lines are not empty and have no ASCII controls: see ``isValidLine(_:)``.
    package init(origin: String, size: UInt64, root: Digest, extensions: [String] = []) {
        precondition(
            Checkpoint.isValidLine(origin) && extensions.allSatisfy(Checkpoint.isValidLine) && size <= .largestTree,
            "no checkpoint can say this")
        self.origin = origin
        self.size = size
        self.root = root
        self.extensions = extensions
    }

    /// Parses a note's text; ``noteText`` gives the same text back.
    ///
    /// - Throws: `malformedCheckpoint`.
    package init(noteText: String) throws(TransparencyError) {
        let lines = noteText.utf8.split(separator: .lineFeed, omittingEmptySubsequences: false)
            .compactMap { String(exactly: $0) }
        guard lines.count >= 4, lines.last?.isEmpty == true, lines.dropLast().allSatisfy(Checkpoint.isValidLine) else {
            throw TransparencyError(
                .malformedCheckpoint, "a checkpoint is three or more lines, none of them empty, each with a newline")
        }
        guard let size = UInt64(decimal: lines[1].utf8) else {
            throw TransparencyError(
                .malformedCheckpoint, "a checkpoint's size is a decimal number up to 2^63-1, not \"\(lines[1])\"")
        }
        guard let root = Base64.decode(lines[2]).flatMap({ Digest($0) }) else {
            throw TransparencyError(
                .malformedCheckpoint, "a checkpoint's root is 32 bytes in base64, not \"\(lines[2])\"")
        }
        origin = lines[0]
        self.size = size
        self.root = root
        extensions = Array(lines.dropFirst(3).dropLast())
    }

    /// The text to sign, with its final LF.
    package var noteText: String {
        ([origin, String(size), Base64.encode(root.bytes)] + extensions).map { $0 + "\n" }.joined()
    }

    /// Whether a line of a checkpoint can say this: not empty, no ASCII controls, and so no line breaks.
    package static func isValidLine(_ line: String) -> Bool {
        !line.isEmpty && line.utf8.allSatisfy { $0 >= .space }
    }

    package static func == (left: Checkpoint, right: Checkpoint) -> Bool {
        left.origin.isSameBytes(as: right.origin) && left.size == right.size && left.root == right.root
            && left.extensions.isSameBytes(as: right.extensions)
    }
}
