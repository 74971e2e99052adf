import EvidenceCrypto
import Testing
import TransparencyLog

struct SignedNoteTests {
    let peter: VerifierKey
    let enoch: VerifierKey
    let peterPrivate: Ed25519PrivateKey

    static let text = """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        """
    static let peterLine =
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    static let enochLine =
        "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"

    init() throws {
        peter = try VerifierKey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
        enoch = try VerifierKey("EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop")
        let encoded = try #require(Base64.decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"))
        peterPrivate = try Ed25519PrivateKey(seed: Array(encoded.dropFirst()))
    }

    func note(_ text: String) throws -> SignedNote { try SignedNote(parsing: Array(text.utf8)) }

    @Test func `the published note is signed to the byte`() throws {
        var note = try SignedNote(text: Self.text, signatures: [])
        try note.sign(as: peter, with: peterPrivate)
        #expect(String(decoding: note.bytes, as: UTF8.self) == Self.text + "\n" + Self.peterLine)
        let once = note
        try note.sign(as: peter, with: peterPrivate)
        #expect(note == once)
    }

    @Test func `the published note verifies for both its signers`() throws {
        let note = try note(Self.text + "\n" + Self.peterLine + Self.enochLine)
        #expect(note.text == Self.text)
        #expect(note.signatures.map(\.name) == ["PeterNeumann", "EnochRoot"])
        #expect(note.signatures.map(\.keyID) == [0xc74f_20a3, 0xaf0c_fe78])
        #expect(note.verify(peter) == .valid)
        #expect(note.verify(enoch) == .valid)
        #expect(note.signatures(by: enoch).count == 1)
        #expect(note.bytes == Array((Self.text + "\n" + Self.peterLine + Self.enochLine).utf8))
    }

