internal import EvidenceRecord

/// `bag-info.txt` (RFC 8493 §2.2.2): what a librarian's tools show of a bag.
struct BagInfo {
    let origin: String
    let name: String
    let kind: EntryType
    /// The program that made the bundle, with its version.
    let agent: String
    /// The day, `YYYY-MM-DD`.
    let date: String
    let payload: PayloadSize

    /// How much lies below `data/`.
    struct PayloadSize: Equatable {
        var bytes: UInt64 = 0
        var files: UInt64 = 0

        /// As `Payload-Oxum` writes it.
        var text: String { "\(bytes).\(files)" }
    }

    static let origin = "Source-Organization"
    static let identifier = "External-Identifier"
    static let day = "Bagging-Date"
    static let agent = "Bag-Software-Agent"
    static let payloadSize = "Payload-Oxum"
    /// The profile that every bundle keeps to, archive-schema/bagit-profile.json.
    static let profile = "urn:evidence-archive:v1:bagit-profile"

    /// The file's text.
    var text: String {
        let what = kind == .inspectionOpened ? "inspection" : "case"
        return [
            BagInfo.line(BagInfo.origin, origin), BagInfo.line(BagInfo.identifier, name),
            BagInfo.line(
                "External-Description",
                "The \(what) “\(name)” of the evidence archive “\(origin)”, with the log that proves it; see VERIFY.txt"
            ),
            BagInfo.line(BagInfo.day, date), BagInfo.line(BagInfo.agent, agent),
            BagInfo.line("BagIt-Profile-Identifier", BagInfo.profile), BagInfo.line(BagInfo.payloadSize, payload.text),
        ].map { $0 + "\n" }.joined()
    }

    /// One line, without its line feed.
    ///
    /// What other programs may take for a line's end becomes a space.
    static func line(_ label: String, _ value: String) -> String {
        var safe = ""
        for scalar in value.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: safe += " "
            default: safe.unicodeScalars.append(scalar)
            }
        }
        return "\(label): \(safe)"
    }

    /// The lines of a file's bytes that have a label, compared without case.
    static func lines(_ label: String, in bytes: [UInt8]) -> [[UInt8]] {
        let prefix = Array((label.lowercased() + ":").utf8)
        return bytes.split(separator: UInt8(ascii: "\n")).map { Array($0) }.filter { line in
            line.prefix(prefix.count).map { byte in
                (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
            } == prefix
        }
    }
}
