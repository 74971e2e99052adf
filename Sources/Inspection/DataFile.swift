/// A file of data that can't be read: which line is wrong, and what has to stand there.
package struct DataFileError: Error, Sendable, Equatable {
    /// The line's number, from 1.
    package let line: Int
    package let english: String
    package let chinese: String
}

/// What is wrong with a file of holiday notices.
package typealias CalendarFileError = DataFileError

/// What is wrong with a file of a province's regions.
package typealias RegionFileError = DataFileError

/// Text that people maintain: fields with commas between, one thing a line.
///
/// Empty lines and those that begin with `#` are passed over. Blanks around the fields make no difference, nor do
/// Windows' line ends, a byte order mark and full-width commas.
enum DataFile {
    /// The lines that say something, with their numbers from 1.
    static func lines(of text: String) -> [(number: Int, fields: [String])] {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().compactMap {
            index, raw in
            let line = raw.trimmed
            if line.isEmpty || line.hasPrefix("#") { return nil }
            let fields = line.split(omittingEmptySubsequences: false) { $0 == "," || $0 == "，" }.map(\.trimmed)
            return (number: index + 1, fields: fields)
        }
    }
}

extension StringProtocol {
    /// The text without blanks and a byte order mark at its ends.
    var trimmed: String {
        func isBlank(_ character: Character) -> Bool { character.isWhitespace || character == "\u{FEFF}" }
        guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else {
            return ""
        }
        return String(self[first...last])
    }
}
