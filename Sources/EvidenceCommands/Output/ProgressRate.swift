internal import EvidenceRecord

/// How progress is shown: the value of `--progress`.
package enum ProgressMode: String, Sendable, CaseIterable {
    /// A line that is drawn again and again on a terminal; nothing elsewhere.
    case auto
    /// A line of its own every ten seconds.
    case plain
    /// One JSON object a line, at most two a second and one at the end.
    case json
    /// Nothing.
    case none
}

/// The speed of a phase, smoothed over some seconds, and what follows from it.
struct ProgressRate {
    private var phase: Message?
    private var lastTime: UInt64 = 0
    private var lastBytes: Int64 = 0
    private var lastFraction = 0.0
    /// Smoothed; nil until half a second has been measured.
    private(set) var bytesPerSecond: Double?
    private var fractionPerSecond: Double?

    /// Takes a sample if half a second has passed since the last; a new phase starts the measure again.
    mutating func sample(_ snapshot: ProgressSnapshot, at time: UInt64) {
        guard snapshot.phase == phase, snapshot.bytesDone >= lastBytes else {
            self = ProgressRate()
            phase = snapshot.phase
            lastTime = time
            lastBytes = snapshot.bytesDone
            lastFraction = snapshot.fraction ?? 0
            return
        }
        let seconds = Double(time - lastTime) / 1e9
        guard seconds >= 0.5 else { return }
        // Older samples fade to a third in four seconds, whatever the rhythm of the samples.
        let weight = 1 - 1 / (1 + seconds / 4)
        func smooth(_ old: Double?, _ new: Double) -> Double { old.map { $0 + (new - $0) * weight } ?? new }
        bytesPerSecond = smooth(bytesPerSecond, Double(snapshot.bytesDone - lastBytes) / seconds)
        let fraction = snapshot.fraction ?? 0
        fractionPerSecond = smooth(fractionPerSecond, max(0, fraction - lastFraction) / seconds)
        lastTime = time
        lastBytes = snapshot.bytesDone
        lastFraction = fraction
    }

    /// Nil where the total or the speed is not known, or the guess would be longer than 99 days.
    func secondsLeft(_ snapshot: ProgressSnapshot) -> Int? {
        guard let fraction = snapshot.fraction, let speed = fractionPerSecond, speed > 0 else { return nil }
        let seconds = (1 - fraction) / speed
        return seconds < 99 * 86400 ? Int(seconds.rounded()) : nil
    }
}
