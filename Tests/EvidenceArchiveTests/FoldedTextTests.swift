import EvidenceArchive
import EvidenceCrypto
import Foundation
import Testing

struct FoldedTextTests {
    private func folded(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: FoldedText(text).scalars)
        return String(scalars)
    }

    @Test(arguments: [
        ("ＡＢＣ１２３", "abc123"), ("ｱｲｳ", "アイウ"), ("ｶﾞ", "ガ"), ("ABC abc", "abc abc"), ("Straße", "strasse"),
        ("STRAẞE", "strasse"), ("Ésprit", "e\u{301}sprit"), ("ΣΊΣΥΦΟΣ", "σίσυφος"), ("ｌｉｓｉ＠ｅｘａｍｐｌｅ", "lisi@example"),
        ("ﬁle", "FILE"), ("①号", "1号"), ("3㎡", "3m2"), ("“引号”", "“引号”"), ("，！？（）", ",!?()"), ("一\u{3000}\t\n二", "一 二"),
        ("安\u{200B}全\u{AD}出口", "安全出口"), ("葛\u{E0100}", "葛"), ("👨‍👩‍👧", "👨👩👧"), ("❤️", "❤"), ("가나", "가나"),
        ("ІНСПЕКТОР", "інспектор"), ("𝐀𝟏", "a1"), ("𠮷野", "𠮷野"), ("ISIK", "ısık"), ("İ", "i\u{307}"),
        ("\u{0}A", "\u{0}a"),
        ("Ａ\u{301}", "á"),
    ])
    func `what people take for the same is folded to the same`(one: String, other: String) {
        #expect(Array(FoldedText(one).scalars) == Array(FoldedText(other).scalars), "\(folded(one)) \(folded(other))")
    }

    @Test(arguments: [
        ("é", "e"), ("ü", "u"), ("安", "案"), ("東", "东"), ("國", "国"), ("ā", "a"), ("が", "か"), ("。", "."), ("〇", "0"),
    ])
    func `what people tell apart stays apart`(one: String, other: String) {
        #expect(folded(one) != folded(other))
    }

    @Test func `every code point, alone or repeated, is folded to what folding leaves alone`() {
        for value in 0...0x10FFFF as ClosedRange<UInt32> {
            guard let scalar = Unicode.Scalar(value) else { continue }
            // Most planes are empty; a sample of them is enough.
            if value > 0x3_2000, !(0xE0000...0xE01FF).contains(value), !value.isMultiple(of: 1_021) { continue }
            let once = FoldedText(String(scalar))
            var text = String.UnicodeScalarView()
            text.append(contentsOf: once.scalars)
            let twice = FoldedText(String(text))
            #expect(twice.scalars == once.scalars, "U+\(String(value, radix: 16))")
        }
    }

    /// Where this fails because Unicode's tables have moved on, the index needs another version: else the one that was
    /// made with the older tables would be taken for an altered one.
    @Test func `folding is what the index's version stands for`() {
        let hasher = SHA256Hasher()
        for scalar in (0...0x10FFFF as ClosedRange<UInt32>).compactMap({ Unicode.Scalar($0) }) {
            if scalar.value > 0x3_2000, !(0xE0000...0xE01FF).contains(scalar.value) { continue }
            for folded in FoldedText(String(scalar)).scalars {
                withUnsafeBytes(of: folded.value.littleEndian) { hasher.update($0) }
            }
            withUnsafeBytes(of: UInt32.max) { hasher.update($0) }
        }
        #expect(hasher.finish().hex == "0d2f987bc7ad9671ac8f3e7b9abf0d02cfd49324c2c46194dd083df932706ccf")
    }

    @Test func `code points that are not looked up are those that Unicode leaves as they are`() {
        for range in [
            0x3041...0x3096, 0x30A1...0x30FA, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0x20000...0x2A6DF, 0x3001...0x3002,
            0x3008...0x3011,
        ] as [ClosedRange<UInt32>] {
            for scalar in range.compactMap({ Unicode.Scalar($0) }) {
                let text = String(scalar)
                #expect(FoldedText(text).scalars == [scalar])
                #expect(Array(text.precomposedStringWithCompatibilityMapping.unicodeScalars) == [scalar])
                #expect(scalar.properties.lowercaseMapping == text && scalar.properties.uppercaseMapping == text)
            }
        }
    }

    @Test(arguments: [
        ("3号安全出口", "安全", [2..<4]), ("安安安", "安", [0..<1, 1..<2, 2..<3]), ("安安安", "安安", [0..<2]),
        ("ＡＢＣ", "b", [1..<2]), ("Straße", "SS", [4..<5]), ("Straße", "s", [0..<1, 4..<5]), ("a  \n b", "a b", [0..<6]),
        ("e\u{301}a", "é", [0..<2]), ("e\u{301}a", "a", [2..<3]), ("x👨‍👩‍👧y", "👩", [1..<6]), ("x👨‍👩‍👧y", "y", [6..<7]),
        ("安\u{200B}全", "安全", [0..<3]), ("甲乙", "丙", []), ("", "丙", []), ("ﬁﬁ", "fif", [0..<2]),
    ])
    func `words are found where they stand in the text, whole characters at a time`(
        text: String, word: String, ranges: [Range<Int>]
    ) {
        #expect(FoldedText(text).ranges(of: FoldedText(word)) == ranges)
        #expect(FoldedText(text).contains(FoldedText(word)) == !ranges.isEmpty)
    }

    @Test(arguments: [
        ("安全 出口", ["安全", "出口"]), ("  安全\u{3000}出口\n", ["安全", "出口"]), ("\"安全 出口\"", ["安全 出口"]),
        ("“安全 出口” 堵塞", ["安全 出口", "堵塞"]), ("\"a", ["\"a"]), ("a\"b c\"", ["a\"b", "c\""]), ("\"\"", ["\"\""]),
        ("\"", ["\""]), ("OR NOT *", ["or", "not", "*"]), ("a A ａ", ["a"]), ("\"a\"b", ["\"a\"b"]),
        ("“打非治违”", ["打非治违"]),
        ("\"a b", ["\"a", "b"]),
    ])
    func `a query is words, and phrases between quotation marks that are both there`(text: String, words: [String]) {
        let query = SearchQuery(text)
        #expect(query?.words.map { folded(of: $0) } == words)
    }

    private func folded(of text: FoldedText) -> String {
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: text.scalars)
        return String(scalars)
    }

    @Test(arguments: ["", " ", "\u{3000}\n", "\u{200B}", "\" \"", "“\u{3000}”"])
    func `a query without a word is none`(text: String) {
        #expect(SearchQuery(text) == nil)
    }
}
