internal import EvidenceArchive
internal import EvidenceRecord
internal import EvidenceServices
internal import Inspection
internal import Pages
internal import TransparencyLog

extension FuzzTarget {
    /// What people type, and what is shown of what others typed.
    static let textTargets = [
        FuzzTarget("time") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            if let time = Timestamp(text) {
                try require(Array(time.description.utf8) == Array(text.utf8), "a time is written as it was read")
            }
            if let time = ClaimedTime(text) {
                try require(Array(time.description.utf8) == Array(text.utf8), "a claimed time is kept as it was typed")
                if let milliseconds = time.milliseconds,
                    let again = ClaimedTime(milliseconds: milliseconds, minutesEast: time.minutesEast)
                {
                    try require(again.milliseconds == milliseconds, "a moment is the same on any clock")
                    _ = time.moved(by: 86_400_000)
                }
            }
            _ = try? ClockOffset.parse(text)
            _ = SearchQuery(text)
        },
        FuzzTarget("calendar") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            _ = try? Province(text)
            _ = try? WorkingCalendar(.shipped, adding: text)
        },
        FuzzTarget("receipt") { bytes in
            guard let receipt = try? Receipt(parsing: String(decoding: bytes, as: UTF8.self)) else { return }
            let again = try? Receipt(parsing: receipt.text)
            try require(
                again?.root == receipt.root && again?.size == receipt.size, "a receipt is read as it is printed")
        },
        FuzzTarget("shown") { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            try require(!text.shown.unicodeScalars.contains(where: steers), "nothing shown can steer a terminal")
            let page: HTML = "<p title=\"\(text)\">\(value: text)\(HTML.lines(text))</p>"
            let markup = page.source.replacingMarkup(["<p title=\"", "\">", "<bdi>", "</bdi>", "<br>", "</p>"])
            try require(
                !markup.unicodeScalars.contains { "<>\"'".unicodeScalars.contains($0) }, "text on a page is inert")
            try require(!page.source.unicodeScalars.contains(where: steers), "nothing on a page reorders it")
        },
    ]

    /// Controls of terminals, and of the direction of text.
    private static func steers(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.properties.isBidiControl
            || (0x2028...0x2029).contains(scalar.value)
    }
}

extension String {
    /// The text without these markups of ours.
    fileprivate func replacingMarkup(_ known: [String]) -> String {
        var rest = Array(utf8)
        for markup in known {
            let wanted = Array(markup.utf8)
            var kept: [UInt8] = []
            var place = 0
            while place < rest.count {
                if rest[place] == wanted[0], rest[place...].starts(with: wanted) {
                    place += wanted.count
                } else {
                    kept.append(rest[place])
                    place += 1
                }
            }
            rest = kept
        }
        return String(decoding: rest, as: UTF8.self)
    }
}
