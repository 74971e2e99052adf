internal import EvidenceRecord

/// Tells which of a bundle's files nothing in it proves.
///
/// Pages and catalogue are the exporter's word, and are not made anew. What tells people how to check a bundle, and
/// `bag-info.txt`, follow from the log and the program's version: they are made anew and compared. Whether one that differs
/// was written by another version or changed by somebody who can sign it, no bundle shows.
///
/// Not checked: the day and the program that `bag-info.txt` names.
struct UnprovenFiles {
    let bag: Bag
    let payload: BagInfo.PayloadSize

    /// Pages and catalogue, as far as they are there.
    var exportersWord: [String] { (BundlePage.allCases.map(\.rawValue) + [BundlePart.crate.path]).filter(bag.has) }

    /// The files that are not what this program writes, or that it could not make anew.
    ///
    /// - Parameter text: what would be said of the bundle with that day; nil where the log does not show it.
    func notAsWritten(_ text: (_ date: String) -> VerifyText?) throws -> [String] {
        let info = try bag.contents(TagFile.info, limit: BundleLimit.tagFile) ?? []
        func value(_ label: String) -> String {
            let line = BagInfo.lines(label, in: info).first ?? []
            return String(decoding: line.dropFirst(label.utf8.count + 2), as: UTF8.self)
        }
        let text = text(value(BagInfo.day))
        let made: [(path: String, content: [UInt8]?)] = [
            (TagFile.verify, text.map { Array($0.english.utf8) }),
            (TagFile.chineseVerify, text.map { Array($0.chinese.utf8) }),
            (TagFile.program, VerifyText.program),
            (
                TagFile.info,
                text.map { text in
                    let info = BagInfo(
                        origin: text.origin, name: text.name, kind: text.kind, agent: value(BagInfo.agent),
                        date: text.date, payload: payload)
                    return Array(info.text.utf8)
                }
            ),
        ]
        return try made.filter { bag.has($0.path) }.filter { file in
            try bag.contents(file.path, limit: BundleLimit.tagFile) != file.content
        }.map(\.path)
    }
}
