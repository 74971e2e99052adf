import EvidenceRecord
import Testing

/// RFC 8785, as far as this format goes: it has neither null nor numbers with fractions.
struct CanonicalJSONTests {
    private func parsed(_ text: String) throws -> JSONValue { try JSONValue(canonical: Array(text.utf8)) }

    private func refusal(_ bytes: [UInt8]) -> String? {
        do {
            _ = try JSONValue(canonical: bytes)
            return nil
        } catch let error {
            #expect(error.code == .notCanonical)
            #expect(!error.reason.zh.isEmpty && error.reason.zh != error.reason.en)
            return error.reason.en
        }
    }

    // MARK: The RFC's own examples

    @Test func `members are sorted as in the example of section 3.2.3`() throws {
        var object = JSONObject()
        for (name, value) in [
            ("\u{20ac}", "Euro Sign"), ("\r", "Carriage Return"), ("\u{fb33}", "Hebrew Letter Dalet With Dagesh"),
            ("1", "One"), ("\u{1f600}", "Emoji: Grinning Face"), ("\u{80}", "Control"),
            ("\u{f6}", "Latin Small Letter O With Diaeresis"),
        ] { object[name] = .string(value) }
        #expect(
            object.members.compactMap(\.value.string) == [
                "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
                "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh",
            ])
        let bytes = JSONValue.object(object).canonicalBytes
        #expect(try JSONValue(canonical: bytes).canonicalBytes == bytes)
    }

    @Test func `a name past the first plane stands before one that is lower in UTF-8`() {
        // U+1F600 is D83D DE00 in UTF-16, below FB33; in UTF-8 it is F0…, above EF….
        #expect(refusal(Array("{\"\u{fb33}\":1,\"\u{1f600}\":2}".utf8))?.contains("out of order") == true)
        #expect(refusal(Array("{\"\u{1f600}\":2,\"\u{fb33}\":1}".utf8)) == nil)
    }

    @Test func `a string is escaped as in the example of section 3.2.2`() throws {
        let expected: [UInt8] = [
            0x22, 0xe2, 0x82, 0xac, 0x24, 0x5c, 0x75, 0x30, 0x30, 0x30, 0x66, 0x5c, 0x6e, 0x41, 0x27, 0x42, 0x5c, 0x22,
            0x5c, 0x5c, 0x5c, 0x5c, 0x5c, 0x22, 0x2f, 0x22,
        ]
        let value = "\u{20ac}$\u{f}\u{a}A'\u{42}\u{22}\u{5c}\\\"/"
        #expect(JSONValue.string(value).canonicalBytes == expected)
        #expect(try JSONValue(canonical: expected).string == value)
    }

    @Test(arguments: ["333333333.3333333", "1e+30", "4.5", "0.002", "1e-27"])
    func `a number of the example of section 3.2.2 is refused as a fraction`(number: String) {
        #expect(refusal(Array("[\(number)]".utf8))?.contains("no integer") == true)
    }

    @Test func `the null of the example of section 3.2.2 is refused, its other literals are not`() throws {
        #expect(refusal(Array("[null,true,false]".utf8))?.contains("no value that this format allows") == true)
        #expect(try parsed("[true,false]").array?.compactMap(\.bool) == [true, false])
    }

    // MARK: One form only

    static let otherForms: [(String, String)] = [
        (" {}", "no value"), ("{} ", "more follows"), ("{}\n", "more follows"), ("{}{}", "more follows"),
        ("{ }", "name is missing"), ("[1, 2]", "no value"), ("[1 ,2]", "comma"), ("{\"a\": 1}", "no value"),
        ("{\"a\" :1}", "colon"), ("{\"b\":1,\"a\":2}", "out of order"), ("{\"a\":1,\"a\":2}", "stand twice"),
        ("{\"a\":1,}", "name is missing"), ("[1,]", "no value"), ("[,1]", "no value"), ("{,}", "name is missing"),
        ("{a:1}", "name is missing"), ("{1:1}", "name is missing"), ("{'a':1}", "name is missing"),
        ("'a'", "no value"), ("", "ends too early"), ("[", "ends too early"), ("{", "name is missing"),
        ("[1", "comma"), ("{\"a\"", "colon"), ("{\"a\":", "ends too early"), ("{\"a\":1", "comma"),
        ("\"", "does not end"), ("\"a", "does not end"), ("\"a\\", "escape"), ("\"\\u00", "escape"),
        ("tru", "no such word"), ("True", "no value"), ("falsy", "no such word"), ("truefalse", "more follows"),
        ("nul", "no value"), ("null", "no value"), ("NaN", "no value"), ("Infinity", "no value"),
        ("-Infinity", "no integer"), ("undefined", "no value"), ("// x", "no value"), ("[]]", "more follows"),
        ("\u{feff}{}", "no value"),
    ]

    @Test(arguments: otherForms)
    func `another form of the same, or none, is refused`(text: String, reason: String) {
        #expect(refusal(Array(text.utf8))?.contains(reason) == true, "\(text): \(refusal(Array(text.utf8)) ?? "taken")")
    }

    @Test(arguments: [
        "\\/", "\\u0041", "\\u000a", "\\u000A", "\\u000F", "\\u001F", "\\u007f", "\\u0022", "\\u005c", "\\u20ac",
        "\\ud83d\\ude00", "\\ud83d", "\\udc00", "\\x41", "\\a", "\\v", "\\0", "\\'", "\\U000f", "\\u f", "\\ ", "\\B",
    ])
    func `an escape that canonical JSON does not use is refused`(escape: String) {
        #expect(refusal(Array("\"\(escape)\"".utf8))?.contains("escape") == true)
    }

    @Test func `every control character has exactly one form, and every other character stands for itself`() throws {
        for code in UInt8(0)...0x7f {
            let raw = [0x22, code, 0x22] as [UInt8]
            let canonical = JSONValue.string(String(UnicodeScalar(code))).canonicalBytes
            #expect(try JSONValue(canonical: canonical).string == String(UnicodeScalar(code)))
            let standsForItself = code >= 0x20 && code != 0x22 && code != 0x5c
            #expect((refusal(raw) == nil) == standsForItself, "\(code)")
            #expect((canonical == raw) == standsForItself, "\(code)")
        }
    }

    @Test(
        arguments: [
            [0x80], [0xc0, 0x80], [0xc3], [0xc3, 0x28], [0xe2, 0x82], [0xed, 0xa0, 0x80], [0xed, 0xbf, 0xbf],
            [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80], [0xe0, 0x80, 0x80], [0xf0, 0x80, 0x80, 0x80],
            [0xf4, 0x90, 0x80, 0x80],
            [0xf8, 0x88, 0x80, 0x80, 0x80], [0xfe], [0xff],
        ] as [[UInt8]])
    func `bytes that are no UTF-8 are refused, lone surrogates among them`(bytes: [UInt8]) {
        #expect(refusal([0x22] + bytes + [0x22])?.contains("UTF-8") == true)
        #expect(refusal(Array("{\"".utf8) + bytes + Array("\":1}".utf8))?.contains("UTF-8") == true)
    }

    // MARK: Limits

    @Test func `integers go to two to the fifty-third less one, either way`() throws {
        for integer in [0, 1, -1, 9, -10, 9_007_199_254_740_991, -9_007_199_254_740_991] as [Int64] {
            #expect(try parsed("\(integer)").integer == integer)
            #expect(String(decoding: JSONValue.integer(integer).canonicalBytes, as: UTF8.self) == "\(integer)")
        }
        for text in [
            "9007199254740992", "-9007199254740992", "9223372036854775807", "-9223372036854775808",
            "18446744073709551616", "99999999999999999999999999", "00", "01", "-01", "-0", "-", "--1", "1.0", "1e2",
            "1E2", "0.0", "1.", "1e", "-1.5", "0x10",
        ] {
            #expect(refusal(Array(text.utf8)) != nil, "\(text)")
        }
        for text in ["+1", ".5"] { #expect(refusal(Array(text.utf8))?.contains("no value") == true) }
    }

    @Test(arguments: [("[", "]"), ("{\"a\":", "}")])
    func `thirty-two levels are read, thirty-three are not`(open: String, close: String) throws {
        func nested(_ depth: Int) -> [UInt8] {
            let inner = open == "[" ? "" : "1"
            return Array((String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)).utf8)
        }
        let deepest = nested(32)
        #expect(try JSONValue(canonical: deepest).canonicalBytes == deepest)
        #expect(refusal(nested(33))?.contains("deep") == true)
        #expect(refusal(Array(repeating: UInt8(ascii: "["), count: 1_000_000))?.contains("deep") == true)
    }

    @Test func `a name is compared by its bytes, so that two spellings of one sign are two names`() throws {
        var object = JSONObject()
        object["\u{e9}"] = .integer(1)
        object["e\u{301}"] = .integer(2)
        #expect(object.members.count == 2)
        #expect(object["\u{e9}"]?.integer == 1)
        #expect(object["e\u{301}"]?.integer == 2)
        let bytes = JSONValue.object(object).canonicalBytes
        #expect(try JSONValue(canonical: bytes).canonicalBytes == bytes)
    }

    @Test func `a member set to nil is gone, one set again is replaced`() {
        var object = JSONObject()
        object["b"] = .integer(1)
        object["a"] = .bool(true)
        object["b"] = .string("x")
        object["a"] = nil
        object.set("c", String?.none)
        object.set("d", [])
        #expect(String(decoding: JSONValue.object(object).canonicalBytes, as: UTF8.self) == "{\"b\":\"x\"}")
    }
}
