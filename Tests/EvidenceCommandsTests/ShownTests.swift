import EvidenceRecord
import Testing

struct ShownTests {
    @Test func `Ordinary text in any script stays as it is`() {
        for text in [
            "", "plain", "卷宗 HN-2026-001，二审", "a\\nb", "👩🏽‍🚀👍🏿❤️1️⃣🇨🇳", "葛󠄀", "ᠮᠣᠩᠭᠣᠯ\u{180B}", "é e\u{301}", "العربية",
            "\u{FFFD}",
        ] {
            #expect(text.shown == text)
        }
    }

    @Test func `Control characters become visible`() {
        #expect("a\nb\r\tc\0".shown == "a\\nb\\r\\tc\\0")
        #expect("\u{1B}[31m红\u{7F}\u{9B}2J".shown == "\\u{1B}[31m红\\u{7F}\\u{9B}2J")
        #expect("a\r\nb".shown == "a\\r\\nb")
        for value in [UInt32](0...0x1F) + [UInt32](0x7F...0x9F) {
            let text = Unicode.Scalar(value).map { String(Character($0)) } ?? ""
            #expect(text.shown.hasPrefix("\\"), "\(value)")
        }
    }

    @Test func `What reorders, hides or breaks lines becomes visible`() {
        #expect("\u{202E}gpj.exe".shown == "\\u{202E}gpj.exe")
        let hidden: [UInt32] =
            [0xAD, 0x61C, 0x180E, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2028, 0x2029, 0x2060, 0xFEFF, 0xFFF9]
            + [UInt32](0x202A...0x202E) + [UInt32](0x2066...0x2069) + [0x3164, 0xE0001, 0xE0041]
        for value in hidden {
            let scalar = Unicode.Scalar(value).map { String(Character($0)) } ?? ""
            let escape = "\\u{" + String(value, radix: 16, uppercase: true) + "}"
            #expect("文\(scalar)件".shown == "文\(escape)件")
            #expect(scalar.shown == escape)
        }
    }

    @Test func `A joiner or variation selector outside its sign becomes visible`() {
        #expect("a\u{200D}b".shown == "a\\u{200D}b")
        #expect("👩\u{200D}b".shown == "👩\\u{200D}b")
        #expect("a\u{FE0F}".shown == "a\\u{FE0F}")
        #expect("a\u{E0100}".shown == "a\\u{E0100}")
    }

    @Test func `In JSON the same is escaped as JSON does it`() {
        #expect("{\"a\":\"文\u{202E}件\u{9B}\u{E0041}\"}".shownJSON == #"{"a":"文\u202e件\u009b\udb40\udc41"}"#)
        #expect(#"{"a":"👩‍🌾 \n\""}"#.shownJSON == #"{"a":"👩‍🌾 \n\""}"#)
    }

    @Test func `A message gives its text in each language`() {
        let message = Message(en: "Done", zh: "完成")
        #expect(message.text(in: .en) == "Done")
        #expect(message.text(in: .zhHans) == "完成")
    }
}
