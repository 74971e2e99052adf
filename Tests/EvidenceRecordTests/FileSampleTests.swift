import EvidenceRecord
import Testing

/// Drawing files at random, and what a draw can miss.
struct FileSampleTests {
    private func sample(_ drawn: UInt64, of total: UInt64) -> FileSample {
        FileSample(total: total, drawn: Array((0..<drawn).map { $0 + 1 }))
    }

    /// C(n, k) of small numbers, exactly.
    private func choose(_ n: UInt64, _ k: UInt64) -> UInt64 {
        k > n ? 0 : (0..<k).reduce(1) { $0 * (n - $1) / ($1 + 1) }
    }

    @Test func `the chance of missing is that of the hypergeometric distribution`() throws {
        // By hand: three of five are not drawn, 3/5; both altered among them, C(3,2)/C(5,2) = 3/10; all three, 1/10.
        let hand = sample(2, of: 5)
        #expect(hand.chanceOfMissing(0) == 1 && hand.chanceOfMissing(1) == 0.6)
        #expect(abs(try #require(hand.chanceOfMissing(2)) - 0.3) < 1e-15)
        #expect(abs(try #require(hand.chanceOfMissing(3)) - 0.1) < 1e-15)
        #expect(hand.chanceOfMissing(4) == 0 && hand.chanceOfMissing(5) == 0 && hand.chanceOfMissing(6) == nil)
        for total: UInt64 in 1...14 {
            for drawn in 0...total {
                for altered in 0...total {
                    let exact = Double(choose(total - altered, drawn)) / Double(choose(total, drawn))
                    let found = try #require(sample(drawn, of: total).chanceOfMissing(altered))
                    #expect(abs(found - exact) < 1e-12, "\(drawn) of \(total), \(altered) altered")
                }
            }
        }
        // Binomials of such numbers have hundreds of thousands of digits.
        let large = try #require(sample(1_000, of: 1_000_000).chanceOfMissing(100))
        #expect(abs(large - 0.904_787) < 1e-5)
    }

    @Test(
        arguments: [
            ("1", 200, 1), ("50", 200, 50), ("500", 200, 200), ("5%", 200, 10), ("5％", 200, 10), ("10%", 30, 3),
            ("0.5%", 1, 1), ("0.001%", 100_000, 1), ("0.001%", 100_001, 2), ("33.3%", 10, 4), ("100%", 7, 7),
            ("1%", 0, 0),
            ("100%", 18_446_744_073_709_551_615, 18_446_744_073_709_551_615),
        ] as [(String, UInt64, UInt64)])
    func `an amount is a number or a percentage, rounded up`(text: String, total: UInt64, count: UInt64) throws {
        #expect(try #require(FileSample.Amount(text)).count(of: total) == count)
    }

    @Test(arguments: [
        "", "0", "0%", "-1", "+1", "1.5", "101%", "100.001%", "5.%", ".5%", "0.0001%", "%", "1e3", "٣", "5 %",
    ])
    func `nothing else is an amount`(text: String) { #expect(FileSample.Amount(text) == nil) }

    @Test(
        arguments: [
            (0, "0 %"), (0.9, "90 %"), (0.35, "35 %"), (2.0 / 3, "66.67 %"), (0.123456, "12.35 %"),
            (0.0000223, "0.0023 %"),
            (0.0000001, "under 0.0001 %"), (0.999999, "100 %"), (1, "100 %"),
        ] as [(Double, String)])
    func `a chance looks no surer than it is`(chance: Double, text: String) {
        #expect(FileSample.percent(chance).en == text)
        #expect(FileSample.percent(chance).zh.filter { !$0.isWhitespace }.hasSuffix("%"))
    }

    @Test func `each set of files is drawn as often as any other`() throws {
        // SplitMix64: the same numbers in every run.
        var state: UInt64 = 2026
        func random(_ count: Int) -> [UInt8] {
            #expect(count == 8)
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            z ^= z >> 31
            return (0..<8).map { UInt8(truncatingIfNeeded: z >> (8 * $0)) }
        }
        var counts: [[UInt64]: Int] = [:]
        for _ in 0..<20_000 { counts[FileSample.draw(3, of: 6, random: random).drawn, default: 0] += 1 }
        #expect(counts.count == 20)
        // A thousand each, with a standard deviation of 31.
        #expect(counts.values.allSatisfy { (850...1_150).contains($0) }, "\(counts)")
        #expect(counts.keys.allSatisfy { $0 == $0.sorted() && Set($0).count == 3 && $0[0] >= 1 && $0[2] <= 6 })
    }

    @Test func `all may be drawn, or none, and a number that would favour the first is thrown away`() {
        #expect(FileSample.draw(4, of: 4) { [UInt8](repeating: 7, count: $0) }.drawn == [1, 2, 3, 4])
        #expect(FileSample.draw(0, of: 4) { [UInt8](repeating: 7, count: $0) }.drawn == [])
        // 2⁶⁴ is one more than a multiple of three, so that the last number stands for nothing.
        var given = [[UInt8](repeating: 0xFF, count: 8), [UInt8](repeating: 0, count: 7) + [1]]
        #expect(FileSample.draw(1, of: 3) { _ in given.removeFirst() }.drawn == [2])
        #expect(given.isEmpty)
    }
}