    @Test func `a signer who did not sign is missing, not invalid`() throws {
        let note = try note(Self.text + "\n" + Self.enochLine)
        #expect(note.verify(peter) == .missing)
        let otherName = try VerifierKey(name: "PeterNeuman", key: peter.key)
        #expect(try self.note(Self.text + "\n" + Self.peterLine).verify(otherName) == .missing)
        // The same name with another key ID, and the same key ID with another name, are strangers' lines.
        let line = Self.peterLine
        #expect(try self.note(Self.text + "\n" + line.replacing("x08g", with: "xxxx")).verify(peter) == .missing)
        #expect(
            try self.note(Self.text + "\n" + line.replacing("PeterN", with: "CarmenN")).verify(peter) == .missing)
    }

    @Test func `one false line spoils a signer's true one`() throws {
        let bad = Self.peterLine.replacing("ZJkuBS", with: "ZJkuBT")
        #expect(try note(Self.text + "\n" + bad).verify(peter) == .invalid)
        for lines in [Self.peterLine + bad, bad + Self.peterLine] {
            let note = try note(Self.text + "\n" + lines + Self.enochLine)
            #expect(note.verify(peter) == .invalid)
            #expect(note.verify(enoch) == .valid)
        }
    }

    @Test func `a line of a wrong length is invalid`() throws {
        for bytes in [[1], [UInt8](repeating: 0, count: 63), [UInt8](repeating: 0, count: 65)] as [[UInt8]] {
            let line = SignedNote.Signature(name: peter.name, keyID: peter.keyID, bytes: bytes)
            #expect(try SignedNote(text: Self.text, signatures: [line]).verify(peter) == .invalid)
        }
    }

    @Test func `a note with another text is refused by its signers`() throws {
        let note = try note(Self.text.replacing("answer", with: "Answer") + "\n" + Self.peterLine)
        #expect(note.verify(peter) == .invalid)
    }

    @Test func `the last empty line ends the text`() throws {
        let text = "poem\n\nwith stanzas\n\n"
        var note = try SignedNote(text: text, signatures: [])
        try note.sign(as: peter, with: peterPrivate)
        let read = try SignedNote(parsing: note.bytes)
        #expect(read.text == text)
        #expect(read.verify(peter) == .valid)
    }

    static let malformed: [String: [UInt8]] = {
        func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
        let whole = text + "\n" + peterLine
        let base64 = peterLine.dropFirst("— PeterNeumann ".count).dropLast()
        return [
            "nothing": [], "a newline": bytes("\n"), "the text alone": bytes(text),
            "no signatures": bytes(text + "\n"), "no empty line": bytes(text + peterLine),
            "no text": bytes("\n" + peterLine), "no last newline": bytes(String(whole.dropLast())),
            "a control in the text": bytes("\u{1}" + whole), "a tab in the text": bytes("\t" + whole),
            "a CR LF": bytes(whole.replacing(",\n", with: ",\r\n")), "not UTF-8": [0xff] + bytes(whole),
            "a surrogate in UTF-8": [0xed, 0xa0, 0x80] + bytes(whole), "overlong UTF-8": [0xc0, 0x80] + bytes(whole),
            "a cut-off character before the newline": bytes(String(text.dropLast())) + [0xe2, 0x80]
                + bytes("\n\n" + peterLine),
            "not UTF-8 in a name": bytes(text + "\n— ") + [0xff] + bytes(" \(base64)\n"),
            "a line that is none": bytes(whole + "Unexpected line.\n"),
            "an empty line at the end": bytes(whole + "\n"),
            "a name with a space": bytes(text + "\n— Bad Name \(base64)\n"),
            "a name with a plus": bytes(text + "\n— Bad+Name \(base64)\n"),
            "a name with a wide space": bytes(text + "\n— Bad\u{3000}Name \(base64)\n"),
            "no name": bytes(text + "\n—  \(base64)\n"), "no base64": bytes(text + "\n— PeterNeumann \n"),
            "no second space": bytes(text + "\n— PeterNeumann\n"),
            "a hyphen for the dash": bytes(text + "\n- PeterNeumann \(base64)\n"),
            "no dash": bytes(text + "\nPeterNeumann \(base64)\n"),
            "a space before the dash": bytes(text + "\n " + peterLine),
            "a space at the end of a line": bytes(text + "\n— PeterNeumann \(base64) \n"),
            "base64 without padding": bytes(text + "\n— PeterNeumann \(base64.dropLast())\n"),
            "base64 with stray bits": bytes(text + "\n— PeterNeumann \(base64.dropLast(2))N=\n"),
            "a key ID alone": bytes(text + "\n— PeterNeumann x08gow==\n"),
            "half a key ID": bytes(text + "\n— PeterNeumann x08g\n"),
            "101 signatures": bytes(text + "\n" + String(repeating: peterLine, count: 101)),
            "too many bytes": bytes(String(repeating: "x", count: 1_000_000) + "\n\n" + peterLine),
        ]
    }()

    @Test(arguments: malformed.keys.sorted())
    func `a malformed note is refused`(what: String) throws {
        let bytes = try #require(Self.malformed[what])
        #expect(code { _ = try SignedNote(parsing: bytes) } == .malformedNote)
    }

    @Test(arguments: [1, 16, 100])
    func `as many signatures as this are read`(count: Int) throws {
        let note = try note(Self.text + "\n" + String(repeating: Self.peterLine, count: count))
        #expect(note.signatures.count == count)
        #expect(note.verify(peter) == .valid)
    }

    @Test(arguments: ["", "abc", "a\tb\n", "a\r\n", "\u{0}\n", "abc\n\u{301}"])
    func `a text that no note can carry is refused`(text: String) {
        #expect(code { _ = try SignedNote(text: text, signatures: []) } == .unsignableText)
    }

    @Test func `only the key's own private key signs`() throws {
        var note = try SignedNote(text: Self.text, signatures: [])
        #expect(code { try note.sign(as: enoch, with: peterPrivate) } == .keyMismatch)
        let cosigner = try VerifierKey(name: "w", type: .cosignature, key: peter.key)
        #expect(code { try note.sign(as: cosigner, with: peterPrivate) } == .keyMismatch)
        #expect(note.signatures.isEmpty)
    }

    @Test func `signing anew replaces the signer's lines and no others`() throws {
        let bad = SignedNote.Signature(name: peter.name, keyID: peter.keyID, bytes: [1])
        let stranger = SignedNote.Signature(name: peter.name, keyID: 1, bytes: [1])
        var note = try SignedNote(text: Self.text, signatures: [bad, stranger])
        try note.sign(as: peter, with: peterPrivate)
        #expect(note.signatures.first == stranger)
        #expect(note.signatures.count == 2)
        #expect(note.verify(peter) == .valid)
    }

    @Test func `lines are added once, and only to the same text`() throws {
        var note = try note(Self.text + "\n" + Self.peterLine)
        let other = try self.note(Self.text + "\n" + Self.enochLine + Self.peterLine)
        try note.merge(other)
        try note.merge(other)
        #expect(String(decoding: note.bytes, as: UTF8.self) == Self.text + "\n" + Self.peterLine + Self.enochLine)
        let elsewhere = try self.note("x" + Self.text + "\n" + Self.enochLine)
        #expect(code { try note.merge(elsewhere) } == .textMismatch)
        let composed = try SignedNote(text: "caf\u{e9}\n", signatures: [])
        var decomposed = try SignedNote(text: "cafe\u{301}\n", signatures: [])
        #expect(composed != decomposed)
        #expect(code { try decomposed.merge(composed) } == .textMismatch)
    }

    @Test func `a note takes 100 signatures and no more`() throws {
        var note = try SignedNote(text: Self.text, signatures: [])
        for count in 0..<100 { try note.append(SignedNote.Signature(name: "n", keyID: UInt32(count), bytes: [1])) }
        let full = note
        #expect(
            code { try note.append(SignedNote.Signature(name: "n", keyID: 100, bytes: [1])) } == .tooManySignatures)
        #expect(code { try note.sign(as: peter, with: peterPrivate) } == .tooManySignatures)
        #expect(note == full)
        #expect(try SignedNote(parsing: note.bytes) == full)
    }

    @Test func `lines that no note can carry are not added`() throws {
        var note = try SignedNote(text: Self.text, signatures: [])
        for (name, bytes) in [("", [1]), ("a b", [1]), ("a\n", [1]), ("a", [])] as [(String, [UInt8])] {
            let line = SignedNote.Signature(name: name, keyID: 1, bytes: bytes)
            #expect(code { try note.append(line) } == .unsignableText)
        }
        #expect(note.signatures.isEmpty)
    }

    @Test func `signature lines are read alone, as a witness answers`() throws {
        let lines = try SignedNote.signatures(parsing: Array((Self.peterLine + Self.enochLine).utf8))
        #expect(lines.map(\.line) == [Self.peterLine, Self.enochLine])
        for wrong in ["", "\n", Self.peterLine + "\n", "\n" + Self.peterLine, String(Self.peterLine.dropLast()), "x"] {
            #expect(code { _ = try SignedNote.signatures(parsing: Array(wrong.utf8)) } == .malformedNote)
        }
    }

    @Test func `names that only look equal are two signers`() throws {
        let composed = try VerifierKey(name: "caf\u{e9}", key: peter.key)
        let decomposed = try VerifierKey(name: "cafe\u{301}", key: peter.key)
        var note = try SignedNote(text: Self.text, signatures: [])
        try note.sign(as: composed, with: peterPrivate)
        #expect(note.verify(composed) == .valid)
        #expect(note.verify(decomposed) == .missing)
        let forged = SignedNote.Signature(
            name: composed.name, keyID: decomposed.keyID, bytes: note.signatures[0].bytes)
        #expect(try SignedNote(text: Self.text, signatures: [forged]).verify(decomposed) == .missing)
    }
}
