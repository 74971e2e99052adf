package import EvidenceRecord

/// Numbers as people read them.
package enum Formats {
    /// A size in decimal units, the same in both languages: `999 B`, `1.5 KB`, `23.4 MB`, `117 GB`.
    package static func bytes(_ count: Int64) -> String {
        if count < 0 { return "-" + bytes(count == .min ? .max : -count) }
        guard count >= 1000 else { return "\(count) B" }
        let units = ["KB", "MB", "GB", "TB", "PB", "EB"]
        var unit = 0
        var scale: Int64 = 1000
        // 999,500 is already written as 1.0 MB, not as 1000 KB.
        while unit < units.count - 1, count >= scale * 1000 - scale / 2 {
            unit += 1
            scale *= 1000
        }
        let whole = count / scale
        let tenths = (count % scale + scale / 20) / (scale / 10)
        if whole + tenths / 10 < 100 { return "\(whole + tenths / 10).\(tenths % 10) \(units[unit])" }
        return "\(whole + (count % scale + scale / 2) / scale) \(units[unit])"
    }

    /// A number with a comma after each three digits.
    package static func count(_ number: Int) -> String {
        var result = ""
        for (index, digit) in String(number.magnitude).reversed().enumerated() {
            if index > 0, index.isMultiple(of: 3) { result.append(",") }
            result.append(digit)
        }
        return (number < 0 ? "-" : "") + String(result.reversed())
    }

    /// A number with what it counts: `1 file`, `2 files`, `2 个文件`; `zh` is the measure word with its noun.
    package static func counted(_ number: Int, _ singular: String, _ plural: String? = nil, zh: String) -> Message {
        Message(
            en: "\(count(number)) \(number == 1 ? singular : plural ?? singular + "s")", zh: "\(count(number)) \(zh)")
    }

    /// A length of time, in its two largest units: `8 s`, `2 min 05 s`, `3 h 20 min`, `2 d 04 h`.
    package static func duration(seconds: Int) -> Message {
        let seconds = max(0, seconds)
        func two(_ large: Int, _ small: Int, en: (String, String), zh: (String, String)) -> Message {
            let padded = small < 10 ? "0\(small)" : "\(small)"
            return Message(en: "\(large) \(en.0) \(padded) \(en.1)", zh: "\(large) \(zh.0) \(padded) \(zh.1)")
        }
        switch seconds {
        case ..<60: return Message(en: "\(seconds) s", zh: "\(seconds) 秒")
        case ..<3600: return two(seconds / 60, seconds % 60, en: ("min", "s"), zh: ("分", "秒"))
        case ..<86400: return two(seconds / 3600, seconds / 60 % 60, en: ("h", "min"), zh: ("小时", "分"))
        default: return two(seconds / 86400, seconds / 3600 % 24, en: ("d", "h"), zh: ("天", "小时"))
        }
    }
}
