import EvidenceCommands
import Testing

struct WidthTests {
    @Test func `Cells are counted as terminals do`() {
        let cases: [(String, Int)] = [
            ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("中文", 4), ("ＡＢ", 4), ("ｱｲ", 2), ("，。", 4), ("…—“”", 4),
            ("한글", 4), ("\u{1112}\u{1161}\u{11AB}", 2), ("日本", 4), ("𠮷", 2), ("㐀", 2), ("कि", 1), ("\u{200B}", 0),
            ("😀", 2), ("👩🏽‍🚀", 2), ("👨‍👩‍👧‍👦", 2), ("🇨🇳", 2), ("🇨🇳🇨🇳", 4), ("1️⃣", 2), ("❤️", 2), ("❤", 1), ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2),
            ("☎️", 2), ("葛󠄀", 2), ("\u{3000}", 2), ("→", 1), ("½", 1), ("a\u{7}b", 2), ("⚖️", 2), ("ไทย", 3), ("ที่", 1),
        ]
        for (text, cells) in cases { #expect(text.cells == cells, "\(text)") }
    }

    @Test func `Truncation never passes the limit and never cuts a character`() {
        let text = "卷宗e\u{301}号👩🏽‍🚀末"
        for limit in 0...14 {
            for kept in [String.KeptEnd.start, .end] {
                let cut = text.truncated(to: limit, keeping: kept)
                #expect(cut.cells <= limit)
                #expect(limit == 0 || cut.cells >= min(limit, text.cells) - 1)
            }
        }
        #expect("中文字".truncated(to: 6) == "中文字")
        #expect("中文字".truncated(to: 5) == "中文…")
        #expect("中文字".truncated(to: 4) == "中…")
        #expect("中文字".truncated(to: 1) == "…")
        #expect("/a/b/照片.jpg".truncated(to: 8, keeping: .end) == "…片.jpg")
        #expect("中文".padded(to: 6) == "中文  ")
        #expect("中文".padded(to: 6, .right) == "  中文")
        #expect("中文".padded(to: 3) == "中文")
    }

    @Test func `Lines break between wide characters but not before closing punctuation`() {
        #expect("一二三四五。六".wrapped(to: 10) == ["一二三四", "五。六"])
        #expect("一二三四（五六）".wrapped(to: 10) == ["一二三四", "（五六）"])
        #expect("一二三，，，四".wrapped(to: 6) == ["一二", "三，，", "，四"])
        #expect("the quick brown fox".wrapped(to: 10) == ["the quick", "brown fox"])
        #expect("see 文件 abc".wrapped(to: 8) == ["see 文件", "abc"])
        #expect("abcdefghij".wrapped(to: 4) == ["abcd", "efgh", "ij"])
        #expect("a\n\nb".wrapped(to: 4) == ["a", "", "b"])
        #expect("".wrapped(to: 4) == [""])
        #expect("案件编号：HN-2026-001".wrapped(to: 14) == ["案件编号：", "HN-2026-001"])
    }

    @Test func `Wrapped lines fit and lose nothing but spaces`() {
        let text = "核验档案：已检查 12,345 个条目（含 “附件”），no problem found in /very/long/path/without/any/space/照片.jpg 。完"
        for width in 2...100 {
            let lines = text.wrapped(to: width)
            #expect(lines.allSatisfy { $0.cells <= width }, "\(width)")
            #expect(lines.joined().filter { $0 != " " } == text.filter { $0 != " " })
            #expect(lines.allSatisfy { !$0.hasPrefix(" ") })
        }
    }
}
