package import EvidenceRecord
internal import Pages

/// How far a day lies from today, as people say it: `today`, `yesterday`, `3 days ago`, `2 个月前`, `in 3 days`.
///
/// Days are told up to the thirtieth, then whole months, then whole years; never more than has passed.
package enum RelativeDay {
    package static func message(_ day: CivilDate, seenFrom today: CivilDate) -> Message {
        let days = today.dayNumber - day.dayNumber
        switch days {
        case 0: return Message(en: "today", zh: "今天")
        case 1: return Message(en: "yesterday", zh: "昨天")
        case -1: return Message(en: "tomorrow", zh: "明天")
        default: break
        }
        let (early, late) = days > 0 ? (day, today) : (today, day)
        let months = (late.year - early.year) * 12 + late.month - early.month - (late.day < early.day ? 1 : 0)
        let length =
            switch (abs(days), months) {
            // The shortest month has gone by before the thirty-first day; a whole one may not have.
            case (...30, _): counted(abs(days), "day", "天")
            case (_, ...11): counted(max(1, months), "month", "个月")
            default: counted(months / 12, "year", "年")
            }
        return days > 0
            ? Message(en: "\(length.en) ago", zh: "\(length.zh)前") : Message(en: "in \(length.en)", zh: "\(length.zh)后")
    }

    private static func counted(_ count: Int, _ unit: String, _ zh: String) -> Message {
        Formats.counted(count, unit, zh: zh)
    }
}
