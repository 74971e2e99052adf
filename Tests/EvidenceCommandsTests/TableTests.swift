import EvidenceCommands
import EvidenceRecord
import Testing

struct TableTests {
    private static let table: Table = {
        var table = Table([
            Table.Column(Message(en: "No.", zh: "序号"), .right),
            Table.Column(Message(en: "Title", zh: "标题"), shrink: .last(to: 8)),
            Table.Column(Message(en: "Path", zh: "路径"), shrink: .first(to: 10), keeps: .end),
            Table.Column(Message(en: "State", zh: "状态")),
        ])
        table.add(["7", "现场检查照片", "/cases/HN-2026-001/照片/IMG_0001.jpg", Table.Cell("逾期", .red)])
        table.add(["1234", "A note", "note.txt", "open"])
        table.add(["8", "line\nfeed\u{1B}[2J"])
        return table
    }()

    @Test func `Without a window all content is printed`() {
        #expect(
            Self.table.lines(in: .zhHans) == [
                "序号  标题                 路径                                  状态",
                "   7  现场检查照片         /cases/HN-2026-001/照片/IMG_0001.jpg  逾期",
                "1234  A note               note.txt                              open",
                "   8  line\\nfeed\\u{1B}[2J",
            ])
        #expect(Self.table.lines(in: .en)[0].hasPrefix(" No.  Title"))
    }

    @Test func `The table fits any window, giving up paths before titles and titles before states`() {
        for width in 4...90 {
            let lines = Self.table.lines(in: .zhHans, width: width)
            #expect(lines.count == 4 || width < 32)
            #expect(lines.allSatisfy { $0.cells <= width }, "\(width): \(lines)")
            #expect(lines.allSatisfy { !$0.hasSuffix(" ") })
        }
        let lines = Self.table.lines(in: .zhHans, width: 50)
        #expect(lines[1] == "   7  现场检查照片         …片/IMG_0001.jpg   逾期")
        #expect(Self.table.lines(in: .zhHans, width: 34)[2] == "1234  A note      note.txt    open")
        #expect(Self.table.lines(in: .zhHans, width: 34)[1] == "   7  现场检查…   …_0001.jpg  逾期")
    }

    @Test func `In a window too narrow for the columns nothing is lost: cells take lines of their own`() {
        #expect(
            Self.table.lines(in: .zhHans, width: 31) == [
                "   7  现场检查照片", "      …26-001/照片/IMG_0001.jpg", "      逾期", "1234  A note  note.txt  open",
                "   8  line\\nfeed\\u{1B}[2J",
            ])
        var table = Table([
            Table.Column(Message(en: "No.", zh: "编号"), .right), .moment(Message(en: "When", zh: "时间")),
            Table.Column(Message(en: "Files", zh: "文件"), .right),
        ])
        table.add(["12", "2026-03-12 14:30（3 天前）", "3"])
        #expect(table.lines(in: .zhHans, width: 20) == ["12  2026-03-12 14:30", "    文件 3"])
    }

    @Test func `A moment gives up what it is from today first, and its time of day last`() {
        var table = Table([
            .moment(Message(en: "When", zh: "时间")), Table.Column(Message(en: "Title", zh: "标题"), shrink: .last(to: 8)),
            Table.Column(Message(en: "Case", zh: "案件"), shrink: .first(to: 4)),
        ])
        table.add(["2026-03-12 14:30（3 天前）", "现场检查照片", "HN-2026-001"])
        table.add(["2026-03-12（3 天前）", "来信", "HN-2"])
        func row(_ width: Int, _ index: Int = 1) -> String { table.lines(in: .zhHans, width: width)[index] }
        #expect(row(53) == "2026-03-12 14:30（3 天前）  现场检查照片  HN-2026-001")
        #expect(row(52) == "2026-03-12 14:30  现场检查照片  HN-2026-001")
        #expect(row(52, 2) == "2026-03-12        来信          HN-2")
        #expect(row(40) == "2026-03-12 14:30  现场检查照片  HN-2026…")
        #expect(row(34) == "2026-03-12 14:30  现场检…   HN-2…" || row(34) == "2026-03-12 14:30  现场检查…   HN-…")
        #expect(row(26) == "2026-03-12  现场检…   HN-…")
    }

    @Test func `Styles surround the text and not its padding`() {
        let lines = Self.table.lines(in: .zhHans, width: 50, styles: Styles(isEnabled: true))
        #expect(lines[0].hasPrefix("\u{1B}[1m序号\u{1B}[0m  "))
        #expect(lines[1].hasSuffix("\u{1B}[31m逾期\u{1B}[0m"))
    }

    @Test func `Fields align labels and continue values below their beginning`() {
        var fields = Fields()
        fields.add(Message(en: "Title", zh: "标题"), "关于某市某区某街道非法采砂案件的现场检查记录，第二次。")
        fields.add(Message(en: "Person in charge", zh: "主办人"), ["李四", "王\n五"], .bold)
        fields.add(Message(en: "Nothing", zh: "无"), [String]())
        #expect(
            fields.lines(in: .zhHans, width: 40) == [
                "标题：    关于某市某区某街道非法采砂案件",
                "          的现场检查记录，第二次。",
                "主办人：  李四",
                "          王\\n五",
            ])
        #expect(fields.lines(in: .en)[0].hasPrefix("Title:             关于"))
        #expect(fields.lines(in: .en).count == 3)
        for width in 10...60 {
            #expect(fields.lines(in: .zhHans, width: width).allSatisfy { $0.cells <= width }, "\(width)")
        }
        #expect(fields.lines(in: .en, width: 24).prefix(2) == ["Title:", "  关于某市某区某街道非法"])
    }
}
