import Foundation
import Testing

/// A page that a team leaves behind, and what its holder can do with it.
struct ReceiptTests {
    private let laptop: Laptop
    private let archive: [String: String?] = ["EVIDENCE_ARCHIVE": "archive"]

    init() throws {
        laptop = try Laptop.withArchive()
        for name in ["a", "b"] { try laptop.file(name, name) }
        try laptop.succeed("add", "a", env: archive)
    }

    private func verify(_ reader: Laptop, _ path: String) throws -> (status: Int32, codes: Set<String>) {
        let outcome = try reader.run("verify", path, "--json")
        let report = try outcome.json
        let problems = (report["problems"]?.array ?? []) + (report["unchecked"]?.array ?? [])
        return (outcome.status, Set(problems.compactMap { $0["code"]?.string }))
    }

    @Test(arguments: ["receipt.txt", "receipt.html"])
    func `a page in both languages says what a checkpoint says, and says how to check it`(name: String) throws {
        let status = try laptop.json("status", env: archive)
        let receipt = try laptop.json("receipt", "--to", name, env: archive)
        let page = String(decoding: try Laptop.bytes(laptop.folder + "/" + name), as: UTF8.self)
        for field in ["origin", "root", "key"] {
            let value = try #require(status[field]?.string)
            #expect(receipt[field]?.string == value)
            #expect(page.contains(value))
        }
        #expect(receipt["size"]?.int == 3)
        for words in ["证据档案回执", "Receipt of an evidence archive", "--against", "李四"] { #expect(page.contains(words)) }
        // A second page of that name is not written over the first.
        #expect(try laptop.run("receipt", "--to", name, env: archive).status == 65)
        #expect(try laptop.json("status", env: archive)["carriedOut"]?["size"]?.int == 3)
    }

    @Test func `the code on the page holds the receipt, as a reader of codes sees it`() throws {
        let text = try #require(try laptop.json("receipt", "--to", "回执.html", env: archive)["receipt"]?.string)
        let scanned = try laptop.shell(
            """
            set -e
            grep -o '<svg.*</svg>' 回执.html > code.svg
            rsvg-convert --width 700 code.svg > code.png
            zbarimg --quiet --raw --set '*.enable=0' --set qrcode.enable=1 code.png > scanned.txt
            """)
        #expect(scanned.status == 0, "\(scanned.err)")
        // The reader ends what it has read with a line feed of its own.
        #expect(try Laptop.bytes(laptop.folder + "/scanned.txt") == Array(text.utf8) + [10])
        let reader = try Laptop()
        try reader.succeed("trust", laptop.folder + "/scanned.txt")
        #expect(try verify(reader, laptop.archive).status == 0)
    }

    @Test func `the page fits on one sheet in a real browser`() throws {
        try laptop.succeed("receipt", "--to", "回执.html", env: archive)
        let printed = try laptop.shell(
            """
            chromium --headless --no-sandbox --disable-gpu --user-data-dir="$PWD/profile" --no-pdf-header-footer \
                --print-to-pdf="$PWD/receipt.pdf" "file://$PWD/回执.html" 2>/dev/null
            pdfinfo receipt.pdf | grep '^Pages:'; pdftotext receipt.pdf - | tr -d '\\n'
            """)
        #expect(printed.out.contains(/Pages: +1\n/), "\(printed.out)\(printed.err)")
        #expect(printed.out.contains("证据档案回执"))
    }

    @Test func `a text page and what was typed in from paper are trusted alike`() throws {
        let receipt = try laptop.json("receipt", "--to", "回执.txt", env: archive)
        let (origin, root) = (try #require(receipt["origin"]?.string), try #require(receipt["root"]?.string))
        let typed = "来源：\(origin)\r\n条数：3\r\n根哈希：\(root.prefix(20)) \(root.dropFirst(20))\r\n"
        try laptop.file("typed.txt", typed)
        try laptop.file("typed-en.txt", "Origin: \(origin)\nSize: 3\nRoot: \(root)\n")
        try laptop.succeed("add", "b", env: archive)
        for name in ["回执.txt", "typed.txt", "typed-en.txt"] {
            let reader = try Laptop()
            #expect(try verify(reader, laptop.archive).status == 3)
            try reader.succeed("trust", laptop.folder + "/" + name)
            #expect(try verify(reader, laptop.archive).status == 0, "\(name)")
        }
    }

    @Test func `an archive that does not keep to a receipt is caught by its holder`() throws {
        let (reader, other) = (try Laptop(), try Laptop.withArchive())
        try laptop.succeed("receipt", "--to", "回执.txt", env: archive)
        try other.file("x", "another history")
        try other.succeed("add", "x", "--archive", "archive")
        let receipt = try laptop.json("receipt", env: archive)
        try reader.file(
            "typed.txt", "origin \(receipt["origin"]?.string ?? "")\nsize 3\nroot \(receipt["root"]?.string ?? "")\n")
        try reader.succeed("trust", "typed.txt")
        let found = try verify(reader, other.archive)
        #expect(found.status == 1 && found.codes.contains("history-rewritten"))
    }

    @Test func `a receipt with a changed character is none, or says something else`() throws {
        let text = try #require(try laptop.json("receipt", env: archive)["receipt"]?.string)
        let page = "回执\n\n" + text
        try laptop.file("good.txt", page)
        #expect(try Laptop().run("trust", laptop.folder + "/good.txt").status == 0)
        for place in stride(from: page.utf8.count - text.utf8.count + 22, to: page.utf8.count, by: 23) {
            var bytes = Array(page.utf8)
            bytes[place] = bytes[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            try laptop.file("bad.txt", bytes: bytes)
            let reader = try Laptop()
            let outcome = try reader.run("trust", laptop.folder + "/bad.txt", "--json")
            // A signature of somebody else may be broken without the archive's being so.
            if outcome.status == 0 {
                #expect(try verify(reader, laptop.archive).status == 0, "\(place)")
            } else {
                #expect(outcome.status == 65, "\(place): \(outcome.err)")
            }
        }
    }

    @Test(arguments: ["", "origin x\n", "origin x\nsize 0\nroot AAAA\n", "来源：x\n条数：3\n", "evidence receipt v1\n"])
    func `what is no receipt is refused`(text: String) throws {
        try laptop.file("no.txt", text)
        try laptop.expectRefused("trust", "no.txt", status: 65, naming: "no.txt")
    }
}
