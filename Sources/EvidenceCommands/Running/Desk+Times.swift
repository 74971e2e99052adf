internal import EvidenceRecord
internal import EvidenceServices

/// Moments and days as this run's person reads them.
extension Desk {
    /// A moment in the person's time zone: `2026-03-12 14:30`, with seconds where they are wanted.
    func local(_ time: Timestamp, seconds: Bool = false) -> String { zone.local(time, seconds: seconds) }

    /// A moment with what it is seen from today: `2026-03-12 14:30 (3 days ago)`.
    func dated(_ time: Timestamp, seconds: Bool = false) -> String {
        language.noted(local(time, seconds: seconds), ago(time))
    }

    /// A claimed time as a list shows it, as it was given, with what it is seen from today.
    func dated(_ time: ClaimedTime) -> String {
        let text = time.description
        return language.noted(text.count > 10 ? text.prefix(10) + " " + text.dropFirst(11).prefix(5) : text, ago(time))
    }

    /// What a moment is seen from today, in the person's time zone.
    ///
    /// Nothing where the text goes to no terminal: kept in a file, it would be wrong tomorrow.
    func ago(_ time: Timestamp) -> String? { ago(context.localDay(time)) }

    func ago(_ time: ClaimedTime) -> String? { ago(time.date) }

    private func ago(_ day: CivilDate) -> String? {
        width == nil ? nil : text(RelativeDay.message(day, seenFrom: context.localDay(context.now())))
    }
}
