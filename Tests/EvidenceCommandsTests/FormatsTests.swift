import EvidenceRecord
import Pages
import Testing

struct FormatsTests {
    @Test func `Sizes are decimal and short`() {
        let cases: [(Int64, String)] = [
            (0, "0 B"), (999, "999 B"), (1000, "1.0 KB"), (1500, "1.5 KB"), (1550, "1.6 KB"), (99_949, "99.9 KB"),
            (99_950, "100 KB"), (123_456, "123 KB"), (999_499, "999 KB"), (999_500, "1.0 MB"),
            (1_500_000_000, "1.5 GB"),
            (2_147_483_648, "2.1 GB"), (5_000_000_000_000, "5.0 TB"), (.max, "9.2 EB"), (-1500, "-1.5 KB"),
            (.min, "-9.2 EB"),
        ]
        for (bytes, text) in cases { #expect(Formats.bytes(bytes) == text) }
    }

    @Test func `Numbers have separators and English its plurals`() {
        #expect(
            [0, 12, 999, 1000, 1_234_567, -1000].map(Formats.count) == [
                "0", "12", "999", "1,000", "1,234,567", "-1,000",
            ])
        #expect(Formats.counted(1, "file", zh: "个文件") == Message(en: "1 file", zh: "1 个文件"))
        #expect(Formats.counted(1200, "entry", "entries", zh: "条记录") == Message(en: "1,200 entries", zh: "1,200 条记录"))
        #expect(Formats.counted(0, "file", zh: "个文件").en == "0 files")
    }

    @Test func `Durations show two units`() {
        let cases = [
            (-3, "0 s", "0 秒"), (59, "59 s", "59 秒"), (60, "1 min 00 s", "1 分 00 秒"), (125, "2 min 05 s", "2 分 05 秒"),
            (3599, "59 min 59 s", "59 分 59 秒"), (12_000, "3 h 20 min", "3 小时 20 分"), (187_200, "2 d 04 h", "2 天 04 小时"),
        ]
        for (seconds, en, zh) in cases { #expect(Formats.duration(seconds: seconds) == Message(en: en, zh: zh)) }
    }
}
