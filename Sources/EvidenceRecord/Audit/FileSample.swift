/// Which of an archive's files a verification read, where it did not read all: some, drawn at random without replacement.
///
/// Files are numbered from 1 in the order in which the log first names them.
package struct FileSample: Sendable, Equatable {
    /// How many are drawn.
    package enum Amount: Sendable, Equatable {
        case files(UInt64)
        /// In thousandths of a percent, rounded up to whole files.
        case share(UInt64)

        /// Reads `50`, or a percentage with at most three decimals, `5%` or `0.5%`; nothing else, and nothing of none or
        /// above all.
        package init?(_ text: String) {
            let characters = Array(text)
            guard let last = characters.last, last == "%" || last == "％" else {
                guard let count = FileSample.Amount.number(characters[...]), count > 0 else { return nil }
                self = .files(count)
                return
            }
            let parts = characters.dropLast().split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count <= 2, let first = parts.first, let whole = FileSample.Amount.number(first), whole <= 100
            else { return nil }
            var thousandths: UInt64 = 0
            if parts.count == 2 {
                guard parts[1].count <= 3, let decimals = FileSample.Amount.number(parts[1]) else { return nil }
                thousandths = (parts[1].count..<3).reduce(decimals) { value, _ in value * 10 }
            }
            let share = whole * 1_000 + thousandths
            guard (1...100_000).contains(share) else { return nil }
            self = .share(share)
        }

        private static func number(_ digits: ArraySlice<Character>) -> UInt64? {
            digits.allSatisfy { $0.isASCII && $0.isNumber } ? UInt64(String(digits)) : nil
        }

        /// - Returns: at most `total`.
        package func count(of total: UInt64) -> UInt64 {
            switch self {
            case .files(let count): min(count, total)
            case .share(let share):
                // A hundred percent are 100,000 thousandths. The remainder is multiplied apart, so that nothing overflows.
                min(total, total / 100_000 * share + (total % 100_000 * share + 99_999) / 100_000)
            }
        }
    }

    /// How many files there are.
    package let total: UInt64
    /// The numbers of those that were read, ascending.
    package let drawn: [UInt64]

    package init(total: UInt64, drawn: [UInt64]) {
        self.total = total
        self.drawn = drawn
    }

    /// The chance that a sample of this size has none of `count` altered files: C(n−k, m)/C(n, m).
    ///
    /// A product of `count` factors, (n−m−i)/(n−i), each within 0…1: no binomial is computed, and nothing overflows.
    /// - Returns: nil where there are fewer files than that.
    package func chanceOfMissing(_ count: UInt64) -> Double? {
        guard count <= total else { return nil }
        let unread = total - UInt64(drawn.count)
        if count > unread { return 0 }
        return (0..<count).reduce(1.0) { $0 * (Double(unread - $1) / Double(total - $1)) }
    }

    /// The numbers of altered files that the chance is told for.
    package static let altered: [UInt64] = [1, 10, 100]

    /// A chance in percent, for people: four digits, rounded up, so that nothing looks surer than it is.
    package static func percent(_ chance: Double) -> Message {
        let percent = chance * 100
        if percent <= 0 { return Message(en: "0 %", zh: "0%") }
        if percent < 0.0001 { return Message(en: "under 0.0001 %", zh: "不足 0.0001%") }
        var decimals = 0
        var scale = 1.0
        while decimals < 4, percent * scale < 1_000 {
            decimals += 1
            scale *= 10
        }
        // What binary fractions add to a decimal one is not to push it up.
        let units = Int((percent * scale - 1e-6).rounded(.up))
        let (whole, rest) = units.quotientAndRemainder(dividingBy: Int(scale))
        var text = String(whole)
        if rest > 0 {
            var fraction = String(Int(scale) + rest).dropFirst()
            while fraction.last == "0" { fraction = fraction.dropLast() }
            text += "." + fraction
        }
        return Message(en: "\(text) %", zh: "\(text)%")
    }

    /// Draws numbers from 1 to `total`, each set of `count` of them with the same chance.
    ///
    /// R. W. Floyd's algorithm (Bentley, Programming Pearls, CACM 30:9, 1987).
    /// - Parameters:
    ///   - count: at most `total`.
    ///   - random: as many random bytes as are asked for.
    package static func draw(
        _ count: UInt64, of total: UInt64, random: (Int) throws -> [UInt8]
    ) rethrows -> FileSample {
        var drawn: Set<UInt64> = []
        for last in total - count..<total {
            let number = try FileSample.number(upTo: last + 1, random)
            if !drawn.insert(number).inserted { drawn.insert(last + 1) }
        }
        return FileSample(total: total, drawn: drawn.sorted())
    }

    /// A number from 1 to `bound`, each with the same chance.
    private static func number(upTo bound: UInt64, _ random: (Int) throws -> [UInt8]) rethrows -> UInt64 {
        // Numbers past the last whole multiple of the bound would give the first few an advantage.
        let excess = (UInt64.max % bound + 1) % bound
        while true {
            let value = try random(8).reduce(0) { $0 << 8 | UInt64($1) }
            if value <= UInt64.max - excess { return value % bound + 1 }
        }
    }
}
