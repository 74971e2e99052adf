internal import EvidenceRecord

/// How far a device's clock is off, as people write it: `+00:07:30` ran ahead, `-00:07:30` behind.
package enum ClockOffset {
    /// More than a century: a clock that was never set shows the year of its making.
    private static let mostHours = 999_999

    /// Milliseconds, positive where the clock ran ahead.
    package static func parse(_ text: String) throws -> Int64 {
        let normal = text.replacing("：", with: ":").replacing("＋", with: "+").replacing("－", with: "-")
            .replacing("−", with: "-")
        guard let match = normal.wholeMatch(of: #/([+-])(\d{1,6}):([0-5]\d):([0-5]\d)/#), let hours = Int64(match.2),
            let minutes = Int64(match.3), let seconds = Int64(match.4), hours <= mostHours
        else {
            throw EvidenceError(
                .usage,
                en:
                    "“\(text.shown)” is no clock offset. Write +00:07:30 where the clock ran ahead by 7 minutes 30 seconds, -00:07:30 where it ran behind.",
                zh: "“\(text.shown)”不是有效的时钟误差。时钟快 7 分 30 秒写 +00:07:30，慢则写 -00:07:30。")
        }
        let milliseconds = ((hours * 60 + minutes) * 60 + seconds) * 1_000
        return match.1 == "-" ? -milliseconds : milliseconds
    }
}
