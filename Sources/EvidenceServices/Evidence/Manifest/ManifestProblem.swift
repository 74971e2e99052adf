package import EvidenceRecord
package import SystemPackage

/// What is wrong with one cell of a manifest, or one row.
package struct ManifestProblem: Sendable {
    /// What kind of mistake it is; stable, for programs.
    package enum Code: String, Sendable, CaseIterable {
        case headingUnknown = "heading-unknown"
        case headingRepeated = "heading-repeated"
        case headingMissing = "heading-missing"
        case quotesWrong = "quotes-wrong"
        case characterWrong = "character-wrong"
        case valueUnknown = "value-unknown"
        case valueMangled = "value-mangled"
        case timeInvalid = "time-invalid"
        case personMalformed = "person-malformed"
        case caseUnknown = "case-unknown"
        case inspectionUnknown = "inspection-unknown"
        case tooManyDossiers = "too-many-dossiers"
        case fileMissing = "file-missing"
        case fileUnusable = "file-unusable"
        case fileRepeated = "file-repeated"
        case titleMissing = "title-missing"
        case kindMissing = "kind-missing"
        case recordTooLarge = "record-too-large"
    }

    /// The row as Excel counts it: 1 is that of the headings.
    package let row: Int
    /// The column, from 0; nil where the row as a whole is meant.
    package let column: Int?
    /// The column's heading as it stands in the file.
    package let heading: String?
    /// What stands in the cell, or the part of it that is wrong.
    package let value: String?
    package let code: Code
    package let explanation: Message

    /// The column as Excel names it: `A`, `Z`, `AA`.
    package var letters: String? { column.map { ManifestProblem.letters($0) } }

    private static func letters(_ column: Int) -> String {
        let last = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(column % 26)))
        return column < 26 ? last : letters(column / 26 - 1) + last
    }
}

/// A manifest of which nothing is added, because of these mistakes.
package struct ManifestRefused: Error {
    package let path: FilePath
    package let problems: [ManifestProblem]
}
