package import EvidenceRecord

/// A time of capture as a file has it.
package struct CaptureTime: Sendable {
    let written: String
    let tag: String
    /// Digits behind the seconds, from a tag of their own.
    var subseconds: String?
    /// The zone, from a tag of its own.
    var offset: String?
    /// Whether the format says that it is UTC.
    var isUTC = false

    /// A date and time, with what stands behind them.
    struct Parts {
        /// `2026-03-12T14:30:05`, with milliseconds where they are known.
        var local: String
        /// `Z` or `+08:00`; nil where there is none.
        var zone: String?

        var withZone: ClaimedTime? { zone.flatMap { ClaimedTime(local + $0) } }
    }

    /// Nil for what is no time, such as the zeros of a clock that was never set.
    var parts: Parts? {
        guard let match = written.wholeMatch(of: CaptureTime.form), match.1 != "0000", match.1 != "1904" else {
            return nil
        }
        var local = "\(match.1)-\(match.2)-\(match.3)T\(match.4)"
        let fraction = match.5.map(String.init) ?? subseconds.map { $0.filter { ("0"..."9").contains($0) } } ?? ""
        if !fraction.isEmpty { local += "." + (fraction + "00").prefix(3) }
        var zone = (match.6.map(String.init) ?? offset?.wholeMatch(of: CaptureTime.zone).map { String($0.0) })
        if let text = zone, text != "Z", !text.contains(":") { zone = text.prefix(3) + ":" + text.suffix(2) }
        return ClaimedTime(local + "Z") == nil ? nil : Parts(local: local, zone: zone)
    }

    private static var form: Regex<(Substring, Substring, Substring, Substring, Substring, Substring?, Substring?)> {
        #/(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)?/#
    }
    private static var zone: Regex<Substring> { #/Z|[+-]\d\d:?\d\d/# }

    /// What goes on record.
    ///
    /// - Parameter seconds: seconds east of UTC, where the person is, at a moment in milliseconds since 1970.
    package func capture(gps: ClaimedTime?, seconds: (Int64) -> Int) -> MediaRecord.Capture? {
        guard let parts else { return nil }
        let time: ClaimedTime?
        let zone: MediaRecord.Capture.Zone
        if isUTC {
            zone = .format
            // The moment is the format's; it is shown as the person's clock would.
            time = ClaimedTime(parts.local + "Z").flatMap { utc in
                utc.milliseconds.flatMap { ClaimedTime(milliseconds: $0, minutesEast: seconds($0) / 60) }
            }
        } else if let written = parts.withZone {
            (time, zone) = (written, .written)
        } else if let minutes = CaptureTime.minutesEast(parts.local, gps) {
            zone = .gps
            time = ClaimedTime(local: parts.local) { _ in minutes * 60 }
        } else {
            zone = .assumed
            time = ClaimedTime(local: parts.local, seconds: seconds)
        }
        return time.map { MediaRecord.Capture(written: written, tag: tag, time: $0, zone: zone, gps: gps) }
    }

    /// The zone in which that local time is the satellites' time, within two minutes; zones differ by quarters of an hour.
    private static func minutesEast(_ local: String, _ gps: ClaimedTime?) -> Int? {
        guard let local = ClaimedTime(local + "Z")?.milliseconds, let gps = gps?.milliseconds else { return nil }
        let quarters = (Double(local - gps) / 900_000).rounded()
        guard abs(quarters) <= 14 * 4, abs(Double(local - gps) - quarters * 900_000) <= 120_000 else { return nil }
        return Int(quarters) * 15
    }
}

/// Values of tools as they may go on record.
enum MediaText {
    private static let longest = 256

    /// Without the blanks and zeros with which devices fill fields up; nil where nothing is left, and for what is too
    /// long to be a value: it is left out rather than cut.
    static func cleaned(_ text: String) -> String? {
        let padding = { (scalar: Unicode.Scalar) in scalar == "\0" || scalar.properties.isWhitespace }
        var scalars = Substring(text).unicodeScalars
        while let last = scalars.last, padding(last) { scalars.removeLast() }
        while let first = scalars.first, padding(first) { scalars.removeFirst() }
        let result = String(Substring(scalars))
        return result.isEmpty || result.utf8.count > longest ? nil : result
    }

    /// A number in smaller units, whole; nil outside the range.
    static func scaled(_ number: Double, by factor: Double, _ range: ClosedRange<Double>) -> Int64? {
        guard number.isFinite, range.contains(number) else { return nil }
        return Int64((number * factor).rounded())
    }
}
